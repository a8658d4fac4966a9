//! The systems of the demo's releases, and when they are deployed.

use serde_json::json;

use super::objects::{id_of, next_id, put, text};
use super::reference::lookup;
use crate::data::{Data, Object};
use crate::list::Listed as _;
use crate::resource::{DeploymentDate, Release, ReleaseSystem, System};

const CODE: &str = "Code Implementation Dependency";
const REGRESSION: &str = "Regression Verification Dependency";

/// Release, system, type of dependency.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("REL-2026.11", "Core Ledger", CODE),
    ("REL-2026.11", "Fraud Screening", REGRESSION),
    ("REL-2026.09", "Trade Finance", CODE),
    ("REL-2026.10", "Fraud Screening", CODE),
    ("REL-2026.10", "Core Ledger", REGRESSION),
    ("ENT-2026.Q3", "Core Ledger", CODE),
];

/// Describes a deployment date by names.
#[derive(Clone, Copy, Debug)]
struct DateSeed {
    release: &'static str,
    system: &'static str,
    title: &'static str,
    kind: &'static str,
    start: &'static str,
    end: &'static str,
    completed: Option<&'static str>,
}

/// What most deployment dates of the demo are.
const USUAL: DateSeed = DateSeed {
    release: "REL-2026.11",
    system: "Core Ledger",
    title: "",
    kind: "Rolling",
    start: "",
    end: "",
    completed: None,
};

const DATES: &[DateSeed] = &[
    DateSeed { title: "wave 1", start: "2026-11-28T22:00:00", end: "2026-11-29T02:00:00", ..USUAL },
    DateSeed { title: "wave 2", start: "2026-11-29T22:00:00", end: "2026-11-30T02:00:00", ..USUAL },
    DateSeed {
        release: "REL-2026.09",
        system: "Trade Finance",
        title: "cutover",
        kind: "Big bang",
        start: "2026-09-26T22:00:00",
        end: "2026-09-27T02:00:00",
        completed: Some("2026-09-27T01:40:00"),
    },
    DateSeed {
        release: "REL-2026.10",
        system: "Fraud Screening",
        title: "go live",
        kind: "Blue/green",
        start: "2026-10-24T22:00:00",
        end: "2026-10-25T02:00:00",
        ..USUAL
    },
    DateSeed {
        release: "ENT-2026.Q3",
        title: "quarter end",
        kind: "Big bang",
        start: "2026-09-26T22:00:00",
        end: "2026-09-27T02:00:00",
        ..USUAL
    },
];

/// Plants them; the releases and systems are there already.
pub(super) fn plant(data: &mut Data) {
    for row in SYSTEMS {
        plant_system(data, *row);
    }
    for date in DATES {
        date.plant(data);
    }
}

fn plant_system(data: &mut Data, (release, system, dependency): (&str, &str, &str)) {
    let release = id_of::<Release>(data, "identifier", release);
    let system = id_of::<System>(data, "name", system);
    put::<ReleaseSystem>(
        data,
        [
            ("id", ReleaseSystem::id(&release, &system).into()),
            ("systemId", json!(system)),
            ("systemRoleType", "Impact".into()),
            ("systemRoleDependencyTypeId", lookup("SystemRoleDependencyType", dependency).into()),
            ("releaseId", json!(release)),
        ],
    );
}

impl DateSeed {
    fn plant(self, data: &mut Data) {
        let release = id_of::<Release>(data, "identifier", self.release);
        let system = id_of::<System>(data, "name", self.system);
        let is_sibling =
            |date: &&Object| text(date, "releaseId") == release && text(date, "systemId") == system;
        let order = data.all(DeploymentDate::COLLECTION).filter(is_sibling).count() + 1;
        let status = if self.completed.is_some() { "Completed" } else { "Pending" };
        let id = next_id::<DeploymentDate>(data);
        put::<DeploymentDate>(
            data,
            [
                ("id", json!(id)),
                ("deploymentTitle", self.title.into()),
                ("deploymentTypeID", lookup("DeploymentType", self.kind).into()),
                ("deployingToID", lookup("DeploymentTo", "Production").into()),
                ("startDate", self.start.into()),
                ("endDate", self.end.into()),
                ("deploymentStatus", status.into()),
                ("deploymentCompletedDate", self.completed.into()),
                ("sortOrder", json!(order)),
                ("releaseId", json!(release)),
                ("systemId", json!(system)),
            ],
        );
    }
}
