//! What the planner decides, on plain values.

use plutora_sync::plan::{Action, Plan, Summary};
use plutora_sync::resource::{Code, FieldValue};
use serde_json::{Value, json};

use crate::support::{Model, partly, planned, release, system};

async fn refusals(model: &Model, manifests: &[&str]) -> Vec<(String, String)> {
    let found = planned(model, manifests).await.expect_err("a refusal").kept().to_vec();
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
    let found = refusals(&model, &[&partly("R", "{systems: [{system: S}]}")]).await;
    assert!(found.iter().any(|it| it.1.starts_with("There are none at all")), "{found:?}");
}

#[tokio::test]
async fn a_name_that_differs_only_in_case_is_suggested() {
    let mut model = Model::tenant();
    model.add("/releases", live_release("REL-1", &json!({})));
    let errors = refusals(&model, &[&partly("rel-1", "{name: New}")]).await;
    assert!(errors[0].1.starts_with("did you mean `REL-1`? For a new one, add"), "{errors:?}");
    let errors = refusals(&model, &[&partly("REL-2", "{name: New}")]).await;
    assert!(errors[0].1.starts_with("add to `spec`"), "names in a row are near: {errors:?}");
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
async fn references_are_compared_by_id_and_names_only_show_them() {
    // Two Enterprises of one name, the child under the one that is not meant.
    let mut model = Model::tenant();
    let enterprise = || live_release("ENT", &json!({"plutoraReleaseType": 1}));
    let meant = model.add("/releases", enterprise());
    let other = model.add("/releases", enterprise());
    model.add("/releases", live_release("CHILD", &json!({"parentReleaseId": other})));
    let pinned = partly("ENT", &format!("{{id: {meant}}}"));
    let plan = planned(&model, &[&pinned, &partly("CHILD", "{parent: ENT}")]).await.unwrap();
    let Action::Update { changes, .. } = &plan.steps[1].action else { panic!("{plan:#?}") };
    assert_eq!(changes[0].before, FieldValue::text(&other), "the name would not tell them apart");

    // Without the pin nobody can say which is meant, even if it is the right one already.
    let found = refusals(&model, &[&partly("CHILD", "{parent: ENT}")]).await;
    assert!(found[0].0.contains("2 releases are named `ENT`"), "{found:?}");
}

#[tokio::test]
async fn a_renamed_parent_moves_no_child_and_its_old_name_is_an_error() {
    let mut model = Model::tenant();
    let id = model.add("/releases", live_release("OLD", &json!({"plutoraReleaseType": 1})));
    model.add("/releases", live_release("CHILD", &json!({"parentReleaseId": id})));
    let renamed = partly("NEW", &format!("{{id: {id}}}"));

    let plan = planned(&model, &[&renamed, &partly("CHILD", "{parent: NEW}")]).await.unwrap();
    assert_eq!(plan.steps[1].action, Action::InSync);
    assert!(plan.warnings.is_empty());

    let found = refusals(&model, &[&renamed, &partly("CHILD", "{parent: OLD}")]).await;
    assert!(found[0].0.contains("`OLD` is renamed by these manifests"), "{found:?}");
    assert!(found[0].1.contains("`NEW`"), "{found:?}");
}

#[tokio::test]
async fn a_display_name_is_never_taken_for_the_name_of_a_reference() {
    let mut model = Model::tenant();
    let twin = json!({"managerId": crate::support::id(77), "manager": "jane@example.com"});
    model.add("/releases", live_release("R", &twin));
    let plan = planned(&model, &[&partly("R", "{manager: jane@example.com}")]).await.unwrap();
    assert_eq!(plan.summary().update, 1, "somebody of another id shows the same name");

    model.lists.get_mut("/releases").unwrap()[0]["manager"] = json!("Jane Doe");
    let plan = planned(&model, &[&partly("R", "{manager: null}")]).await.unwrap();
    assert_eq!(plan.steps[0].action.changes()[0].before, FieldValue::text("Jane Doe"));
}

#[tokio::test]
async fn a_pinned_object_is_not_given_a_name_that_another_bears() {
    let mut model = Model::tenant();
    let id = model.add("/releases", live_release("A", &json!({})));
    let other = model.add("/releases", live_release("B", &json!({})));
    let found = refusals(&model, &[&partly("B", &format!("{{id: {id}}}"))]).await;
    assert!(found[0].0.contains("another live Release is named `B` already"), "{found:?}");
    assert!(found[0].1.contains(&other), "{found:?}");
}

#[tokio::test]
async fn names_of_a_set_are_added_and_the_others_left_alone() {
    let mut model = Model::tenant();
    let live = json!([{"id": "1", "name": "PAY"}, {"name": "OLD"}]);
    model.add("/systems", json!({"name": "S", "systemAlias": live}));
    let said = |aliases: &str| {
        let spec = format!("metadata: {{name: S}}\nspec: {{aliases: {aliases}}}\n");
        format!("apiVersion: plutora-sync.dev/v1\nkind: System\n{spec}")
    };
    assert!(!planned(&model, &[&said("[PAY]")]).await.unwrap().has_changes());
    let plan = planned(&model, &[&said("[PAY, NEW]")]).await.unwrap();
    let after = &plan.steps[0].action.changes()[0].after;
    assert_eq!(after.to_json(), json!(["NEW", "OLD", "PAY"]));
}

#[tokio::test]
async fn a_creation_that_lacks_what_the_api_needs_is_an_error_that_names_it() {
    let model = Model::tenant();
    let errors = refusals(&model, &[&partly("R", "{name: New, releaseType: Huge}")]).await;
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].1.contains("riskLevel, implementationDate, organization"), "{errors:?}");
}

