//! Systems of a release and their deployment dates, as the planner sees them.

use plutora_sync::plan::{Action, Plan};
use serde_json::{Value, json};

use crate::support::{Model, applied, partly, planned, release};

async fn refusal(model: &Model, text: &str) -> (String, String) {
    let mut found = planned(model, &[text]).await.expect_err("a refusal").kept().to_vec();
    assert_eq!(found.len(), 1, "{found:?}");
    let it = found.remove(0);
    (it.message, it.help.unwrap_or_default())
}

/// A tenant with the release `R` and the systems `S` and `T`, of which `R` has `S`.
struct Tenancy {
    model: Model,
    /// The path of the systems of `R`.
    systems: String,
    /// The path of the deployment dates of `S` in `R`.
    dates: String,
}

fn tenancy() -> Tenancy {
    let mut model = Model::tenant();
    let system = model.add("/systems", json!({"name": "S"}));
    model.add("/systems", json!({"name": "T"}));
    let body = json!({"identifier": "R", "plutoraReleaseType": "Independent"});
    let release = model.add("/releases", body);
    let code = model.lists["/lookupfields/SystemRoleDependencyType"][0]["id"].clone();
    let systems = format!("/releases/{release}/systems");
    let row = json!({"systemId": system, "system": "S", "systemRoleDependencyTypeId": code});
    let dates = model.add_below(&systems, row) + "/deploymentDates";
    Tenancy { model, systems, dates }
}

impl Tenancy {
    fn date(&mut self, title: &str, start: &str) -> String {
        let row = json!({"deploymentTitle": title, "startDate": start, "endDate": "2026-12-31"});
        let path = self.model.add_below(&self.dates, row);
        path.rsplit('/').next().unwrap().to_owned()
    }
}

fn with_rows(rows: &Value) -> String {
    partly("R", &json!({ "systems": rows }).to_string())
}

fn steps(plan: &Plan) -> Vec<(String, &'static str)> {
    plan.steps.iter().map(|step| (step.key.name.clone(), step.action.word())).collect()
}

fn date(title: &str, start: &str) -> Value {
    json!({"title": title, "start": start, "end": "2026-12-31"})
}

#[tokio::test]
async fn rows_that_are_listed_are_ours_and_the_others_are_counted() {
    let mut tenancy = tenancy();
    tenancy.date("wave 1", "2026-12-01");
    tenancy.date("theirs", "2026-12-05");
    let rows = json!([
        {"system": "S", "dependencyType": "Test", "deployments": [date("wave 1", "2026-12-01"), date("wave 2", "2026-12-02")]},
        {"system": "T", "dependencyType": "Code"},
    ]);
    let plan = planned(&tenancy.model, &[&with_rows(&rows)]).await.unwrap();
    let wanted = [
        ("R", "in-sync"),
        ("R/S", "update"),
        ("R/T", "create"),
        ("R/S/wave 1", "in-sync"),
        ("R/S/wave 2", "create"),
    ];
    assert_eq!(steps(&plan), wanted.map(|(name, word)| (name.to_owned(), word)));
    assert_eq!(plan.summary().unmanaged, 1);

    let rows = with_rows(&json!([{"system": "T", "dependencyType": "Code"}]));
    let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
    assert_eq!(plan.summary().unmanaged, 1, "S is not listed, and its dates are not looked at");
    // Who only sets a status declares no list, so nothing is left out of one.
    let status = crate::support::status("R", "S", Some("wave 1"), "Completed");
    let plan = planned(&tenancy.model, &[&status]).await.unwrap();
    assert_eq!(plan.summary().unmanaged, 0);
}

#[tokio::test]
async fn a_whole_new_release_is_planned_with_keys_in_braces() {
    let tenancy = tenancy();
    let rows = "systems:\n- system: T\n  dependencyType: Code\n  deployments:\n  - {title: a/b, start: \
                2026-12-01, end: 2026-12-02, status: Completed}";
    let plan = planned(&tenancy.model, &[&release("NEW", rows)]).await.unwrap();
    let paths: Vec<String> = plan
        .steps
        .iter()
        .flat_map(|step| step.action.calls().map(|call| call.path.to_string()))
        .collect();
    let wanted = [
        "/releases",
        "/releases/{NEW}/systems",
        "/releases/{NEW}/systems/{NEW/T}/deploymentDates",
        "/releases/{NEW}/systems/{NEW/T}/deploymentDates/{NEW/T/a%2Fb}",
    ];
    assert_eq!(paths, wanted);
    let calls = tenancy.model.calls.borrow();
    assert!(!calls.iter().any(|call| call.ends_with("/systems") && call.contains("releases/")));
    // What the same plan creates has nothing below it yet, so nothing is looked for there.
    // The release, and the row that the date stands below, are read once more at the end.
    assert_eq!(plan.apply_requests(), 3 + 2 + 4 + 2);
}

