//! `last-applied.v1`: what was declared when it was last applied.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pretty;
use crate::desired;
use crate::resource::{FieldValue, Fields, Key, Kind};

/// The version of the format.
const FORMAT_VERSION: &str = "1.0";

/// What was declared when plutora-sync last applied it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "last-applied.v1")]
pub(super) struct LastApplied {
    /// Major and minor version of this format.
    format_version: String,
    /// The base of the API that it was applied to.
    api_url: String,
    /// The objects, by kind and name.
    objects: Vec<Object>,
    /// The statuses that were claimed without naming a deployment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    statuses: BTreeMap<String, Value>,
}

/// An object, as it was declared.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Object {
    kind: String,
    name: String,
    /// The managed fields, as a manifest says them.
    fields: Map<String, Value>,
}

/// Returns a record in this format.
pub fn last_applied(record: &desired::LastApplied) -> String {
    let desired::LastApplied { api_url, objects, statuses } = record;
    let objects = objects.iter().map(|(key, fields)| Object {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        fields: fields.iter().map(|(def, value)| (def.name.into(), value.to_json())).collect(),
    });
    let document = LastApplied {
        format_version: FORMAT_VERSION.into(),
        api_url: api_url.clone(),
        objects: objects.collect(),
        statuses: statuses.iter().map(|(of, status)| (of.name.clone(), status.to_json())).collect(),
    };
    // The types hold nothing that JSON cannot.
    pretty(&serde_json::to_value(document).unwrap_or_default())
}

/// Reads a record; the error says why it is none that can be used.
pub fn read_last_applied(text: &str) -> Result<desired::LastApplied, String> {
    let read: LastApplied = serde_json::from_str(text).map_err(|error| {
        let why = super::not_json(&error);
        if error.is_data() { format!("it is no record of what was applied: {why}") } else { why }
    })?;
    let LastApplied { format_version, api_url, objects, statuses } = read;
    if format_version.split('.').next() != FORMAT_VERSION.split('.').next() {
        return Err(format!(
            "its format is {format_version}, and this version of plutora-sync reads {FORMAT_VERSION}"
        ));
    }
    let objects = objects.into_iter().filter_map(object).collect();
    let status = |(name, status): (String, Value)| {
        let def = Kind::ReleaseSystem.field("status")?;
        let value = FieldValue::from_json(def.ty, &status)?;
        Some((Key::new(Kind::ReleaseSystem, name), value))
    };
    Ok(desired::LastApplied {
        api_url,
        objects,
        statuses: statuses.into_iter().filter_map(status).collect(),
    })
}

/// What a later version knows and this one does not was never applied by this one.
fn object(object: Object) -> Option<(Key, Fields)> {
    let Object { kind, name, fields: values } = object;
    let kind = Kind::from_name(&kind)?;
    let mut fields = Fields::new(kind);
    for (name, json) in &values {
        if let Some(def) = kind.field(name)
            && let Some(value) = FieldValue::from_json(def.ty, json)
        {
            fields.set(def, value);
        }
    }
    Some((Key::new(kind, name), fields))
}
