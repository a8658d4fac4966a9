//! Reading what the manifests name, and nothing else.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::below::{natural_key, read_below};
use super::error::{FetchError, all_read};
use super::find::read_detail;
use super::misfit::refuse_misfits;
use super::names::{Names, id_and_name, known};
use super::wants::{Rows, Wants};
use super::{About, Found, Live, LiveObject, Target};
use crate::desired::{Desired, Object};
use crate::plutora::{Get, Listed, Listing, Pages, Read, ReadError, Uncounted, list};
use crate::resource::{Emptiness, Guid, InRows, Key, Kind, Path, Ref, Referent, Tenant, find_key};

/// From where to read, and how.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The base of the API.
    pub api_url: &'a str,
    /// The user's e-mail; asked for with one more request where the credentials do not say it.
    pub user: Option<&'a str>,
    /// What is particular to the tenant.
    pub tenant: &'a Tenant,
    /// How many requests may be under way at the same time.
    pub parallelism: usize,
}

/// Reads the live state of what is declared.
///
/// The lists of the declared kinds and of everything they refer to are read page by page; a
/// detail only where the list row does not hold every managed field; the systems of a release and
/// their deployment dates only where a manifest names some.
pub async fn fetch<R: Read>(
    reader: &R,
    desired: &Desired,
    scope: Scope<'_>,
) -> Result<Live, FetchError> {
    let Scope { api_url, user, tenant, parallelism } = scope;
    let user = match user {
        Some(user) => user.to_owned(),
        None => me(reader).await?,
    };
    let wants = Wants::of(desired);
    let lists = stream::iter(&wants.lists)
        .map(|(referent, rows)| read_list(reader, *referent, rows, parallelism))
        .buffer_unordered(parallelism.max(1))
        .collect::<Vec<_>>()
        .await;
    let lists: BTreeMap<Referent, List> = all_read(lists)?;

    let found = stream::iter(desired.iter())
        .filter_map(|object| async move { Some((object, object.key.kind.referent()?)) })
        .map(|(object, referent)| read_object(reader, object, lists.get(&referent)))
        .buffer_unordered(parallelism.max(1))
        .collect::<Vec<_>>()
        .await;
    let objects = all_read(found)?;
    let releases = match (lists.get(&Referent::Release), wants.lists.get(&Referent::Release)) {
        (Some(list), Some(wanted)) => about_releases(reader, list, wanted, parallelism).await?,
        _ => BTreeMap::new(),
    };
    let mut live = Live {
        target: Target { api_url: api_url.to_owned(), user },
        tenant: tenant.clone(),
        objects,
        releases,
        pages: lists.get(&Referent::Release).map_or(Pages::Bare, |list| list.pages),
        names: lists.into_iter().map(|(referent, list)| (referent, list.names)).collect(),
        rows: BTreeMap::new(),
        work_items: BTreeMap::new(),
    };
    read_below(reader, desired, &wants, &mut live, parallelism).await?;
    refuse_misfits(&live, desired)?;
    Ok(live)
}

async fn me<R: Read>(reader: &R) -> Result<String, ReadError> {
    let answer = reader.get(&Get::new("/me")).await?;
    let user = answer.as_str().map(str::to_owned);
    user.ok_or_else(|| ReadError::unreadable("/me", "expected the user's e-mail as JSON text"))
}

/// A list, and the rows of it that matter.
struct List {
    names: Names,
    rows: BTreeMap<String, Map<String, Value>>,
    pages: Pages,
}

struct Row {
    id: String,
    name: String,
    body: Option<Map<String, Value>>,
}

async fn read_list<R: Read>(
    reader: &R,
    referent: Referent,
    wanted: &Rows,
    parallelism: usize,
) -> Result<(Referent, List), ReadError> {
    let path = referent.list_path();
    let listing = Listing { path: &path, filter: None, parallelism, uncounted: Uncounted::Page };
    let Listed { rows, length, pages } =
        list(reader, &listing, |row| keep(referent, wanted, row)).await?;
    tracing::info!(list = path, rows = length, "read");
    let mut list = List { names: Names::default(), rows: BTreeMap::new(), pages };
    for row in known(referent, rows).map_err(|cause| ReadError::unreadable(&path, cause))? {
        let Row { id, name, body } = row;
        list.rows.extend(body.map(|body| (id.clone(), body)));
        list.names.insert(id, name);
    }
    Ok((referent, list))
}