#[tokio::test]
async fn new_dates_come_in_the_order_of_the_manifest_one_after_another() {
    let mut tenancy = tenancy();
    tenancy.date("m", "2026-12-01");
    let dates = ["z", "m", "a", "k"].map(|title| date(title, "2026-12-01"));
    let rows = json!([{"system": "S", "dependencyType": "Code", "deployments": dates}]);
    let plan = planned(&tenancy.model, &[&with_rows(&rows)]).await.unwrap();
    let created = plan.steps.iter().filter(|step| step.action.word() == "create");
    let order: Vec<String> = created.map(|step| step.key.own_name()).collect();
    assert_eq!(order, ["z", "a", "k"]);
    // Each finds the list as the one before has just read it back.
    let model = applied(tenancy.model, &plan).await;
    let methods: Vec<String> = model.calls.borrow().iter().map(|it| it[..4].to_owned()).collect();
    assert_eq!(methods, ["GET ", "POST", "GET ", "POST", "GET ", "POST", "GET "]);
}

#[tokio::test]
async fn a_title_that_was_changed_in_plutora_is_recognised_by_its_time_and_pinned_by_its_id() {
    let mut tenancy = tenancy();
    let id = tenancy.date("wave one", "2026-12-01");
    let mut row = date("wave 1", "2026-12-01T00:00:00Z");
    let rows = |row: &Value| {
        with_rows(&json!([{"system": "S", "dependencyType": "Code", "deployments": [row]}]))
    };
    let plan = planned(&tenancy.model, &[&rows(&row)]).await.unwrap();
    let step = plan.steps.last().unwrap();
    let reason = &step.action.calls().next().unwrap().reason;
    assert!(matches!(step.action, Action::Create { .. }), "{step:?}");
    assert!(reason.contains("there is `wave one` at the same time"), "{reason}");
    assert!(reason.contains(&format!("`id: {id}`")), "{reason}");

    // What is declared itself was not renamed.
    let both = json!([row, {"title": "wave one"}]);
    let both = with_rows(&json!([{"system": "S", "dependencyType": "Code", "deployments": both}]));
    let plan = planned(&tenancy.model, &[&both]).await.unwrap();
    let step = plan.steps.iter().find(|step| step.action.word() == "create").unwrap();
    let reason = &step.action.calls().next().unwrap().reason;
    assert_eq!(reason, "no deployment has the title `wave 1`");
    // At another time it may still be the one that is meant.
    let later = rows(&date("wave 1", "2026-12-09"));
    let plan = planned(&tenancy.model, &[&later]).await.unwrap();
    let reason = &plan.steps.last().unwrap().action.calls().next().unwrap().reason;
    assert_eq!(reason, "no deployment has the title `wave 1`; undeclared beside it: wave one");

    row["id"] = json!(id);
    let plan = planned(&tenancy.model, &[&rows(&row)]).await.unwrap();
    let step = plan.steps.last().unwrap();
    let changed: Vec<&str> = step.action.changes().iter().map(|it| it.def.name).collect();
    assert_eq!((step.action.word(), changed), ("update", vec!["title"]));
    assert_eq!(step.id.unwrap().to_string(), id);
}

#[tokio::test]
async fn a_title_that_a_pinned_date_gives_up_is_free_for_another() {
    let mut tenancy = tenancy();
    let id = tenancy.date("wave 1", "2026-12-01");
    let mut renamed = date("wave 1a", "2026-12-01");
    renamed["id"] = json!(id);
    let wanted = [("R", "in-sync"), ("S", "in-sync"), ("wave 1a", "update"), ("wave 1", "create")];
    let wanted = wanted.map(|(name, word)| (name.to_owned(), word));
    let new = date("wave 1", "2026-12-20");
    for dates in [[&renamed, &new], [&new, &renamed]] {
        let rows = with_rows(&json!([{"system": "S", "deployments": dates}]));
        let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
        let steps = plan.steps.iter();
        let shown: Vec<_> = steps.map(|it| (it.key.own_name(), it.action.word())).collect();
        assert_eq!(shown, wanted);
        let why = &plan.steps.last().unwrap().action.calls().next().unwrap().reason;
        assert_eq!(why, "the deployment that has the title `wave 1` is given another");
    }

    let only = with_rows(&json!([{"system": "S", "deployments": [renamed]}]));
    let old = crate::support::status("R", "S", Some("wave 1"), "Completed");
    let found = planned(&tenancy.model, &[&only, &old]).await.unwrap_err().kept().to_vec();
    let texts: Vec<_> = found.iter().map(|it| (it.message.as_str(), it.help.as_deref())).collect();
    let message = "the deployment `wave 1` is renamed by these manifests";
    assert_eq!(texts, [(message, Some("use its new title, `wave 1a`"))]);
    // The one date that there is has its new title, and a claim without a title means it.
    let claim = crate::support::status("R", "S", None, "Completed");
    let plan = planned(&tenancy.model, &[&only, &claim]).await.unwrap();
    assert_eq!(plan.steps.last().unwrap().action.changes().len(), 2);
}

