//! What is known of each object: from its row, from an earlier run, or from a request of its own.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::below::natural_key;
use super::choices::Details;
use super::error::{FetchError, read_all};
use super::find::read_detail;
use super::gathered::List;
use super::kept::Kept;
use super::lists::Asking;
use super::wants::Rows;
use super::{About, Found, LiveObject};
use crate::desired::Object;
use crate::plutora::{News, Read, ReadError};
use crate::resource::{
    Body as _, Emptiness, Excerpt, FieldDef, FieldType, Guid, InRows, Key, Kind, Labels, Path, Ref,
    Referent, Said, find_key, id_of_reference, read_fields_by_id, twin,
};

/// The key of a row and a detail that says when the object was last changed.
const STAMP: &str = "lastModifiedDate";

/// Returns when an object was last changed, as its row says it; rows of systems do not.
pub(super) fn stamp(row: &Map<String, Value>) -> Option<&str> {
    row.said(STAMP).text().filter(|stamp| !stamp.is_empty())
}

/// Finds one declared object in the list of its kind, and tells when it is known.
pub(super) async fn read_object<R: Read>(
    asking: &Asking<'_, R>,
    (object, referent): (&Object, Referent),
    lists: &BTreeMap<Referent, List>,
    details: &Cell<Details>,
) -> Result<(Key, Found), ReadError> {
    let found = find_object(asking, (object, referent), lists, details).await?;
    asking.reader.tell(News::Known(1));
    Ok(found)
}

async fn find_object<R: Read>(
    asking: &Asking<'_, R>,
    (object, referent): (&Object, Referent),
    lists: &BTreeMap<Referent, List>,
    details: &Cell<Details>,
) -> Result<(Key, Found), ReadError> {
    let key = &object.key;
    let Some(list) = lists.get(&referent) else {
        return Ok((key.clone(), Found::Nothing));
    };
    let ids = ids_in(list, object);
    if ids.len() != 1 {
        asking.reader.tell(News::Spared(1));
    }
    let found = match ids.as_slice() {
        [] => Found::Nothing,
        [id] => {
            let row = list.rows.borrow_mut().remove(id).map(|row| row.unfolded());
            let guid = guid(key.kind, id)?;
            let body = if let Some(row) = row.as_ref().filter(|row| holds_all(row, object)) {
                count(details, |it| it.in_rows += 1);
                asking.reader.tell(News::Spared(1));
                looked_at(row, object, lists)
            } else {
                let body = detail(asking, key.kind, (guid, row.as_ref()), details).await?;
                looked_at(&body, object, lists)
            };
            // Between its row and its detail somebody may have renamed it; that is not ours to undo.
            let is = natural_key(key.kind, &body);
            if object.id.is_none() && is != key.name {
                let path = Path::collection(key.kind, Vec::new()).of(Ref::Id(guid));
                let cause = format!("it was found as `{}` and is called `{is}` now", key.name);
                return Err(ReadError::unreadable(&path.to_string(), cause));
            }
            Found::One(LiveObject { id: guid, body })
        }
        several => Found::Several(several.to_vec()),
    };
    Ok((key.clone(), found))
}

