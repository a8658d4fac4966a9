//! Bodies: what is written, and whether what is there is what was meant.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::outcome::Difference;
use crate::plan::{FieldChange, Payload};
use crate::resource::{Fields, Guid, Key, Kind, find_key, read_fields, read_fields_by_id};

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

/// Lays changed keys over a fresh body; everything else stays value for value, in its order.
///
/// A PUT replaces the whole object (vendor help), so whatever the body carried, known to us or
/// not, has to go back. A key is overwritten in the spelling that it has there.
pub(super) fn overlay(
    mut fresh: Map<String, Value>,
    changed: &Map<String, Value>,
) -> Map<String, Value> {
    for (key, value) in changed {
        let spelled = find_key(&fresh, key).unwrap_or(key).to_owned();
        fresh.insert(spelled, value.clone());
    }
    fresh
}

/// Returns the managed fields after a write, references as ids.
pub(super) fn expected(kind: Kind, observed: &Fields, changed: &Map<String, Value>) -> Fields {
    let mut expected = observed.clone();
    let written = kind.all_fields().filter(|def| changed.contains_key(def.key));
    for (def, value) in read_fields_by_id(kind, changed, written).iter() {
        expected.set(def, value.clone());
    }
    expected
}

/// Compares fields, references as ids, with a body; shows names where they are known.
pub(super) fn differences(
    kind: Kind,
    expected: &Fields,
    changes: &[FieldChange],
    body: &Map<String, Value>,
    side: impl Fn(&FieldChange) -> &crate::resource::FieldValue,
) -> Vec<Difference> {
    let by_id = read_fields_by_id(kind, body, expected.iter().map(|(def, _)| def));
    let shown = read_fields(kind, body, expected.iter().map(|(def, _)| def), |_, _| None);
    let differing = expected.iter().filter(|(def, value)| by_id.get(def.name) != Some(value));
    differing
        .map(|(def, value)| {
            let change = changes.iter().find(|change| change.def == def);
            let expected = change.map_or(value, &side).clone();
            let found = shown.get(def.name).unwrap_or(value).clone();
            Difference { def, expected, found }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::FieldValue;

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
    fn a_value_that_the_server_made_different_is_seen() {
        let kind = Kind::System;
        let name = kind.field("vendor").unwrap();
        let mut observed = Fields::new(kind);
        observed.set(name, FieldValue::text("old"));
        let changed = map(&json!({"vendor": "New"}));
        let expected = expected(kind, &observed, &changed);
        let change = FieldChange {
            def: name,
            before: FieldValue::text("old"),
            after: FieldValue::text("New"),
        };
        let check = |body| {
            differences(kind, &expected, std::slice::from_ref(&change), &map(&body), |change| {
                &change.after
            })
        };
        assert_eq!(check(json!({"vendor": "New"})), []);
        let differs = check(json!({"vendor": "NEW"}));
        assert_eq!(differs[0].found, FieldValue::text("NEW"));
        assert_eq!(differs[0].expected, FieldValue::text("New"));
    }
}
