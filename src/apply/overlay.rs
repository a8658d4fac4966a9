//! Bodies: what is written, and whether what is there is what was meant.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::outcome::{Cause, Difference};
use crate::plan::{FieldChange, Payload};
use crate::resource::{
    Body as _, FieldDef, FieldType, FieldValue, Fields, Guid, Key, Kind, Labels, PENDING, find_key,
    is_status, read_fields, read_fields_by_id,
};

/// Puts the ids of created objects in their places; the key of the first that is missing fails.
pub(super) fn resolve(
    body: &[(&'static str, Payload)],
    created: &BTreeMap<Key, Guid>,
) -> Result<Map<String, Value>, Key> {
    let mut resolved = Map::new();
    for (key, payload) in body {
        let value = match payload {
            Payload::Value(value) => value.clone(),
            Payload::IdOf(object) => match created.get(object) {
                Some(id) => json!(id.to_string()),
                None => return Err(object.clone()),
            },
        };
        resolved.insert((*key).to_owned(), value);
    }
    Ok(resolved)
}

/// Puts the ids of created objects in their places, and leaves out what refers to one that is not there.
pub(super) fn resolved(
    body: &[(&'static str, Payload)],
    created: &BTreeMap<Key, Guid>,
) -> Map<String, Value> {
    let each = body.iter().filter_map(|one| resolve(std::slice::from_ref(one), created).ok());
    each.flatten().collect()
}

/// Lays changed keys over a fresh body; everything else stays value for value, in its order.
///
/// A PUT replaces the whole object (vendor help), so whatever the body carried, known to us or
/// not, has to go back. A key is overwritten in the spelling that it has there. A list is added
/// to: its rows stay as they are, and those that are not there yet, by name, come after them.
pub(super) fn overlay(
    mut fresh: Map<String, Value>,
    changed: &Map<String, Value>,
) -> Map<String, Value> {
    for (key, value) in changed {
        let spelled = find_key(&fresh, key).unwrap_or(key).to_owned();
        let merged = match (fresh.get(&spelled), value) {
            (Some(Value::Array(there)), Value::Array(wanted)) => add_rows(there, wanted),
            _ => value.clone(),
        };
        fresh.insert(spelled, merged);
    }
    fresh
}

fn add_rows(there: &[Value], wanted: &[Value]) -> Value {
    let missing = wanted.iter().filter(|row| !there.iter().any(|old| name(old) == name(row)));
    there.iter().chain(missing).cloned().collect()
}

fn name(row: &Value) -> Option<&str> {
    row.as_object()?.said("name").text()
}

/// Returns the written fields as they should be read back, references as ids.
pub(super) fn written(kind: Kind, changed: &Map<String, Value>, labels: &Labels) -> Fields {
    let defs = kind.all_fields().filter(|def| changed.contains_key(def.key));
    read_fields_by_id(kind, changed, defs, labels)
}

/// Compares fields, references as ids, with a body; `shown` gives the form to show of an expected
/// value, where that is another.
pub(super) fn differences(
    expected: &Fields,
    body: &Map<String, Value>,
    cause: Cause,
    labels: &Labels,
    shown: impl Fn(&FieldDef) -> Option<FieldValue>,
) -> Vec<Difference> {
    let (kind, defs) = (expected.kind(), || expected.iter().map(|(def, _)| def));
    let by_id = read_fields_by_id(kind, body, defs(), labels);
    let by_name = read_fields(kind, body, defs(), labels, |_, _| None);
    let found = |def: &FieldDef| by_id.get(def.name).cloned().unwrap_or(FieldValue::Empty);
    expected
        .iter()
        .filter(|(def, value)| !value.is_met_by(&found(def)))
        .map(|(def, value)| Difference {
            def,
            cause,
            expected: shown(def).unwrap_or_else(|| value.clone()),
            found: by_name.get(def.name).cloned().unwrap_or_else(|| found(def)),
            desired: None,
        })
        .collect()
}

/// Returns the statuses, of those that are set after a creation, that somebody else has set since: one that was
/// just created has none, or is Pending (vendor help, 2020). What is as it is wanted is no conflict.
pub(super) fn set_since(
    wanted: &Map<String, Value>,
    kind: Kind,
    body: &Map<String, Value>,
    labels: &Labels,
) -> Vec<Difference> {
    let wanted = written(kind, wanted, labels);
    let pending = |_: &FieldDef| Some(FieldValue::text(PENDING));
    let is_as_created =
        |found: &FieldValue| *found == FieldValue::Empty || found.as_text() == Some(PENDING);
    let unmet = differences(&wanted, body, Cause::Moved, labels, pending).into_iter();
    let moved = unmet.filter(|it| it.def.ty == FieldType::Status && !is_as_created(&it.found));
    moved.map(|it| Difference { desired: wanted.get(it.def.name).cloned(), ..it }).collect()
}

/// Returns the statuses that a new one has anyway and was to have, and that somebody else has set since. What is no
/// word of ours may be the tenant's label for it.
pub(super) fn set_otherwise(
    kind: Kind,
    changes: &[FieldChange],
    body: &Map<String, Value>,
    labels: &Labels,
) -> Vec<Difference> {
    let mut wanted = Fields::new(kind);
    for change in changes.iter().filter(|it| it.def.ty == FieldType::Status) {
        wanted.set(change.def, change.after.clone());
    }
    let differing = differences(&wanted, body, Cause::Moved, labels, |_| None).into_iter();
    differing.filter(|it| it.found.as_text().is_some_and(is_status)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_is_not_changed_goes_back_value_for_value() {
        let text = r#"{"z":1.10,"undocumented":{"b":[1e+3,null],"a":12345678901234567890.5},
                       "releaseRiskLevelID":"old","riskLevel":"Low"}"#;
        let fresh = map(&serde_json::from_str(text).unwrap());
        let written = overlay(fresh, &map(&json!({"releaseRiskLevelId": "new"})));
        assert_eq!(
            Value::Object(written).to_string(),
            r#"{"z":1.10,"undocumented":{"b":[1e+3,null],"a":12345678901234567890.5},"releaseRiskLevelID":"new","riskLevel":"Low"}"#
        );
    }

    #[test]
    fn ids_of_created_objects_are_put_in_their_places() {
        let parent = Key::new(Kind::Release, "ENT");
        let body = [("parentReleaseId", Payload::IdOf(parent.clone()))];
        assert_eq!(resolve(&body, &BTreeMap::new()), Err(parent.clone()));

        let id = Guid::parse("d95f23e4-52a1-e811-8146-029a1f64cdff").unwrap();
        let resolved = resolve(&body, &BTreeMap::from([(parent, id)])).unwrap();
        assert_eq!(Value::Object(resolved), json!({"parentReleaseId": id.to_string()}));
    }

    #[test]
    fn rows_that_are_there_stay_as_they_are() {
        let fresh = map(&json!({"systemAlias": [{"id": "1", "Name": "PAY", "note": 1.10}]}));
        let changed = map(&json!({"systemAlias": [{"name": "NEW"}, {"name": "PAY"}]}));
        assert_eq!(
            overlay(fresh, &changed)["systemAlias"],
            json!([{"id": "1", "Name": "PAY", "note": 1.10}, {"name": "NEW"}])
        );
    }

    #[test]
    fn a_value_that_the_server_made_different_is_seen() {
        let labels = Labels::default();
        let expected = written(Kind::System, &map(&json!({"vendor": "New"})), &labels);
        let check = |body| differences(&expected, &map(&body), Cause::Stored, &labels, |_| None);
        assert_eq!(check(json!({"vendor": "New"})), []);
        let differs = check(json!({"vendor": "NEW"}));
        assert_eq!(differs[0].found, FieldValue::text("NEW"));
        assert_eq!(differs[0].expected, FieldValue::text("New"));
    }
}
