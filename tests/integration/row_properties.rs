//! Laws of the planner about systems of a release and their deployment dates, on random manifests
//! and random live states.

use plutora_sync::plan::{Action, Plan};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    Model, applied, applied_in_part, block_on, partly, planned, take_out, unfinished,
};

const SYSTEMS: [&str; 3] = ["S0", "S/1", "S%2F2"];
const TITLES: [&str; 4] = ["d", "b", "a/b", "c"];
const WORDS: [&str; 3] = ["Completed", "RollbackPending", "Rejected"];
const TYPES: [&str; 2] = ["Code", "Test"];

/// A deployment date, as a manifest or a live row has it.
#[derive(Clone, Debug)]
struct Date {
    start: u32,
    record: Option<String>,
    word: Option<usize>,
}

/// A system in the release, with its dates by their titles.
#[derive(Clone, Debug)]
struct Linked {
    dependency: usize,
    word: Option<usize>,
    dates: Vec<Option<Date>>,
}

/// What a manifest says and what is live of each system; and whether the release is there.
#[derive(Clone, Debug)]
struct Scenario {
    exists: bool,
    rows: Vec<(Option<Linked>, Option<Linked>)>,
}

fn linked() -> impl Strategy<Value = Linked> {
    let record =
        prop::option::of("[a-c \"'/%{}]{1,4}".prop_filter("blank", |it| !it.trim().is_empty()));
    let date = (1..28u32, record, prop::option::of(0..3usize))
        .prop_map(|(start, record, word)| Date { start, record, word });
    let dates = prop::collection::vec(prop::option::of(date), TITLES.len());
    (0..2usize, prop::option::of(0..3usize), dates).prop_map(|(dependency, word, dates)| Linked {
        dependency,
        word,
        dates,
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    // Two independent sides hardly ever agree.
    let row = prop_oneof![
        2 => (prop::option::of(linked()), prop::option::of(linked())),
        1 => linked().prop_map(|both| (Some(both.clone()), Some(both))),
    ];
    (any::<bool>(), prop::collection::vec(row, SYSTEMS.len()))
        .prop_map(|(exists, rows)| Scenario { exists, rows })
}

fn dates_of(linked: &Linked) -> impl Iterator<Item = (&'static str, &Date)> {
    TITLES.into_iter().zip(&linked.dates).filter_map(|(title, date)| Some((title, date.as_ref()?)))
}

fn manifest(scenario: &Scenario) -> String {
    let declared = SYSTEMS.iter().zip(&scenario.rows);
    let rows: Vec<Value> = declared
        .filter_map(|(system, (said, _))| {
            let Linked { dependency, word, dates: _ } = said.as_ref()?;
            let mut row = json!({"system": system, "dependencyType": TYPES[*dependency]});
            if let Some(word) = word {
                row["status"] = json!(WORDS[*word]);
            }
            let dates = dates_of(said.as_ref()?).map(|(title, date)| {
                let Date { start, record, word } = date;
                let mut row = json!({
                    "title": title,
                    "start": format!("2026-12-{start:02}"),
                    "end": "2026-12-31",
                    "changeRecord": record,
                });
                if let Some(word) = word {
                    row["status"] = json!(WORDS[*word]);
                }
                row
            });
            row["deployments"] = dates.collect();
            Some(row)
        })
        .collect();
    let spec = json!({
        "name": "Name",
        "plutoraReleaseType": "Independent",
        "releaseProjectType": "NotIsProject",
        "releaseType": "Major",
        "status": "Draft",
        "riskLevel": "Low",
        "implementationDate": "2026-12-01",
        "organization": "Corporation",
        "systems": rows,
    });
    partly("R", &spec.to_string())
}

fn model(scenario: &Scenario) -> Model {
    let mut model = Model::tenant();
    let reference = model.lists.clone();
    let first = |list: &str| reference[list][0]["id"].clone();
    let systems = SYSTEMS.map(|name| model.add("/systems", json!({"name": name})));
    if !scenario.exists {
        return model;
    }
    let body = json!({
        "identifier": "R",
        "name": "Name",
        "plutoraReleaseType": 3,
        "releaseProjectType": "2",
        "releaseTypeId": first("/lookupfields/ReleaseType"),
        "releaseStatusTypeId": first("/lookupfields/ReleaseStatusType"),
        "riskLevel": "Low",
        "releaseRiskLevelId": first("/lookupfields/ReleaseRiskLevel"),
        "implementationDate": "2026-12-01T00:00:00",
        "organizationId": first("/organizations"),
    });
    let release = model.add("/releases", body);
    let types = &reference["/lookupfields/SystemRoleDependencyType"];
    for (system, (_, live)) in systems.iter().zip(&scenario.rows) {
        let Some(linked) = live else { continue };
        let row = json!({
            "systemID": system,
            "systemId": system,
            "systemRoleDependencyTypeID": types[linked.dependency]["id"],
            "deploymentStatus": linked.word.map_or("Pending", |word| WORDS[word]),
            "undocumented": [1, null],
        });
        let path = model.add_below(&format!("/releases/{release}/systems"), row);
        for (title, Date { start, record, word }) in dates_of(linked) {
            let row = json!({
                "deploymentTitle": title,
                "startDate": format!("2026-12-{start:02}T00:00:00"),
                "endDate": "2026-12-31T00:00:00",
                "changeRecord": record,
                "deploymentStatus": word.map_or("Pending", |word| WORDS[word]),
                "undocumented": {"of": title},
            });
            model.add_below(&format!("{path}/deploymentDates"), row);
        }
    }
    model
}

async fn plan_of(model: &Model, scenario: &Scenario) -> Plan {
    planned(model, &[&manifest(scenario)]).await.unwrap()
}

/// All rows below releases, by the paths of their lists.
fn below(model: &Model) -> Vec<(&String, &Value)> {
    let lists = model.lists.iter().filter(|(path, _)| path.matches('/').count() > 2);
    lists.flat_map(|(path, rows)| rows.iter().map(move |row| (path, row))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_applied_is_in_sync_and_no_other_row_was_touched_or_moved(scenario in scenario()) {
        block_on(async {
            let before = model(&scenario);
            let plan = plan_of(&before, &scenario).await;
            let after = applied(before.clone(), &plan).await;
            let again = plan_of(&after, &scenario).await;
            assert!(!again.has_changes(), "{:#?}", again.steps);
            assert_eq!(again.unmanaged, plan.unmanaged);
            let written: Vec<String> = plan.steps.iter()
                .filter(|step| step.action != Action::InSync)
                .filter_map(|step| Some(step.id?.to_string()))
                .collect();
            let rows = below(&after);
            for (path, was) in below(&before) {
                let id = was.get("id").or(was.get("systemId")).unwrap();
                let is = rows.iter().find(|(at, is)| *at == path && (is.get("id") == Some(id) || (was.get("id").is_none() && is["systemId"] == *id)));
                let (_, is) = is.unwrap();
                assert_eq!((&is["undocumented"], &is["sortOrder"]), (&was["undocumented"], &was["sortOrder"]));
                if !written.contains(&id.as_str().unwrap().to_owned()) {
                    assert_eq!(*is, was);
                }
            }
        });
    }

    #[test]
    fn new_dates_come_in_the_order_of_the_manifest(scenario in scenario()) {
        block_on(async {
            let before = model(&scenario);
            let plan = plan_of(&before, &scenario).await;
            let after = applied(before.clone(), &plan).await;
            for (path, rows) in after.lists.iter().filter(|(path, _)| path.ends_with("/deploymentDates")) {
                let known = before.lists.get(path).map_or(0, Vec::len);
                let made: Vec<&str> =
                    rows[known..].iter().map(|row| row["deploymentTitle"].as_str().unwrap()).collect();
                let mut in_order = made.clone();
                in_order.sort_by_key(|title| TITLES.iter().position(|it| it == title));
                assert_eq!(made, in_order, "{path}");
            }
        });
    }

    #[test]
    fn no_planned_call_can_be_left_out(scenario in scenario(), chosen in any::<prop::sample::Index>()) {
        block_on(async {
            let model = model(&scenario);
            let mut plan = plan_of(&model, &scenario).await;
            let Some(left_out) = take_out(&mut plan, chosen) else { return };
            let model = applied_in_part(model, &plan).await;
            assert_eq!(unfinished(&plan_of(&model, &scenario).await), [&left_out]);
        });
    }
}

/// The strategies reach creations and updates of both kinds, with and without a second call.
#[test]
fn the_scenarios_are_varied() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..80 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let plan = block_on(plan_of(&model(&scenario), &scenario));
        for step in &plan.steps {
            seen.insert((step.key.kind.name(), step.action.word(), step.action.calls().count()));
        }
        let created = plan.steps.iter().filter(|step| step.action.word() == "create");
        let lists: Vec<_> = created.filter_map(|step| step.key.parent()).collect();
        if lists.windows(2).any(|pair| pair[0] == pair[1]) {
            seen.insert(("one after another", "", 0));
        }
        if plan.unmanaged > 0 {
            seen.insert(("unmanaged", "", 0));
        }
    }
    let kinds = ["ReleaseSystem", "Deployment"];
    for wanted in kinds.iter().flat_map(|kind| {
        [("create", 1), ("create", 2), ("update", 1), ("in-sync", 0)]
            .map(|(word, calls)| (*kind, word, calls))
    }) {
        assert!(seen.contains(&wanted), "{wanted:?}: {seen:?}");
    }
    assert!(seen.contains(&("one after another", "", 0)) && seen.contains(&("unmanaged", "", 0)));
}
