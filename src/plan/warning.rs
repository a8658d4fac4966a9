//! Warnings: what the API will not do, and what to do by hand.

use super::migration::{Migration, Side, Staked, migration};
use super::step::{FieldChange, Step};
use crate::desired::Object;
use crate::live::{Live, WorkItem};
use crate::resource::{Code, Key};

/// Something that a step leaves to be done by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its stable code.
    pub code: Code,
    /// The object.
    pub key: Key,
    /// What the API will not do.
    pub message: String,
    /// What is at stake.
    pub migration: Migration,
    /// What to do in Plutora; nothing where there are no phases and gates that could be meant.
    pub manual_steps: Vec<String>,
    /// Whether a manifest acknowledges it.
    pub acknowledged: bool,
}

/// Returns the warnings about a step.
pub(super) fn warnings(step: &Step, object: &Object, live: &Live) -> Option<Warning> {
    let moved = step.parent_change()?;
    let migration = migration(step, live)?;
    Some(Warning {
        code: Code::Ps101,
        key: step.key.clone(),
        message: message(moved),
        manual_steps: manual_steps(&migration),
        migration,
        acknowledged: object.acknowledged.contains(&Code::Ps101),
    })
}

/// The sentence of the vendor's help (2020), about this very change.
fn message(change: &FieldChange) -> String {
    let FieldChange { def: _, before, after } = change;
    let what = match (before.as_text(), after.as_text()) {
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

/// Says what to do about this very move: nothing where neither side has anything.
fn manual_steps(migration: &Migration) -> Vec<String> {
    let Migration { child, old_parent, new_parent } = migration;
    let moved = &child.release;
    // What Plutora does not tell may be anything.
    let has = |side: &Side| !side.items.is_empty() || side.refused.is_some();
    let mut steps = Vec::new();
    if let Some(parent) = old_parent.as_ref().filter(|_| has(child)) {
        let from = &parent.release;
        let inherited = listed(child.items.iter().filter(|staked| staked.inherited), dated);
        steps.push(match inherited.as_str() {
            "" => format!("Look for phases and gates of {moved} that came from {from}."),
            names => format!("Decide on what {moved} has from {from}: {names}."),
        });
    }
    if let Some(parent) = new_parent.as_ref().filter(|parent| has(parent) && has(child)) {
        let shared = child.items.iter().filter(|staked| {
            let same = |other: &Staked| {
                (other.item.kind, &other.item.name_id) == (staked.item.kind, &staked.item.name_id)
            };
            parent.items.iter().any(same)
        });
        let both = match listed(shared, named).as_str() {
            "" => String::new(),
            names => format!("; both have {names}"),
        };
        let to = &parent.release;
        steps.push(format!("Compare the phases and gates of {moved} with those of {to}{both}."));
        let choose = "Keep, ignore or replace them as the Phase/Gates Migration dialog would.";
        steps.push(choose.to_owned());
    }
    if let Some(parent) = new_parent.as_ref().filter(|parent| has(parent) && !has(child)) {
        let to = &parent.release;
        steps.push(format!("Give {moved} the phases and gates of {to} that it is to follow."));
    }
    if has(child) {
        let on = child.items.iter().flat_map(|staked| &staked.item.activities);
        let titles: Vec<String> =
            on.chain(&child.loose).map(|activity| format!("\"{}\"", activity.title)).collect();
        let activities = match titles.as_slice() {
            [] => "criteria".to_owned(),
            titles => format!("the activities {}, and criteria", titles.join(", ")),
        };
        steps.push(format!(
            "Move what hangs on phases and gates that change: {activities}, TECRs, bookings and \
             approvals, which were not looked at."
        ));
    }
    steps
}

fn named(item: &WorkItem) -> String {
    format!("{} {}", item.kind.word(), item.name)
}

/// Returns a phase or gate with its day, which tells it from another of the same name.
fn dated(item: &WorkItem) -> String {
    let day = item.start.map(|start| format!(" of {}", start.day())).unwrap_or_default();
    named(item) + &day
}

fn listed<'a>(
    items: impl Iterator<Item = &'a Staked>,
    shown: impl Fn(&WorkItem) -> String,
) -> String {
    items.map(|staked| shown(&staked.item)).collect::<Vec<_>>().join(", ")
}
