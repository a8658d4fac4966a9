//! Paging: which rows of a list are answered, and in which of the two shapes.
//!
//! `pageNum` counts from 0, and at most 100 records come at a time (vendor help, 2020). The counters of
//! the envelope are documented (vendor help, 2019). What the real API does with values that make no
//! sense is not known; here a `pageNum` that is no number counts as 0, and a `recordsPerPage` that is
//! no number, or 0, counts as 100, as one above 100 does unless [`LargePages`] says otherwise. A bare array is cut at 100 rows like any page, unless
//! [`crate::BareArrays`] says otherwise, so a client that does not page notices.

use serde_json::{Value, json};

use super::column::{Column, render};
use super::filter::{Filter, Search, Terms};
use crate::choices::{BareArrays, Dialect, LargePages, Lists, PartLists};
use crate::data::{Data, Object};
use crate::http::{Call, Outcome, Paging, Reply};
use crate::world::Tenant;

const MOST_RECORDS: usize = 100;

/// Describes a collection that can be listed.
pub(crate) trait Listed {
    /// Where its objects are stored.
    const COLLECTION: &'static str;
    /// The keys of a list row.
    const ROW: &'static [Column];
    /// The columns that a filter may name.
    const FILTERABLE: &'static [Column];
    /// The ids that an object shares with the path: those of what it is a part of.
    const SCOPE: &'static [&'static str] = &[];
    /// The columns of a row that answers before a year do not have, or spell in another way.
    const BEFORE: &'static [(Dialect, &'static str, Option<&'static str>)] = &[];
    /// The number that orders a list; without one it is the order in which the objects came.
    const ORDER: Option<&'static str> = None;

    /// Tells whether that exists of which the path wants the parts.
    fn has_whole(_data: &Data, _call: &Call) -> bool {
        true
    }
}

/// Says which page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    number: usize,
    size: usize,
    /// Whether the request named a page, which decides the shape of the answer.
    named: bool,
    /// How many rows later than it should the page begins.
    shift: i64,
}

impl Page {
    fn of(number: Option<&str>, size: Option<&str>, paging: Paging, large: LargePages) -> Self {
        let (number, size) = if paging == Paging::Ignored { (None, None) } else { (number, size) };
        let read = |text: Option<&str>| text.and_then(|text| text.trim().parse::<usize>().ok());
        let size = read(size).filter(|size| match large {
            LargePages::Cut => (1..=MOST_RECORDS).contains(size),
            LargePages::Granted => *size > 0,
        });
        let size = size.unwrap_or(MOST_RECORDS);
        let shift = match paging {
            Paging::AsAsked | Paging::Ignored => 0,
            Paging::Repeated => i64::try_from(size).unwrap_or(i64::MAX).saturating_neg(),
            Paging::Shifted(rows) => rows,
        };
        Self { number: read(number).unwrap_or(0), size, named: number.is_some(), shift }
    }

    fn start(self) -> usize {
        let start = self.number.saturating_mul(self.size);
        let rows = usize::try_from(self.shift.unsigned_abs()).unwrap_or(usize::MAX);
        if self.shift < 0 { start.saturating_sub(rows) } else { start.saturating_add(rows) }
    }

    fn is_enveloped(self, lists: Lists) -> bool {
        match lists {
            Lists::Documented => self.named,
            Lists::Envelope => true,
            Lists::Array => false,
        }
    }
}

/// Answers the page of `objects` that a request asks for.
///
/// Rows are rendered after the page is cut, so that long lists cost no more than short ones.
pub(crate) fn page_of<'a, L: Listed>(
    tenant: &'a Tenant,
    call: &Call,
    objects: impl Iterator<Item = &'a Object>,
) -> Outcome {
    let terms = Terms::of(L::FILTERABLE, &tenant.habits);
    let filter = Filter::read(call.parameter("filter").unwrap_or_default(), terms)?;
    let matches: Vec<&Object> = objects.filter(|object| filter.holds(tenant, object)).collect();
    if !L::SCOPE.is_empty() && tenant.habits.part_lists == PartLists::Whole {
        return Ok(Reply::ok(matches.iter().map(|object| row::<L>(tenant, object)).collect()));
    }
    let page = Page::of(
        call.parameter("pageNum"),
        call.parameter("recordsPerPage"),
        call.paging,
        tenant.habits.large_pages,
    );
    let enveloped = page.is_enveloped(tenant.habits.lists);
    Ok(Reply::ok(cut::<L>(tenant, &matches, page, enveloped)))
}