#[tokio::test]
async fn a_creation_says_that_there_is_a_name_like_it() {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "Core Ledger"}));
    let plan = planned(&model, &[&system("core ledger", "")]).await.unwrap();
    let reason = &plan.steps[0].action.calls().next().unwrap().reason;
    assert_eq!(reason, "no System has the name `core ledger`, but there is `Core Ledger`");
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
    let plan = planned(&model, &[&partly("ENT", "{parent: PLAIN}")]).await.unwrap();
    assert!(reason(plan, "ENT").contains("an Enterprise release has no parent"));
    model.add("/releases", live_release("CHILD", &json!({})));
    let plan = planned(&model, &[&partly("CHILD", "{parent: PLAIN}")]).await.unwrap();
    assert_eq!(
        reason(plan, "CHILD"),
        "the parent `PLAIN` is Independent, not an Enterprise release"
    );

    // The same from the other side: the parent stays, and the type changes.
    model.rows_show.push("parentReleaseId");
    let under = json!({"parentReleaseId": model.lists["/releases"][1]["id"]});
    model.add("/releases", live_release("UNDER", &under));
    let promoted = partly("UNDER", "{plutoraReleaseType: Enterprise}");
    let plan = planned(&model, &[&promoted]).await.unwrap();
    assert!(reason(plan, "UNDER").contains("this one has `ENT`"));
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
    let one = vec![(Code::Ps101, false)];
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
    let acknowledged = partly("FREE", "{parent: NEW}")
        .replace("  name: FREE\n", "  name: FREE\n  annotations: {plutora-sync.dev/ack: PS101}\n");
    assert_eq!(warned(acknowledged).await, [(Code::Ps101, true)]);
}

#[tokio::test]
async fn a_plan_counts_what_it_does_and_says_whether_that_is_anything() {
    let mut model = Model::tenant();
    for name in ["ENT", "OTHER"] {
        model.add("/releases", live_release(name, &json!({"plutoraReleaseType": 1})));
    }
    for name in ["PLAIN", "A", "B", "X", "Y"] {
        model.add("/releases", live_release(name, &json!({"parentReleaseId": null})));
    }
    let same = ["ENT", "OTHER"].map(|name| partly(name, "{name: One}"));
    let moved = ["A", "B"].map(|name| partly(name, "{parent: ENT}"));
    let blocked = ["X", "Y"].map(|name| partly(name, "{parent: PLAIN}"));
    let made = ["S", "T"].map(|name| system(name, ""));
    let counted = async |parts: &[&[String]]| {
        let texts: Vec<&str> = parts.iter().copied().flatten().map(String::as_str).collect();
        let plan = planned(&model, &texts).await.unwrap();
        (plan.summary(), plan.has_changes(), plan.has_writes())
    };
    let nothing = Summary::default();
    let in_sync = Summary { in_sync: 2, ..nothing };
    assert_eq!(counted(&[&same]).await, (in_sync, false, false));
    let stuck = Summary { blocked: 2, ..nothing };
    assert_eq!(counted(&[&blocked]).await, (stuck, true, false));
    let all = Summary { create: 2, update: 2, in_sync: 2, blocked: 2, warnings: 2, unmanaged: 0 };
    assert_eq!(counted(&[&same, &moved, &blocked, &made]).await, (all, true, true));
}

#[tokio::test]
async fn what_moves_and_its_parents_are_at_stake_and_nothing_else_is() {
    let mut model = Model::tenant();
    let enterprise = || json!({"plutoraReleaseType": 1});
    let [old, new] =
        ["OLD", "NEW"].map(|it| model.add("/releases", live_release(it, &enterprise())));
    let child = model.add("/releases", live_release("CHILD", &json!({"parentReleaseId": old})));
    model.add("/releases", live_release("ASIDE", &json!({"parentReleaseId": old})));
    let moved = partly("CHILD", "{parent: NEW}");
    let texts = [moved.as_str(), &partly("ASIDE", "{parent: OLD, name: New}")];
    let at_stake = planned(&model, &texts).await.unwrap().at_stake();
    let at_stake: Vec<String> = at_stake.iter().map(ToString::to_string).collect();
    assert_eq!(at_stake, [old, new, child]);
}

#[tokio::test]
async fn a_parent_that_is_no_enterprise_already_does_not_stand_in_the_way_of_others() {
    let mut model = Model::tenant();
    let parent = model.add("/releases", live_release("PLAIN", &json!({})));
    model.add("/releases", live_release("CHILD", &json!({"parentReleaseId": parent})));
    let plan = planned(&model, &[&partly("CHILD", "{parent: PLAIN, name: New}")]).await.unwrap();
    assert_eq!(plan.steps[0].action.word(), "update", "{plan:#?}");
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

/// A row may have the key of a field that it does not carry.
#[tokio::test]
async fn a_null_in_a_row_is_not_believed() {
    let mut model = Model::tenant();
    model.rows_show = vec!["name", "summary", "implementationDate"];
    model.add("/releases", live_release("R", &json!({"summary": "old"})));
    model.unfilled_rows = true;
    let plan = planned(&model, &[&partly("R", "{summary: old}")]).await.unwrap();
    assert_eq!(plan.steps[0].action, Action::InSync, "read from the detail");
    let plan = planned(&model, &[&partly("R", "{name: One}")]).await.unwrap();
    assert_eq!(plan.steps[0].action, Action::InSync, "read from the detail");
}
