//! Any number of releases, for tests of paging and of scale, with names of all kinds.

use super::objects::{ReleaseSeed, SystemSeed};
use crate::data::Data;

/// Every so many releases there is an Enterprise, the parent of some of those that follow it.
const ENTERPRISE_EVERY: usize = 50;

/// One in so many releases after an Enterprise is its child.
const CHILD_EVERY: usize = 5;

const STATUSES: [&str; 6] =
    ["Draft", "Submitted", "Planning", "Processing", "Completed", "Cancelled"];
const TYPES: [&str; 4] = ["Major", "Minor", "Patch", "Emergency"];
const RISKS: [&str; 3] = ["Low", "Medium", "High"];
const PROJECTS: [&str; 2] = ["NotIsProject", "IsProject"];
const ORGANIZATIONS: [&str; 5] =
    ["Corporation", "Retail Banking", "Wholesale Banking", "Payments", "Digital Channels"];
const MANAGERS: [&str; 4] =
    ["jane@example.com", "raj@example.com", "maria@example.com", "sam@example.com"];

/// What releases and systems are called, before their number: names as people write them, and such as
/// break what does not quote them.
const RELEASE_NAMES: [&str; 12] = [
    "Payments core upgrade",
    "Règlement instantané",
    "O'Brien's ledger fix",
    "The \"big bang\" cut-over",
    "Hotfix `cards-api`",
    "Zürich & Genève migration",
    "R&D: A/B <pilot>",
    "Kärnten – Größe (SEPA)",
    "100% uptime | weekend",
    "口座振替 phase 2",
    "C:\\feeds\\inbound, part",
    LONG,
];
const SYSTEM_NAMES: [&str; 5] = [
    "Core Ledger",
    "Crédit à la consommation",
    "Müller's `gateway`",
    "\"Legacy\" A/B & C",
    "System",
];

/// Such a name is filled up to [`LONGEST`] characters.
const LONG: &str = "Regulatory change";
const LONGEST: usize = 180;

/// Plants `count` releases and a tenth as many systems, one at least.
pub(super) fn plant(data: &mut Data, count: usize) {
    for number in 1..=(count / 10).max(1) {
        SystemSeed {
            number,
            name: &name(&SYSTEM_NAMES, number),
            vendor: "In-house",
            status: if number.is_multiple_of(9) { "Inactive" } else { "Active" },
            organization: turn(&ORGANIZATIONS, number),
            description: "",
            alias: None,
        }
        .plant(data);
    }
    for number in 1..=count {
        plant_release(data, number);
    }
}

fn plant_release(data: &mut Data, number: usize) {
    let enterprise = number.is_multiple_of(ENTERPRISE_EVERY);
    let latest_enterprise = number - number % ENTERPRISE_EVERY;
    let child = !enterprise && latest_enterprise > 0 && number.is_multiple_of(CHILD_EVERY);
    ReleaseSeed {
        number,
        identifier: &format!("REL-{number:05}"),
        name: &name(&RELEASE_NAMES, number),
        summary: if number.is_multiple_of(4) { "Two lines,\nand a tab\there." } else { "" },
        kind: match (enterprise, child) {
            (true, _) => "Enterprise",
            (_, true) => "Integrated",
            _ => "Independent",
        },
        project: if enterprise { "None" } else { turn(&PROJECTS, number / 2) },
        release_type: turn(&TYPES, number),
        status: turn(&STATUSES, number),
        risk: turn(&RISKS, number),
        date: &date(number),
        organization: turn(&ORGANIZATIONS, number),
        manager: (!number.is_multiple_of(7)).then(|| turn(&MANAGERS, number)),
        parent: child.then_some(latest_enterprise),
    }
    .plant(data);
}

/// Gives the name of a number, which no other number has.
fn name(names: &[&'static str], number: usize) -> String {
    let name = turn(names, number);
    let filling = if name == LONG { LONGEST } else { 0 };
    let numbered = format!("{name} {number:05}");
    let more = " of the year for all branches".chars().cycle();
    let more = more.take(filling.saturating_sub(numbered.chars().count()));
    numbered.chars().chain(more).collect()
}

/// Spreads the releases over two years, by a day that every month has.
fn date(number: usize) -> String {
    let month = number % 24;
    format!("{}-{:02}-{:02}T22:00:00", 2026 + month / 12, 1 + month % 12, 1 + number % 28)
}

fn turn(names: &[&'static str], number: usize) -> &'static str {
    names.iter().cycle().nth(number % names.len()).copied().unwrap_or_default()
}