#[tokio::test]
async fn a_new_date_waits_for_each_that_gives_up_its_title() {
    let mut tenancy = tenancy();
    let twins = ["2026-12-01", "2026-12-02"].map(|start| tenancy.date("wave 1", start));
    let renamed = |(title, id): (&str, &String)| json!({"title": title, "id": id});
    let mut dates: Vec<Value> = ["a", "b"].into_iter().zip(&twins).map(renamed).collect();
    dates.push(date("wave 1", "2026-12-20"));
    let rows = with_rows(&json!([{"system": "S", "deployments": dates}]));
    for _ in 0..2 {
        let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
        let step = plan.steps.iter().find(|step| step.action.word() == "create").unwrap();
        let needed: Vec<&str> = step.depends_on.iter().map(|key| key.name.as_str()).collect();
        assert_eq!(needed, ["R/S/a", "R/S/b"]);
        tenancy.model.lists.get_mut(&tenancy.dates).unwrap().reverse();
    }
}

#[tokio::test]
async fn a_pinned_date_that_keeps_its_title_waits_for_nothing() {
    let mut tenancy = tenancy();
    let id = tenancy.date("wave 1", "2026-12-01");
    let mut pinned = date("wave 1", "2026-12-20");
    pinned["id"] = json!(id);
    let rows = with_rows(&json!([{"system": "S", "deployments": [pinned]}]));
    let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
    let step = plan.steps.last().unwrap();
    assert_eq!((step.action.word(), step.depends_on.len()), ("update", 0));
}

#[tokio::test]
async fn a_list_that_grows_past_a_page_takes_more_requests() {
    let mut tenancy = tenancy();
    for number in 0..99 {
        tenancy.date(&format!("live {number}"), "2026-12-01");
    }
    let dates = ["a", "b"].map(|title| date(title, "2026-12-09"));
    let rows = with_rows(&json!([{"system": "S", "deployments": dates}]));
    let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
    let created = plan.steps.iter().filter(|step| step.action.word() == "create");
    // The first looks at 99 rows, and a hundred may be the first page of more.
    assert_eq!(created.map(|step| step.requests).collect::<Vec<_>>(), [1 + 1 + 2, 1 + 2]);
}

#[tokio::test]
async fn of_two_dates_at_the_same_time_the_first_by_title_is_suggested() {
    let mut tenancy = tenancy();
    let [_, id] = ["one", "another"].map(|title| tenancy.date(title, "2026-12-01"));
    let dates = json!([date("wave 1", "2026-12-01T00:00:00Z")]);
    let rows = with_rows(&json!([{"system": "S", "deployments": dates}]));
    for _ in 0..2 {
        let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
        let reason = &plan.steps.last().unwrap().action.calls().next().unwrap().reason;
        assert!(reason.contains("`another` at the same time") && reason.contains(&id), "{reason}");
        tenancy.model.lists.get_mut(&tenancy.dates).unwrap().reverse();
    }
}

/// What a row pins is declared, whatever title it still has in Plutora.
#[tokio::test]
async fn a_pinned_date_is_not_offered_as_the_one_that_another_row_may_mean() {
    let mut tenancy = tenancy();
    let id = tenancy.date("old", "2026-12-01");
    let mut renamed = date("new", "2026-12-01");
    renamed["id"] = json!(id);
    // One at the time that the pinned date has in Plutora, one at another.
    for start in ["2026-12-01", "2026-12-09"] {
        let dates = json!([renamed, date("second", start)]);
        let rows = json!([{"system": "S", "dependencyType": "Code", "deployments": dates}]);
        let plan = planned(&tenancy.model, &[&with_rows(&rows)]).await.unwrap();
        let step = plan.steps.iter().find(|step| step.action.word() == "create").unwrap();
        let reason = &step.action.calls().next().unwrap().reason;
        assert_eq!(reason, "no deployment has the title `second`");
    }
}

