//! Warnings: what the API will not do, and what to do by hand.

use super::step::{Action, FieldChange, Step};
use crate::desired::Object;
use crate::resource::{FieldValue, Key, Kind};

/// The code of the warning about a parent that is set, changed or cleared.
pub const PARENT_CHANGE: &str = "PS101";

/// Something that a step leaves to be done by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its stable code.
    pub code: &'static str,
    /// The object.
    pub key: Key,
    /// What the API will not do.
    pub message: String,
    /// What to do in Plutora.
    pub manual_steps: Vec<String>,
    /// Whether a manifest acknowledges it.
    pub acknowledged: bool,
}

/// Returns the warnings about a step.
pub(super) fn warnings(step: &Step, object: &Object) -> Option<Warning> {
    let moved = match &step.action {
        Action::Create { changes, .. } | Action::Update { changes, .. } => {
            changes.iter().find(|change| is_parent_change(&step.key, change))?
        }
        Action::InSync | Action::Blocked { .. } => return None,
    };
    Some(Warning {
        code: PARENT_CHANGE,
        key: step.key.clone(),
        message: message(moved),
        manual_steps: manual_steps(&step.key.name, moved),
        acknowledged: object.acknowledged.contains(PARENT_CHANGE),
    })
}

fn is_parent_change(key: &Key, change: &FieldChange) -> bool {
    key.kind == Kind::Release && change.def.name == "parent" && change.before != change.after
}

/// The sentence of the vendor's help (2020), about this very change.
fn message(change: &FieldChange) -> String {
    let FieldChange { def: _, before, after } = change;
    let what = match (name(before), name(after)) {
        (None, Some(new)) => format!("the parent becomes {new}"),
        (Some(old), Some(new)) => format!("the parent changes from {old} to {new}"),
        (Some(old), None) => format!("the parent {old} is cleared"),
        (None, None) => "the parent changes".to_owned(),
    };
    format!(
        "{what}, and the API cannot migrate phases and gates: activities, criteria, TECRs, \
         bookings and approvals that hang on them stay as they are"
    )
}

fn manual_steps(child: &str, change: &FieldChange) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(new) = name(&change.after) {
        steps.push(format!(
            "In Plutora, compare the phases and gates of {child} with those of {new}."
        ));
        steps
            .push("Keep, ignore or replace them as the Phase/Gates Migration dialog would.".into());
    }
    if let Some(old) = name(&change.before) {
        steps.push(format!("Look for phases and gates of {child} that came from {old}."));
    }
    steps.push("Move the activities, criteria, TECRs, bookings and approvals on them.".into());
    steps
}

fn name(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(name) => Some(name),
        FieldValue::Empty | FieldValue::Instant(_) | FieldValue::Names(_) => None,
    }
}
