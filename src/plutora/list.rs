//! Reading a whole list, page by page.

use futures_util::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ReadError;
use super::paging::{Length, Next, PAGE_SIZE, Page, Pager, Pages, Seen, Uncounted};
use super::port::{Get, News, Read};

/// How often a list that changes while it is read is read anew.
const SCANS: usize = 3;

/// How many pages of a list are read: as many requests as an hour has (vendor help, 2020). A list of
/// more is one that never ends.
const MOST_PAGES: u64 = 26_000;

/// A list to be read.
#[derive(Debug)]
pub struct Listing<'a> {
    /// The path of the list.
    pub path: &'a str,
    /// A filter expression; none reads everything.
    pub filter: Option<String>,
    /// How many pages may be asked for at the same time.
    pub parallelism: usize,
    /// What a page means that does not say how many rows there are.
    pub uncounted: Uncounted,
    /// Beyond how many pages the list is not worth its requests.
    pub most_pages: u64,
}

impl<'a> Listing<'a> {
    /// A whole list, whatever it takes.
    pub fn whole(path: &'a str, parallelism: usize) -> Self {
        let (uncounted, most_pages) = (Uncounted::Page, u64::MAX);
        Self { path, filter: None, parallelism, uncounted, most_pages }
    }

    /// The few rows that a filter lets through.
    pub fn filtered(path: &'a str, filter: String) -> Self {
        let uncounted = Uncounted::Last;
        Self { filter: Some(filter), uncounted, ..Self::whole(path, 1) }
    }

    /// The same, unless it has more pages.
    #[must_use]
    pub fn up_to(self, most_pages: u64) -> Self {
        Self { most_pages, ..self }
    }
}

/// What came of reading a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came<C> {
    /// All of it.
    Whole(Listed<C>),
    /// Not all, as it has too many pages; it is so long.
    TooLong(Length),
}

/// A list that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<C> {
    /// What was kept of its rows.
    pub rows: C,
    /// How many rows came.
    pub length: u64,
    /// How they came.
    pub pages: Pages,
    /// Whether it says that it has more: rows that this user does not see, perhaps.
    #[serde(default)]
    pub says_more: bool,
}

/// Reads a list to its end; of each row `keep` keeps what matters.
///
/// Rows that come twice count once. Where pages shift because somebody deletes while we read, a
/// row can be missed; that shows in the total, or in rows that come on two pages, and the list is then read
/// again, until a scan is whole or two scans agree on what there is. (A total may count what this user does not
/// see.) But where rows of those that are counted come twice again and again, others do not come at all.
pub async fn list<R: Read, C: Default>(
    reader: &R,
    listing: &Listing<'_>,
    keep: impl Fn(&mut C, Map<String, Value>),
) -> Result<Came<C>, ReadError> {
    let mut before = None;
    for _ in 0..SCANS {
        let mut rows = C::default();
        let scan = scan(reader, listing, &mut |row| keep(&mut rows, row)).await?;
        let Scan { length, pages, seen, total } = match scan {
            Ok(scan) => scan,
            Err(length) => return Ok(Came::TooLong(length)),
        };
        let too_few = total.is_some_and(|total| length < total);
        let whole = !seen.shifted && !too_few;
        let lacks = seen.twice > 0 && too_few;
        let seen = Some(seen);
        if whole || (before == seen && !lacks) {
            return Ok(Came::Whole(Listed { rows, length, pages, says_more: too_few }));
        }
        tracing::info!(path = listing.path, "the list changed while it was read; reading it again");
        before = seen;
    }
    let cause = if before.is_some_and(|seen| seen.twice > 0) {
        "the list has rows twice on its pages, and others perhaps on none"
    } else {
        "the list kept changing while it was read"
    };
    Err(ReadError::unreadable(listing.path, cause))
}

/// Reads the rows below an object, with one request where they are few.
///
/// Nobody knows whether these lists can be paged. They are asked for as if they could: a known client
/// names a page's size here and is answered (2021).
pub async fn children<R: Read>(
    reader: &R,
    path: &str,
) -> Result<Listed<Vec<Map<String, Value>>>, ReadError> {
    let uncounted = Uncounted::Last;
    whole(reader, &Listing { uncounted, ..Listing::whole(path, 1) }, Vec::push).await
}