#[tokio::test]
async fn the_order_of_files_is_not_the_order_of_rows() {
    let mut tenancy = tenancy();
    let rows = |title: &str| {
        let dates = json!([date(title, "2026-12-01")]);
        with_rows(&json!([{"system": "S", "dependencyType": "Code", "deployments": dates}]))
    };
    let two = json!([date("wave 1", "2026-12-01"), date("wave 2", "2026-12-02")]);
    let two = with_rows(&json!([{"system": "S", "dependencyType": "Code", "deployments": two}]));
    let status = crate::support::status("R", "S", Some("wave 2"), "Completed");
    let order = |plan: &Plan| {
        let created = plan.steps.iter().filter(|step| step.action.word() == "create");
        created.map(|step| step.key.own_name()).collect::<Vec<_>>()
    };
    for texts in [[status.as_str(), &two], [two.as_str(), &status]] {
        let plan = planned(&tenancy.model, &texts).await.unwrap();
        assert_eq!(order(&plan), ["wave 1", "wave 2"]);
    }
    let (one, other) = (rows("b"), rows("a").replace(",\"dependencyType\":\"Code\"", ""));
    let plans = [
        planned(&tenancy.model, &[&one, &other]).await.unwrap(),
        planned(&tenancy.model, &[&other, &one]).await.unwrap(),
    ];
    assert_eq!(plans.each_ref().map(order), [["a", "b"], ["a", "b"]]);
    assert_eq!(plans[0].manifest_digest, plans[1].manifest_digest);
    // A mistake is shown where the row is declared, not where it is only named.
    tenancy.date("x", "2026-12-01");
    let named = crate::support::status("R", "S", Some("wave 9"), "Completed");
    let row = with_rows(&json!([{"system": "S", "deployments": [{"title": "wave 9"}]}]));
    let found = planned(&tenancy.model, &[&named, &row]).await.unwrap_err().kept().to_vec();
    let help = found[0].help.as_deref().unwrap();
    assert_eq!(help, "add to the row: start, end");
    assert_ne!(found[0].place.source, crate::support::sources(&[""]).iter().next().unwrap().0);
}

#[tokio::test]
async fn one_mistake_on_the_way_to_many_rows_is_one_error() {
    let mut tenancy = tenancy();
    let dates = json!([{"title": "a"}, {"title": "b"}]);
    let rows = with_rows(&json!([{"system": "Nowhere", "deployments": dates}]));
    let (message, _) = refusal(&tenancy.model, &rows).await;
    assert_eq!(message, "there is no system `Nowhere` in Plutora");

    tenancy.model.add("/releases", json!({"identifier": "R"}));
    let rows = with_rows(&json!([{"system": "S", "deployments": dates}]));
    let (message, help) = refusal(&tenancy.model, &rows).await;
    assert_eq!(message, "2 live Releases are named `R`");
    assert!(help.contains("spec.id"), "{help}");
}

/// Rows of lists are known to carry the type from one client only.
#[tokio::test]
async fn the_type_of_a_release_is_read_where_its_row_does_not_say_it() {
    let mut tenancy = tenancy();
    tenancy.date("wave 1", "2026-12-01");
    tenancy.model.lists.get_mut("/releases").unwrap()[0]["plutoraReleaseType"] =
        json!("Enterprise");
    let status = crate::support::status("R", "S", None, "Rejected");
    for rows_show in [vec!["plutoraReleaseType"], vec![]] {
        tenancy.model.rows_show = rows_show;
        let plan = planned(&tenancy.model, &[&status]).await.unwrap();
        let Action::Blocked { reason, .. } = &plan.steps[0].action else { panic!("{plan:?}") };
        assert!(reason.contains("Enterprise release cannot be Rejected"), "{reason}");
    }
    tenancy.model.lists.get_mut("/releases").unwrap()[0]["plutoraReleaseType"] = json!(null);
    let plan = planned(&tenancy.model, &[&status]).await.unwrap();
    let Action::Blocked { reason, .. } = &plan.steps[0].action else { panic!("{plan:?}") };
    assert!(reason.contains("does not say whether the release is an Enterprise"), "{reason}");
}

#[tokio::test]
async fn dates_that_are_the_wrong_way_round_already_do_not_stand_in_the_way_of_others() {
    let mut tenancy = tenancy();
    tenancy.date("wave 1", "2027-01-01");
    let status = crate::support::status("R", "S", None, "Completed");
    let plan = planned(&tenancy.model, &[&status]).await.unwrap();
    assert_eq!(plan.steps[0].action.word(), "update");
}

