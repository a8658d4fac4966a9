//! Holds answers against the API description: whatever a test asks, the answer has to be described.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::answer::Answer;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description = serde_yaml::from_str(include_str!("../../openapi.yaml")).unwrap();
    let mut open = Vec::new();
    parts(&description, &mut open);
    as_json_schema(&mut description);
    for reference in open {
        let part = description.pointer_mut(reference.strip_prefix('#').unwrap()).unwrap();
        part.as_object_mut().unwrap().remove("additionalProperties");
    }
    description
});

/// Compiled schemas by their place in the description.
static SCHEMAS: LazyLock<Mutex<BTreeMap<String, &'static Validator>>> =
    LazyLock::new(Mutex::default);

/// Collects references to schemas that are a part of another, whose keys stand beside theirs.
fn parts(node: &Value, found: &mut Vec<String>) {
    if let Some(list) = node.get("allOf").and_then(Value::as_array) {
        let references = list.iter().filter_map(|part| part["$ref"].as_str().map(str::to_owned));
        found.extend(references);
    }
    let (keys, rows) = (node.as_object(), node.as_array());
    let inside = keys.into_iter().flat_map(Map::values).chain(rows.into_iter().flatten());
    inside.for_each(|inner| parts(inner, found));
}

/// Turns the dialect of `OpenAPI` 3.0 into that of JSON Schema, and lets no key pass that is not described.
fn as_json_schema(node: &mut Value) {
    if let Value::Object(keys) = node {
        if keys.get("nullable") == Some(&json!(true)) {
            if let Some(kind) = keys.get("type").cloned() {
                keys.insert("type".to_owned(), json!([kind, "null"]));
            }
            if let Some(Value::Array(values)) = keys.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        let is_closed = keys.get("type") == Some(&json!("object"))
            && keys.contains_key("properties")
            && !keys.contains_key("additionalProperties")
            && !keys.contains_key("allOf");
        if is_closed {
            keys.insert("additionalProperties".to_owned(), json!(false));
        }
        keys.values_mut().for_each(as_json_schema);
    } else if let Value::Array(rows) = node {
        rows.iter_mut().for_each(as_json_schema);
    }
}

/// Finds the path of the description that an address fits, its words before its parameters.
fn item_of(path: &str) -> Option<(&'static String, &'static Value)> {
    let path = path.split('?').next().unwrap();
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
    };
    let sent = parts(path);
    let fits = |pattern: &str| {
        let ours = parts(pattern);
        ours.len() == sent.len()
            && ours.iter().zip(&sent).all(|(ours, sent)| ours.starts_with('{') || ours == sent)
    };
    let paths: &'static Map<String, Value> = DESCRIPTION["paths"].as_object().unwrap();
    let fitting = paths.iter().filter(|(pattern, _)| fits(pattern));
    fitting.min_by_key(|(pattern, _)| pattern.matches('{').count())
}

fn resolve(mut node: &'static Value) -> &'static Value {
    while let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        node = DESCRIPTION.pointer(reference.strip_prefix('#').unwrap()).unwrap();
    }
    node
}

fn validator(place: String, schema: &Value) -> &'static Validator {
    let mut schemas = SCHEMAS.lock().unwrap_or_else(PoisonError::into_inner);
    schemas.entry(place).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = DESCRIPTION["components"].clone();
        Box::leak(Box::new(jsonschema::validator_for(&whole).unwrap()))
    })
}

/// Fails unless the description has the operation, the status, and a schema that the body fits.
pub(crate) fn assert_described(method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    let Some((pattern, item)) = item_of(path) else {
        assert!([401, 404].contains(&status), "{method} {path} is not described: {answer:?}");
        return;
    };
    let name = method.as_str().to_lowercase();
    let Some(operation) = item.get(&name) else {
        assert!([401, 405].contains(&status), "{method} {pattern} is not described: {answer:?}");
        return;
    };
    let Some(described) = operation["responses"].get(status.to_string()).map(resolve) else {
        panic!("{method} {pattern}: {status} is not described: {answer:?}");
    };
    let Some(schema) =
        described.get("content").map(|content| &content["application/json"]["schema"])
    else {
        assert_eq!(answer.text, "", "{method} {pattern}: {status} is described without a body");
        return;
    };
    let validator = validator(format!("{name} {pattern} {status}"), schema);
    if let Err(error) = validator.validate(&answer.json()) {
        let place = error.instance_path();
        panic!("{method} {pattern}: {status} at {place}: {error}");
    }
}
