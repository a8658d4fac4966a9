//! The phases, gates, activities and criteria of the demo's releases.

use serde_json::{Value, json};

use super::objects::{id_of, next_id, put, text};
use super::reference::user;
use crate::data::{Data, Object};
use crate::entity::Entity;
use crate::list::Listed;
use crate::resource::inheritance::{ORIGIN, heir};
use crate::resource::{Activity, Criterion, Gate, GateName, Phase, PhaseName, Release};

/// Release, name, start, end.
type ItemRow = (&'static str, &'static str, &'static str, &'static str);

const PHASES: &[ItemRow] = &[
    ("ENT-2026.Q3", "Development", "2026-07-01T00:00:00", "2026-08-14T00:00:00"),
    ("ENT-2026.Q3", "System Test", "2026-08-15T00:00:00", "2026-09-04T00:00:00"),
    ("ENT-2026.Q3", "User Acceptance Test", "2026-09-05T00:00:00", "2026-09-18T00:00:00"),
    ("ENT-2026.Q3", "Deployment", "2026-09-19T00:00:00", "2026-09-26T00:00:00"),
    ("REL-2026.09", "System Test", "2026-09-07T00:00:00", "2026-09-18T00:00:00"),
    ("REL-2026.10", "System Test", "2026-10-05T00:00:00", "2026-10-16T00:00:00"),
    ("REL-2026.10", "Deployment", "2026-10-23T00:00:00", "2026-10-24T00:00:00"),
];

const GATES: &[ItemRow] = &[
    ("ENT-2026.Q3", "Code Freeze", "2026-08-14T00:00:00", "2026-08-14T00:00:00"),
    ("ENT-2026.Q3", "Go/No-go", "2026-09-21T00:00:00", "2026-09-21T00:00:00"),
    ("ENT-2026.Q3", "Go Live", "2026-09-26T00:00:00", "2026-09-26T00:00:00"),
    ("REL-2026.10", "Go/No-go", "2026-10-22T00:00:00", "2026-10-22T00:00:00"),
];

/// Release, title, status, the name of its phase or gate, e-mail of whom it is assigned to.
type TaskRow = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

const ACTIVITIES: &[TaskRow] = &[
    ("ENT-2026.Q3", "Integrated regression", "InProgress", "System Test", Some("raj@example.com")),
    ("ENT-2026.Q3", "Go/No-go meeting", "NotStarted", "Go/No-go", Some("jane@example.com")),
    ("REL-2026.09", "Letter of credit scenarios", "NotStarted", "System Test", None),
    ("REL-2026.10", "Screening regression", "InProgress", "System Test", None),
    ("REL-2026.10", "Rollback rehearsal", "NotStarted", "Deployment", None),
];

const CRITERIA: &[TaskRow] = &[
    ("ENT-2026.Q3", "No open severity 1 defects", "NotStarted", "Go/No-go", None),
    ("REL-2026.10", "No open severity 1 defects", "NotStarted", "Go/No-go", None),
];

/// Plants them; the releases are there already.
pub(super) fn plant(data: &mut Data) {
    for row in PHASES {
        plant_item::<Phase, PhaseName>(data, *row);
    }
    for row in GATES {
        plant_item::<Gate, GateName>(data, *row);
    }
    for row in ACTIVITIES {
        plant_task::<Activity>(data, *row, "Activity");
    }
    for row in CRITERIA {
        plant_task::<Criterion>(data, *row, "EntryCriteria");
    }
}

/// Plants a phase or a gate and, where it is an Enterprise's, what the child releases have of it.
fn plant_item<E: Entity, N: Listed>(data: &mut Data, (release, name, start, end): ItemRow) {
    let release = id_of::<Release>(data, "identifier", release);
    let id = next_id::<E>(data);
    let values = [
        ("id", json!(id)),
        ("workItemNameID", json!(id_of::<N>(data, "name", name))),
        ("startDate", start.into()),
        ("endDate", end.into()),
        ("isIgnore", json!(false)),
        ("isIgnoreChild", json!(false)),
        ("releaseId", json!(release)),
    ];
    put::<E>(data, values);
    let Some(item) = data.get(E::COLLECTION, &id).cloned() else {
        return;
    };
    let is_child = |other: &&Object| other.get("parentReleaseId") == Some(&json!(release));
    let children: Vec<String> =
        data.all(Release::COLLECTION).filter(is_child).map(|child| text(child, "id")).collect();
    for child in children {
        let id = next_id::<E>(data);
        data.put(E::COLLECTION, heir(&item, &child, id));
    }
}

fn plant_task<E: Entity>(data: &mut Data, row: TaskRow, kind: &str) {
    let (release, title, status, item, assignee) = row;
    let release = id_of::<Release>(data, "identifier", release);
    let item = own_item::<Phase, PhaseName>(data, &release, item)
        .or_else(|| own_item::<Gate, GateName>(data, &release, item));
    let id = next_id::<E>(data);
    put::<E>(
        data,
        [
            ("id", json!(id)),
            ("identifier", "".into()),
            ("title", title.into()),
            ("status", status.into()),
            ("description", "".into()),
            ("activityDependencyType", "None".into()),
            ("type", kind.into()),
            ("assignedToID", assignee.and_then(user).into()),
            ("assignedWorkItemID", item.into()),
            ("startDate", Value::Null),
            ("endDate", Value::Null),
            ("forecastDate", Value::Null),
            ("releaseId", json!(release)),
        ],
    );
}

/// Gives the id of a release's own phase or gate; inherited ones may have the same name.
fn own_item<L: Listed, N: Listed>(data: &Data, release: &str, name: &str) -> Option<String> {
    let name = id_of::<N>(data, "name", name);
    let is_it = |item: &&Object| {
        text(item, "releaseId") == release
            && text(item, "workItemNameID") == name
            && item.get(ORIGIN).is_none()
    };
    data.all(L::COLLECTION).find(is_it).map(|item| text(item, "id"))
}
