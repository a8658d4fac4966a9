//! Names that an earlier run has kept, read anew where something would be written by them.

use std::collections::BTreeMap;

use super::Live;
use super::error::FetchError;
use super::fetch::{Scope, nameless, read_lists};
use super::kept_names::KeptNames;
use super::lists::Asking;
use super::wants::Wants;
use crate::desired::Desired;
use crate::plutora::{News, Read};
use crate::resource::Referent;

/// Reads the lists that matter anew, of those of which an earlier run has kept the names; returns whether
/// there were any.
///
/// What was called by a name yesterday may be called by another today. That can hide a difference for a while.
/// But a reference is written as the id of a name, and no look at the object before or after could tell.
pub async fn renew<R: Read>(
    reader: &R,
    desired: &Desired,
    scope: &Scope<'_>,
    matters: impl Fn(Referent) -> bool,
    live: &mut Live,
) -> Result<bool, FetchError> {
    if live.choices.lists.iter().all(|it| !it.is_kept()) {
        return Ok(false);
    }
    let wants = Wants::of(desired);
    let is_kept = |referent: Referent| {
        let path = referent.list_path();
        let mut read = live.choices.lists.iter();
        read.any(|it| it.path == path && it.is_kept())
    };
    let again: BTreeMap<_, _> =
        wants.lists.into_iter().filter(|(it, _)| matters(*it) && is_kept(*it)).collect();
    if again.is_empty() {
        return Ok(false);
    }
    for referent in again.keys() {
        KeptNames::of(scope.kept, *referent).forget();
    }
    reader.tell(News::Expected(again.len() as u64));
    let asking = Asking::new(reader, scope);
    let (mut lists, read) = read_lists(&asking, &again).await?;
    for (referent, ids) in nameless(desired, &live.objects, &lists) {
        if let Some(list) = lists.get_mut(&referent) {
            asking.name(referent, ids, list).await?;
        }
    }
    live.names.extend(lists.into_iter().map(|(referent, list)| (referent, list.names)));
    for read in read {
        if let Some(before) = live.choices.lists.iter_mut().find(|it| it.path == read.path) {
            *before = read;
        }
    }
    Ok(true)
}
