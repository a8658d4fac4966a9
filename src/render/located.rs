//! Where the places of diagnostics are, and the excerpts that show them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::manifest::{Diagnostic, Place, SourceId, Sources, Spot};
use crate::yaml::Places;

/// How far places may be apart that are shown in one excerpt, in bytes: what an excerpt leaves out between
/// two places costs time all the same.
const NEAR: usize = 64 << 10;

/// The bytes of each place.
#[derive(Debug)]
pub(super) struct Ranges<'a>(BTreeMap<&'a Place, Range<usize>>);

impl<'a> Ranges<'a> {
    /// Finds all places of some diagnostics.
    pub(super) fn of_diagnostics(found: &'a [Diagnostic], sources: &Sources) -> Self {
        let related = found.iter().flat_map(|it| it.related.iter().map(|(place, _)| place));
        Self::find(found.iter().map(|it| &it.place).chain(related), sources)
    }

    /// Finds places; each text is parsed at most once, and only if a place in it needs that.
    pub(super) fn find(places: impl Iterator<Item = &'a Place>, sources: &Sources) -> Self {
        // In the order of places, documents come in the order in which they stand.
        let wanted: BTreeSet<&Place> = places.collect();
        let mut places: Option<(SourceId, Places<'_>)> = None;
        let mut ranges = BTreeMap::new();
        for place in wanted {
            let text = sources.get(place.source).map_or("", |source| &source.text);
            let range = match &place.spot {
                Spot::Bytes(start, end) => *start..*end,
                Spot::Node { document, pointer, at_key } => {
                    if places.as_ref().is_none_or(|(id, _)| *id != place.source) {
                        places = Some((place.source, Places::new(text)));
                    }
                    let found = places.as_mut().and_then(|(_, it)| it.find(*document, pointer));
                    found.map_or(0..0, |span| match &span.key {
                        Some(key) if *at_key => key.clone(),
                        _ => span.value.clone(),
                    })
                }
            };
            ranges.insert(place, clamped(range, text));
        }
        Self(ranges)
    }

    /// Returns the bytes of a place in its text.
    pub(super) fn of(&self, place: &Place) -> Range<usize> {
        self.0.get(place).cloned().unwrap_or_default()
    }
}

fn clamped(range: Range<usize>, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end.min(text.len()));
    start..end.max(start)
}

/// Which of some places it is, and its bytes.
type Shown = (usize, Range<usize>);

/// A part of a text that shows some places, in whole lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt<'a> {
    pub(super) text: &'a str,
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// The places in it, with their bytes in the excerpt.
    pub(super) shows: Vec<Shown>,
}

/// Cuts excerpts that show all places of one text, the first place in the first of them.
pub(super) fn excerpts<'a>(text: &'a str, places: &[Shown]) -> Vec<Excerpt<'a>> {
    let mut windows: Vec<(Range<usize>, Vec<Shown>)> = Vec::new();
    for place in places {
        let around =
            |window: &Range<usize>| window.start.min(place.1.start)..window.end.max(place.1.end);
        match windows.iter_mut().find(|(window, _)| around(window).len() <= NEAR) {
            Some((window, shows)) => {
                *window = around(window);
                shows.push(place.clone());
            }
            None => windows.push((place.1.clone(), vec![place.clone()])),
        }
    }
    windows.into_iter().map(|(window, shows)| excerpt(text, &window, shows)).collect()
}

fn excerpt<'a>(text: &'a str, window: &Range<usize>, shows: Vec<Shown>) -> Excerpt<'a> {
    let (before, after) = (text.get(..window.start), text.get(window.end..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| window.end + at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let inside = |range: Range<usize>| range.start - start..range.end - start;
    let shows = shows.into_iter().map(|(which, range)| (which, inside(range))).collect();
    Excerpt { text: text.get(start..end).unwrap_or_default(), line, shows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_are_near_share_an_excerpt_of_whole_lines() {
        let text = "a: 1\nb: 2\nc: 3\n";
        let found = excerpts(text, &[(0, 8..9), (1, 3..4)]);
        let shows = vec![(0, 8..9), (1, 3..4)];
        assert_eq!(found, [Excerpt { text: "a: 1\nb: 2\n", line: 1, shows }]);
        assert_eq!(excerpts(text, &[(0, 13..14)])[0].line, 3);
        let end = excerpts(text, &[(0, 15..15)]);
        assert_eq!(end, [Excerpt { text: "", line: 4, shows: vec![(0, 0..0)] }]);
    }

    #[test]
    fn places_that_are_far_apart_do_not() {
        let text = "a: 1\n".repeat(NEAR);
        let last = text.len() - 2;
        let found = excerpts(&text, &[(0, last..last + 1), (1, 3..4)]);
        let lines: Vec<usize> = found.iter().map(|it| it.line).collect();
        assert_eq!(lines, [NEAR, 1]);
        assert!(found.iter().all(|it| it.text == "a: 1\n"));
    }
}
