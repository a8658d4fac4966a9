//! What ids are called now: of a plan that was made before, names may have gone to others.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::choices::Details;
use super::details::about_releases;
use super::error::FetchError;
use super::fetch::{Scope, read_lists};
use super::lists::{Asking, List};
use super::wants::Rows;
use super::{About, Names};
use crate::desired::Desired;
use crate::plutora::{News, Read};
use crate::resource::{Guid, Referent};

/// What ids are called, and what is known of releases.
#[derive(Debug, Default)]
pub struct Called {
    names: BTreeMap<Referent, Names>,
    /// By their ids.
    pub releases: BTreeMap<String, About>,
}

impl Called {
    /// Returns the name of an object of a list, if it is there.
    pub fn name_of(&self, referent: Referent, id: Guid) -> Option<&str> {
        self.names.get(&referent)?.name_of(&id.to_string())
    }
}

/// Asks what ids are called, by whatever takes the fewest requests, and `about` which of the releases among
/// them more is to be known.
pub async fn called<R: Read>(
    reader: &R,
    scope: &Scope<'_>,
    ids: &BTreeMap<Referent, BTreeSet<String>>,
    about: &BTreeSet<String>,
) -> Result<Called, FetchError> {
    let rows = |ids: &BTreeSet<String>| Rows { pinned: ids.clone(), ..Rows::default() };
    let wanted: BTreeMap<Referent, Rows> = ids.iter().map(|(it, ids)| (*it, rows(ids))).collect();
    reader.tell(News::Expected(wanted.len() as u64));
    let asking = Asking::new(reader, scope);
    let (mut lists, _) = read_lists(&asking, &wanted, &Desired::default()).await?;
    // What a filter does not find may be one that the server does not know.
    let is_missing = |(referent, _): &(Referent, Rows)| {
        let found = |list: &List, id: &String| list.whole || list.names.name_of(id).is_some();
        let both = lists.get(referent).zip(ids.get(referent));
        both.is_some_and(|(list, ids)| !ids.iter().all(|id| found(list, id)))
    };
    let missing: BTreeMap<Referent, Rows> = wanted.into_iter().filter(is_missing).collect();
    let whole = Scope { whole_lists: true, ..scope.clone() };
    let asking = Asking::new(reader, &whole);
    lists.extend(read_lists(&asking, &missing, &Desired::default()).await?.0);
    let releases = match lists.get(&Referent::Release) {
        Some(list) if !about.is_empty() => {
            about_releases(&asking, list, &rows(about), &Cell::new(Details::default())).await?
        }
        Some(_) | None => BTreeMap::new(),
    };
    let names = lists.into_iter().map(|(referent, list)| (referent, list.names)).collect();
    Ok(Called { names, releases })
}
