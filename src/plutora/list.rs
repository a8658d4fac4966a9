//! Reading a whole list, page by page.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::error::ReadError;
use super::paging::{Next, PAGE_SIZE, Page, Pager};
use super::port::{Get, Read};

/// How often a list that changes while it is read is read anew.
const SCANS: usize = 3;

/// A list to be read.
#[derive(Debug)]
pub struct Listing<'a> {
    /// The path of the list.
    pub path: &'a str,
    /// A filter expression; none reads everything.
    pub filter: Option<String>,
    /// How many pages may be asked for at the same time.
    pub parallelism: usize,
}

/// Reads a list to its end and keeps of each row what `keep` returns.
///
/// Rows that come twice count once. Where pages shift because somebody deletes while we read, a
/// row can be missed; that shows in the total, and the list is then read again, until a scan is
/// whole or two scans agree on what there is.
pub async fn list<R: Read, T>(
    reader: &R,
    listing: &Listing<'_>,
    keep: impl Fn(Map<String, Value>) -> T,
) -> Result<Vec<T>, ReadError> {
    let mut before = None;
    for _ in 0..SCANS {
        let Scan { kept, seen, whole } = scan(reader, listing, &keep).await?;
        let seen = Some(seen);
        if whole || before == seen {
            return Ok(kept);
        }
        tracing::info!(path = listing.path, "the list changed while it was read; reading it again");
        before = seen;
    }
    Err(ReadError::unreadable(listing.path, "the list kept changing while it was read"))
}

/// The rows below an object, and what reading them took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Children {
    /// The rows.
    pub rows: Vec<Map<String, Value>>,
    /// How many requests.
    pub requests: u64,
}

/// Reads the rows below an object, with one request where they are few.
///
/// Nobody knows whether these lists can be paged, so they are asked for whole. An array of as many
/// rows as a page holds may have been cut, and an envelope may say that it was: then the list is
/// read page by page.
pub async fn children<R: Read>(reader: &R, path: &str) -> Result<Children, ReadError> {
    let counted = Counted { reader, requests: AtomicU64::new(0) };
    let rows = read_children(&counted, path).await?;
    Ok(Children { rows, requests: counted.requests.into_inner() })
}

/// Counts the questions that go through it.
struct Counted<'a, R> {
    reader: &'a R,
    requests: AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.reader.get(question).await
    }
}

async fn read_children<R: Read>(
    reader: &R,
    path: &str,
) -> Result<Vec<Map<String, Value>>, ReadError> {
    let answer = reader.get(&Get::new(path)).await?;
    let Page { rows, total, size: _ } =
        Page::read(answer).map_err(|cause| ReadError::unreadable(path, cause))?;
    let count = rows.len() as u64;
    let cut = match total {
        Some(total) => total > count,
        None => count > 0 && count.is_multiple_of(PAGE_SIZE),
    };
    if !cut {
        return Ok(rows);
    }
    list(reader, &Listing { path, filter: None, parallelism: 1 }, |row| row).await
}

struct Scan<T> {
    kept: Vec<T>,
    /// The identities of the rows.
    seen: BTreeSet<String>,
    /// Whether as many different rows came as the list said it has.
    whole: bool,
}

async fn scan<R: Read, T>(
    reader: &R,
    listing: &Listing<'_>,
    keep: impl Fn(Map<String, Value>) -> T,
) -> Result<Scan<T>, ReadError> {
    let mut pager = Pager::default();
    let first = page(reader, listing, 0).await?;
    let total = first.total;
    let rows_per_page = first.rows.len() as u64;
    let (rows, mut next) = pager.accept(first);
    let mut kept: Vec<T> = rows.into_iter().map(&keep).collect();

    // What the first page says of the rest is asked for at once; whatever the rest turns out to
    // be, the pager alone decides when the list is over.
    let known = total.map_or(1, |total| total.div_ceil(rows_per_page.max(1)));
    let ahead = stream::iter(1..known).map(|number| page(reader, listing, number));
    let mut ahead = std::pin::pin!(ahead.buffered(listing.parallelism.max(1)));
    let mut number = known;
    while next == Next::More {
        let following = if let Some(page) = ahead.next().await {
            page?
        } else {
            number += 1;
            page(reader, listing, number - 1).await?
        };
        let (rows, after) = pager.accept(following);
        kept.extend(rows.into_iter().map(&keep));
        next = after;
    }
    let seen = pager.into_seen();
    let whole = total.is_none_or(|total| seen.len() as u64 >= total);
    Ok(Scan { kept, seen, whole })
}

