//! How the few rows of a list that matter are had with the fewest requests.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Worth, encoded, equal, part};
use super::wants::Rows;
use crate::plutora::Length;
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
/// `filters` would find all that is wanted, if anything can; `length` is how long the list was when it was last
/// seen. Where nobody has seen it, its first page tells: that is no more than one
/// request beyond the fewest, and none where the list turns out to be short. (Of bare arrays no page tells, and
/// they are read until they are longer than it pays; the next plan knows.)
pub(super) fn choose(filters: Option<Vec<String>>, length: Option<Length>) -> Way {
    let Some(filters) = filters else { return Way::Whole };
    let asked = filters.len() as u64;
    match length {
        // It may have grown since, which its first page tells.
        Some(length) if looks(asked, Some(length)) == length.requests() => {
            Way::WholeUpTo(asked, filters)
        }
        None if asked > 1 => Way::WholeUpTo(asked + 1, filters),
        Some(_) | None => Way::ByFilter(filters),
    }
}

/// Returns how many requests it takes to look for what so many filters ask for, in a list of which it is
/// perhaps known how long it is.
pub fn looks(filters: u64, length: Option<Length>) -> u64 {
    length.map_or(filters, |length| length.requests().min(filters))
}

/// How a condition asks, that first which may be in vain. Each kind has filters of its own: one that may be misread,
/// or lets too much through, spoils no answer to the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asks {
    Part,
    Equal(Worth),
}

/// Returns the filters that let through what is wanted of a list, as few as fit into URLs of 2,000
/// characters; none where the list cannot be filtered, or one of the names be asked for.
///
/// A name that cannot be asked for is found in the whole list, and there are the others too.
pub(super) fn filters(referent: Referent, wanted: &Rows, api_url: &str) -> Option<Vec<String>> {
    let key = referent.name_key();
    let mut asking: BTreeMap<Asks, Vec<String>> = BTreeMap::new();
    let mut ask = |asks, condition| asking.entry(asks).or_default().push(condition);
    for name in wanted.names() {
        match equal(key, name) {
            Some((worth, condition)) => ask(Asks::Equal(worth), condition),
            None => ask(Asks::Part, part(key, name)?),
        }
    }
    for id in &wanted.pinned {
        let (worth, condition) = equal("id", id)?;
        ask(Asks::Equal(worth), condition);
    }
    let filters = asking.into_values().map(|conditions| packed(referent, conditions, api_url));
    Some(filters.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Returns the filters that let through the rows that have a part of these names in theirs; none where one
/// has no part to ask for.
pub(super) fn filters_by_part<'a>(
    referent: Referent,
    names: impl Iterator<Item = &'a str>,
    api_url: &str,
) -> Option<Vec<String>> {
    let conditions = names.map(|name| part(referent.name_key(), name));
    packed(referent, conditions.collect::<Option<_>>()?, api_url)
}

/// Returns the filters that let through the rows with these ids.
pub(super) fn filters_by_id<'a>(
    referent: Referent,
    ids: impl Iterator<Item = &'a String>,
    api_url: &str,
) -> Option<Vec<String>> {
    sure(referent, "id", ids, api_url)
}

/// Returns the filters that let through the objects of a kind with these names; none where one of them may
/// be misread in a filter.
pub fn filters_by_name<'a>(
    kind: Kind,
    names: impl Iterator<Item = &'a String>,
    api_url: &str,
) -> Option<Vec<String>> {
    let referent = kind.referent()?;
    sure(referent, referent.name_key(), names, api_url)
}

/// Returns filters whose answer tells of each value whether it is there.
fn sure<'a>(
    referent: Referent,
    key: &str,
    values: impl Iterator<Item = &'a String>,
    api_url: &str,
) -> Option<Vec<String>> {
    let sure = |value| Some(equal(key, value)?).filter(|(worth, _)| *worth == Worth::All);
    let conditions = values.map(|value| Some(sure(value)?.1));
    packed(referent, conditions.collect::<Option<_>>()?, api_url)
}

fn packed(referent: Referent, mut conditions: Vec<String>, api_url: &str) -> Option<Vec<String>> {
    // Organizations, users, systems and releases can be filtered by these (asserted by tests of 2019);
    // of the values of lookups only other fields are known.
    if matches!(referent, Referent::Lookup(_)) {
        return None;
    }
    let room = LONGEST_URL.saturating_sub(api_url.len() + referent.list_path().len() + PAGING);
    // Many names may have one part in common.
    let mut asked = BTreeSet::new();
    conditions.retain(|condition| asked.insert(condition.clone()));
    let mut filters: Vec<String> = Vec::new();
    let mut left = 0;
    for condition in conditions {
        let (alone, joined) = (encoded(&condition), encoded(&condition) + encoded(OR));
        match filters.last_mut() {
            Some(filter) if joined <= left => {
                left -= joined;
                filter.push_str(OR);
                filter.push_str(&condition);
            }
            _ if alone <= room => {
                left = room - alone;
                filters.push(condition);
            }
            _ => return None,
        }
    }
    Some(filters)
}

/// Several conditions in one filter (vendor help).
const OR: &str = " or ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plutora::Pages;

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
    fn names_that_no_filter_may_hold_are_asked_for_by_a_part() {
        let names = ["REL`1", "REL-1", "2\" pipe"].map(str::to_owned);
        let filters = filters(Referent::Release, &wanted(&names), API).unwrap();
        let parts = "`identifier` Contains `pipe` or `identifier` Contains `REL`";
        assert_eq!(filters, [parts, "`identifier` = `REL-1`"]);
        let alike: Vec<String> = (0..500).map(|number| format!("Test `{number:03}`")).collect();
        let all = filters_by_part(Referent::System, alike.iter().map(String::as_str), API);
        assert_eq!(all.unwrap(), ["`name` Contains `Test`"]);
        let parts = filters_by_part(Referent::System, ["R&D, Test"].into_iter(), API);
        assert_eq!(parts.unwrap(), ["`name` Contains `Test`"]);
    }

    #[test]
    fn names_without_a_part_to_ask_for_and_lists_without_filters_are_read_whole() {
        let odd = wanted(&["R`1".to_owned(), "REL-1".to_owned()]);
        assert_eq!(filters(Referent::Release, &odd, API), None);
        assert_eq!(filters_by_part(Referent::System, ["R&D"].into_iter(), API), None);
        assert_eq!(filters(Referent::Lookup("ReleaseType"), &numbered(1), API), None);
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
        let counted = |rows| Length { rows, pages: Pages::Counted(100), is_least: false };
        let bare = |rows| Length { pages: Pages::Bare, ..counted(rows) };
        for (asked, length, whole) in [
            (1, counted(100), true),
            (1, counted(101), false),
            (3, counted(300), true),
            (3, counted(301), false),
            // An empty page ends it.
            (3, bare(200), true),
            (3, bare(201), false),
        ] {
            let way = choose(Some(filters(asked)), Some(length));
            let expected = if whole {
                Way::WholeUpTo(asked as u64, filters(asked))
            } else {
                Way::ByFilter(filters(asked))
            };
            assert_eq!(way, expected, "{asked} {length:?}");
        }
        assert_eq!(choose(Some(filters(1)), None), Way::ByFilter(filters(1)));
        assert_eq!(choose(Some(filters(3)), None), Way::WholeUpTo(4, filters(3)));
        assert_eq!(choose(None, Some(counted(1_000_000))), Way::Whole);
    }
}
