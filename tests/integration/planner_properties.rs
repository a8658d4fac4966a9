//! Laws of the planner about what a plan leaves behind, on random tenants.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::scenario::{TITLES, plan_of, scenario};
use crate::support::{Model, applied, block_on};

/// All objects of a model, by their paths.
fn objects(model: &Model) -> impl Iterator<Item = (String, &Value)> {
    let rows = model.lists.iter().flat_map(|(list, rows)| rows.iter().map(move |row| (list, row)));
    rows.map(|(list, row)| {
        // A system in a release has no id of its own.
        let id = row.get("id").unwrap_or(&row["systemId"]).as_str().unwrap();
        (format!("{list}/{id}"), row)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_was_applied_is_in_sync_and_nothing_else_was_touched_or_moved(scenario in scenario()) {
        block_on(async {
            let before = scenario.model();
            let texts = scenario.manifests(&before);
            let plan = plan_of(&before, &texts).await;
            let after = applied(before.clone(), &plan).await;
            let again = plan_of(&after, &texts).await;
            assert!(!again.has_changes(), "{:#?}", again.steps);
            assert_eq!(again.unmanaged, plan.unmanaged);
            let calls = plan.steps.iter().flat_map(|step| step.action.calls());
            let written: BTreeSet<String> = calls.map(|call| call.path.to_string()).collect();
            for (path, was) in objects(&before) {
                let (_, is) = objects(&after).find(|(at, _)| *at == path).unwrap();
                for kept in ["undocumented", "sortOrder"] {
                    assert_eq!(is[kept], was[kept]);
                }
                if !written.contains(&path) {
                    assert_eq!(is, was);
                }
            }
        });
    }

    #[test]
    fn new_dates_come_in_the_order_of_the_manifest(scenario in scenario()) {
        block_on(async {
            let before = scenario.model();
            let plan = plan_of(&before, &scenario.manifests(&before)).await;
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
}

/// The strategies reach each action on each kind, with and without a second call, and what needs
/// another object of each kind that can be needed.
#[test]
fn the_scenarios_are_varied() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..100 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let model = scenario.model();
        let plan = block_on(plan_of(&model, &scenario.manifests(&model)));
        for step in &plan.steps {
            let calls = step.action.calls().count();
            seen.insert(format!("{} {} {calls}", step.key.kind.name(), step.action.word()));
            for needed in &step.depends_on {
                let needed = plan.steps.iter().find(|other| other.key == *needed).unwrap();
                let (word, kind) = (needed.action.word(), needed.key.kind.name());
                seen.insert(format!("{} needs {word} {kind}", step.key.kind.name()));
            }
        }
        if plan.unmanaged > 0 {
            seen.insert("unmanaged".to_owned());
        }
    }
    let all: Vec<&str> = seen.iter().map(String::as_str).collect();
    let wanted = [
        "Deployment create 1",
        "Deployment create 2",
        "Deployment in-sync 0",
        "Deployment needs create Release",
        "Deployment needs create ReleaseSystem",
        "Deployment needs update Deployment",
        "Deployment needs update Release",
        "Deployment update 1",
        "Release create 1",
        "Release in-sync 0",
        "Release needs create Release",
        "Release update 1",
        "ReleaseSystem create 1",
        "ReleaseSystem create 2",
        "ReleaseSystem in-sync 0",
        "ReleaseSystem needs create Release",
        "ReleaseSystem needs create System",
        "ReleaseSystem needs update Release",
        "ReleaseSystem needs update System",
        "ReleaseSystem update 1",
        "System create 1",
        "System in-sync 0",
        "System update 1",
        "unmanaged",
    ];
    assert_eq!(all, wanted);
}