async fn page<R: Read>(reader: &R, listing: &Listing<'_>, number: u64) -> Result<Page, ReadError> {
    let mut question = Get::new(listing.path)
        .with("pageNum", number.to_string())
        .with("recordsPerPage", PAGE_SIZE.to_string());
    if let Some(filter) = &listing.filter {
        question = question.with("filter", filter.clone());
    }
    let answer = reader.get(&question).await?;
    Page::read(answer).map_err(|cause| ReadError::unreadable(listing.path, cause))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    /// Answers each page number with the next of its prepared answers, the last one for ever.
    struct Pages(RefCell<Vec<Vec<Value>>>, RefCell<Vec<u64>>);

    impl Pages {
        fn new(pages: Vec<Vec<Value>>) -> Self {
            Self(RefCell::new(pages), RefCell::default())
        }
    }

    impl Read for Pages {
        async fn get(&self, question: &Get) -> Result<Value, ReadError> {
            let number: usize = question.query[0].1.parse().unwrap();
            self.1.borrow_mut().push(number as u64);
            let mut pages = self.0.borrow_mut();
            let Some(answers) = pages.get_mut(number) else {
                return Ok(json!([]));
            };
            Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
        }
    }

    fn envelope(ids: &[u32], total: usize) -> Value {
        let rows: Value = ids.iter().map(|id| json!({"id": id.to_string()})).collect();
        json!({"resultSet": rows, "totalCount": total, "recordsPerPage": 2})
    }

    async fn ids(pages: &Pages) -> Result<Vec<String>, ReadError> {
        let listing = Listing { path: "/releases", filter: None, parallelism: 2 };
        list(pages, &listing, |row| row["id"].as_str().unwrap().to_owned()).await
    }

    #[tokio::test]
    async fn every_page_is_asked_for_once() {
        let pages = Pages::new(vec![
            vec![envelope(&[1, 2], 5)],
            vec![envelope(&[3, 4], 5)],
            vec![envelope(&[5], 5)],
        ]);
        assert_eq!(ids(&pages).await.unwrap(), ["1", "2", "3", "4", "5"]);
        assert_eq!(*pages.1.borrow(), [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_row_that_a_shift_hid_is_found_by_reading_again() {
        let pages = Pages::new(vec![
            vec![envelope(&[1, 2], 4), envelope(&[2, 3], 3)],
            // 1 was deleted in between, so 3 moved to the first page, which was read already.
            vec![envelope(&[4], 3)],
        ]);
        assert_eq!(ids(&pages).await.unwrap(), ["2", "3", "4"]);
    }

    #[tokio::test]
    async fn a_total_that_is_always_wrong_is_not_waited_for() {
        let pages = Pages::new(vec![vec![envelope(&[1, 2], 3)], vec![envelope(&[], 3)]]);
        assert_eq!(ids(&pages).await.unwrap(), ["1", "2"]);
    }

    /// Answers any question for a page with what is there, as a server that ignores paging.
    struct Whole(usize, RefCell<u32>);

    impl Read for Whole {
        async fn get(&self, _: &Get) -> Result<Value, ReadError> {
            *self.1.borrow_mut() += 1;
            Ok((0..self.0).map(|id| json!({"id": id.to_string()})).collect())
        }
    }

    #[tokio::test]
    async fn rows_below_an_object_take_one_request_unless_they_may_have_been_cut() {
        for (rows, requests) in [(0, 1), (99, 1), (100, 3), (250, 1)] {
            let server = Whole(rows, RefCell::default());
            let read = children(&server, "/releases/x/systems").await.unwrap();
            assert_eq!((read.rows.len(), read.requests), (rows, requests));
            assert_eq!(u64::from(*server.1.borrow()), requests, "{rows}");
        }
    }

    #[tokio::test]
    async fn an_envelope_that_holds_less_than_it_says_is_read_to_its_end() {
        let pages = Pages::new(vec![vec![envelope(&[1, 2], 3)], vec![envelope(&[3], 3)]]);
        let server = Unpaged(pages);
        let read = children(&server, "/releases/x/systems").await.unwrap();
        assert_eq!((read.rows.len(), read.requests), (3, 3));
    }

    /// Takes a question without a page for one about the first.
    struct Unpaged(Pages);

    impl Read for Unpaged {
        async fn get(&self, question: &Get) -> Result<Value, ReadError> {
            let first = question.clone().with("pageNum", "0");
            self.0.get(if question.query.is_empty() { &first } else { question }).await
        }
    }

    #[tokio::test]
    async fn bare_arrays_are_followed_to_an_empty_page() {
        let pages = Pages::new(vec![vec![json!([{"id": "1"}])], vec![json!([{"id": "2"}])]]);
        assert_eq!(ids(&pages).await.unwrap(), ["1", "2"]);
        assert_eq!(*pages.1.borrow(), [0, 1, 2]);
    }
}
