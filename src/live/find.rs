//! Finding an object by its natural key alone, and reading one, around a write.

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::below::{Row, natural_key};
use super::names::{id_and_name, told_apart};
use super::way::encoded;
use crate::plutora::{Get, Listing, Read, ReadError, whole};
use crate::resource::{Guid, Kind, form_of, id_of};

/// Reads an object's detail, which must be a JSON object.
pub(crate) async fn read_detail<R: Read>(
    reader: &R,
    path: &str,
) -> Result<Map<String, Value>, ReadError> {
    let answer = reader.get(&Get::new(path)).await?;
    if let Value::Object(body) = answer {
        return Ok(body);
    }
    // Of the answer nothing is quoted: it may be a proxy's, with the request in it.
    Err(ReadError::unreadable(path, format!("expected an object, found {}", form_of(&answer))))
}

/// Returns the ids of the rows of a list below a release that have a natural key.
pub(crate) fn named(kind: Kind, rows: &[Row], wanted: &str) -> Vec<Guid> {
    let found = rows.iter().filter(|row| match kind {
        Kind::ReleaseSystem => natural_key(kind, row).eq_ignore_ascii_case(wanted),
        Kind::System | Kind::Release | Kind::Deployment => natural_key(kind, row) == wanted,
    });
    found.filter_map(|row| id_of(kind, row)).collect()
}

/// Returns the ids of all objects of a kind that stands by itself which bear a name.
///
/// By a filter, unless that is worth less than `enough`: no escape is known. A server that answers the filter
/// with 500 does not know the field (asserted for some lists, 2021). In both cases the whole list is
/// looked through.
pub(crate) async fn find<R: Read>(
    reader: &R,
    (kind, collection): (Kind, &str),
    name: &str,
    enough: Worth,
) -> Result<Vec<Guid>, ReadError> {
    if worth(name).is_some_and(|it| it <= enough) {
        let filter = filter(kind, name);
        match scan(reader, kind, collection, (name, Some(filter))).await {
            Err(ReadError::Refused { .. }) => {}
            found => return found,
        }
    }
    scan(reader, kind, collection, (name, None)).await
}

/// What the answer to a filter for a name is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// The name can mean only itself: what is not let through is not there.
    All,
    /// What is let through is there. Nobody has said how a filter is read that holds these characters.
    Found,
}

/// How long a name in a filter may be, as a URL has it: the rest of one has room beside it.
const LONGEST_NAME: usize = 1_500;

/// Returns what a filter for a name is worth; none for one that holds what ends a name or a filter, as no
/// escape is known, or that is too long for a URL.
pub(super) fn worth(name: &str) -> Option<Worth> {
    if encoded(name) > LONGEST_NAME {
        return None;
    }
    let is_plain = |character: char| character.is_alphanumeric() || " -_.:/@".contains(character);
    let ends = |character: char| "`\"\\".contains(character) || character.is_control();
    match (name.chars().all(is_plain), name.contains(ends)) {
        (true, _) => Some(Worth::All),
        (false, false) => Some(Worth::Found),
        (false, true) => None,
    }
}

/// Returns whether a filter may hold a name; that it finds nothing may still mean nothing.
pub(crate) fn may_be_filtered(name: &str) -> bool {
    worth(name).is_some()
}

/// Returns whether one request by filter tells whether there is something of a name.
pub fn can_be_filtered(name: &str) -> bool {
    worth(name) == Some(Worth::All)
}

/// Returns the filter that finds the objects of a kind with a name; none where the name could mean more
/// than itself in it.
pub fn filter_for(kind: Kind, name: &str) -> Option<String> {
    can_be_filtered(name).then(|| filter(kind, name))
}

fn filter(kind: Kind, name: &str) -> String {
    format!("`{}` = `{name}`", kind.key_field().key)
}

/// Returns the names and ids of the objects that stand by themselves and that filters let through.
pub(crate) async fn find_all<R: Read>(
    reader: &R,
    (kind, path): (Kind, &str),
    filters: Vec<String>,
    parallelism: usize,
) -> Result<Vec<(String, Guid)>, ReadError> {
    let read = stream::iter(filters)
        .map(|filter| named_in_list(reader, kind, path, Some(filter)))
        .buffered(parallelism.max(1))
        .collect::<Vec<_>>()
        .await;
    let mut found = Vec::new();
    for (id, name) in read.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        found.push((name, guid(path, &id)?));
    }
    Ok(found)
}

async fn scan<R: Read>(
    reader: &R,
    kind: Kind,
    path: &str,
    (name, filter): (&str, Option<String>),
) -> Result<Vec<Guid>, ReadError> {
    let rows = named_in_list(reader, kind, path, filter).await?;
    let ids = rows.into_iter().filter(|(_, found)| found == name).map(|(id, _)| id);
    ids.map(|id| guid(path, &id)).collect()
}

/// Returns the ids and names of a list, or of the rows that a filter lets through.
async fn named_in_list<R: Read>(
    reader: &R,
    kind: Kind,
    path: &str,
    filter: Option<String>,
) -> Result<Vec<(String, String)>, ReadError> {
    let Some(referent) = kind.referent() else { return Ok(Vec::new()) };
    // Few rows have one name; a filter ignores case, so they may be more than one.
    let listing = match filter {
        Some(filter) => Listing::filtered(path, filter),
        None => Listing::whole(path, 1),
    };
    let keep = |rows: &mut Vec<_>, row: Map<String, Value>| rows.push(id_and_name(referent, &row));
    let rows = whole(reader, &listing, keep).await?.rows;
    let has_nameless = rows.iter().any(Option::is_none);
    told_apart(referent, has_nameless).map_err(|cause| ReadError::unreadable(path, cause))?;
    Ok(rows.into_iter().flatten().collect())
}

fn guid(path: &str, id: &str) -> Result<Guid, ReadError> {
    Guid::parse(id).map_err(|error| ReadError::unreadable(path, error.to_string()))
}
