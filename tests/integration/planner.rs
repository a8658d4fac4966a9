//! What the planner decides, on plain values.

use plutora_sync::live;
use plutora_sync::manifest::Diagnostics;
use plutora_sync::plan::{Action, PARENT_CHANGE, Plan, plan};
use serde_json::{Value, json};

use crate::support::{Model, desired, partly, release, system};

async fn planned(model: &Model, manifests: &[&str]) -> Result<Plan, Diagnostics> {
    let desired = desired(manifests).unwrap();
    let live = live::fetch(model, &desired, "https://x.example.com".into(), Some("jane"), 2).await;
    plan(&desired, &live.unwrap())
}

async fn refusals(model: &Model, manifests: &[&str]) -> Vec<(String, String)> {
    let found = planned(model, manifests).await.expect_err("a refusal").0;
    found.into_iter().map(|it| (it.message, it.help.unwrap_or_default())).collect()
}

fn live_release(identifier: &str, more: &Value) -> Value {
    let mut body =
        json!({"identifier": identifier, "name": "One", "plutoraReleaseType": "Independent"});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn an_unknown_name_is_an_error_that_says_what_there_is() {
    let model = Model::tenant();
    let manifest = release("R", "").replace("Retail Banking", "Retail Bankng");
    let errors = refusals(&model, &[&manifest.replace("riskLevel: Low", "riskLevel: Huge")]).await;
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(errors[0].0, "there is no ReleaseRiskLevel `Huge` in Plutora");
    assert_eq!(errors[0].1, "There are High, Low");
    assert!(errors[1].1.starts_with("did you mean `Retail Banking`?"), "{errors:?}");
}

#[tokio::test]
async fn an_ambiguous_name_is_an_error_that_lists_the_candidates() {
    let mut model = Model::tenant();
    let one = model.add("/releases", live_release("R", &json!({})));
    let other = model.add("/releases", live_release("R", &json!({})));
    let errors = refusals(&model, &[&partly("R", "{name: New}")]).await;
    assert!(errors[0].0.contains("2 live Releases"), "{errors:?}");
    assert!(errors[0].1.contains(&one) && errors[0].1.contains(&other), "{errors:?}");

    let pinned = partly("R", &format!("{{name: New, id: {other}}}"));
    let plan = planned(&model, &[&pinned]).await.unwrap();
    assert_eq!(plan.steps[0].id.unwrap().to_string(), other);

    // One by its name and one by its id: they would undo each other.
    model.lists.get_mut("/releases").unwrap().remove(0);
    let renamed = pinned.replace("name: R\n", "name: S\n");
    let errors = refusals(&model, &[&partly("R", "{name: New}"), &renamed]).await;
    assert!(errors[0].0.contains("Release/R and Release/S mean one live object"), "{errors:?}");

    // The same for what is only referred to.
    let row = model.lists["/organizations"][1].clone();
    model.lists.get_mut("/organizations").unwrap().push({
        let mut twin = row;
        twin["id"] = json!("7a7a7a7a-0000-4000-8000-000000000000");
        twin
    });
    let errors = refusals(&model, &[&release("NEW", "")]).await;
    assert!(errors[0].0.contains("2 organizations are named `Retail Banking`"), "{errors:?}");
}

#[tokio::test]
async fn a_name_that_is_in_sync_needs_no_resolving() {
    // Two organizations of one name: as long as nothing is to be written, nobody has to choose.
    let mut model = Model::tenant();
    let organization = model.lists["/organizations"][1].clone();
    let id = organization["id"].clone();
    let mut twin = organization;
    twin["id"] = json!("7a7a7a7a-0000-4000-8000-000000000000");
    model.lists.get_mut("/organizations").unwrap().push(twin);
    model.add("/releases", live_release("R", &json!({"organizationId": id})));
    let plan = planned(&model, &[&partly("R", "{organization: Retail Banking}")]).await.unwrap();
    assert_eq!(plan.steps[0].action, Action::InSync);
}

#[tokio::test]
async fn a_creation_that_lacks_what_the_api_needs_is_an_error_that_names_it() {
    let model = Model::tenant();
    let errors = refusals(&model, &[&partly("R", "{name: New, releaseType: Huge}")]).await;
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].1.contains("riskLevel, implementationDate, organization"), "{errors:?}");
}

