//! How the few rows of a list that matter are had with the fewest requests.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::find::{Worth, can_be_filtered, worth};
use super::wants::Rows;
use crate::plutora::PAGE_SIZE;
use crate::resource::{Kind, Referent};

/// How long a URL may be: what every server and proxy takes.
const LONGEST_URL: usize = 2_000;

/// How long the rest of a query is, numbers and all.
const PAGING: usize = "?pageNum=00000&recordsPerPage=100&filter=".len();

/// How a list is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Whole, page by page.
    Whole,
    /// Whole, if it has no more pages than this; else by these filters.
    WholeUpTo(u64, Vec<String>),
    /// By these filters, a request each.
    ByFilter(Vec<String>),
}

/// Chooses the way that takes the fewest requests.
///
/// `filters` would find all that is wanted, if anything can; `length` is how many rows the list had
/// when it was last seen. Where nobody has seen it, its first page tells: that is no more than one
/// request beyond the fewest, and none where the list turns out to be short.
pub(super) fn choose(filters: Option<Vec<String>>, length: Option<u64>) -> Way {
    let Some(filters) = filters else { return Way::Whole };
    let asked = filters.len() as u64;
    match length.map(|length| length.div_ceil(PAGE_SIZE).max(1)) {
        // It may have grown since, which its first page tells.
        Some(pages) if pages <= asked => Way::WholeUpTo(asked, filters),
        None if asked > 1 => Way::WholeUpTo(asked + 1, filters),
        Some(_) | None => Way::ByFilter(filters),
    }
}

/// Returns the filters that let through what is wanted of a list, as few as fit into URLs of 2,000
/// characters; none where the list cannot be filtered, or a name may not stand in a filter.
///
/// Names that might be misread stand in filters of their own, so that they spoil no other answer. One that
/// may stand in none is found in the whole list, and there are the others too.
pub(super) fn filters(referent: Referent, wanted: &Rows, api_url: &str) -> Option<Vec<String>> {
    let Rows { declared, pinned, referred } = wanted;
    let names = declared.union(referred).map(|name| (referent.name_key(), name));
    let ids = pinned.iter().map(|id| ("id", id));
    let mut by_worth: BTreeMap<Worth, Vec<(&str, &String)>> = BTreeMap::new();
    for (key, value) in names.chain(ids) {
        by_worth.entry(worth(value)?).or_default().push((key, value));
    }
    let packed = by_worth.into_values().map(|wanted| packed(referent, wanted, api_url));
    Some(packed.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Returns the filters that let through the rows with these ids.
pub(super) fn filters_by_id<'a>(
    referent: Referent,
    ids: impl Iterator<Item = &'a String>,
    api_url: &str,
) -> Option<Vec<String>> {
    packed(referent, plain(ids.map(|id| ("id", id)))?, api_url)
}

/// Returns the filters that let through the objects of a kind with these names; none where one of them may
/// not stand in a filter.
pub fn filters_by_name<'a>(
    kind: Kind,
    names: impl Iterator<Item = &'a String>,
    api_url: &str,
) -> Option<Vec<String>> {
    let referent = kind.referent()?;
    packed(referent, plain(names.map(|name| (referent.name_key(), name)))?, api_url)
}

/// Returns what is wanted, if the answer tells of each whether it is there.
fn plain<'a>(
    wanted: impl Iterator<Item = (&'static str, &'a String)>,
) -> Option<Vec<(&'static str, &'a String)>> {
    wanted.map(|(key, value)| can_be_filtered(value).then_some((key, value))).collect()
}

fn packed(referent: Referent, wanted: Vec<(&str, &String)>, api_url: &str) -> Option<Vec<String>> {
    // Organizations, users, systems and releases can be filtered by these (asserted by tests of 2019);
    // of the values of lookups only other fields are known.
    if matches!(referent, Referent::Lookup(_)) {
        return None;
    }
    let room = LONGEST_URL.saturating_sub(api_url.len() + referent.list_path().len() + PAGING);
    let mut filters: Vec<String> = Vec::new();
    let mut left = 0;
    for (key, value) in wanted {
        let clause = format!("`{key}` = `{value}`");
        let (alone, joined) = (encoded(&clause), encoded(&clause) + encoded(OR));
        match filters.last_mut() {
            Some(filter) if joined <= left => {
                left -= joined;
                filter.push_str(OR);
                filter.push_str(&clause);
            }
            _ if alone <= room => {
                left = room - alone;
                filters.push(clause);
            }
            _ => return None,
        }
    }
    Some(filters)
}

