//! Places in manifests as `file:line`, for lists of many.

use std::collections::BTreeMap;

use super::located::Ranges;
use super::plain;
use crate::manifest::{Place, SourceId, Sources};

/// Where places are.
#[derive(Debug)]
pub(super) struct Spots<'a> {
    sources: &'a Sources,
    ranges: Ranges<'a>,
    /// Where the lines of each text start, in bytes.
    starts: BTreeMap<SourceId, Vec<usize>>,
}

impl<'a> Spots<'a> {
    /// Looks for places.
    pub(super) fn find(places: &[&'a Place], sources: &'a Sources) -> Self {
        let mut starts = BTreeMap::new();
        for place in places {
            starts.entry(place.source).or_insert_with(|| {
                let text = sources.get(place.source).map_or("", |source| &source.text);
                std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
            });
        }
        Self { sources, ranges: Ranges::find(places.iter().copied(), sources), starts }
    }

    /// Returns the file and line of a place.
    pub(super) fn of(&self, place: &Place) -> String {
        let (file, line, _) = self.position(place);
        format!("{}:{line}", plain(file))
    }

    /// Returns the file, the line and the column of a place; both count from 1, columns in characters.
    pub(super) fn position(&self, place: &Place) -> (&'a str, usize, usize) {
        let source = self.sources.get(place.source);
        let (file, text) = source.map_or(("", ""), |source| (&source.name, &source.text));
        let at = self.ranges.of(place).start;
        let starts = self.starts.get(&place.source).map(Vec::as_slice).unwrap_or_default();
        let line = starts.partition_point(|start| *start <= at);
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        (file, line, text.get(start..at).unwrap_or_default().chars().count() + 1)
    }
}
