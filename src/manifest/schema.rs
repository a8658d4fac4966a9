//! The JSON Schema of manifests, made from the tables of fields.

use serde_json::{Map, Value, json};

use super::document::{ACKNOWLEDGE, API_VERSION};
use crate::resource::{Choice, Emptiness, FieldDef, FieldType, Kind};

/// Returns the schema of one manifest document; draft-07, which every editor reads.
pub fn schema() -> Value {
    let kinds: Map<String, Value> =
        Kind::ALL.into_iter().map(|kind| (kind.name().to_owned(), document(kind))).collect();
    let references: Vec<Value> = Kind::ALL
        .into_iter()
        .map(|kind| json!({"$ref": format!("#/definitions/{}", kind.name())}))
        .collect();
    let names: Vec<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "plutora-sync manifest",
        "description": "One document of a plutora-sync manifest.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": names}},
        "oneOf": references,
        "definitions": kinds,
    })
}

fn document(kind: Kind) -> Value {
    let mut fields: Map<String, Value> =
        kind.fields().iter().map(|def| (def.name.to_owned(), field(def))).collect();
    fields.insert(
        "id".into(),
        json!({
            "description": "The GUID of one live object: pins it where names are ambiguous, and \
                            makes a changed name a rename.",
            "type": "string",
            "format": "uuid",
        }),
    );
    json!({
        "description": kind.doc(),
        "type": "object",
        "additionalProperties": false,
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": kind.name()},
            "metadata": metadata(kind),
            "spec": {
                "description": "The managed fields. A field left out is never touched.",
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": fields,
            },
        },
    })
}

fn metadata(kind: Kind) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": {
                "description": kind.key_field().doc,
                "type": "string",
                "minLength": 1,
            },
            "labels": {
                "description": "For selecting documents; never sent to Plutora.",
                "type": ["object", "null"],
                "additionalProperties": {"type": "string"},
            },
            "annotations": {
                "description": format!("`{ACKNOWLEDGE}` acknowledges warnings by their codes."),
                "type": ["object", "null"],
                "additionalProperties": {"type": "string"},
            },
            "namespace": {"description": "Ignored."},
        },
    })
}

fn field(def: &FieldDef) -> Value {
    let mut schema = match def.ty {
        FieldType::Text | FieldType::Instant | FieldType::Reference { .. } => {
            json!({"type": "string"})
        }
        FieldType::Color => json!({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}),
        FieldType::Choice(choices) => {
            json!({"enum": choices.iter().map(|choice: &Choice| choice.word).collect::<Vec<_>>()})
        }
        FieldType::Names => json!({"type": "array", "items": {"type": "string"}}),
    };
    if let Some(object) = schema.as_object_mut() {
        match def.emptiness {
            Emptiness::NeverEmpty => {
                if object.contains_key("type") {
                    object.insert("minLength".into(), json!(1));
                }
            }
            Emptiness::Clearable => {
                let ty = object.get("type").cloned().unwrap_or(json!("string"));
                object.insert("type".into(), json!([ty, "null"]));
            }
        }
        object.insert("description".into(), json!(def.doc));
    }
    schema
}
