//! The details of a warning in `plan.v1`: what is at stake when a release moves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live;
use crate::plan;
use crate::resource::{Guid, Instant};

/// The phases, gates and activities of a release that moves and of its parents.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    /// The release that moves.
    child: Release,
    /// The parent that it leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    old_parent: Option<Release>,
    /// The parent that it gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_parent: Option<Release>,
}

/// A release, and what it has.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Release {
    /// Its identifier.
    identifier: String,
    /// Absent for a release that the same plan creates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    phases: Vec<WorkItem>,
    gates: Vec<WorkItem>,
    /// The activities that hang on none of its phases and gates.
    activities: Vec<Activity>,
    /// Why Plutora does not tell what the release has, if that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// A phase or a gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WorkItem {
    /// `phase` or `gate`.
    kind: String,
    id: String,
    name: String,
    /// The id of the name, the same in every release.
    name_id: String,
    /// RFC 3339.
    start: Option<String>,
    /// RFC 3339.
    end: Option<String>,
    /// Whether the release leaves it out.
    ignored: bool,
    /// Whether the parent that the release leaves has the same one at the same time.
    inherited: bool,
    activities: Vec<Activity>,
}

/// An activity that hangs on a phase or gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Activity {
    title: String,
    status: String,
}

impl Details {
    pub(super) fn of(migration: &plan::Migration) -> Self {
        let plan::Migration { child, old_parent, new_parent } = migration;
        Self {
            child: Release::of(child),
            old_parent: old_parent.as_ref().map(Release::of),
            new_parent: new_parent.as_ref().map(Release::of),
        }
    }

    /// Turns it back; the error says what is unknown.
    pub(super) fn into_migration(self) -> Result<plan::Migration, String> {
        let Self { child, old_parent, new_parent } = self;
        Ok(plan::Migration {
            child: child.into_side()?,
            old_parent: old_parent.map(Release::into_side).transpose()?,
            new_parent: new_parent.map(Release::into_side).transpose()?,
        })
    }
}

impl Release {
    fn of(side: &plan::Side) -> Self {
        let plan::Side { release, id, items, loose, refused } = side;
        let of_kind = |kind| {
            let items = items.iter().filter(move |staked| staked.item.kind == kind);
            items.map(|staked| WorkItem::of(&staked.item, staked.inherited)).collect()
        };
        Self {
            identifier: release.clone(),
            id: id.map(|id| id.to_string()),
            phases: of_kind(live::WorkItemKind::Phase),
            gates: of_kind(live::WorkItemKind::Gate),
            activities: activities(loose),
            refused: refused.clone(),
        }
    }

    fn into_side(self) -> Result<plan::Side, String> {
        let Self { identifier, id, phases, gates, activities, refused } = self;
        let items = phases.into_iter().chain(gates).map(WorkItem::into_staked);
        Ok(plan::Side {
            release: identifier,
            id: id.map(|id| guid(&id)).transpose()?,
            items: items.collect::<Result<_, _>>()?,
            loose: activities.into_iter().map(Activity::into_activity).collect(),
            refused,
        })
    }
}

impl WorkItem {
    fn of(item: &live::WorkItem, inherited: bool) -> Self {
        let live::WorkItem { kind, id, name_id, name, start, end, ignored, activities: on } = item;
        Self {
            kind: kind.word().into(),
            id: id.to_string(),
            name: name.clone(),
            name_id: name_id.clone(),
            start: start.map(|instant| instant.to_string()),
            end: end.map(|instant| instant.to_string()),
            ignored: *ignored,
            inherited,
            activities: activities(on),
        }
    }

    fn into_staked(self) -> Result<plan::Staked, String> {
        let Self { kind, id, name, name_id, start, end, ignored, inherited, activities } = self;
        let known = live::WorkItemKind::ALL.into_iter().find(|known| known.word() == kind);
        let instant = |text: Option<String>| text.map(|text| Instant::parse(&text)).transpose();
        let item = live::WorkItem {
            kind: known.ok_or_else(|| format!("the work item `{kind}`"))?,
            id: guid(&id)?,
            name_id,
            name,
            start: instant(start).map_err(|error| error.to_string())?,
            end: instant(end).map_err(|error| error.to_string())?,
            ignored,
            activities: activities.into_iter().map(Activity::into_activity).collect(),
        };
        Ok(plan::Staked { item, inherited })
    }
}

impl Activity {
    fn into_activity(self) -> live::Activity {
        let Self { title, status } = self;
        live::Activity { title, status }
    }
}

fn activities(activities: &[live::Activity]) -> Vec<Activity> {
    let activity = |activity: &live::Activity| {
        let live::Activity { title, status } = activity;
        Activity { title: title.clone(), status: status.clone() }
    };
    activities.iter().map(activity).collect()
}

fn guid(text: &str) -> Result<Guid, String> {
    Guid::parse(text).map_err(|error| error.to_string())
}
