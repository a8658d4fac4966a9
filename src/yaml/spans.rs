//! Where the nodes of a text stand; looked up only when an error is to be shown, or a line to be told.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use granit_parser::{Event, Parser, StrInput};

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

/// Finds the places of nodes of a text that [`super::read`] accepts.
///
/// The nodes of one document are known at a time, so whoever asks for documents in their order has the
/// text parsed once.
pub struct Places<'a> {
    text: &'a str,
    events: Parser<'a, StrInput<'a>>,
    /// How many documents were begun.
    begun: usize,
    nodes: BTreeMap<Pointer, Span>,
}

impl fmt::Debug for Places<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Places").field("begun", &self.begun).finish_non_exhaustive()
    }
}

impl<'a> Places<'a> {
    /// Finds places in a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, events: parser(text), begun: 0, nodes: BTreeMap::new() }
    }

    /// Returns where a node stands, or else the nearest node around it that is written out.
    ///
    /// A node behind an alias has no place of its own.
    pub fn find(&mut self, document: usize, pointer: &Pointer) -> Option<&Span> {
        if document + 1 < self.begun {
            *self = Self::new(self.text);
        }
        while self.begun <= document {
            self.nodes = nodes(self.text, &mut self.events);
            self.begun += 1;
        }
        let mut wanted = Some(pointer.clone());
        while let Some(pointer) = wanted {
            wanted = pointer.parent();
            if self.nodes.contains_key(&pointer) {
                return self.nodes.get(&pointer);
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

/// Finds the nodes of the next document; what stands behind a syntax error is left out.
fn nodes<'a>(text: &'a str, events: &mut Parser<'a, StrInput<'a>>) -> BTreeMap<Pointer, Span> {
    let mut index = Index::default();
    for (event, span) in events.map_while(Result::ok) {
        let at = range(&span);
        match event {
            Event::DocumentEnd => break,
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
    index.nodes
}

#[derive(Default)]
struct Index {
    nodes: BTreeMap<Pointer, Span>,
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
        self.nodes.insert(pointer.clone(), Span { key, value });
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
        let mut places = Places::new(text);
        let span = places.find(document, &pointer).expect("a place");
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
    fn documents_are_found_in_any_order() {
        let mut places = Places::new("a: 1\n---\n---\na: 2\n");
        let a = Pointer::default().key("a");
        for (document, start) in [(2, 16), (0, 3), (0, 3), (2, 16)] {
            assert_eq!(places.find(document, &a).map(|span| span.value.start), Some(start));
        }
        assert_eq!(places.find(9, &a), None);
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        assert_eq!(offset("ab\ncd\n", 2, 2), 4);
        assert_eq!(offset("ä\nb", 2, 1), 3);
        assert_eq!(offset("a", 9, 9), 1);
    }
}
