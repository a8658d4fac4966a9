//! The strict first look at a text: refusals with positions, before any value is built.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::Fault;

/// How deep collections may nest. Manifests need six levels.
const MAX_DEPTH: usize = 64;

/// How many nodes all aliases of one text may stand for together.
const MAX_ALIAS_NODES: usize = 100_000;

/// After how many faults a text is not looked at further.
const MAX_FAULTS: usize = 100;

/// Returns a parser of events with this project's limits.
pub(super) fn parser(text: &str) -> Parser<'_, granit_parser::StrInput<'_>> {
    let mut options: Options = granit_parser::options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    Parser::new_from_str_with_options(text, options)
}

/// Returns the byte range of a span.
pub(super) fn range(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}

/// Looks through a text; returns the line of each document's first node.
pub(super) fn survey(text: &str) -> Result<Vec<usize>, Vec<Fault>> {
    let mut survey = Survey::default();
    for event in parser(text) {
        match event {
            Ok((event, span)) => survey.event(event, &span),
            Err(error) => {
                survey.faults.push(syntax_fault(&error));
                break;
            }
        }
        if survey.faults.len() >= MAX_FAULTS || survey.alias_nodes > MAX_ALIAS_NODES {
            break;
        }
    }
    if survey.faults.is_empty() { Ok(survey.lines) } else { Err(survey.faults) }
}

fn syntax_fault(error: &ScanError) -> Fault {
    let start = error.marker().byte_offset().unwrap_or(0);
    Fault::new(start..start, error.info())
}

/// A collection that is being read.
enum Open {
    List { anchor: usize, before: usize },
    Map { anchor: usize, before: usize, keys: BTreeMap<String, Range<usize>>, at_value: bool },
}

#[derive(Default)]
struct Survey {
    open: Vec<Open>,
    /// How many nodes came so far, those behind aliases included.
    nodes: usize,
    alias_nodes: usize,
    /// How many nodes each finished anchor stands for.
    anchors: BTreeMap<usize, usize>,
    document_has_node: bool,
    lines: Vec<usize>,
    faults: Vec<Fault>,
}

impl Survey {
    fn event(&mut self, event: Event<'_>, span: &Span) {
        match event {
            Event::DocumentStart(..) => {
                self.lines.push(span.start.line());
                self.document_has_node = false;
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.node(span, tag.as_deref());
                let plain = style == ScalarStyle::Plain;
                self.scalar(&text, plain, span);
                self.anchors.insert(anchor, 1);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.node(span, tag.as_deref());
                self.refuse_as_key(span);
                self.open.push(Open::List { anchor, before: self.nodes });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.node(span, tag.as_deref());
                self.refuse_as_key(span);
                let keys = BTreeMap::new();
                self.open.push(Open::Map { anchor, before: self.nodes, keys, at_value: false });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                self.node(span, None);
                self.refuse_as_key(span);
                self.alias(anchor, span);
                self.node_done();
            }
            // The other events carry no node; the enum may grow.
            Event::StreamStart | Event::StreamEnd | _ => {}
        }
    }

    fn node(&mut self, span: &Span, tag: Option<&Tag>) {
        self.nodes += 1;
        if !self.document_has_node {
            self.document_has_node = true;
            if let Some(line) = self.lines.last_mut() {
                *line = span.start.line();
            }
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            let message = format!("the tag `{tag}` is not supported");
            self.faults.push(Fault::new(range(span), message).help("write the plain value"));
        }
    }

    fn scalar(&mut self, text: &str, plain: bool, span: &Span) {
        if let Some(Open::Map { keys, at_value: false, .. }) = self.open.last_mut() {
            if plain && text == "<<" {
                self.faults
                    .push(Fault::new(range(span), "merge keys (`<<`) are not supported").help(
                        "write the fields out, or merge with a tool such as kustomize or yq",
                    ));
            } else if let Some(first) = keys.get(text) {
                self.faults.push(Fault {
                    range: range(span),
                    message: format!("the key `{text}` is set twice"),
                    help: Some("keep one of them".into()),
                    related: Some((first.clone(), "first set here")),
                });
            } else {
                keys.insert(text.to_owned(), range(span));
            }
        }
        self.node_done();
    }

    fn refuse_as_key(&mut self, span: &Span) {
        if let Some(Open::Map { at_value: false, .. }) = self.open.last() {
            let fault = Fault::new(range(span), "a key must be plain text");
            self.faults.push(fault.help("if this should be a text in braces, quote it"));
        }
    }

    fn close(&mut self) {
        if let Some(Open::List { anchor, before } | Open::Map { anchor, before, .. }) =
            self.open.pop()
        {
            self.anchors.insert(anchor, self.nodes - before + 1);
        }
        self.node_done();
    }

    /// In a mapping, keys and values take turns.
    fn node_done(&mut self) {
        if let Some(Open::Map { at_value, .. }) = self.open.last_mut() {
            *at_value = !*at_value;
        }
    }

    fn alias(&mut self, anchor: usize, span: &Span) {
        let Some(size) = self.anchors.get(&anchor) else {
            self.faults.push(Fault::new(range(span), "this alias stands inside its own anchor"));
            return;
        };
        self.nodes += size;
        self.alias_nodes += size;
        if self.alias_nodes > MAX_ALIAS_NODES {
            let message =
                format!("the aliases of this file stand for more than {MAX_ALIAS_NODES} values");
            self.faults.push(Fault::new(range(span), message).help("write the values out"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        survey(text).expect_err("a refusal").into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_key_set_twice_is_refused_at_any_depth_with_both_places() {
        let text = "a:\n  - b: 1\n    c: 2\n    b: 3\n";
        let faults = survey(text).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].range, 25..26);
        assert_eq!(faults[0].related, Some((7..8, "first set here")));
    }

    #[test]
    fn every_fault_is_reported_at_once() {
        let text = "a: 1\na: 2\nb: !secret x\n<<: {c: 1}\n";
        assert_eq!(messages(text).len(), 3);
    }

    #[test]
    fn a_quoted_merge_key_is_a_key() {
        assert!(survey("\"<<\": 1\n").is_ok());
    }

    #[test]
    fn a_key_that_is_a_collection_is_refused_and_the_rest_still_read() {
        assert_eq!(messages("? [a]\n: 1\nb: 1\nb: 2\n").len(), 2);
        assert_eq!(messages("{a: {b: 1}}: 1\n").len(), 1);
        assert_eq!(messages("x: &x 1\n*x : 2\n").len(), 1);
    }

    #[test]
    fn aliases_are_allowed_up_to_a_limit() {
        assert!(survey("a: &a [1, 2]\nb: *a\nc: *a\n").is_ok());
        assert_eq!(messages("a: &a [*a]\n"), ["this alias stands inside its own anchor"]);

        let level = |level: usize| {
            let items = match level.checked_sub(1) {
                None => vec!["x".to_owned(); 9],
                Some(before) => vec![format!("*a{before}"); 9],
            };
            format!("a{level}: &a{level} [{}]", items.join(", "))
        };
        let bomb = (0..10).map(level).collect::<Vec<_>>().join("\n");
        assert!(messages(&bomb)[0].contains("more than 100000 values"));
    }

    #[test]
    fn nesting_is_bounded() {
        assert_eq!(messages(&"[".repeat(60_000)).len(), 1);
        assert_eq!(messages(&"- ".repeat(60_000)).len(), 1);
    }

    #[test]
    fn documents_start_at_their_first_node() {
        assert_eq!(survey("# c\na: 1\n---\n\n# d\nb: 1\n").unwrap(), [2, 6]);
    }
}
