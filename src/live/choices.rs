//! How it was chosen what to read, and what the other ways would have taken.

use jiff::SignedDuration;

use crate::plutora::Length;
use crate::resource::Referent;

/// What was read how; for people, and for what to ask next: nothing that is planned depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The lists, by their paths.
    pub lists: Vec<ListRead>,
    /// The details of objects.
    pub details: Details,
}

/// How one list was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRead {
    /// Its path.
    pub path: String,
    /// How.
    pub how: How,
    /// How many of its rows were wanted.
    pub wanted: u64,
    /// How long it is, as far as anybody has seen.
    pub length: Option<Length>,
    /// What asking by filter takes; none where it is not possible.
    pub by_filter: Option<ByFilter>,
}

/// The ways to have a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Whole, page by page.
    Whole,
    /// Only what was wanted, by filter.
    ByFilter,
    /// As an earlier run has read it, so long ago.
    Kept(SignedDuration),
}

/// What asking by filter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByFilter {
    /// So many requests.
    Takes(u64),
    /// It was tried, and the whole list had to be read after all.
    InVain,
}

/// Where the details came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// From the row of the list, which holds all that is managed.
    pub in_rows: u64,
    /// From an earlier run, as the row has not changed since.
    pub kept: u64,
    /// From a request.
    pub read: u64,
}

impl Choices {
    /// Returns how long the list behind a kind of reference is, if that is known for sure.
    pub fn length_of(&self, referent: Referent) -> Option<Length> {
        let path = referent.list_path();
        let read = self.lists.iter().find(|it| it.path == path)?;
        read.length.filter(|length| !length.is_least)
    }
}

impl ListRead {
    /// Returns whether an earlier run has read it.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self.how, How::Kept(_))
    }

    /// Returns how many requests reading it whole takes, where its length is known.
    pub fn whole(&self) -> Option<u64> {
        self.length.map(Length::requests)
    }
}

impl Details {
    /// Returns how many objects there were.
    pub fn all(self) -> u64 {
        let Self { in_rows, kept, read } = self;
        in_rows + kept + read
    }
}