/// Returns the ids that a declared object may have, of those in the list of its kind.
pub(super) fn ids_in(list: &List, object: &Object) -> Vec<String> {
    match object.id.map(|id| id.to_string()) {
        Some(id) if list.names.name_of(&id).is_some() => vec![id],
        Some(_) => Vec::new(),
        None => list.names.ids_of(&object.key.name).map(str::to_owned).collect(),
    }
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

/// Returns of a body what planning looks at: what is managed, and what the rules go by. A tenant with a
/// hundred custom fields costs no more memory for it. What a body calls a thing that it refers to is
/// left out where the list of these says it.
fn looked_at(
    body: &Map<String, Value>,
    object: &Object,
    lists: &BTreeMap<Referent, List>,
) -> Excerpt {
    let kind = object.key.kind;
    let managed = object.fields.iter().map(|(def, _)| def);
    let defs = managed.chain(kind.ruled()).chain([kind.key_field()]);
    let is_named = |def: &FieldDef| {
        let FieldType::Reference { to, .. } = def.ty else { return false };
        let id = id_of_reference(body, def);
        id.is_none_or(|id| lists.get(&to).is_some_and(|list| list.names.name_of(&id).is_some()))
    };
    let keys = defs.flat_map(|def| [Some(def.key), twin(def).filter(|_| !is_named(def))]);
    Excerpt::of(body, keys.flatten().chain([kind.id_key()]))
}

/// Returns the keys of a body that the fields of its kind have, and its id.
fn of_fields(kind: Kind, body: &Map<String, Value>) -> Map<String, Value> {
    let is_of = |key: &str| {
        let is = |wanted: &str| key.eq_ignore_ascii_case(wanted);
        is(kind.id_key()) || kind.all_fields().any(|def| is(def.key) || twin(def).is_some_and(is))
    };
    let wanted = body.iter().filter(|(key, _)| is_of(key));
    wanted.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Reads a detail, unless an earlier run has and the row says that nothing has changed since.
async fn detail<R: Read>(
    asking: &Asking<'_, R>,
    kind: Kind,
    (id, row): (Guid, Option<&Map<String, Value>>),
    details: &Cell<Details>,
) -> Result<Map<String, Value>, ReadError> {
    let path = Path::collection(kind, Vec::new()).of(Ref::Id(id)).to_string();
    let stamped = row.and_then(|row| Some((row, stamp(row)?)));
    let kept = stamped.and_then(|(row, stamp)| {
        let kept: Map<String, Value> = asking.kept.detail(&path, stamp)?;
        agree(kind, row, &kept).then_some(kept)
    });
    if let Some(body) = kept {
        count(details, |it| it.kept += 1);
        asking.reader.tell(News::Spared(1));
        return Ok(body);
    }
    let body = read_detail(asking.reader, &path).await?;
    count(details, |it| it.read += 1);
    // Kept by the stamp of the row: if the object was changed after its row was read, the next row
    // has another one.
    if let Some((_, stamp)) = stamped {
        keep_detail(asking.kept, kind, &path, (stamp, &body));
    }
    Ok(body)
}

/// Keeps of a detail what is read of one.
pub(super) fn keep_detail(
    kept: &Kept,
    kind: Kind,
    path: &str,
    (stamp, body): (&str, &Map<String, Value>),
) {
    kept.keep(path, stamp, &of_fields(kind, body));
}

/// Returns whether a row and a detail say the same where both say something: a tenant's clock may
/// not tell two changes apart.
fn agree(kind: Kind, row: &Map<String, Value>, detail: &Map<String, Value>) -> bool {
    let says = |body: &Map<String, Value>, key| body.said(key) != Said::Nothing;
    let carried = kind.all_fields().filter(|def| def.in_rows == InRows::Carried);
    let both: Vec<_> = carried.filter(|def| says(row, def.key) && says(detail, def.key)).collect();
    let read = |body| read_fields_by_id(kind, body, both.iter().copied(), &Labels::default());
    read(row) == read(detail)
}

/// Takes an id of a list as what every path needs.
pub(super) fn guid(kind: Kind, id: &str) -> Result<Guid, ReadError> {
    let collection = Path::collection(kind, Vec::new());
    Guid::parse(id)
        .map_err(|error| ReadError::unreadable(&collection.to_string(), error.to_string()))
}

fn count(details: &Cell<Details>, add: impl FnOnce(&mut Details)) {
    let mut counted = details.get();
    add(&mut counted);
    details.set(counted);
}

/// Reads what is known of the releases that manifests refer to, or name something below: from their
/// rows, and from the detail where a row does not say the type.
pub(super) async fn about_releases<R: Read>(
    asking: &Asking<'_, R>,
    list: &List,
    wanted: &Rows,
    details: &Cell<Details>,
) -> Result<BTreeMap<String, About>, FetchError> {
    let matters = |id: &str| {
        let name = list.names.name_of(id);
        wanted.pinned.contains(id) || name.is_some_and(|name| wanted.referred.contains(name))
    };
    let rows: Vec<(String, Map<String, Value>)> = {
        let rows = list.rows.borrow();
        rows.iter()
            .filter(|(id, _)| matters(id))
            .map(|(id, row)| (id.clone(), row.unfolded()))
            .collect()
    };
    let reads = rows.into_iter().map(|(id, row)| async move {
        let known = About::of(&row);
        if known.release_type.is_some() {
            return Ok((id, known));
        }
        let guid = guid(Kind::Release, &id)?;
        asking.reader.tell(News::Expected(1));
        let detail = detail(asking, Kind::Release, (guid, Some(&row)), details).await?;
        Ok((id, About::of(&detail)))
    });
    read_all(reads, asking.parallelism).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_detail_that_says_something_else_than_its_row_is_of_another_time() {
        let row = json!({"identifier": "R", "name": "one", "implementationDate": "2026-12-05T22:00:00",
            "parentReleaseId": null, "releaseStatusMode": "Planning"});
        let detail = json!({"identifier": "R", "name": "one", "implementationDate": "2026-12-05T22:00:00.000Z",
            "parentReleaseId": "9313fe77-0000-4000-8000-00000000000c", "summary": "more"});
        let map = |value: &Value| value.as_object().cloned().unwrap();
        let agree = |detail: &Value| agree(Kind::Release, &map(&row), &map(detail));
        assert!(
            agree(&detail),
            "an empty field of a row says nothing, and instants have two forms"
        );
        for (key, value) in [("name", "two"), ("implementationDate", "2026-12-06T22:00:00")] {
            let mut other = detail.clone();
            other[key] = json!(value);
            assert!(!agree(&other), "{key}");
        }
    }
}