/// Reads one page of the rows below an object, from 0.
pub async fn one_page<R: Read>(
    reader: &R,
    path: &str,
    number: u64,
) -> Result<Vec<Map<String, Value>>, ReadError> {
    Ok(page(reader, &Listing::whole(path, 1), number).await?.rows)
}

/// Reads a list that is worth any number of requests.
pub async fn whole<R: Read, C: Default>(
    reader: &R,
    listing: &Listing<'_>,
    keep: impl Fn(&mut C, Map<String, Value>),
) -> Result<Listed<C>, ReadError> {
    match list(reader, listing, keep).await? {
        Came::Whole(listed) => Ok(listed),
        Came::TooLong(_) => Err(ReadError::unreadable(listing.path, endless(listing.most_pages))),
    }
}

fn endless(pages: u64) -> String {
    format!("the list does not end: {pages} pages came, and there are more")
}

struct Scan {
    length: u64,
    pages: Pages,
    seen: Seen,
    /// How many rows the list says it has.
    total: Option<u64>,
}

/// Reads all pages once, whatever is kept of them.
async fn scan<R: Read>(
    reader: &R,
    listing: &Listing<'_>,
    keep: &mut dyn FnMut(Map<String, Value>),
) -> Result<Result<Scan, Length>, ReadError> {
    let mut pager = Pager::new(listing.uncounted);
    let first = page(reader, listing, 0).await?;
    let (total, shape) = (first.total, Pages::of(&first));
    let rows_per_page = first.rows.len() as u64;
    let (rows, mut next) = pager.accept(first);
    let mut length = rows.len() as u64;
    rows.into_iter().for_each(&mut *keep);

    // What the first page says of the rest is asked for at once; whatever the rest turns out to
    // be, the pager alone decides when the list is over.
    let known = total.map_or(1, |total| total.div_ceil(rows_per_page.max(1)).max(1));
    if let Some(rows) = total.filter(|_| known > listing.most_pages) {
        return Ok(Err(Length { rows, pages: shape, is_least: false }));
    }
    reader.tell(News::Expected(known.saturating_sub(1)));
    let ahead = stream::iter(1..known).map(|number| page(reader, listing, number));
    let mut ahead = std::pin::pin!(ahead.buffered(listing.parallelism.max(1)));
    let mut number = known;
    let mut read = 1;
    while next == Next::More {
        read += 1;
        if read > listing.most_pages {
            return Ok(Err(Length { rows: length, pages: shape, is_least: true }));
        }
        if read > MOST_PAGES {
            return Err(ReadError::unreadable(listing.path, endless(MOST_PAGES)));
        }
        let following = if let Some(page) = ahead.next().await {
            page?
        } else {
            number += 1;
            page(reader, listing, number - 1).await?
        };
        let (rows, after) = pager.accept(following);
        length += rows.len() as u64;
        rows.into_iter().for_each(&mut *keep);
        next = after;
    }
    Ok(Ok(Scan { length, pages: shape, seen: pager.end(), total }))
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
    struct Answers(RefCell<Vec<Vec<Value>>>, RefCell<Vec<u64>>);

    impl Answers {
        fn new(pages: Vec<Vec<Value>>) -> Self {
            Self(RefCell::new(pages), RefCell::default())
        }
    }

    impl Read for Answers {
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

    async fn ids(pages: &Answers) -> Result<Vec<String>, ReadError> {
        let listing = Listing::whole("/releases", 2);
        let id = |ids: &mut Vec<String>, row: Map<String, Value>| {
            ids.push(row["id"].as_str().unwrap().to_owned());
        };
        Ok(whole(pages, &listing, id).await?.rows)
    }

    #[tokio::test]
    async fn every_page_is_asked_for_once() {
        let pages = Answers::new(vec![
            vec![envelope(&[1, 2], 5)],
            vec![envelope(&[3, 4], 5)],
            vec![envelope(&[5], 5)],
        ]);
        assert_eq!(ids(&pages).await.unwrap(), ["1", "2", "3", "4", "5"]);
        assert_eq!(*pages.1.borrow(), [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_list_with_too_many_pages_is_left_after_the_first_that_says_so() {
        let counted = Server(Pages::Counted(100), 1_000, RefCell::default());
        for (most, requests) in [(10, 10), (9, 1), (1, 1)] {
            let listing = Listing::whole("/releases", 2).up_to(most);
            let before = *counted.2.borrow();
            let came = list(&counted, &listing, |(), _| ()).await.unwrap();
            assert_eq!(*counted.2.borrow() - before, requests, "{most}");
            let length = Length { rows: 1_000, pages: Pages::Counted(100), is_least: false };
            assert_eq!(came == Came::TooLong(length), most < 10, "{came:?}");
        }
        let bare = Server(Pages::Bare, 1_000, RefCell::default());
        let came = list(&bare, &Listing::whole("/releases", 2).up_to(4), |(), _| ()).await.unwrap();
        let length = Length { rows: 400, pages: Pages::Bare, is_least: true };
        assert_eq!((came, *bare.2.borrow()), (Came::TooLong(length), 4), "nothing counts its rows");
        let whole = Length { rows: 1_000, ..length };
        let listing = Listing::whole("/releases", 2).up_to(whole.requests());
        let came = list(&bare, &listing, |(), _| ()).await.unwrap();
        assert!(matches!(came, Came::Whole(_)), "{came:?}");
        assert_eq!(*bare.2.borrow(), 4 + whole.requests());
    }

    #[tokio::test]
    async fn a_row_that_a_shift_hid_is_found_by_reading_again() {
        let pages = Answers::new(vec![
            vec![envelope(&[1, 2], 4), envelope(&[2, 3], 3)],
            // 1 was deleted in between, so 3 moved to the first page, which was read already.
            vec![envelope(&[4], 3)],
        ]);
        assert_eq!(ids(&pages).await.unwrap(), ["2", "3", "4"]);
    }

    #[tokio::test]
    async fn a_total_that_is_always_wrong_is_not_waited_for() {
        for (total, says_more) in [(2, false), (3, true)] {
            let pages = vec![vec![envelope(&[1, 2], total)], vec![envelope(&[], total)]];
            let count = |count: &mut u64, _| *count += 1;
            let listing = Listing::whole("/releases", 2);
            let listed = whole(&Answers::new(pages), &listing, count).await.unwrap();
            assert_eq!((listed.rows, listed.says_more), (2, says_more), "{total}");
        }
    }

    /// Rows that are on two pages, time and again, stand where others should.
    #[tokio::test]
    async fn a_list_whose_pages_repeat_rows_and_lack_others_is_none() {
        let ignores_paging = vec![vec![envelope(&[1, 2], 3)], vec![envelope(&[1, 2], 3)]];
        let twice = vec![vec![envelope(&[1, 2], 4)], vec![envelope(&[2, 4], 4)]];
        for pages in [ignores_paging, twice] {
            let error = ids(&Answers::new(pages)).await.unwrap_err().to_string();
            assert!(error.contains("rows twice on its pages"), "{error}");
        }
        let all_and_one_twice = vec![vec![envelope(&[1, 2], 3)], vec![envelope(&[2, 3], 3)]];
        assert_eq!(ids(&Answers::new(all_and_one_twice)).await.unwrap(), ["1", "2", "3"]);
        let on_one_page = vec![vec![envelope(&[1, 2], 4)], vec![envelope(&[3, 3], 4)]];
        assert_eq!(ids(&Answers::new(on_one_page)).await.unwrap(), ["1", "2", "3"], "none shifted");
    }

    #[tokio::test]
    async fn a_shift_shows_without_a_total_too() {
        let bare =
            |ids: &[u32]| -> Value { ids.iter().map(|id| json!({"id": id.to_string()})).collect() };
        // 0 was added in between, so 2 moved to the second page, and 0 was not read.
        let shifted = vec![vec![bare(&[1, 2]), bare(&[0, 1])], vec![bare(&[2, 3])]];
        assert_eq!(ids(&Answers::new(shifted)).await.unwrap(), ["0", "1", "2", "3"]);
        let always = vec![vec![bare(&[1, 2])], vec![bare(&[2, 3])]];
        assert_eq!(ids(&Answers::new(always)).await.unwrap(), ["1", "2", "3"], "as it is");
        let ignores_paging = vec![vec![bare(&[1, 2])]; 3];
        let server = Answers::new(ignores_paging);
        assert_eq!(ids(&server).await.unwrap(), ["1", "2"]);
        assert_eq!(*server.1.borrow(), [0, 1], "read once");
    }

    #[tokio::test]
    async fn a_row_that_came_in_front_is_found_by_reading_again() {
        let pages = Answers::new(vec![
            vec![envelope(&[1, 2], 3), envelope(&[0, 1], 4)],
            // 2 moved to this page meanwhile, and nobody has read 0.
            vec![envelope(&[2, 3], 4)],
        ]);
        assert_eq!(ids(&pages).await.unwrap(), ["0", "1", "2", "3"]);
    }

    #[tokio::test]
    async fn a_total_that_is_less_than_what_came_hides_no_row() {
        for total in [0, 1, 3] {
            let pages = Answers::new(vec![
                vec![envelope(&[1, 2], total)],
                vec![envelope(&[3, 4], total)],
                vec![envelope(&[5], total)],
            ]);
            assert_eq!(ids(&pages).await.unwrap(), ["1", "2", "3", "4", "5"], "{total}");
        }
    }

    /// Answers with so many rows, in pages as a server of a kind makes them, and counts.
    struct Server(Pages, u64, RefCell<u64>);

    impl Read for Server {
        async fn get(&self, question: &Get) -> Result<Value, ReadError> {
            let Self(pages, rows, asked) = self;
            *asked.borrow_mut() += 1;
            let number: u64 = question.query[0].1.parse().unwrap();
            let of = |size: u64| -> Value {
                let ids = (number * size).min(*rows)..((number + 1) * size).min(*rows);
                ids.map(|id| json!({"id": id.to_string()})).collect()
            };
            Ok(match pages {
                Pages::Counted(size) => {
                    json!({"resultSet": of(*size), "totalCount": rows, "recordsPerPage": size})
                }
                Pages::Bare => of(PAGE_SIZE),
                Pages::Whole => (0..*rows).map(|id| json!({"id": id.to_string()})).collect(),
            })
        }
    }

    /// What a forecast says of a list is what reading it takes.
    #[tokio::test]
    async fn rows_below_an_object_take_as_many_requests_as_their_pages_say() {
        let lengths = [0, 1, 99, 100, 101, 199, 200, 201, 250, 300];
        let kinds = [Pages::Counted(100), Pages::Counted(30), Pages::Bare, Pages::Whole];
        for (pages, rows) in kinds.into_iter().flat_map(|it| lengths.map(|rows| (it, rows))) {
            let server = Server(pages, rows, RefCell::default());
            let read = children(&server, "/releases/x/systems").await.unwrap();
            assert_eq!((read.rows.len() as u64, read.length), (rows, rows));
            assert_eq!(*server.2.borrow(), pages.requests(rows), "{pages:?} {rows}");
            let looks_paged = pages == Pages::Whole && rows <= PAGE_SIZE;
            assert_eq!(read.pages, if looks_paged { Pages::Bare } else { pages }, "{rows}");
        }
    }

    /// Answers every page with a row of its own, and says that there are more.
    struct Endless;

    impl Read for Endless {
        async fn get(&self, question: &Get) -> Result<Value, ReadError> {
            let number = question.query[0].1.clone();
            Ok(
                json!({"resultSet": [{"id": number}], "totalCount": 1_000_000_000_000_000_u64, "recordsPerPage": 1}),
            )
        }
    }

    #[tokio::test]
    async fn a_list_without_an_end_is_given_up() {
        let error = children(&Endless, "/releases/x/systems").await.unwrap_err().to_string();
        assert!(error.contains("does not end: 26000 pages"), "{error}");
    }

    #[tokio::test]
    async fn bare_arrays_are_followed_to_an_empty_page() {
        let pages = Answers::new(vec![vec![json!([{"id": "1"}])], vec![json!([{"id": "2"}])]]);
        assert_eq!(ids(&pages).await.unwrap(), ["1", "2"]);
        assert_eq!(*pages.1.borrow(), [0, 1, 2]);
    }
}
