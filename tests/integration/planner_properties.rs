//! Laws of the planner, on random manifests and random live states.

use plutora_sync::plan::{Action, Plan};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Model, applied, applied_in_part, block_on, take_out, unfinished};

/// What a manifest says, or what is live, of one release or system.
#[derive(Clone, Debug)]
struct Said {
    summary: Declared<String>,
    risk: Option<usize>,
    date: Option<u32>,
    parent: Declared<usize>,
}

/// A field that a manifest leaves out, clears or sets.
type Declared<T> = Option<Option<T>>;

const ENTERPRISES: [&str; 2] = ["E0", "E1"];
const RISKS: [&str; 2] = ["Low", "High"];

fn said() -> impl Strategy<Value = Said> {
    let text = prop::option::of(
        "[a-c \"'#:\\\\|`]{1,6}".prop_filter("blank", |text| !text.trim().is_empty()),
    );
    (
        prop::option::of(text),
        prop::option::of(0..2usize),
        prop::option::of(1..28u32),
        prop::option::of(prop::option::of(0..2usize)),
    )
        .prop_map(|(summary, risk, date, parent)| Said { summary, risk, date, parent })
}

/// Releases `R0`, `R1`, ...: what manifests say of each, and what is live of each, if it is.
fn scenario() -> impl Strategy<Value = Vec<(Option<Said>, Option<Said>)>> {
    prop::collection::vec((prop::option::of(said()), prop::option::of(said())), 1..6)
}

fn manifests(scenario: &[(Option<Said>, Option<Said>)]) -> Vec<String> {
    let mut texts = vec![crate::support::release("E1", "").replace("Independent", "Enterprise")];
    for (number, (said, _)) in scenario.iter().enumerate() {
        let Some(Said { summary, risk, date, parent }) = said else {
            continue;
        };
        // All that a creation needs; whether it is one is up to live state.
        let mut spec = json!({
            "name": "Name",
            "plutoraReleaseType": "Independent",
            "releaseProjectType": "NotIsProject",
            "releaseType": "Major",
            "status": "Draft",
            "riskLevel": RISKS[risk.unwrap_or(0)],
            "implementationDate": format!("2026-12-{:02}", date.unwrap_or(1)),
            "organization": "Corporation",
        });
        if let Some(summary) = summary {
            spec["summary"] = json!(summary);
        }
        if let Some(parent) = parent {
            spec["parent"] = json!(parent.map(|index| ENTERPRISES[index]));
        }
        let manifest = json!({
            "apiVersion": "plutora-sync.dev/v1",
            "kind": "Release",
            "metadata": {"name": format!("R{number}")},
            "spec": spec,
        });
        texts.push(manifest.to_string());
    }
    texts
}

/// `E0` is live and not declared; `E1` is declared and not live.
fn model(scenario: &[(Option<Said>, Option<Said>)]) -> Model {
    let mut model = Model::tenant();
    let enterprise = model.add("/releases", json!({"identifier": "E0", "plutoraReleaseType": 1}));
    let risks = model.lists["/lookupfields/ReleaseRiskLevel"].clone();
    let reference = model.lists.clone();
    let first = |list: &str| reference[list][0]["id"].clone();
    for (number, (_, live)) in scenario.iter().enumerate() {
        let Some(Said { summary, risk, date, parent }) = live else {
            continue;
        };
        model.add(
            "/releases",
            json!({
                "identifier": format!("R{number}"),
                "name": "Name",
                "summary": summary.clone().flatten(),
                "plutoraReleaseType": 3,
                "releaseProjectType": "2",
                "releaseTypeID": first("/lookupfields/ReleaseType"),
                "releaseStatusTypeID": first("/lookupfields/ReleaseStatusType"),
                "organizationId": first("/organizations"),
                "releaseRiskLevelId": risks[risk.unwrap_or(0)]["id"],
                "implementationDate": format!("2026-12-{:02}T00:00:00", date.unwrap_or(1)),
                "parentReleaseID": parent.flatten().map(|_| enterprise.clone()),
                "undocumented": number,
            }),
        );
    }
    model
}

async fn planned(model: &Model, manifests: &[String]) -> Plan {
    let texts: Vec<&str> = manifests.iter().map(String::as_str).collect();
    crate::support::planned(model, &texts).await.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_applied_is_in_sync_and_nothing_else_was_touched(scenario in scenario()) {
        block_on(async {
            let (texts, model) = (manifests(&scenario), model(&scenario));
            let before = model.lists["/releases"].clone();
            let plan = planned(&model, &texts).await;
            let model = applied(model, &plan).await;
            assert!(!planned(&model, &texts).await.has_changes());
            let touched: Vec<&str> = plan.steps.iter()
                .filter(|step| step.action != Action::InSync)
                .map(|step| step.key.name.as_str())
                .collect();
            for (was, is) in before.iter().zip(&model.lists["/releases"]) {
                assert_eq!(was["undocumented"], is["undocumented"]);
                if !touched.contains(&was["identifier"].as_str().unwrap()) {
                    assert_eq!(was, is);
                }
            }
        });
    }

    #[test]
    fn the_order_of_manifests_does_not_matter(scenario in scenario()) {
        block_on(async {
            let (mut texts, model) = (manifests(&scenario), model(&scenario));
            let without_sources = |mut plan: Plan| {
                plan.steps.iter_mut().for_each(|step| step.sources.clear());
                plan
            };
            let plan = without_sources(planned(&model, &texts).await);
            texts.reverse();
            assert_eq!(without_sources(planned(&model, &texts).await), plan);
        });
    }

    #[test]
    fn no_planned_call_can_be_left_out(scenario in scenario(), chosen in any::<prop::sample::Index>()) {
        block_on(async {
            let (texts, model) = (manifests(&scenario), model(&scenario));
            let mut plan = planned(&model, &texts).await;
            // A step that others need cannot be left out alone; it is not the question here.
            let Some(left_out) = take_out(&mut plan, chosen) else { return };
            let model = applied_in_part(model, &plan).await;
            assert_eq!(unfinished(&planned(&model, &texts).await), [&left_out]);
        });
    }
}

/// The strategies reach creations, updates, parents and objects in sync.
#[test]
fn the_scenarios_are_varied() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let plan = block_on(planned(&model(&scenario), &manifests(&scenario)));
        for step in &plan.steps {
            seen.insert(step.action.word());
            if !step.depends_on.is_empty() {
                seen.insert("dependent");
            }
        }
    }
    let all: Vec<&str> = seen.into_iter().collect();
    assert_eq!(all, ["create", "dependent", "in-sync", "update"]);
}