/// Several conditions in one filter (vendor help).
const OR: &str = " or ";

pub(super) fn encoded(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes()).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://usapi.plutora.com";

    fn wanted(names: &[String]) -> Rows {
        Rows { declared: names.iter().cloned().collect(), ..Rows::default() }
    }

    fn numbered(count: usize) -> Rows {
        wanted(&(0..count).map(|number| format!("REL-{number:05}")).collect::<Vec<_>>())
    }

    #[test]
    fn few_names_are_one_request_and_many_as_many_as_urls_can_hold() {
        let filters = |count| filters(Referent::Release, &numbered(count), API).unwrap();
        assert_eq!(
            filters(2),
            ["`identifier` = `REL-00000` or `identifier` = `REL-00001`".to_owned()]
        );
        let many = filters(500);
        assert_eq!(many.iter().map(|it| it.matches("REL-").count()).sum::<usize>(), 500);
        let url = |filter: &String| {
            let pairs = [("pageNum", "0"), ("recordsPerPage", "100"), ("filter", filter)];
            let base = format!("{API}/releases");
            url::Url::parse_with_params(&base, pairs).unwrap().as_str().len()
        };
        assert!(many.iter().all(|it| url(it) <= LONGEST_URL), "{:?}", many.iter().map(url).max());
        let (last, full) = many.split_last().unwrap();
        assert!(full.iter().all(|it| url(it) > LONGEST_URL - 80) && !last.is_empty());
    }

    #[test]
    fn names_that_might_be_misread_have_filters_of_their_own() {
        let names = ["REL-1", "R&D (EU)", "REL-2", "a, b"].map(str::to_owned);
        let filters = filters(Referent::Release, &wanted(&names), API).unwrap();
        let joined = ["REL-1` or `identifier` = `REL-2", "R&D (EU)` or `identifier` = `a, b"];
        assert_eq!(filters, joined.map(|names| format!("`identifier` = `{names}`")));
        assert_eq!(filters_by_name(Kind::System, names.iter(), API), None);
    }

    #[test]
    fn names_that_mean_something_in_a_filter_and_lists_without_filters_are_read_whole() {
        for odd in ["REL`1", "REL\"1", "REL\\1", "REL\n1"] {
            let odd = wanted(&[odd.to_owned(), "REL-1".to_owned()]);
            assert_eq!(filters(Referent::Release, &odd, API), None);
        }
        assert_eq!(filters(Referent::Lookup("ReleaseType"), &numbered(1), API), None);
        let long = wanted(&["x".repeat(1_501)]);
        assert_eq!(filters(Referent::System, &long, API), None);
    }

    #[test]
    fn pinned_objects_are_asked_for_by_their_ids() {
        let rows = Rows { pinned: ["a-1".to_owned()].into(), ..wanted(&["REL-1".to_owned()]) };
        let filters = filters(Referent::Release, &rows, API).unwrap();
        assert_eq!(filters, ["`identifier` = `REL-1` or `id` = `a-1`".to_owned()]);
    }

    #[test]
    fn the_cheaper_way_is_taken_and_the_first_page_tells_where_nobody_knows() {
        let filters = |count| vec![String::from("x"); count];
        for (asked, length, whole) in
            [(1, 100, true), (1, 101, false), (3, 300, true), (3, 301, false)]
        {
            let way = choose(Some(filters(asked)), Some(length));
            let expected = if whole {
                Way::WholeUpTo(asked as u64, filters(asked))
            } else {
                Way::ByFilter(filters(asked))
            };
            assert_eq!(way, expected, "{asked} {length}");
        }
        assert_eq!(choose(Some(filters(1)), None), Way::ByFilter(filters(1)));
        assert_eq!(choose(Some(filters(3)), None), Way::WholeUpTo(4, filters(3)));
        assert_eq!(choose(None, Some(1_000_000)), Way::Whole);
    }
}
