//! What became of phases and gates, in `report.v1`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apply;
use crate::live;

/// How the phases and gates of a release differ from what the plan saw.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhasesAndGates {
    /// Those that were not there.
    appeared: Vec<Appeared>,
    /// Those that are no longer there.
    gone: Vec<WorkItem>,
    /// Those whose dates changed, or whether they are ignored.
    changed: Vec<Changed>,
    /// Why they could not be read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A phase or gate that was not there.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Appeared {
    item: WorkItem,
    /// Whether the parent that the release got has the same one at the same time.
    inherited: bool,
}

/// A phase or gate that changed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Changed {
    before: WorkItem,
    after: WorkItem,
}

/// A phase or a gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WorkItem {
    /// `phase` or `gate`.
    kind: String,
    id: String,
    name: String,
    /// RFC 3339.
    start: Option<String>,
    /// RFC 3339.
    end: Option<String>,
    /// Whether the release leaves it out.
    ignored: bool,
}

/// Returns them in this format.
pub(super) fn phases_and_gates(migrated: &apply::Migrated) -> PhasesAndGates {
    let mut differences = PhasesAndGates::default();
    match migrated {
        apply::Migrated::Unread(error) => differences.error = Some(error.clone()),
        apply::Migrated::Seen(changes) => {
            for change in changes {
                match change {
                    apply::ItemChange::Appeared { item, inherited } => {
                        let (item, inherited) = (work_item(item), *inherited);
                        differences.appeared.push(Appeared { item, inherited });
                    }
                    apply::ItemChange::Gone(item) => differences.gone.push(work_item(item)),
                    apply::ItemChange::Changed { before, after } => {
                        let (before, after) = (work_item(before), work_item(after));
                        differences.changed.push(Changed { before, after });
                    }
                }
            }
        }
    }
    differences
}

fn work_item(item: &live::WorkItem) -> WorkItem {
    // The activities on it are not read again.
    let live::WorkItem { kind, id, name_id: _, name, start, end, ignored, activities: _ } = item;
    WorkItem {
        kind: kind.word().into(),
        id: id.to_string(),
        name: name.clone(),
        start: start.map(|instant| instant.to_string()),
        end: end.map(|instant| instant.to_string()),
        ignored: *ignored,
    }
}
