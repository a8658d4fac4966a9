//! Pages of a list: reading one, and knowing when there are no more.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::resource::{Body as _, find_key};

/// The most records that one request may ask for (vendor help).
pub const PAGE_SIZE: u64 = 100;

/// One page.
#[derive(Debug, PartialEq)]
pub(super) struct Page {
    pub(super) rows: Vec<Map<String, Value>>,
    /// `totalCount` of the envelope; a bare array states none.
    pub(super) total: Option<u64>,
    /// `recordsPerPage` of the envelope, which need not be what was asked for.
    pub(super) size: Option<u64>,
}

impl Page {
    /// Reads a page in either of the two shapes, a bare array or an envelope with `resultSet`.
    pub(super) fn read(answer: Value) -> Result<Self, String> {
        match answer {
            Value::Array(rows) => Ok(Self { rows: objects(rows)?, total: None, size: None }),
            Value::Object(mut envelope) => {
                let number =
                    |key| find_key(&envelope, key).and_then(|key| envelope.get(key)?.as_u64());
                let (total, size) = (number("totalCount"), number("recordsPerPage"));
                let rows = find_key(&envelope, "resultSet").map(str::to_owned);
                match rows.and_then(|key| envelope.remove(&key)) {
                    Some(Value::Array(rows)) => Ok(Self { rows: objects(rows)?, total, size }),
                    _ => Err("an object without a list `resultSet`, where a list was asked".into()),
                }
            }
            Value::Null => Err("an empty body, where a list was asked".into()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err("a single value, where a list was asked".into())
            }
        }
    }
}

fn objects(rows: Vec<Value>) -> Result<Vec<Map<String, Value>>, String> {
    let object = |row| {
        if let Value::Object(row) = row { Some(row) } else { None }
    };
    let rows: Option<Vec<_>> = rows.into_iter().map(object).collect();
    rows.ok_or_else(|| "a list with a row that is not an object".to_owned())
}

/// How long a list that stands by itself is, as far as anybody has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// How many rows it has.
    pub rows: u64,
    /// How they come.
    pub pages: Pages,
    /// Whether it may have more.
    pub is_least: bool,
}

impl Length {
    /// Returns how many requests reading it whole takes; of bare arrays, with the empty one that ends them.
    pub fn requests(self) -> u64 {
        let Self { rows, pages, is_least: _ } = self;
        match pages {
            Pages::Bare if rows > 0 => rows.div_ceil(PAGE_SIZE) + 1,
            Pages::Bare => 1,
            Pages::Counted(_) | Pages::Whole => pages.requests(rows),
        }
    }
}

/// How a server divides a list into pages, as its first answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pages {
    /// In envelopes, which count the rows, with pages of this size.
    Counted(u64),
    /// In bare arrays, where only a page that is not full is known to be the last.
    Bare,
    /// Not at all: one bare array holds more rows than a page can.
    Whole,
}

impl Pages {
    /// Returns how many requests reading the rows below an object takes, where there are so many.
    pub fn requests(self, rows: u64) -> u64 {
        match self {
            Self::Counted(size) => rows.div_ceil(size.max(1)).max(1),
            Self::Bare => rows / PAGE_SIZE + 1,
            // As many rows as a page holds look like one.
            Self::Whole => 1 + u64::from(rows == PAGE_SIZE),
        }
    }

    /// Returns the number of the page on which the row at a place is, from 0.
    pub fn page_of(self, row: u64) -> u64 {
        match self {
            Self::Counted(size) => row / size.max(1),
            Self::Bare => row / PAGE_SIZE,
            Self::Whole => 0,
        }
    }

    pub(super) fn of(first: &Page) -> Self {
        let Page { rows, total, size } = first;
        let count = rows.len() as u64;
        match total {
            Some(total) if count < *total => Self::Counted(count),
            Some(_) => Self::Counted(size.unwrap_or(PAGE_SIZE)),
            None if count > PAGE_SIZE => Self::Whole,
            None => Self::Bare,
        }
    }
}

/// What an answer means that neither counts the rows of its list nor says the size of its pages, and
/// holds another number of rows than a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uncounted {
    /// A page like any other, as a server may cut pages shorter than asked.
    #[default]
    Page,
    /// The last page: nobody knows whether the lists below an object can be paged, and to ask each of
    /// them once more would double what they take.
    Last,
}

/// Follows the pages of one list as they come.
#[derive(Debug, Default)]
pub(super) struct Pager {
    uncounted: Uncounted,
    seen: BTreeSet<Identity>,
    received: u64,
    /// How many of them had come before, on another page.
    twice: u64,
    /// Whether a page had such rows and others: the pages have shifted.
    shifted: bool,
    /// How many rows the first page had.
    first: Option<u64>,
}

/// What came of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The identities of the rows.
    rows: BTreeSet<Identity>,
    /// How many came on two pages.
    pub(super) twice: u64,
    /// Whether that was beside rows that had not come before.
    pub(super) shifted: bool,
}

/// What to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask for the page after it.
    More,
    /// That was the last.
    Done,
}

impl Pager {
    pub(super) fn new(uncounted: Uncounted) -> Self {
        Self { uncounted, ..Self::default() }
    }