#[tokio::test]
async fn titles_that_several_live_dates_have_are_an_error_until_one_is_pinned() {
    let mut tenancy = tenancy();
    let (one, other) = (tenancy.date("wave 1", "2026-12-01"), tenancy.date("wave 1", "2026-12-02"));
    let mut row = date("wave 1", "2026-12-01");
    let rows = |row: &Value| {
        with_rows(&json!([{"system": "S", "dependencyType": "Code", "deployments": [row]}]))
    };
    let (message, help) = refusal(&tenancy.model, &rows(&row)).await;
    assert_eq!(message, "2 live deployments are named `R/S/wave 1`");
    assert_eq!(help, format!("pin one with `id` in its row: {one}, {other}"));
    row["id"] = json!(other);
    let plan = planned(&tenancy.model, &[&rows(&row)]).await.unwrap();
    assert_eq!(plan.steps.last().unwrap().id.unwrap().to_string(), other);
    // A document that only sets the status has no row that could pin one.
    let status = crate::support::status("R", "S", Some("wave 1"), "Completed");
    let (_, help) = refusal(&tenancy.model, &status).await;
    assert!(help.starts_with("rename all but one in Plutora"), "{help}");
    row["id"] = json!("11111111-2222-4333-8444-555555555555");
    let (message, help) = refusal(&tenancy.model, &rows(&row)).await;
    assert!(message.starts_with("R/S has no deployment with the id 11111111"), "{message}");
    assert!(help.starts_with("it has wave 1 ("), "{help}");
}

#[tokio::test]
async fn a_system_that_is_linked_twice_is_an_error_and_a_deleted_row_is_none() {
    let mut tenancy = tenancy();
    let twin = tenancy.model.lists[&tenancy.systems][0].clone();
    let rows = with_rows(&json!([{"system": "S", "dependencyType": "Code"}]));
    tenancy.model.lists.get_mut(&tenancy.systems).unwrap().push(twin);
    let (message, help) = refusal(&tenancy.model, &rows).await;
    assert_eq!(message, "the system is in the release 2 times: R/S");
    assert!(help.contains("in Plutora"), "{help}");

    tenancy.model.lists.get_mut(&tenancy.systems).unwrap()[0]["isDeleted"] = json!(true);
    let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
    assert!(!plan.has_changes());
}

#[tokio::test]
async fn a_creation_that_lacks_what_a_row_needs_is_an_error_and_an_end_before_a_live_start_is_blocked()
 {
    let mut tenancy = tenancy();
    let (message, help) = refusal(&tenancy.model, &with_rows(&json!([{"system": "T"}]))).await;
    assert!(message.contains("ReleaseSystem/R/T does not exist"), "{message}");
    assert_eq!(help, "add to the row: dependencyType");

    tenancy.date("wave 1", "2026-12-20");
    let row = json!({"title": "wave 1", "end": "2026-12-10"});
    let rows =
        json!([{"system": "S", "deployments": [row]}, {"system": "T", "dependencyType": "Code"}]);
    let plan = planned(&tenancy.model, &[&with_rows(&rows)]).await.unwrap();
    let wanted =
        [("R", "in-sync"), ("R/S", "in-sync"), ("R/T", "create"), ("R/S/wave 1", "blocked")];
    assert_eq!(
        steps(&plan),
        wanted.map(|(name, word)| (name.to_owned(), word)),
        "the rest goes on"
    );
    let Action::Blocked { reason, .. } = &plan.steps[3].action else { panic!("{plan:?}") };
    assert!(reason.contains("after its end"), "{reason}");
    // A moment is a time too.
    let row = json!({"title": "wave 1", "start": "2026-12-31", "end": "2026-12-31"});
    let rows = with_rows(&json!([{"system": "S", "deployments": [row]}]));
    let plan = planned(&tenancy.model, &[&rows]).await.unwrap();
    assert_eq!(plan.steps[2].action.word(), "update");
}

#[tokio::test]
async fn only_the_rows_that_manifests_name_something_in_are_read() {
    let tenancy = tenancy();
    planned(&tenancy.model, &[&partly("R", "{name: New}")]).await.unwrap();
    let below = |model: &Model| {
        let calls = model.calls.borrow();
        calls.iter().filter(|call| call.matches('/').count() > 2).count()
    };
    assert_eq!(below(&tenancy.model), 0);
    let rows = with_rows(&json!([{"system": "S", "dependencyType": "Code"}]));
    planned(&tenancy.model, &[&rows]).await.unwrap();
    assert_eq!(below(&tenancy.model), 1, "the systems of R, and no dates");
}
