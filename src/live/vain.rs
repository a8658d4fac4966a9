//! Filters of a list that let too much through to be of use.

use super::kept::Kept;

/// How many of them are kept, those that were seen last.
const MOST: usize = 50;

/// What is kept of the filters of a list that were asked in vain.
pub(super) struct Vain<'a> {
    kept: &'a Kept,
    path: String,
    filters: Vec<String>,
}

impl<'a> Vain<'a> {
    /// Returns what is kept of a list.
    pub(super) fn of(kept: &'a Kept, list: &str) -> Self {
        let path = format!("{list} in vain");
        let filters = kept.value(&path).map(|(_, filters)| filters).unwrap_or_default();
        Self { kept, path, filters }
    }

    /// Returns whether one of these was asked in vain: then all the list is to be read.
    pub(super) fn knows_any(&self, filters: &[String]) -> bool {
        filters.iter().any(|filter| self.filters.contains(filter))
    }

    /// Keeps one more.
    pub(super) fn keep(&self, filter: &str) {
        let before = self.filters.iter().map(String::as_str).filter(|it| *it != filter);
        let all: Vec<&str> = std::iter::once(filter).chain(before).take(MOST).collect();
        self.kept.keep(&self.path, "", &all);
    }
}
