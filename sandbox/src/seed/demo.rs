//! The demo tenant: a small bank with eight systems and its releases of 2026.

use super::objects::{ReleaseSeed, SystemSeed, next_id, text};
use super::{delivery, deployments, work};
use crate::data::Data;
use crate::list::Listed as _;
use crate::resource::stakeholders::of_manager;
use crate::resource::{Release, Stakeholder, User};

/// The number of the Enterprise release, to which the third quarter's releases belong.
const ENTERPRISE: usize = 1;

/// Name, vendor, status, organization, description, alias.
type SystemRow =
    (&'static str, &'static str, &'static str, &'static str, &'static str, Option<&'static str>);

const SYSTEMS: &[SystemRow] = &[
    ("Core Ledger", "Vendor A", "Active", "Corporation", "Accounts and postings", Some("CL")),
    ("Customer Portal", "In-house", "Active", "Digital Channels", "Web banking", Some("PORTAL")),
    ("Mobile App", "In-house", "Active", "Digital Channels", "iOS and Android", None),
    ("Fraud Screening", "Vendor B", "Active", "Payments", "Scores payments in flight", Some("FS")),
    ("Loan Origination", "Vendor C", "Active", "Retail Banking", "Consumer loans", None),
    ("Trade Finance", "Vendor D", "Active", "Wholesale Banking", "Letters of credit", None),
    ("Data Warehouse", "Vendor E", "Active", "Corporation", "Reporting", Some("DWH")),
    ("Branch Teller", "In-house", "Inactive", "Retail Banking", "Being retired", None),
];

/// What most releases of the demo are.
const USUAL: ReleaseSeed<'static> = ReleaseSeed {
    number: 0,
    identifier: "",
    name: "",
    summary: "",
    kind: "Independent",
    project: "NotIsProject",
    release_type: "Minor",
    status: "Completed",
    risk: "Low",
    date: "",
    organization: "Retail Banking",
    manager: Some("raj@example.com"),
    parent: None,
};

const RELEASES: &[ReleaseSeed<'static>] = &[
    ReleaseSeed {
        identifier: "ENT-2026.Q3",
        name: "Third quarter 2026",
        summary: "What ships together in the third quarter",
        kind: "Enterprise",
        project: "None",
        release_type: "Major",
        status: "Processing",
        risk: "Medium",
        date: "2026-09-26T22:00:00",
        organization: "Corporation",
        manager: Some("jane@example.com"),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.03",
        name: "March maintenance",
        release_type: "Patch",
        date: "2026-03-14T22:00:00",
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.04",
        name: "April lending",
        date: "2026-04-18T22:00:00",
        manager: Some("maria@example.com"),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.04-HF1",
        name: "April hotfix",
        release_type: "Emergency",
        risk: "High",
        date: "2026-04-22T20:30:00",
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.05",
        name: "May ledger upgrade",
        project: "IsProject",
        release_type: "Major",
        risk: "High",
        date: "2026-05-30T22:00:00",
        organization: "Corporation",
        manager: Some("jane@example.com"),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.06",
        name: "June channels",
        status: "Cancelled",
        date: "2026-06-20T22:00:00",
        organization: "Digital Channels",
        manager: None,
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.07",
        name: "July payments",
        kind: "Integrated",
        date: "2026-07-25T22:00:00",
        organization: "Payments",
        parent: Some(ENTERPRISE),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.08",
        name: "August portal",
        kind: "Integrated",
        project: "IsProject",
        release_type: "Major",
        status: "Processing",
        risk: "Medium",
        date: "2026-08-29T22:00:00",
        organization: "Digital Channels",
        manager: Some("maria@example.com"),
        parent: Some(ENTERPRISE),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.09",
        name: "September trade finance",
        kind: "Integrated",
        status: "Planning",
        risk: "Medium",
        date: "2026-09-26T22:00:00",
        organization: "Wholesale Banking",
        manager: Some("sam@example.com"),
        parent: Some(ENTERPRISE),
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.10",
        name: "October screening",
        status: "Submitted",
        risk: "Medium",
        date: "2026-10-24T22:00:00",
        organization: "Payments",
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.10-P1",
        name: "October patch",
        release_type: "Patch",
        status: "Submitted",
        date: "2026-10-31T21:00:00",
        manager: None,
        ..USUAL
    },
    ReleaseSeed {
        identifier: "REL-2026.11",
        name: "November payments",
        status: "Draft",
        risk: "Medium",
        date: "2026-11-28T22:00:00",
        ..USUAL
    },
];

/// Plants the demo's systems and releases, and all that is in them.
pub(super) fn plant(data: &mut Data) {
    for (number, row) in (1..).zip(SYSTEMS) {
        let (name, vendor, status, organization, description, alias) = *row;
        SystemSeed { number, name, vendor, status, organization, description, alias }.plant(data);
    }
    for (number, release) in (1..).zip(RELEASES) {
        ReleaseSeed { number, ..*release }.plant(data);
    }
    work::plant(data);
    deployments::plant(data);
    plant_managers(data);
    delivery::plant(data);
}

/// Plants the managers of the releases as the stakeholders that they are.
fn plant_managers(data: &mut Data) {
    let managed: Vec<(String, String)> = data
        .all(Release::COLLECTION)
        .map(|release| (text(release, "id"), text(release, "managerId")))
        .collect();
    for (release, manager) in managed {
        let id = next_id::<Stakeholder>(data);
        if let Some(user) = data.get(User::COLLECTION, &manager) {
            let row = of_manager(&id, &release, user);
            data.put(Stakeholder::COLLECTION, row);
        }
    }
}
