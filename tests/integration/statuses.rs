//! Deployment statuses: whose a status is, what the API can do with it, and what is written.

use std::collections::BTreeMap;

use plutora_sync::plan::{Action, On, Payload, Plan, RULES, Rule, Verdict, When, plan};
use plutora_sync::resource::{FieldValue, Labels, StatusRoute, Tenant};
use serde_json::json;

use crate::support::{Model, desired, look, partly, planned, planned_for, release, status};

/// A tenant with the release `R`, in it the system `S`, and of this the given deployment dates.
fn model(release_type: &str, dates: &[(&str, &str)]) -> Model {
    let mut model = Model::tenant();
    let system = model.add("/systems", json!({"name": "S"}));
    let body = json!({"identifier": "R", "plutoraReleaseType": release_type});
    let release = model.add("/releases", body);
    let code = model.lists["/lookupfields/SystemRoleDependencyType"][0]["id"].clone();
    let row = json!({
        "systemId": system,
        "system": "S",
        "systemRoleDependencyTypeId": code,
        "deploymentStatus": "Pending",
    });
    let linked = model.add_below(&format!("/releases/{release}/systems"), row);
    for (title, word) in dates {
        let row = json!({"deploymentTitle": title, "deploymentStatus": word});
        model.add_below(&format!("{linked}/deploymentDates"), row);
    }
    model
}

async fn refusal(model: &Model, texts: &[&str], tenant: &Tenant) -> String {
    let found = planned_for(tenant, model, texts).await.expect_err("a refusal").kept().to_vec();
    let texts = found
        .iter()
        .map(|it| format!("{} | {}", it.message, it.help.as_deref().unwrap_or_default()));
    texts.collect::<Vec<_>>().join("\n")
}

/// Returns the object of each step and the status that its calls write.
fn written(plan: &Plan) -> Vec<(String, String)> {
    let writes = plan.steps.iter().flat_map(|step| {
        let bodies = step.action.calls().flat_map(|call| &call.body);
        let statuses = bodies.filter(|(key, _)| *key == "deploymentStatus");
        statuses.map(|(_, payload)| {
            let Payload::Value(label) = payload else { unreachable!("{payload:?}") };
            (step.key.to_string(), label.as_str().unwrap().to_owned())
        })
    });
    writes.collect()
}

const RELEASE: &str = "  systems:
    - system: S
      dependencyType: Code
      deployments:
        - {title: new, start: 2026-12-01, end: 2026-12-02, status: WORD}
";

/// The same rules hold for the row of a system, but that no Enterprise's word is known there.
#[tokio::test]
async fn each_rule_that_is_not_about_dates_holds_for_the_row_of_a_system_too() {
    let tenant = Tenant { route: StatusRoute::ReleaseSystem, ..Tenant::default() };
    for release_type in ["Enterprise", "Independent"] {
        for (word, wanted) in [
            ("Completed", Some("Completed")),
            ("RollbackPending", Some("RollbackPending")),
            ("Rejected", (release_type == "Independent").then_some("Rejected")),
        ] {
            let text = status("R", "S", None, word);
            let plan = planned_for(&tenant, &model(release_type, &[]), &[&text]).await.unwrap();
            let labels: Vec<String> = written(&plan).into_iter().map(|(_, label)| label).collect();
            assert_eq!(labels, Vec::from_iter(wanted), "{word} in {release_type}");
        }
        let text = status("R", "S", None, "Pending");
        let plan = planned_for(&tenant, &model(release_type, &[]), &[&text]).await.unwrap();
        assert!(!plan.has_changes(), "it is Pending already");
    }
    let enterprise = model("Enterprise", &[("wave 1", "Pending")]);
    let text = status("R", "S", None, "RollbackPending");
    let plan = planned(&enterprise, &[&text]).await.unwrap();
    assert_eq!(written(&plan), [("Deployment/R/S/wave 1".into(), "RollbackPending".into())]);
}

/// Plans the status of a row of the table in the situation that the row is about.
async fn situation(rule: &Rule, release_type: &str) -> Plan {
    let there = if rule.word == "RollbackPending" { "Completed" } else { "RollbackPending" };
    let (model, text) = match rule.when {
        When::New => {
            let manifest = partly("R", "{}").replace("spec: {}\n", "spec:\n") + RELEASE;
            (model(release_type, &[]), manifest.replace("WORD", rule.word))
        }
        When::Ever | When::There => {
            (model(release_type, &[("wave 1", there)]), status("R", "S", None, rule.word))
        }
    };
    planned(&model, &[&text]).await.unwrap()
}

