//! `drift.v1`: what is not as declared, and where that comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan_v1::{NoLongerDeclared, Target, no_longer_declared};
use crate::plan::{self, Drifted};
use crate::render::Planned;
use crate::resource::FieldValue;

/// The version of the format.
const FORMAT_VERSION: &str = "1.0";

/// What `plutora-sync drift` found.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "drift.v1")]
pub(super) struct Drift {
    /// Major and minor version of this format.
    format_version: String,
    target: Target,
    /// The objects that are not as declared, in the order of a plan.
    objects: Vec<Object>,
    /// What was declared when it was last applied, and is no longer.
    no_longer_declared: Vec<NoLongerDeclared>,
    /// How many objects are as declared.
    in_sync: u64,
}

/// An object that is not as declared.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Object {
    kind: String,
    name: String,
    /// `create`, `update` or `blocked`, as a plan says it.
    action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Where it comes from that the object is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    fields: Vec<Difference>,
}

/// A field that is not as declared; null stands for no value.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Difference {
    field: String,
    live: Value,
    declared: Value,
    /// What was applied last; absent where nothing says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applied: Option<Value>,
    origin: Origin,
}

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Origin {
    EditedLive,
    ManifestAhead,
    Both,
    Unknown,
}

/// Returns drift in this format.
pub(super) fn to_value(planned: &Planned, drifted: &[Drifted<'_>]) -> Value {
    let document = Drift {
        format_version: FORMAT_VERSION.into(),
        target: Target::of(&planned.plan.target),
        objects: drifted.iter().map(object).collect(),
        no_longer_declared: no_longer_declared(&planned.removed),
        in_sync: planned.plan.summary().in_sync,
    };
    // The types hold nothing that JSON cannot.
    serde_json::to_value(document).unwrap_or_default()
}

fn object(drifted: &Drifted<'_>) -> Object {
    let Drifted { step, origin: from, fields } = drifted;
    let fields = fields.iter().map(|it| Difference {
        field: it.change.def.name.into(),
        live: it.change.before.to_json(),
        declared: it.change.after.to_json(),
        applied: it.applied.as_ref().map(FieldValue::to_json),
        origin: origin(it.origin),
    });
    Object {
        kind: step.key.kind.name().into(),
        name: step.key.name.clone(),
        action: step.action.word().into(),
        id: step.id.map(|id| id.to_string()),
        origin: from.map(origin),
        fields: fields.collect(),
    }
}

fn origin(origin: plan::Origin) -> Origin {
    match origin {
        plan::Origin::EditedLive => Origin::EditedLive,
        plan::Origin::ManifestAhead => Origin::ManifestAhead,
        plan::Origin::Both => Origin::Both,
        plan::Origin::Unknown => Origin::Unknown,
    }
}