/// Answers a search, which is an envelope in every tenant (asserted against a real one, 2019, 2021).
pub(crate) fn found_by<'a, L: Listed>(
    tenant: &'a Tenant,
    asked: &Asked<'_>,
    objects: impl Iterator<Item = &'a Object>,
) -> Outcome {
    let search =
        Search::read(asked.filters, asked.expando, Terms::of(L::FILTERABLE, &tenant.habits))?;
    let matches = search.carry_out(tenant, objects);
    let text = |value: Option<&Value>| value.map(|value| value.to_string().replace('"', ""));
    let (number, size) = (text(asked.page), text(asked.size));
    let page =
        Page::of(number.as_deref(), size.as_deref(), asked.paging, tenant.habits.large_pages);
    Ok(Reply::ok(cut::<L>(tenant, &matches, page, true)))
}

/// Holds the keys of a search, each as it was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) filters: Option<&'a Value>,
    pub(crate) expando: Option<&'a Value>,
    pub(crate) page: Option<&'a Value>,
    pub(crate) size: Option<&'a Value>,
    pub(crate) paging: Paging,
}

fn cut<L: Listed>(tenant: &Tenant, matches: &[&Object], page: Page, enveloped: bool) -> Value {
    let is_whole = !enveloped && !page.named && tenant.habits.bare_arrays == BareArrays::Whole;
    let size = if is_whole { matches.len() } else { page.size };
    let rows = matches.iter().skip(page.start()).take(size);
    let rows: Vec<Value> = rows.map(|object| row::<L>(tenant, object)).collect();
    if enveloped {
        json!({
            "returnCount": rows.len(),
            "totalCount": matches.len(),
            "pageNum": page.number,
            "recordsPerPage": page.size,
            "resultSet": rows,
        })
    } else {
        Value::Array(rows)
    }
}

/// Renders an object as a row of a list, as answers of the tenant's year do.
fn row<L: Listed>(tenant: &Tenant, object: &Object) -> Value {
    let rendered = render(L::ROW, tenant, object);
    let older: Vec<_> =
        L::BEFORE.iter().filter(|(since, ..)| tenant.habits.dialect < *since).collect();
    if older.is_empty() {
        return Value::Object(rendered);
    }
    let respelt = rendered.into_iter().filter_map(|(key, value)| {
        match older.iter().find(|(_, name, _)| *name == key) {
            Some((.., spelling)) => spelling.map(|key| (key.to_owned(), value)),
            None => Some((key, value)),
        }
    });
    Value::Object(respelt.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_values_are_tolerated() {
        for (number, size, wanted) in [
            (None, None, (0, 100, false)),
            (Some("2"), Some("10"), (2, 10, true)),
            (Some("x"), Some("0"), (0, 100, true)),
            (Some("-1"), Some("1000"), (0, 100, true)),
            (None, Some("5"), (0, 5, false)),
        ] {
            let page = Page::of(number, size, Paging::AsAsked, LargePages::Cut);
            assert_eq!((page.number, page.size, page.named), wanted);
        }
    }

    #[test]
    fn a_far_page_starts_nowhere_rather_than_somewhere() {
        let far = usize::MAX.to_string();
        assert_eq!(
            Page::of(Some(&far), Some("100"), Paging::Shifted(1), LargePages::Cut).start(),
            usize::MAX
        );
    }

    #[test]
    fn a_page_may_be_another_than_was_asked_for() {
        for (paging, number, start, named) in [
            (Paging::Ignored, "2", 0, false),
            (Paging::Repeated, "2", 10, true),
            (Paging::Repeated, "0", 0, true),
            (Paging::Shifted(1), "2", 21, true),
            (Paging::Shifted(-1), "2", 19, true),
            (Paging::Shifted(-1), "0", 0, true),
        ] {
            let page = Page::of(Some(number), Some("10"), paging, LargePages::Cut);
            assert_eq!((page.start(), page.named), (start, named), "{paging:?}");
        }
    }

    #[test]
    fn the_shape_follows_the_tenant_and_the_request() {
        let page = |number| Page::of(number, None, Paging::AsAsked, LargePages::Cut);
        let (named, unnamed) = (page(Some("0")), page(None));
        assert!(named.is_enveloped(Lists::Documented) && !unnamed.is_enveloped(Lists::Documented));
        assert!(unnamed.is_enveloped(Lists::Envelope) && !named.is_enveloped(Lists::Array));
    }
}
