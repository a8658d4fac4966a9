//! Where a difference comes from: from Plutora, or from the manifests.

use super::Plan;
use super::step::{Action, FieldChange, Step};
use crate::desired::{Desired, LastApplied};
use crate::resource::{FieldValue, Key};

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It was applied as it is declared, and somebody has changed it in Plutora since.
    EditedLive,
    /// It is declared as it was not when it was applied last, and Plutora has it as it was then.
    ManifestAhead,
    /// Both have changed since it was applied last.
    Both,
    /// Nothing says how it was applied last: there is no record, or an object that is there is not in it.
    Unknown,
}

/// An object that is not as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted<'a> {
    /// Its step in a plan.
    pub step: &'a Step,
    /// Where that comes from, of the whole object: of one that is missing, or that was never applied.
    pub origin: Option<Origin>,
    /// The fields that differ; of an object that is missing, none.
    pub fields: Vec<DriftedField<'a>>,
}

/// A field that is not as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftedField<'a> {
    /// What differs.
    pub change: &'a FieldChange,
    /// What was applied last.
    pub applied: Option<FieldValue>,
    /// Where the difference comes from.
    pub origin: Origin,
}

/// Returns the objects of a plan that are not as declared, and where that comes from; `desired` is what
/// is declared with each status given to its object, and `record` what was applied last.
pub fn drift<'a>(
    plan: &'a Plan,
    desired: &Desired,
    record: Option<&LastApplied>,
) -> Vec<Drifted<'a>> {
    let differing = plan.steps.iter().filter(|step| step.action != Action::InSync);
    let drifted = differing.map(|step| {
        if step.id.is_none() {
            let origin = record.map_or(Origin::Unknown, |record| missing(&step.key, record));
            return Drifted { step, origin: Some(origin), fields: Vec::new() };
        }
        let fields = step.action.changes().iter().map(|change| {
            let applied = record.and_then(|it| it.applied(&step.key, change.def)).cloned();
            let declared = desired.get(&step.key).and_then(|it| it.fields.get(change.def.name));
            let is_recorded = record.is_some_and(|it| it.objects.contains_key(&step.key));
            let origin = match (&applied, is_recorded) {
                (Some(applied), _) => origin(change, declared, applied),
                (None, true) => Origin::ManifestAhead,
                // The record may be of other manifests.
                (None, false) => Origin::Unknown,
            };
            DriftedField { change, applied, origin }
        });
        Drifted { step, origin: None, fields: fields.collect() }
    });
    drifted.collect()
}

fn missing(key: &Key, record: &LastApplied) -> Origin {
    if record.objects.contains_key(key) { Origin::EditedLive } else { Origin::ManifestAhead }
}

fn origin(change: &FieldChange, declared: Option<&FieldValue>, applied: &FieldValue) -> Origin {
    // Sets of names are added to: live ones may have more.
    let live_as_applied = applied.is_met_by(&change.before);
    let declared_as_applied = *declared.unwrap_or(&change.after) == *applied;
    match (live_as_applied, declared_as_applied) {
        (true, _) => Origin::ManifestAhead,
        (false, true) => Origin::EditedLive,
        (false, false) => Origin::Both,
    }
}
