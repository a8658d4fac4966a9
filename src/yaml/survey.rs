//! The strict first look at a text: refusals with positions, before any value is built.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::Fault;
use super::help::help;

/// How deep collections may nest. Manifests need six levels.
const MAX_DEPTH: usize = 64;

/// How many nodes a document may hold: a hundred times those of the largest release that we can think of,
/// and some 100 MB once they are built.
const MAX_NODES: usize = 250_000;

/// How many nodes all aliases of one text may stand for together.
const MAX_ALIAS_NODES: usize = 100_000;

/// How many bytes of text all aliases of one text may stand for together.
const MAX_ALIAS_BYTES: usize = 10 << 20;

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

/// What a look through a text has shown.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) documents: Vec<Surveyed>,
    pub(super) faults: Vec<Fault>,
    /// Whether the text was looked through to its end, so that values may be built of it.
    pub(super) whole: bool,
}

/// One document, as the survey saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Surveyed {
    /// The line of its first node, from 1.
    pub(super) line: usize,
    /// Whether it holds a fault.
    pub(super) faulty: bool,
}

/// Looks through a text.
pub(super) fn survey(text: &str) -> Survey {
    let mut look = Look::default();
    let mut whole = true;
    for event in parser(text) {
        match event {
            Ok((event, span)) => look.event(event, &span),
            Err(error) => {
                look.faults.push(syntax_fault(text, &error));
                whole = false;
                break;
            }
        }
        let is_too_much = look.behind_aliases.is_too_large() || look.nodes > MAX_NODES;
        if look.faults.len() >= MAX_FAULTS || is_too_much {
            whole = false;
            break;
        }
    }
    look.end_document();
    let Look { documents, faults, .. } = look;
    Survey { documents, faults, whole }
}

fn syntax_fault(text: &str, error: &ScanError) -> Fault {
    let start = error.marker().byte_offset().unwrap_or(0);
    let fault = Fault::new(start..start, error.info());
    if text.get(start..).is_some_and(|rest| rest.starts_with('\0')) {
        return fault
            .help("remove it; if the text is full of them, it is UTF-16: save it as UTF-8");
    }
    match help(text, start, &error.info()) {
        Some(help) => fault.help(help),
        None => fault,
    }
}

/// How much a part of a text holds, what stands behind its aliases included.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.nodes += other.nodes;
        self.bytes += other.bytes;
    }

    fn since(self, before: Self) -> Self {
        Self { nodes: self.nodes - before.nodes, bytes: self.bytes - before.bytes }
    }

    fn is_too_large(self) -> bool {
        self.nodes > MAX_ALIAS_NODES || self.bytes > MAX_ALIAS_BYTES
    }
}

/// A collection that is being read; `before` is how much came before it.
enum Open {
    List { anchor: usize, before: Size },
    Map { anchor: usize, before: Size, keys: BTreeMap<String, Range<usize>>, at_value: bool },
}

#[derive(Default)]
struct Look {
    open: Vec<Open>,
    /// How much came so far.
    size: Size,
    behind_aliases: Size,
    /// How much each finished anchor stands for.
    anchors: BTreeMap<usize, Size>,
    /// How many nodes the document has so far, with those behind its aliases.
    nodes: usize,
    documents: Vec<Surveyed>,
    /// How many faults there were when the document began.
    faults_before: usize,
    faults: Vec<Fault>,
}

impl Look {
    fn event(&mut self, event: Event<'_>, span: &Span) {
        match event {
            Event::DocumentStart(..) => {
                self.documents.push(Surveyed { line: span.start.line(), faulty: false });
                self.nodes = 0;
                self.faults_before = self.faults.len();
            }
            Event::DocumentEnd => self.end_document(),
            Event::Scalar(text, style, anchor, tag) => {
                self.node(span, tag.as_deref());
                self.size.bytes += text.len();
                self.scalar(&text, style == ScalarStyle::Plain, span);
                if anchor != 0 {
                    self.anchors.insert(anchor, Size { nodes: 1, bytes: text.len() });
                }
            }
            Event::SequenceStart(_, anchor, tag) => {
                let before = self.size;
                self.node(span, tag.as_deref());
                self.refuse_as_key(span);
                self.open.push(Open::List { anchor, before });
            }
            Event::MappingStart(_, anchor, tag) => {
                let before = self.size;
                self.node(span, tag.as_deref());
                self.refuse_as_key(span);
                let keys = BTreeMap::new();
                self.open.push(Open::Map { anchor, before, keys, at_value: false });
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

    fn end_document(&mut self) {
        if let Some(document) = self.documents.last_mut() {
            document.faulty |= self.faults.len() > self.faults_before;
        }
    }

    fn node(&mut self, span: &Span, tag: Option<&Tag>) {
        self.size.nodes += 1;
        if self.nodes == 0
            && let Some(document) = self.documents.last_mut()
        {
            document.line = span.start.line();
        }
        self.count(1, span);
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            let message = format!("the tag `{tag}` is not supported");
            self.faults.push(Fault::new(range(span), message).help("write the plain value"));
        }
    }

    /// Counts nodes of the document, up to the first that is too many.
    fn count(&mut self, more: usize, span: &Span) {
        let before = self.nodes;
        self.nodes += more;
        if before <= MAX_NODES && self.nodes > MAX_NODES {
            let message = format!("this document holds more than {MAX_NODES} values");
            self.faults.push(Fault::new(range(span), message).help("split it"));
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
            self.anchors.insert(anchor, self.size.since(before));
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
        let Some(size) = self.anchors.get(&anchor).copied() else {
            self.faults.push(Fault::new(range(span), "this alias stands inside its own anchor"));
            return;
        };
        self.size.add(size);
        self.behind_aliases.add(size);
        self.count(size.nodes, span);
        if self.behind_aliases.is_too_large() {
            let message = format!(
                "the aliases of this file stand for more than {MAX_ALIAS_NODES} values or {} MB",
                MAX_ALIAS_BYTES >> 20
            );
            self.faults.push(Fault::new(range(span), message).help("write the values out"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        survey(text).faults.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_key_set_twice_is_refused_at_any_depth_with_both_places() {
        let text = "a:\n  - b: 1\n    c: 2\n    b: 3\n";
        let faults = survey(text).faults;
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
        assert!(messages("\"<<\": 1\n").is_empty());
    }

    #[test]
    fn a_key_that_is_a_collection_is_refused_and_the_rest_still_read() {
        assert_eq!(messages("? [a]\n: 1\nb: 1\nb: 2\n").len(), 2);
        assert_eq!(messages("{a: {b: 1}}: 1\n").len(), 1);
        assert_eq!(messages("x: &x 1\n*x : 2\n").len(), 1);
    }

    #[test]
    fn aliases_are_allowed_up_to_a_limit() {
        assert!(messages("a: &a [1, 2]\nb: *a\nc: *a\n").is_empty());
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

        let large =
            format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 6_000].join(", "));
        assert!(messages(&large)[0].contains("or 10 MB"));
    }

    #[test]
    fn nesting_is_bounded() {
        assert_eq!(messages(&"[".repeat(60_000)).len(), 1);
        assert_eq!(messages(&"- ".repeat(60_000)).len(), 1);
    }

    #[test]
    fn documents_start_at_their_first_node() {
        let documents = survey("# c\na: 1\n---\n\n# d\nb: 1\nb: 2\n").documents;
        let seen: Vec<_> = documents.iter().map(|it| (it.line, it.faulty)).collect();
        assert_eq!(seen, [(2, false), (6, true)]);
    }
}
