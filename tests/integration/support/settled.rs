//! What a tenant holds, without what differs from one run to the next.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The keys that say what an object is called, of which each has one.
const NAMES: [&str; 5] = ["identifier", "name", "deploymentTitle", "title", "workItemNameID"];

/// Keys whose values tell when, or in which order, something happened.
const PASSING: [&str; 3] = ["lastModifiedDate", "deploymentCompletedDate", "sortOrder"];

/// Returns a state of the sandbox with names for the ids that a run made, in an order of its own.
pub(crate) fn settled(state: &Value) -> Value {
    let names = names(state);
    let collections = state.as_object().unwrap().iter();
    let collections = collections.map(|(collection, rows)| {
        let rows = rows.as_array().unwrap().iter().map(|row| without_ids(row, &names));
        let mut rows: Vec<Value> = rows.collect();
        rows.sort_by_key(Value::to_string);
        (collection.clone(), rows.into())
    });
    Value::Object(collections.collect())
}

/// Names objects by their collection, what they are called, and what they belong to.
fn names(state: &Value) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (collection, rows) in state.as_object().unwrap() {
        for row in rows.as_array().unwrap() {
            let name = NAMES.iter().find_map(|key| row[*key].as_str()).unwrap_or_default();
            names.insert(row["id"].as_str().unwrap().to_owned(), format!("{collection}:{name}"));
        }
    }
    names
}

fn without_ids(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        // The id of a row may be made of several.
        Value::String(text) => {
            let parts = text.split('/').map(|part| names.get(part).map_or(part, String::as_str));
            parts.collect::<Vec<_>>().join("/").into()
        }
        Value::Array(rows) => rows.iter().map(|row| without_ids(row, names)).collect(),
        Value::Object(keys) => {
            let kept = keys.iter().filter(|(key, _)| !PASSING.contains(&key.as_str()));
            let pairs = kept.map(|(key, value)| (key.clone(), without_ids(value, names)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
