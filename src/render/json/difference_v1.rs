//! A field of `report.v1` that is not what it was expected to be, and what ends that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::apply::{self, Cause};
use crate::render::way_out::{WayOut, declared, ways_out};
use crate::resource::{FieldValue, Kind};

/// A field that is not what it was expected to be.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Difference {
    field: String,
    expected: Value,
    /// What is live.
    found: Value,
    /// What the step wanted, of an object that somebody changed since the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desired: Option<Value>,
    /// `moved`: somebody changed it since the plan, and it was not written; `renamed`: what had that name
    /// when the plan was made is called otherwise now, and its id was not written; `retyped`: a release is an
    /// Enterprise now or is none any more, which the call hangs on, and it was not made (of its parent where the
    /// field is `parent`, else of the release that it is below; `expected` is null for what was none);
    /// `stored`: it was written, and the server stored something else; `overwritten`: it was as declared when
    /// it was read back, and was something else at the end of the apply, or when it was resumed; `initial`: a new object was expected to have it, and it
    /// was not written; `unclear`: it was written, by an earlier run or without an answer, and it is neither the
    /// old nor the new.
    #[serde(default)]
    cause: String,
    /// What the manifests declare; absent where only an id is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declared: Option<Value>,
    /// What ends the difference; each does by itself.
    #[serde(default)]
    ways_out: Vec<Way>,
}

/// Something that ends a difference.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Way {
    /// `apply`: planning and applying again writes what is declared; `set`: set the path to the value;
    /// `remove`: leave the path out, so that it is not managed.
    action: String,
    /// The file to edit: `manifest`, or `configuration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The keys from the top of the document that declares it; of an object below a release from its row,
    /// or from `spec` of its `DeploymentStatus`; in the configuration from the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<Vec<String>>,
    /// What to set it to; null clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

/// Returns a difference of an object of this kind.
pub(super) fn difference(kind: Kind, difference: &apply::Difference) -> Difference {
    let apply::Difference { def, cause, expected, found, desired } = difference;
    Difference {
        field: def.name.into(),
        expected: expected.to_json(),
        found: found.to_json(),
        desired: desired.as_ref().map(FieldValue::to_json),
        cause: word(*cause).into(),
        declared: declared(difference).map(FieldValue::to_json),
        ways_out: ways_out(difference).into_iter().map(|it| way(kind, def.name, it)).collect(),
    }
}

fn word(cause: Cause) -> &'static str {
    match cause {
        Cause::Moved => "moved",
        Cause::Renamed => "renamed",
        Cause::Retyped => "retyped",
        Cause::Stored => "stored",
        Cause::Overwritten => "overwritten",
        Cause::Initial => "initial",
        Cause::Unclear => "unclear",
    }
}

fn way(kind: Kind, field: &str, way: WayOut) -> Way {
    let edit = |action: &str, file: &str, path: Vec<String>, value| Way {
        action: action.into(),
        file: Some(file.into()),
        path: Some(path),
        value,
    };
    match way {
        WayOut::Apply => Way { action: "apply".into(), file: None, path: None, value: None },
        WayOut::Declare(live) => edit("set", "manifest", path(kind, field), Some(live)),
        WayOut::LeaveOut => edit("remove", "manifest", path(kind, field), None),
        WayOut::Map { word, label } => {
            edit("set", "configuration", vec!["statusLabels".into(), word], Some(json!(label)))
        }
    }
}

fn path(kind: Kind, field: &str) -> Vec<String> {
    // The name of a document's object stands above its fields.
    let spec = (kind.parent().is_none() && !field.contains('.')).then_some("spec");
    spec.into_iter().chain(field.split('.')).map(str::to_owned).collect()
}