#[tokio::test]
async fn each_row_of_the_rule_table_decides_as_it_says() {
    // A rule that holds ever is tried on one that is there and on a new one.
    let cases = RULES.iter().flat_map(|rule| match rule.when {
        When::Ever => vec![Rule { when: When::There, ..*rule }, Rule { when: When::New, ..*rule }],
        When::New | When::There => vec![*rule],
    });
    for rule in cases {
        let release_type = match rule.on {
            On::Enterprise | On::EnterpriseDates => "Enterprise",
            On::Everything => "Independent",
        };
        let plan = situation(&rule, release_type).await;
        let step = plan.steps.last().unwrap();
        match (rule.verdict, &step.action) {
            (Verdict::AsCreated, Action::Create { changes, then: None, .. }) => {
                assert!(changes.iter().any(|it| it.after == FieldValue::text(rule.word)));
                assert_eq!(written(&plan), []);
            }
            (Verdict::Set(word), Action::Update { .. } | Action::Create { then: Some(_), .. }) => {
                assert_eq!(written(&plan), [(step.key.to_string(), word.to_owned())], "{rule:?}");
            }
            (Verdict::Impossible(why), Action::Blocked { reason, .. }) => {
                assert_eq!(reason, why, "{rule:?}");
            }
            other => panic!("{rule:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_release_that_becomes_an_enterprise_takes_the_words_of_one_and_goes_first() {
    let model = model("Independent", &[("wave 1", "Pending")]);
    let retyped = partly("R", "{plutoraReleaseType: Enterprise}");
    let texts = [retyped.as_str(), &status("R", "S", None, "Completed")];
    let plan = planned(&model, &texts).await.unwrap();
    assert_eq!(written(&plan), [("Deployment/R/S/wave 1".into(), "Endorsed".into())]);
    let needed: Vec<String> = plan.steps[1].depends_on.iter().map(ToString::to_string).collect();
    assert_eq!(needed, ["Release/R"]);
}

#[tokio::test]
async fn endorsed_and_completed_are_one_status_on_both_sides() {
    for live in ["Endorsed", "Completed", "endorsed"] {
        let model = model("Enterprise", &[("wave 1", live)]);
        for word in ["Completed", "Endorsed"] {
            let text = status("R", "S", Some("wave 1"), word);
            let plan = planned(&model, &[&text]).await.unwrap();
            assert!(!plan.has_changes(), "{live} is {word}");
        }
    }
}

#[tokio::test]
async fn a_creation_with_a_status_is_a_post_and_a_put_and_says_so() {
    let rule = Rule { word: "Completed", when: When::New, ..RULES[0] };
    let plan = situation(&rule, "Independent").await;
    let step = plan.steps.last().unwrap();
    let calls: Vec<String> =
        step.action.calls().map(|call| format!("{} {}", call.method.word(), call.path)).collect();
    let [post, put] = calls.as_slice() else { panic!("{calls:?}") };
    assert!(post.starts_with("POST /releases/") && post.ends_with("/deploymentDates"), "{post}");
    assert!(put.starts_with("PUT /releases/") && put.ends_with("/{R/S/new}"), "{put}");
    assert_eq!(step.requests, 5);
}

#[tokio::test]
async fn a_status_that_names_no_deployment_belongs_to_the_only_one_or_to_the_row() {
    let claim = status("R", "S", None, "Completed");
    let owner = async |dates: &[(&str, &str)], route| {
        let tenant = Tenant { route, ..Tenant::default() };
        let plan = planned_for(&tenant, &model("Independent", dates), &[&claim]).await.unwrap();
        plan.steps[0].key.to_string()
    };
    let one = [("wave 1", "Pending")];
    assert_eq!(owner(&[], StatusRoute::Auto).await, "ReleaseSystem/R/S");
    assert_eq!(owner(&one, StatusRoute::Auto).await, "Deployment/R/S/wave 1");
    assert_eq!(owner(&one, StatusRoute::ReleaseSystem).await, "ReleaseSystem/R/S");
    assert_eq!(owner(&one, StatusRoute::DeploymentDate).await, "Deployment/R/S/wave 1");

    let tenant = Tenant { route: StatusRoute::DeploymentDate, ..Tenant::default() };
    let none = refusal(&model("Independent", &[]), &[&claim], &tenant).await;
    assert!(none.contains("no deployment date") && none.contains("statusRoute"), "{none}");
    let two = model("Independent", &[("wave 1", "Pending"), ("wave 2", "Pending")]);
    let several = refusal(&two, &[&claim], &Tenant::default()).await;
    assert!(several.contains("2 deployments") && several.contains("wave 1, wave 2"), "{several}");
}

#[tokio::test]
async fn where_dates_have_the_status_a_row_that_is_given_one_is_refused_and_no_date_is() {
    let model = model("Independent", &[("wave 1", "Pending")]);
    let tenant = Tenant { route: StatusRoute::DeploymentDate, ..Tenant::default() };
    let row = partly("R", "{systems: [{system: S, status: Completed}]}");
    let refused = refusal(&model, &[&row], &tenant).await;
    assert!(
        refused.starts_with("this tenant keeps no status of a system in a release"),
        "{refused}"
    );
    let without = partly("R", "{systems: [{system: S, dependencyType: Code}]}");
    let date = status("R", "S", Some("wave 1"), "Completed");
    let plan = planned_for(&tenant, &model, &[&without, &date]).await.unwrap();
    assert_eq!(written(&plan), [("Deployment/R/S/wave 1".into(), "Completed".into())]);
}

#[tokio::test]
async fn a_status_of_what_no_manifest_declares_stands_after_systems_and_releases() {
    let model = model("Independent", &[("wave 1", "Pending")]);
    let tenant = Tenant { route: StatusRoute::ReleaseSystem, ..Tenant::default() };
    let parent = release("P", "").replace("Independent", "Enterprise");
    let child = release("Z", "parent: P");
    let row = status("R", "S", None, "Completed");
    let date = status("R", "S", Some("wave 1"), "Completed");
    let plan = planned_for(&tenant, &model, &[&parent, &child, &row, &date]).await.unwrap();
    let order: Vec<&str> = plan.steps.iter().map(|step| step.key.name.as_str()).collect();
    assert_eq!(order, ["P", "Z", "R/S", "R/S/wave 1"]);
}

#[tokio::test]
async fn two_documents_that_claim_one_status_are_refused_also_where_live_state_tells() {
    let model = model("Independent", &[("wave 1", "Pending")]);
    let texts = [status("R", "S", None, "Completed"), status("R", "S", Some("wave 1"), "Rejected")];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let desired = desired(&texts).unwrap();
    let live = look(&model, &desired, &Tenant::default()).await;
    let found = plan(&desired, &live).unwrap_err().kept().to_vec();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].message, "`status` of Deployment/R/S/wave 1 is managed twice");
    let means = "a status without `deployment` means Deployment/R/S/wave 1 here";
    assert_eq!(found[0].help.as_deref(), Some(means));
    assert_ne!(found[0].place.source, found[0].related[0].0.source, "both places");
}

#[tokio::test]
async fn a_status_of_what_is_not_there_is_an_error_that_says_what_there_is() {
    let model = model("Independent", &[("wave 1", "Pending"), ("wave 2", "Pending")]);
    let refused = async |release: &str, system: &str, title: Option<&str>| {
        let text = status(release, system, title, "Completed");
        refusal(&model, &[&text], &Tenant::default()).await
    };
    let title = refused("R", "S", Some("wave 3")).await;
    assert!(title.starts_with("R/S has no deployment `wave 3` | did you mean"), "{title}");
    assert!(title.contains("There are wave 1, wave 2"), "{title}");
    assert!(refused("Q", "S", None).await.contains("there is no release `Q` in Plutora"));
    assert!(refused("R", "T", Some("x")).await.contains("there is no system `T` in Plutora"));

    let mut model = model;
    model.add("/systems", json!({"name": "Other"}));
    for title in [None, Some("x")] {
        let text = status("R", "Other", title, "Completed");
        let linked = refusal(&model, &[&text], &Tenant::default()).await;
        let wanted = "the system `Other` is not in the release R | There is only S";
        assert_eq!(linked, wanted);
    }
    let text = status("R", "Nowhere", None, "Completed");
    let unknown = refusal(&model, &[&text], &Tenant::default()).await;
    assert!(unknown.starts_with("there is no system `Nowhere` in Plutora"), "{unknown}");
    let declared = partly("R", "{systems: [{system: Other, dependencyType: Code}]}");
    let text = status("R", "Nowhere", None, "Completed").replace("Nowhere", "S2");
    model.add("/systems", json!({"name": "S2"}));
    let linked = refusal(&model, &[&declared, &text], &Tenant::default()).await;
    assert!(linked.ends_with("There are Other, S"), "declared ones too: {linked}");
}

#[tokio::test]
async fn a_tenants_labels_are_read_and_written_and_an_unmapped_one_is_shown() {
    let labels = [("Pending", "pending1"), ("Completed", "Shipped")];
    let labels = labels.map(|(word, label)| (word.to_owned(), label.to_owned()));
    let labels = Labels::new(BTreeMap::from(labels)).unwrap();
    let tenant = Tenant { labels, ..Tenant::default() };
    let completed = status("R", "S", None, "Completed");

    let pending = model("Independent", &[("wave 1", "PENDING1")]);
    let plan = planned_for(&tenant, &pending, &[&completed]).await.unwrap();
    assert_eq!(written(&plan), [("Deployment/R/S/wave 1".into(), "Shipped".into())]);
    assert_eq!(plan.steps[0].action.changes()[0].before, FieldValue::text("Pending"));
    let shipped = model("Independent", &[("wave 1", "shipped")]);
    assert!(!planned_for(&tenant, &shipped, &[&completed]).await.unwrap().has_changes());

    let unmapped = model("Independent", &[("wave 1", "pending123")]);
    let plan = planned(&unmapped, &[&completed]).await.unwrap();
    assert_eq!(plan.steps[0].action.changes()[0].before, FieldValue::text("pending123"));
    let asked = status("R", "S", None, "Pending");
    let plan = planned(&unmapped, &[&asked]).await.unwrap();
    let Action::Blocked { reason, .. } = &plan.steps[0].action else { panic!("{plan:?}") };
    assert!(reason.contains("`pending123`") && reason.contains("statusLabels"), "{reason}");
}
