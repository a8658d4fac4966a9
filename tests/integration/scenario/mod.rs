//! Random tenants: what manifests say of objects of all four kinds, and what is live of them.
//!
//! A scenario may hold more than there can be, such as a row of a system that is nowhere; what is made
//! of it leaves that out, so that every scenario has a plan and nothing in it is blocked.

mod live;
mod manifests;

use std::collections::BTreeSet;

use plutora_sync::live::{Kept, fetch_work_items};
use plutora_sync::plan::{Plan, plan};
use plutora_sync::resource::Tenant;
use proptest::prelude::*;

use crate::support::{Model, desired, look};

const SYSTEMS: [&str; 3] = ["S0", "S/1", "S%2F2"];
const ALIASES: [&str; 3] = ["A", "b", "C"];
const ENTERPRISES: [&str; 2] = ["E0", "E1"];
const RISKS: [&str; 2] = ["Low", "High"];
const DEPENDENCIES: [&str; 2] = ["Code", "Test"];
/// Titles of deployment dates, in the order of the manifest.
pub(crate) const TITLES: [&str; 4] = ["d", "b", "a/b", "c"];
/// The title that a manifest gives to a date that it pins; no live date has it.
const RENAMED: &str = "new";
/// The last is nothing that an Enterprise release can have.
const WORDS: [&str; 3] = ["Completed", "RollbackPending", "Rejected"];

/// What manifests say and what is live, each thing by its place in a table.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    systems: Vec<Sides<System>>,
    releases: Vec<(Sides<Release>, Vec<Sides<Linked>>)>,
}

/// What a manifest says of an object and what is live of it.
#[derive(Clone, Debug)]
struct Sides<T> {
    said: Option<T>,
    live: Option<T>,
}

/// A field that a manifest leaves out, clears or sets.
type Declared<T> = Option<Option<T>>;

#[derive(Clone, Debug)]
struct System {
    description: Declared<String>,
    inactive: bool,
    aliases: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
struct Release {
    summary: Declared<String>,
    risk: usize,
    day: u32,
    is_enterprise: bool,
    parent: Declared<usize>,
}

/// A system in a release, with its dates by their titles.
#[derive(Clone, Debug)]
struct Linked {
    dependency: usize,
    word: Option<usize>,
    dates: Vec<Option<Date>>,
    /// What a manifest says of the live date of a title, which it pins and calls otherwise.
    renamed: Option<(usize, Date)>,
}

#[derive(Clone, Debug)]
struct Date {
    day: u32,
    record: Option<String>,
    word: Option<usize>,
}

/// Returns random tenants.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let rows = prop::collection::vec(sides(linked()), SYSTEMS.len());
    (
        prop::collection::vec(sides(system()), SYSTEMS.len()),
        prop::collection::vec((sides(release()), rows), 1..4),
    )
        .prop_map(|(systems, releases)| Scenario { systems, releases })
}

/// Two independent sides hardly ever agree.
fn sides<T: Clone + std::fmt::Debug + 'static>(
    one: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Sides<T>> {
    let side = || prop::option::weighted(0.7, one.clone());
    prop_oneof![
        2 => (side(), side()).prop_map(|(said, live)| Sides { said, live }),
        1 => one.clone().prop_map(|both| Sides { said: Some(both.clone()), live: Some(both) }),
    ]
}

fn text() -> impl Strategy<Value = String> + Clone {
    "[a-c \"'#:\\\\|`/%{}]{1,6}".prop_filter("blank", |text| !text.trim().is_empty())
}

fn system() -> impl Strategy<Value = System> + Clone {
    let aliases = prop::collection::btree_set(0..ALIASES.len(), 0..3);
    (prop::option::of(prop::option::of(text())), any::<bool>(), aliases)
        .prop_map(|(description, inactive, aliases)| System { description, inactive, aliases })
}

fn release() -> impl Strategy<Value = Release> + Clone {
    (
        prop::option::of(prop::option::of(text())),
        0..RISKS.len(),
        1..28u32,
        prop::bool::weighted(0.25),
        prop::option::of(prop::option::of(0..ENTERPRISES.len())),
    )
        .prop_map(|(summary, risk, day, is_enterprise, parent)| Release {
            summary,
            risk,
            day,
            is_enterprise,
            parent,
        })
}

fn linked() -> impl Strategy<Value = Linked> + Clone {
    // On so few days several dates are at one time.
    let date = (1..3u32, prop::option::of(text()), prop::option::of(0..WORDS.len()))
        .prop_map(|(day, record, word)| Date { day, record, word });
    (
        0..DEPENDENCIES.len(),
        prop::option::of(0..WORDS.len()),
        prop::collection::vec(prop::option::of(date.clone()), TITLES.len()),
        prop::option::weighted(0.3, (0..TITLES.len(), date)),
    )
        .prop_map(|(dependency, word, dates, renamed)| Linked {
            dependency,
            word,
            dates,
            renamed,
        })
}

impl Scenario {
    /// Returns whether a system is live, or will be.
    fn has_system(&self, place: usize) -> bool {
        self.systems[place].said.is_some() || self.systems[place].live.is_some()
    }
}

impl Release {
    /// Returns a word that a status below the release can have.
    fn word(&self, place: usize) -> &'static str {
        WORDS[place % if self.is_enterprise { 2 } else { WORDS.len() }]
    }
}

impl Linked {
    fn dates(&self) -> impl Iterator<Item = (&'static str, &Date)> {
        TITLES
            .into_iter()
            .zip(&self.dates)
            .filter_map(|(title, date)| Some((title, date.as_ref()?)))
    }
}

/// Plans manifests against a model, with what a move of a release puts at stake.
pub(crate) async fn plan_of(model: &Model, texts: &[String]) -> Plan {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let desired = desired(&texts).unwrap();
    let mut live = look(model, &desired, &Tenant::default()).await;
    let at_stake = plan(&desired, &live).unwrap().at_stake();
    live.work_items = fetch_work_items(model, &at_stake, (&Kept::nothing(), 2)).await.unwrap();
    plan(&desired, &live).unwrap()
}
