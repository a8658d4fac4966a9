//! What else the demo tenant has: changes and the releases that deliver them, environments, defects.

use serde_json::{Value, json};

use super::ids::guid;
use super::objects::{id_of, next_id, put};
use super::reference::{lookup, organization, user};
use crate::data::Data;
use crate::list::Listed as _;
use crate::resource::defects::Defect;
use crate::resource::{Change, Environment, Release, System, linked_items};

/// Name, type, status, system, the release that delivers it.
const CHANGES: &[(&str, &str, &str, &str, &str)] = &[
    ("Instant payments in euro", "Feature", "In Progress", "Core Ledger", "REL-2026.11"),
    (
        "Screen names with apostrophes, as in O'Brien",
        "Defect",
        "Draft",
        "Fraud Screening",
        "REL-2026.10",
    ),
    ("Café rewards: “double points”", "Feature", "Draft", "Mobile App", ""),
    (
        "Retire the `legacy` batch window",
        "Technical Debt",
        "Completed",
        "Core Ledger",
        "REL-2026.09",
    ),
    ("Letter of credit: new forms", "Feature", "In Progress", "Trade Finance", "REL-2026.09"),
];

/// Name, system, usage, colour.
const ENVIRONMENTS: &[(&str, &str, &str, &str)] = &[
    ("SIT 1", "Core Ledger", "System Test", "#3366cc"),
    ("UAT", "Customer Portal", "User Acceptance Test", "#339933"),
    ("Staging", "Mobile App", "User Acceptance Test", "#cc9900"),
];

const DEFECTS: usize = 30;

const WRITTEN: &str = "2026-01-15T09:30:00.48";

/// Plants all of it.
pub(super) fn plant(data: &mut Data) {
    for (number, row) in (1_u64..).zip(CHANGES) {
        plant_change(data, number, *row);
    }
    for row in ENVIRONMENTS {
        plant_environment(data, *row);
    }
    for number in 1..=DEFECTS {
        plant_defect(data, number);
    }
    let release = id_of::<Release>(data, "identifier", "REL-2026.10");
    let request = json!({
        "id": release,
        "releaseId": release,
        "tecrs": [{"id": guid("tecrs", 1), "identifier": "TECR-1", "name": "Refresh SIT 1", "status": "Approved"}],
        "tebrs": [{"id": guid("tebrs", 1), "identifier": "TEBR-1", "name": "SIT 1 in October", "status": "Draft"}],
        "deploymentPlans": [{
            "id": guid("deploymentPlans", 1),
            "externalIdentifer": "PLAN-1",
            "name": "Cut-over in October",
            "deploymentPlanType": "DeploymentPlan",
            "status": "Draft",
        }],
    });
    put_object(data, linked_items::COLLECTION, request);
}

fn plant_change(
    data: &mut Data,
    number: u64,
    (name, kind, status, system, release): (&str, &str, &str, &str, &str),
) {
    let system_id = id_of::<System>(data, "name", system);
    let release = id_of::<Release>(data, "identifier", release);
    let delivery =
        json!({"releaseId": release, "targetRelease": true, "actualDeliveryRelease": false});
    let deliveries: Vec<Value> = if release.is_empty() { Vec::new() } else { vec![delivery] };
    let raj = user("raj@example.com");
    let id = next_id::<Change>(data);
    put::<Change>(
        data,
        [
            ("id", id.into()),
            ("changeId", number.into()),
            ("name", name.into()),
            ("changePriorityId", lookup("ChangePriority", "Medium").into()),
            ("changeStatusId", lookup("ChangeStatus", status).into()),
            ("changeTypeId", lookup("ChangeType", kind).into()),
            ("changeDeliveryRiskId", lookup("ChangeDeliveryRisk", "Low").into()),
            ("changeThemeId", lookup("ChangeTheme", "Growth").into()),
            ("businessValueScore", (20 * (number % 6)).into()),
            ("raisedById", raj.clone().into()),
            ("raisedDate", WRITTEN.into()),
            ("assignedToId", raj.into()),
            ("organizationId", organization("Corporation").into()),
            ("description", "".into()),
            ("descriptionSimple", "".into()),
            (
                "systems",
                json!([{"systemId": system_id, "name": system, "systemRoleType": "Impact"}]),
            ),
            ("deliveryReleases", deliveries.into()),
            ("lastModifiedDate", WRITTEN.into()),
            ("lastModifiedBy", "Raj Patel".into()),
        ],
    );
}

fn plant_environment(data: &mut Data, (name, system, usage, color): (&str, &str, &str, &str)) {
    let system = id_of::<System>(data, "name", system);
    let id = next_id::<Environment>(data);
    put::<Environment>(
        data,
        [
            ("id", id.into()),
            ("name", name.into()),
            ("description", "".into()),
            ("url", "https://env.example.com".into()),
            ("vendor", "In-house".into()),
            ("linkedSystemId", system.into()),
            ("environmentMgr", "".into()),
            ("usageWorkItemId", lookup("UsedForWorkItem", usage).into()),
            ("environmentStatusId", lookup("EnvironmentStatus", "Active").into()),
            ("color", color.into()),
            ("isSharedEnvironment", json!(false)),
            ("buildNumber", "".into()),
            ("lastModifiedDate", WRITTEN.into()),
            ("lastModifiedBy", "Raj Patel".into()),
        ],
    );
}

fn plant_defect(data: &mut Data, number: usize) {
    let status = if number.is_multiple_of(3) { "Closed" } else { "Open" };
    let defect = json!({
        "id": guid(Defect::COLLECTION, number),
        "displayId": format!("D-{number}"),
        "name": format!("Statement page {number} shows a wrong total"),
        "description": "",
        "status": status,
        "type": "Functional",
        "createdDate": WRITTEN,
        "modifiedDate": WRITTEN,
        "createdBy": "Maria Rossi",
        "modifiedBy": "Maria Rossi",
    });
    put_object(data, Defect::COLLECTION, defect);
}

fn put_object(data: &mut Data, collection: &str, object: Value) {
    if let Value::Object(object) = object {
        data.put(collection, object);
    }
}
