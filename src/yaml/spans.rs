//! Where the nodes of a text stand; built only when an error is to be shown.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::Event;

use super::Pointer;
use super::survey::{parser, range};

/// The byte ranges of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The key in front of it, if it has one.
    pub key: Option<Range<usize>>,
    /// The node; for a collection, its first character.
    pub value: Range<usize>,
}

/// The places of all nodes of a text, by document and pointer.
#[derive(Debug, Default)]
pub struct Spans(BTreeMap<(usize, Pointer), Span>);

impl Spans {
    /// Returns where a node stands, or else the nearest node around it that is written out.
    ///
    /// A node behind an alias has no place of its own.
    pub fn find(&self, document: usize, pointer: &Pointer) -> Option<&Span> {
        let mut wanted = Some(pointer.clone());
        while let Some(pointer) = wanted {
            wanted = pointer.parent();
            if let Some(span) = self.0.get(&(document, pointer)) {
                return Some(span);
            }
        }
        None
    }
}

/// Returns the byte offset of a line and a column, both from 1.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    start + within
}

enum Open {
    List(Pointer, usize),
    Map(Pointer, Option<(String, Range<usize>)>),
}

/// Indexes a text; what stands behind a syntax error is left out.
pub(super) fn index(text: &str) -> Spans {
    let mut index = Index::default();
    for (event, span) in parser(text).map_while(Result::ok) {
        let at = range(&span);
        match event {
            Event::DocumentEnd => index.document += 1,
            Event::Scalar(text, ..) => index.scalar(&text, at),
            Event::Alias(_) => index.value(at),
            Event::SequenceStart(..) => {
                let pointer = index.place(at.start..(at.start + 1).min(text.len()));
                index.open.push(Open::List(pointer, 0));
            }
            Event::MappingStart(..) => {
                let pointer = index.place(at.start..(at.start + 1).min(text.len()));
                index.open.push(Open::Map(pointer, None));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                index.open.pop();
                index.done();
            }
            // The other events carry no node; the enum may grow.
            Event::StreamStart | Event::StreamEnd | _ => {}
        }
    }
    index.spans
}

#[derive(Default)]
struct Index {
    spans: Spans,
    document: usize,
    open: Vec<Open>,
}

impl Index {
    fn scalar(&mut self, text: &str, at: Range<usize>) {
        if let Some(Open::Map(_, key @ None)) = self.open.last_mut() {
            *key = Some((text.to_owned(), at));
        } else {
            self.value(at);
        }
    }

    fn value(&mut self, at: Range<usize>) {
        self.place(at);
        self.done();
    }

    /// Records a node that starts here and returns its pointer.
    fn place(&mut self, value: Range<usize>) -> Pointer {
        let (pointer, key) = match self.open.last() {
            None => (Pointer::default(), None),
            Some(Open::List(list, next)) => (list.item(*next), None),
            Some(Open::Map(map, Some((key, at)))) => (map.key(key), Some(at.clone())),
            Some(Open::Map(map, None)) => (map.clone(), None),
        };
        self.spans.0.insert((self.document, pointer.clone()), Span { key, value });
        pointer
    }

    fn done(&mut self) {
        match self.open.last_mut() {
            Some(Open::List(_, next)) => *next += 1,
            Some(Open::Map(_, key)) => *key = None,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(text: &'a str, document: usize, path: &[&str]) -> (Option<&'a str>, &'a str) {
        let pointer = path.iter().fold(Pointer::default(), |pointer, step| {
            step.parse().map_or_else(|_| pointer.key(step), |index| pointer.item(index))
        });
        let spans = index(text);
        let span = spans.find(document, &pointer).expect("a place");
        (span.key.clone().and_then(|key| text.get(key)), text.get(span.value.clone()).unwrap())
    }

    #[test]
    fn every_node_is_found_by_its_pointer() {
        let text = "ä: 1\nlist:\n  - x\n  - {a/b: 'y z'}\n---\nsecond: 2\n";
        assert_eq!(at(text, 0, &["ä"]), (Some("ä"), "1"));
        assert_eq!(at(text, 0, &["list", "0"]), (None, "x"));
        assert_eq!(at(text, 0, &["list", "1", "a/b"]), (Some("a/b"), "'y z'"));
        assert_eq!(at(text, 1, &["second"]), (Some("second"), "2"));
    }

    #[test]
    fn a_missing_node_is_found_at_the_node_around_it() {
        assert_eq!(at("spec:\n  a: 1\n", 0, &["spec", "b"]), (Some("spec"), "a"));
        assert_eq!(at("a: &x {b: 1}\nc: *x\n", 0, &["c", "b"]), (Some("c"), "*x"));
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        assert_eq!(offset("ab\ncd\n", 2, 2), 4);
        assert_eq!(offset("ä\nb", 2, 1), 3);
        assert_eq!(offset("a", 9, 9), 1);
    }
}
