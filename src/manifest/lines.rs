//! The lines of nodes within a document, looked up only where a manifest has rows.

use std::cell::{OnceCell, RefCell};

use crate::yaml::{Places, Pointer};

/// Finds the lines of a text's nodes; documents are asked for in their order.
pub(super) struct Lines<'a> {
    text: &'a str,
    places: RefCell<Places<'a>>,
    /// Where each line starts, in bytes; looked for when the first line is asked for.
    starts: OnceCell<Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, places: RefCell::new(Places::new(text)), starts: OnceCell::new() }
    }

    /// Returns the line of a node, from 1.
    pub(super) fn of(&self, document: usize, pointer: &Pointer) -> usize {
        let starts = self.starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        });
        let mut places = self.places.borrow_mut();
        let at = places.find(document, pointer).map_or(0, |span| span.value.start);
        starts.partition_point(|start| *start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one_in_every_document() {
        let lines = Lines::new("a: 1\n---\nb:\n  - x\n\n  - y: 2\n    z: 3\n");
        let b = Pointer::default().key("b");
        assert_eq!(lines.of(0, &Pointer::default().key("a")), 1);
        assert_eq!(lines.of(1, &b.item(0)), 4);
        assert_eq!(lines.of(1, &b.item(1)), 6);
        assert_eq!(lines.of(1, &b.item(1).key("z")), 7);
    }
}
