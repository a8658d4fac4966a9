//! What ids are called now, and what there is of a name: of a plan that was made before, names may have gone to
//! others.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::choices::Details;
use super::details::about_releases;
use super::error::FetchError;
use super::fetch::{Scope, read_lists};
use super::gathered::{List, NamesOf};
use super::lists::Asking;
use super::wants::Rows;
use super::{About, Names};
use crate::plutora::{News, Read};
use crate::resource::{Guid, Referent};

/// What ids are called, and what is known of releases.
#[derive(Debug, Default)]
pub struct Called {
    names: BTreeMap<Referent, Arc<Names>>,
    /// By their ids.
    pub releases: BTreeMap<String, About>,
}

impl Called {
    /// Returns the name of an object of a list, if it is there.
    pub fn name_of(&self, referent: Referent, id: Guid) -> Option<&str> {
        self.names.get(&referent)?.name_of(&id.to_string())
    }

    /// Returns the ids that bear a name, if it was asked for.
    pub fn ids_of(&self, referent: Referent, name: &str) -> impl Iterator<Item = Guid> {
        let ids = self.names.get(&referent).map(|names| names.ids_of(name));
        ids.into_iter().flatten().filter_map(|id| Guid::parse(id).ok())
    }
}

/// What is to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// The ids of which is asked what they are called, by the lists that they are in.
    pub ids: BTreeMap<Referent, BTreeSet<String>>,
    /// The names of which is asked whether anything bears them.
    pub names: BTreeMap<Referent, BTreeSet<String>>,
    /// The ids of the releases of which more is to be known.
    pub about: BTreeSet<String>,
}

/// Asks what ids are called and what names there are, by whatever takes the fewest requests.
pub async fn called<R: Read>(
    reader: &R,
    scope: &Scope<'_>,
    questions: &Questions,
) -> Result<Called, FetchError> {
    let Questions { ids, names, about } = questions;
    let mut wanted: BTreeMap<Referent, Rows> = BTreeMap::new();
    for (referent, ids) in ids {
        wanted.entry(*referent).or_default().pinned.clone_from(ids);
    }
    for (referent, names) in names {
        wanted.entry(*referent).or_default().declared.clone_from(names);
    }
    reader.tell(News::Expected(wanted.len() as u64));
    let asking = Asking::new(reader, scope);
    let (mut lists, _) = read_lists(&asking, &wanted).await?;
    // What a filter does not find may be one that the server does not know.
    let is_missing = |(referent, _): &(Referent, Rows)| {
        let found = |list: &List, id: &String| {
            list.names_of != NamesOf::Asked || list.names.name_of(id).is_some()
        };
        let both = lists.get(referent).zip(ids.get(referent));
        both.is_some_and(|(list, ids)| !ids.iter().all(|id| found(list, id)))
    };
    let missing: BTreeMap<Referent, Rows> = wanted.into_iter().filter(is_missing).collect();
    let whole = Scope { whole_lists: true, ..scope.clone() };
    let asking = Asking::new(reader, &whole);
    lists.extend(read_lists(&asking, &missing).await?.0);
    let releases = match lists.get(&Referent::Release) {
        Some(list) if !about.is_empty() => {
            let wanted = Rows { pinned: about.clone(), ..Rows::default() };
            about_releases(&asking, list, &wanted, &Cell::new(Details::default())).await?
        }
        Some(_) | None => BTreeMap::new(),
    };
    let names = lists.into_iter().map(|(referent, list)| (referent, list.names)).collect();
    Ok(Called { names, releases })
}
