//! The JSON Schema of manifests, made from the tables of fields.

use serde_json::{Map, Value, json};

use super::document::{ACKNOWLEDGE, API_VERSION, DocumentKind, PROTECT};
use crate::resource::{Choice, Emptiness, FieldDef, FieldType, Kind, STATUSES};

/// Returns the schema of one manifest document; draft-07, which every editor reads.
pub fn schema() -> Value {
    let kinds = DocumentKind::ALL;
    let definitions: Map<String, Value> =
        kinds.into_iter().map(|kind| (kind.name().to_owned(), document(kind))).collect();
    let references: Vec<Value> = kinds
        .into_iter()
        .map(|kind| json!({"$ref": format!("#/definitions/{}", kind.name())}))
        .collect();
    let names: Vec<&str> = kinds.into_iter().map(DocumentKind::name).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "plutora-sync manifest",
        "description": "One document of a plutora-sync manifest.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": names}},
        "oneOf": references,
        "definitions": definitions,
    })
}

fn document(kind: DocumentKind) -> Value {
    let (name_doc, spec) = match kind {
        DocumentKind::Object(kind) => (kind.key_field().doc, spec_of_object(kind)),
        DocumentKind::DeploymentStatus => {
            ("A name for people; it means nothing to Plutora.", spec_of_status())
        }
    };
    let mut required = vec!["apiVersion", "kind", "metadata"];
    required.extend((kind == DocumentKind::DeploymentStatus).then_some("spec"));
    json!({
        "description": kind.doc(),
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": kind.name()},
            "metadata": metadata(name_doc),
            "spec": spec,
        },
    })
}

fn spec_of_object(kind: Kind) -> Value {
    json!({
        "description": "The managed fields. A field left out is never touched.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties(kind),
    })
}

/// Returns the fields of an object, its pin, and the rows below it.
fn properties(kind: Kind) -> Map<String, Value> {
    let mut fields: Map<String, Value> =
        kind.fields().iter().map(|def| (def.name.to_owned(), field(def))).collect();
    if kind != Kind::ReleaseSystem {
        let doc = "The GUID of one live object: pins it where names are ambiguous, and makes a \
                   changed name a rename.";
        let pin = json!({"description": doc, "type": "string", "format": "uuid", "minLength": 1});
        fields.insert("id".into(), pin);
    }
    if let Some(children) = kind.children() {
        let key = children.kind.key_field();
        let mut row = Map::from_iter([(key.name.to_owned(), name(key.doc))]);
        row.extend(properties(children.kind));
        let rows = json!({
            "description": children.doc,
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": [key.name],
                "properties": row,
            },
        });
        fields.insert(children.field.into(), rows);
    }
    fields
}

fn spec_of_status() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["release", "system", "status"],
        "properties": {
            "release": name("The identifier of the release."),
            "system": name("The name of the system in the release."),
            "deployment": name(
                "The title of the deployment date. Without it the system's only date is meant, or \
                 the system in the release itself where it has no dates.",
            ),
            "status": Kind::Deployment.field("status").map(field),
        },
    })
}

fn name(doc: &str) -> Value {
    json!({"description": doc, "type": "string", "minLength": 1})
}

fn metadata(name_doc: &str) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": name(name_doc),
            "labels": {
                "description": "For selecting documents; never sent to Plutora.",
                "type": ["object", "null"],
                "additionalProperties": {"type": "string"},
            },
            "annotations": {
                "description": format!(
                    "`{ACKNOWLEDGE}` acknowledges warnings by their codes; `{PROTECT}: \"true\"` lets \
                     nothing of the object, and of what is below it, be changed."
                ),
                "type": ["object", "null"],
                "additionalProperties": {"type": "string"},
            },
            "namespace": {"description": "Ignored."},
        },
    })
}

fn field(def: &FieldDef) -> Value {
    let mut schema = match def.ty {
        FieldType::Text => json!({"type": "string"}),
        FieldType::Instant | FieldType::Reference { .. } => {
            json!({"type": "string", "minLength": 1})
        }
        FieldType::Color => json!({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}),
        FieldType::Choice(choices) => words(choices),
        FieldType::Status => words(&STATUSES),
        FieldType::Names => {
            json!({"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}})
        }
    };
    if let Some(object) = schema.as_object_mut() {
        match def.emptiness {
            Emptiness::NeverEmpty => {
                if object.get("type") == Some(&json!("string")) {
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

fn words(choices: &[Choice]) -> Value {
    json!({"enum": choices.iter().map(|choice| choice.word).collect::<Vec<_>>()})
}
