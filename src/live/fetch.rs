//! Reading what the manifests name, and nothing else.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::below::read_below;
use super::choices::{Details, ListRead};
use super::details::{about_releases, read_object, stamp};
use super::error::{FetchError, read_all};
use super::gathered::{Folded, List, NamesOf};
use super::kept::Kept;
use super::lists::Asking;
use super::misfit::refuse_misfits;
use super::seen::Lists;
use super::wants::{Rows, Wants};
use super::{Found, Live};
use crate::desired::Desired;
use crate::plutora::{Get, News, Read, ReadError};
use crate::resource::{FieldType, Key, Referent, Tenant, id_of_reference};

/// From where to read, and how.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The base of the API.
    pub api_url: &'a str,
    /// The user's e-mail.
    pub user: &'a str,
    /// What is particular to the tenant.
    pub tenant: &'a Tenant,
    /// How many requests may be under way at the same time.
    pub parallelism: usize,
    /// What earlier runs have read, and what this one reads for later ones.
    pub kept: &'a Kept,
    /// Whether lists are read whole, rather than asked by filter for the few rows that are named.
    pub whole_lists: bool,
}

/// Reads the lists of the declared kinds and of everything they refer to: of each the rows that are named,
/// by whatever takes the fewest requests.
pub async fn lists<R: Read>(
    reader: &R,
    desired: &Desired,
    scope: &Scope<'_>,
) -> Result<Lists, FetchError> {
    let wants = Wants::of(desired);
    let alone = desired.iter().filter(|object| object.key.parent().is_none()).count();
    // An object takes no more than one request beyond its lists, and may take none.
    let expected = wants.lists.len() + alone + wants.below.len();
    reader.tell(News::Expected(expected as u64));
    let (lists, read) = read_lists(&Asking::new(reader, scope), &wants.lists).await?;
    Ok(Lists { wants, all: lists, read })
}

/// Reads the rest of the live state of what is declared.
///
/// A detail only where the list row does not hold every managed field and no earlier run has kept it; the
/// systems of a release and their deployment dates only where a manifest names some.
pub async fn fetch<R: Read>(
    reader: &R,
    desired: &Desired,
    scope: &Scope<'_>,
    lists: Lists,
) -> Result<Live, FetchError> {
    let asking = Asking::new(reader, scope);
    let mut live = lists.nothing_of(scope);
    let Lists { wants, all: mut lists, read: _ } = lists;
    let details = Cell::new(Details::default());
    live.releases = match (lists.get(&Referent::Release), wants.lists.get(&Referent::Release)) {
        (Some(list), Some(wanted)) => about_releases(&asking, list, wanted, &details).await?,
        _ => BTreeMap::new(),
    };
    let stamps = if wants.below.is_empty() { BTreeMap::new() } else { stamps(&lists) };
    let alone = desired.iter().filter_map(|it| Some((it, it.key.kind.referent()?)));
    let reads = alone.map(|object| read_object(&asking, object, &lists, &details));
    live.objects = read_all(reads, asking.parallelism).await?;
    for (referent, ids) in nameless(desired, &live.objects, &lists) {
        if let Some(list) = lists.get_mut(&referent) {
            asking.name(referent, ids, list).await?;
        }
    }
    live.names = lists.into_iter().map(|(referent, list)| (referent, list.names)).collect();
    live.choices.details = details.get();
    read_below(&asking, desired, (&wants, &stamps), &mut live).await?;
    refuse_misfits(&live, desired)?;
    Ok(live)
}

/// Reads lists, and says how.
pub(super) async fn read_lists<R: Read>(
    asking: &Asking<'_, R>,
    wanted: &BTreeMap<Referent, Rows>,
) -> Result<(BTreeMap<Referent, List>, Vec<ListRead>), FetchError> {
    let reads = wanted.iter().map(|(referent, rows)| asking.list(*referent, rows));
    let lists: BTreeMap<Referent, (List, ListRead)> = read_all(reads, asking.parallelism).await?;
    Ok(lists.into_iter().map(|(referent, (list, read))| ((referent, list), read)).unzip())
}

/// Returns when each release that matters was last changed, by its id.
fn stamps(lists: &BTreeMap<Referent, List>) -> BTreeMap<String, String> {
    let Some(list) = lists.get(&Referent::Release) else { return BTreeMap::new() };
    let rows = list.rows.borrow();
    let stamp = |row: &Folded| Some(stamp(&row.unfolded())?.to_owned());
    rows.iter().filter_map(|(id, row)| Some((id.clone(), stamp(row)?))).collect()
}

/// Asks who we are, where the credentials do not say it.
pub async fn whoami<R: Read>(reader: &R) -> Result<String, ReadError> {
    let answer = reader.get(&Get::new("/me")).await?;
    let user = answer.as_str().map(str::to_owned);
    user.ok_or_else(|| ReadError::unreadable("/me", "expected the user's e-mail as JSON text"))
}

/// Returns the ids that managed references of live objects hold, and whose names nobody has asked for or kept,
/// as the lists were read for the declared names.
pub(super) fn nameless(
    desired: &Desired,
    objects: &BTreeMap<Key, Found>,
    lists: &BTreeMap<Referent, List>,
) -> BTreeMap<Referent, BTreeSet<String>> {
    let mut nameless: BTreeMap<Referent, BTreeSet<String>> = BTreeMap::new();
    for object in desired.iter() {
        let Some(Found::One(is)) = objects.get(&object.key) else { continue };
        for (def, _) in object.fields.iter() {
            let FieldType::Reference { to, .. } = def.ty else { continue };
            let Some(list) = lists.get(&to).filter(|it| it.names_of != NamesOf::All) else {
                continue;
            };
            let id = id_of_reference(&is.body, def);
            if let Some(id) = id.filter(|id| list.names.name_of(id).is_none()) {
                nameless.entry(to).or_default().insert(id.into_owned());
            }
        }
    }
    nameless
}