    /// Takes a page: keeps the rows that did not come before, and says whether more can follow.
    ///
    /// A list ends by its `totalCount`, if that is what came, by an empty page, or by a page that brings nothing new,
    /// as from a server that ignores paging. A short page ends it against the page size that
    /// the answer itself states, or where [`Uncounted`] says so.
    pub(super) fn accept(&mut self, page: Page) -> (Vec<Map<String, Value>>, Next) {
        let Page { rows, total, size } = page;
        let count = rows.len() as u64;
        self.received += count;
        let without_id: Vec<Identity> =
            rows.iter().filter(|row| id(row).is_none()).map(text).collect();
        let is_known =
            |row: &&Map<String, Value>| id(row).is_some_and(|id| self.seen.contains(&id));
        let mut twice = rows.iter().filter(is_known).count() as u64;
        // Equal rows are two; but a page that came before, whole, came twice.
        let repeated = *self.first.get_or_insert(count) == count
            && without_id.iter().all(|text| self.seen.contains(text));
        let new: Vec<_> = rows
            .into_iter()
            .filter(|row| id(row).map_or(!repeated, |id| self.seen.insert(id)))
            .collect();
        if repeated {
            twice += without_id.len() as u64;
        }
        self.seen.extend(without_id);
        self.twice += twice;
        self.shifted |= twice > 0 && !new.is_empty();
        // One that has fewer rows than came is no total.
        let came = [self.received, self.received - self.twice];
        let by_total = total.is_some_and(|total| came.contains(&total));
        // Without a total only; with one, a short page is a page that lost rows to a shift.
        let by_size = total.is_none()
            && match (size, self.uncounted) {
                (Some(size), _) => count < size,
                (None, Uncounted::Last) => count != PAGE_SIZE,
                (None, Uncounted::Page) => false,
            };
        let done = count == 0 || new.is_empty() || by_total || by_size;
        (new, if done { Next::Done } else { Next::More })
    }

    /// Returns what came, all in all.
    pub(super) fn end(self) -> Seen {
        let Self { seen, twice, shifted, .. } = self;
        Seen { rows: seen, twice, shifted }
    }
}

/// What tells a row from others: its id, or else all that it says, as the first half of a hash. A list may
/// have many rows, and two with one hash are not to be expected in the age of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity([u8; 16]);

impl Identity {
    fn of(text: &str) -> Self {
        let (hash, mut first) = (Sha256::digest(text.as_bytes()), [0; 16]);
        first.iter_mut().zip(hash).for_each(|(ours, byte)| *ours = byte);
        Self(first)
    }
}

fn text(row: &Map<String, Value>) -> Identity {
    Identity::of(&Value::Object(row.clone()).to_string())
}

fn id(row: &Map<String, Value>) -> Option<Identity> {
    Some(Identity::of(&row.said("id").text()?.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(ids: std::ops::Range<u32>) -> Value {
        ids.map(|id| json!({"id": format!("r{id}")})).collect()
    }

    fn envelope(ids: std::ops::Range<u32>, total: u64, size: u64) -> Value {
        json!({"resultSet": rows(ids), "totalCount": total, "recordsPerPage": size})
    }

    fn accept(pager: &mut Pager, answer: Value) -> (usize, Next) {
        let (rows, next) = pager.accept(Page::read(answer).unwrap());
        (rows.len(), next)
    }

    #[test]
    fn an_envelope_ends_by_its_total() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, envelope(0..100, 200, 100)), (100, Next::More));
        assert_eq!(accept(&mut pager, envelope(100..200, 200, 100)), (100, Next::Done));
        assert_eq!(accept(&mut Pager::default(), envelope(0..0, 0, 100)), (0, Next::Done));
    }

    #[test]
    fn a_total_that_is_less_than_what_came_ends_nothing() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, envelope(0..100, 0, 100)), (100, Next::More));
        assert_eq!(accept(&mut pager, envelope(100..200, 101, 100)), (100, Next::More));
        assert_eq!(accept(&mut pager, envelope(200..250, 101, 100)), (50, Next::More));
        assert_eq!(accept(&mut pager, envelope(0..0, 101, 100)), (0, Next::Done));
    }

    #[test]
    fn a_server_with_smaller_pages_is_read_to_its_end() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, envelope(0..50, 120, 50)), (50, Next::More));
        assert_eq!(accept(&mut pager, envelope(50..100, 120, 50)), (50, Next::More));
        assert_eq!(accept(&mut pager, envelope(100..120, 120, 50)), (20, Next::Done));
    }

    #[test]
    fn a_short_bare_array_is_not_taken_for_the_end() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, rows(0..50)), (50, Next::More));
        assert_eq!(accept(&mut pager, rows(50..60)), (10, Next::More));
        assert_eq!(accept(&mut pager, rows(0..0)), (0, Next::Done));
    }

    #[test]
    fn equal_rows_without_ids_are_two_unless_a_whole_page_comes_again() {
        let mut pager = Pager::default();
        let twice = json!([{"system": "x"}, {"system": "x"}]);
        assert_eq!(accept(&mut pager, twice.clone()), (2, Next::More));
        assert_eq!(accept(&mut pager, json!([{"system": "x"}])), (1, Next::More));
        assert_eq!(accept(&mut pager, twice), (0, Next::Done));
    }

    #[test]
    fn a_server_that_ignores_paging_is_noticed() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, rows(0..250)), (250, Next::More));
        assert_eq!(accept(&mut pager, rows(0..250)), (0, Next::Done));
        assert_eq!((pager.seen.len(), pager.twice), (250, 250));
    }

    #[test]
    fn keys_are_read_in_any_case_and_nonsense_is_refused() {
        assert_eq!(Page::read(json!({"ResultSet": [], "TotalCount": 0})).unwrap().total, Some(0));
        for nonsense in [json!(null), json!("x"), json!({"message": "x"}), json!([1])] {
            assert!(Page::read(nonsense).is_err());
        }
    }
}
