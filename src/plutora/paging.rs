//! Pages of a list: reading one, and knowing when there are no more.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::resource::find_key;

/// The most records that one request may ask for (vendor help).
pub(super) const PAGE_SIZE: u64 = 100;

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

/// Follows the pages of one list as they come.
#[derive(Debug, Default)]
pub(super) struct Pager {
    seen: BTreeSet<String>,
    received: u64,
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
    /// Takes a page: keeps the rows that did not come before, and says whether more can follow.
    ///
    /// A list ends by its `totalCount`, by an empty page, or by a page that brings nothing new,
    /// as from a server that ignores paging. A short page ends it only against the page size that
    /// the answer itself states: a server may cut pages shorter than asked.
    pub(super) fn accept(&mut self, page: Page) -> (Vec<Map<String, Value>>, Next) {
        let Page { rows, total, size } = page;
        let count = rows.len() as u64;
        self.received += count;
        let new: Vec<_> = rows.into_iter().filter(|row| self.is_new(row)).collect();
        let by_total = total.is_some_and(|total| self.received >= total);
        // Without a total only; with one, a short page is a page that lost rows to a shift.
        let by_size = total.is_none() && size.is_some_and(|size| count < size);
        let done = count == 0 || new.is_empty() || by_total || by_size;
        (new, if done { Next::Done } else { Next::More })
    }

    /// Returns the identities of the rows that came.
    pub(super) fn into_seen(self) -> BTreeSet<String> {
        self.seen
    }

    fn is_new(&mut self, row: &Map<String, Value>) -> bool {
        let id = find_key(row, "id").and_then(|key| row.get(key)).and_then(Value::as_str);
        let identity = match id {
            Some(id) => id.to_lowercase(),
            None => Value::Object(row.clone()).to_string(),
        };
        self.seen.insert(identity)
    }
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
    fn a_server_that_ignores_paging_is_noticed() {
        let mut pager = Pager::default();
        assert_eq!(accept(&mut pager, rows(0..250)), (250, Next::More));
        assert_eq!(accept(&mut pager, rows(0..250)), (0, Next::Done));
        assert_eq!(pager.into_seen().len(), 250);
    }

    #[test]
    fn keys_are_read_in_any_case_and_nonsense_is_refused() {
        assert_eq!(Page::read(json!({"ResultSet": [], "TotalCount": 0})).unwrap().total, Some(0));
        for nonsense in [json!(null), json!("x"), json!({"message": "x"}), json!([1])] {
            assert!(Page::read(nonsense).is_err());
        }
    }
}