/// Keeps of a row its id and name, and the row itself only where it matters, so that memory
/// follows what is managed.
fn keep(referent: Referent, wanted: &Rows, row: Map<String, Value>) -> Option<Row> {
    let (id, name) = id_and_name(referent, &row)?;
    let Rows { declared, pinned, referred } = wanted;
    let matters = declared.contains(&name) || pinned.contains(&id) || referred.contains(&name);
    Some(Row { id, name, body: matters.then_some(row) })
}

async fn read_object<R: Read>(
    reader: &R,
    object: &Object,
    list: Option<&List>,
) -> Result<(Key, Found), ReadError> {
    let key = &object.key;
    let Some(list) = list else {
        return Ok((key.clone(), Found::Nothing));
    };
    let pinned = object.id.map(|id| id.to_string());
    let ids = match &pinned {
        Some(id) if list.names.name_of(id).is_some() => std::slice::from_ref(id),
        Some(_) => &[],
        None => list.names.ids_of(&key.name),
    };
    let found = match ids {
        [] => Found::Nothing,
        [id] => {
            let row = list.rows.get(id).filter(|row| holds_all(row, object));
            let body = read_body(reader, key.kind, id, row).await?;
            // Between its row and its detail somebody may have renamed it; that is not ours to undo.
            let is = natural_key(key.kind, &body.body);
            if pinned.is_none() && is != key.name {
                let path = Path::collection(key.kind, Vec::new()).of(Ref::Id(body.id));
                let cause = format!("it was found as `{}` and is called `{is}` now", key.name);
                return Err(ReadError::unreadable(&path.to_string(), cause));
            }
            Found::One(body)
        }
        several => Found::Several(several.to_vec()),
    };
    Ok((key.clone(), found))
}

/// Returns whether a list row carries every managed field.
///
/// A null for a field that is never empty shows that the row was not filled in after all.
fn holds_all(row: &Map<String, Value>, object: &Object) -> bool {
    object.fields.iter().all(|(def, _)| {
        let value = find_key(row, def.key).and_then(|key| row.get(key));
        let filled = |value: &Value| def.emptiness == Emptiness::Clearable || !value.is_null();
        def.in_rows == InRows::Carried && value.is_some_and(filled)
    })
}

async fn read_body<R: Read>(
    reader: &R,
    kind: Kind,
    id: &str,
    row: Option<&Map<String, Value>>,
) -> Result<LiveObject, ReadError> {
    let collection = Path::collection(kind, Vec::new());
    let id = Guid::parse(id)
        .map_err(|error| ReadError::unreadable(&collection.to_string(), error.to_string()))?;
    let body = match row {
        Some(row) => row.clone(),
        None => read_detail(reader, &collection.of(Ref::Id(id)).to_string()).await?,
    };
    Ok(LiveObject { id, body })
}

/// Reads what is known of the releases that manifests refer to, or name something below: from their
/// rows, and from the detail where a row does not say the type.
async fn about_releases<R: Read>(
    reader: &R,
    list: &List,
    wanted: &Rows,
    parallelism: usize,
) -> Result<BTreeMap<String, About>, FetchError> {
    let matters = |id: &str| {
        let name = list.names.name_of(id);
        wanted.pinned.contains(id) || name.is_some_and(|name| wanted.referred.contains(name))
    };
    let read = stream::iter(list.rows.iter().filter(|(id, _)| matters(id)))
        .map(|(id, row)| async move {
            let known = About::of(row);
            if known.release_type.is_some() {
                return Ok((id.clone(), known));
            }
            let detail = read_body(reader, Kind::Release, id, None).await?;
            Ok((id.clone(), About::of(&detail.body)))
        })
        .buffer_unordered(parallelism.max(1))
        .collect::<Vec<_>>()
        .await;
    all_read(read)
}