#[tokio::test]
async fn a_pinned_object_that_is_not_there_is_never_created() {
    let model = Model::tenant();
    let id = "7a7a7a7a-0000-4000-8000-000000000000";
    let manifest = release("R", &format!("id: {id}"));
    let errors = refusals(&model, &[&manifest]).await;
    assert!(errors[0].0.contains(id), "{errors:?}");
}

#[tokio::test]
async fn a_parent_that_is_no_enterprise_and_a_parent_of_an_enterprise_are_blocked() {
    let mut model = Model::tenant();
    model.add("/releases", live_release("PLAIN", &json!({})));
    model.add("/releases", live_release("ENT", &json!({"plutoraReleaseType": 1})));
    let reason = |plan: Plan, name: &str| {
        let step = plan.steps.into_iter().find(|step| step.key.name == name).unwrap();
        match step.action {
            Action::Blocked { reason, .. } => reason,
            other @ (Action::Create { .. } | Action::Update { .. } | Action::InSync) => {
                panic!("{other:?}")
            }
        }
    };
    // Rows of the model carry no type, as those of a server that answers less than expected; the
    // detail of the object itself does.
    let plan = planned(&model, &[&partly("ENT", "{parent: PLAIN}")]).await.unwrap();
    assert!(reason(plan, "ENT").contains("have no parent"));
}

#[tokio::test]
async fn steps_stand_in_the_order_of_their_dependencies() {
    let model = Model::tenant();
    let parent = release("Z", "").replace("Independent", "Enterprise");
    let manifests = [&release("A", "parent: Z"), &parent, &release("M", ""), &system("S", "")];
    let manifests = manifests.map(String::as_str);
    let plan = planned(&model, &manifests).await.unwrap();
    let names: Vec<_> = plan.steps.iter().map(|step| step.key.name.as_str()).collect();
    assert_eq!(names, ["S", "M", "Z", "A"]);
}

#[tokio::test]
async fn every_change_of_a_parent_is_warned_about_and_nothing_else_is() {
    let mut model = Model::tenant();
    let old = model.add("/releases", live_release("OLD", &json!({"plutoraReleaseType": 1})));
    model.add("/releases", live_release("NEW", &json!({"plutoraReleaseType": 1})));
    model.add("/releases", live_release("CHILD", &json!({"parentReleaseId": old})));
    model.add("/releases", live_release("FREE", &json!({"parentReleaseId": null})));
    let warned = async |manifest: String| {
        let plan = planned(&model, &[&manifest]).await.unwrap();
        let codes = plan.warnings.iter().map(|it| (it.code, it.acknowledged));
        codes.collect::<Vec<_>>()
    };
    let one = vec![(PARENT_CHANGE, false)];
    assert_eq!(warned(partly("CHILD", "{parent: NEW}")).await, one);
    assert_eq!(warned(partly("CHILD", "{parent: null}")).await, one);
    assert_eq!(warned(partly("FREE", "{parent: NEW}")).await, one);
    assert_eq!(warned(release("MADE", "parent: NEW")).await, one);
    for quiet in [
        partly("CHILD", "{parent: OLD, name: New}"),
        partly("FREE", "{parent: null, name: New}"),
        release("MADE", "parent: null"),
    ] {
        assert_eq!(warned(quiet).await, []);
    }
    let acknowledged = partly("FREE", "{parent: NEW}").replace(
        "  name: FREE\n",
        "  name: FREE\n  annotations: {plutora-sync.dev/ack: 'PS000, PS101'}\n",
    );
    assert_eq!(warned(acknowledged).await, [(PARENT_CHANGE, true)]);
}

#[tokio::test]
async fn only_the_lists_that_are_referred_to_are_read() {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "S", "vendor": "In-house"}));
    planned(
        &model,
        &["---\napiVersion: plutora-sync.dev/v1\nkind: System\nmetadata: {name: S}\n\
                        spec: {vendor: Other}\n"],
    )
    .await
    .unwrap();
    let calls = model.calls.borrow();
    let asked: Vec<&str> = calls.iter().map(|call| call.rsplit_once('/').unwrap().0).collect();
    assert_eq!(asked, ["GET ", "GET /systems"]);
}
