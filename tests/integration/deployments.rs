//! Systems of a release, their deployment dates and statuses, on the sandbox.

use plutora_sandbox::{Habits, RowStatus, Seed};
use serde_json::{Value, json};

use crate::support::rows::{APPLY, date, rows, waves};
use crate::support::{Ran, World, partly, release, status, writes};

fn wave(title: &str, status: &str, place: u64) -> (String, String, u64) {
    (title.to_owned(), status.to_owned(), place)
}

/// The keys that differ between two JSON values, as paths.
fn differing(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                differing(&before[key], &after[key], &format!("{at}/{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (before, after)) in one.iter().zip(other).enumerate() {
                differing(before, after, &format!("{at}/{index}"), found);
            }
        }
        (before, after) if before == after => {}
        _ => found.push(at.to_owned()),
    }
}

#[test]
fn a_pipelines_status_is_one_put_and_touches_nothing_else() {
    let world = World::new(Seed::Demo);
    let before = world.state();
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 2"), "Completed"));

    let journal = world.apply();

    let writes = writes(&journal);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert_eq!(writes[0]["method"], "PUT");
    let mut found = Vec::new();
    differing(&before, &world.state(), "", &mut found);
    let wanted = ["deploymentStatus", "deploymentCompletedDate"];
    assert_eq!(found, wanted.map(|key| format!("/deploymentDates/1/{key}")));
    // What the row carried goes back, its place among the others included.
    let sent = writes[0]["body"].as_object().unwrap();
    assert_eq!((&sent["sortOrder"], &sent["deployingTo"]), (&json!(2), &json!("Production")));
    assert_eq!(waves(&world), [wave("wave 1", "Pending", 1), wave("wave 2", "Completed", 2)]);
}

#[test]
fn a_whole_release_with_systems_dates_and_statuses_is_made_in_one_apply() {
    let world = World::new(Seed::Empty);
    let text = "systems:
- system: New System
  dependencyType: Code Implementation Dependency
  status: Completed
  deployments:
  - {title: z first, start: 2026-12-01, end: 2026-12-02, type: Rolling, deployingTo: Production}
  - {title: a second, start: 2026-12-03, end: 2026-12-04, status: Rejected, changeRecord: CHG-1}
  - {title: m third, start: 2026-12-05, end: 2026-12-06, status: Pending}";
    world.manifest("a.yaml", &release("REL-NEW", text));
    world.manifest("b.yaml", &crate::support::system("New System", ""));
    let last = status("REL-NEW", "New System", Some("z first"), "Completed");
    world.manifest("c.yaml", &last);

    let journal = world.apply();

    let calls: Vec<&str> =
        writes(&journal).iter().map(|entry| entry["method"].as_str().unwrap()).collect();
    assert_eq!(calls.iter().filter(|method| **method == "POST").count(), 6, "one for each object");
    assert_eq!(calls.iter().filter(|method| **method == "PUT").count(), 3, "one for each status");
    let dates = world.dates("REL-NEW", "New System");
    let shown: Vec<(&Value, &Value)> =
        dates.iter().map(|row| (&row["deploymentTitle"], &row["deploymentStatus"])).collect();
    let wanted = [("z first", "Completed"), ("a second", "Rejected"), ("m third", "Pending")]
        .map(|(title, status)| (json!(title), json!(status)));
    assert_eq!(shown, wanted.each_ref().map(|(title, status)| (title, status)));
    assert_eq!(world.state()["releaseSystems"][0]["deploymentStatus"], "Completed");
}

#[test]
fn dates_that_are_added_come_last_and_no_other_row_moves() {
    let world = World::new(Seed::Demo);
    let dates = json!([date("a", "Completed"), {"title": "wave 1", "status": "Completed"}, date("0", "Pending")]);
    let row = json!([{"system": "Core Ledger", "deployments": dates}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &row));
    world.apply();
    let wanted = [
        wave("wave 1", "Completed", 1),
        wave("wave 2", "Pending", 2),
        wave("a", "Completed", 3),
        wave("0", "Pending", 4),
    ];
    assert_eq!(waves(&world), wanted);
}

#[test]
fn a_system_that_the_release_has_is_changed_where_it_stands() {
    let world = World::new(Seed::Demo);
    let row =
        json!([{"system": "Core Ledger", "dependencyType": "Regression Verification Dependency"}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &row));
    let journal = world.apply();
    let writes = writes(&journal);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(writes[0]["path"].as_str().unwrap().contains("/systems/"), "{writes:#?}");
    assert_eq!(waves(&world).len(), 2, "its dates are as they were");
}

#[test]
fn a_title_that_was_renamed_in_plutora_is_pinned_and_never_made_twice_by_a_pipeline() {
    let world = World::new(Seed::Demo);
    let wave_1 = world.id("deploymentDates", "deploymentTitle", "wave 1");
    world.edit("deploymentDates", &wave_1, &json!({"deploymentTitle": "first wave"}));
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("There are first wave, wave 2"), "{}", ran.stderr);
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());

    std::fs::remove_file(world.folder.path().join("a.yaml")).unwrap();
    let pinned = json!([{"title": "wave 1", "id": wave_1, "status": "Completed"}]);
    let row = json!([{"system": "Core Ledger", "deployments": pinned}]);
    world.manifest("b.yaml", &rows("REL-2026.11", &row));
    assert_eq!(writes(&world.apply()).len(), 1);
    assert_eq!(waves(&world), [wave("wave 1", "Completed", 1), wave("wave 2", "Pending", 2)]);
}

#[test]
fn equal_titles_and_a_system_linked_twice_are_refused_before_any_write() {
    let world = World::new(Seed::Demo);
    let state = world.state();
    let mut twin = state["deploymentDates"][0].clone();
    twin["id"] = json!("11111111-2222-4333-8444-555555555555");
    world.plant("deploymentDates", &twin);
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("2 live deployments are named"), "{}", ran.stderr);
    assert!(ran.stderr.contains("11111111-2222-4333-8444-555555555555"), "{}", ran.stderr);

    let linked = state["releaseSystems"].as_array().unwrap();
    let release = world.id("releases", "identifier", "REL-2026.09");
    let mut row = linked.iter().find(|row| row["releaseId"] == release).unwrap().clone();
    row["id"] = json!("another");
    world.plant("releaseSystems", &row);
    let twice =
        json!([{"system": "Trade Finance", "dependencyType": "Code Implementation Dependency"}]);
    world.manifest("a.yaml", &rows("REL-2026.09", &twice));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("in the release 2 times"), "{}", ran.stderr);
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());
}

#[test]
fn what_the_rules_forbid_is_blocked_and_the_rest_goes_on() {
    let world = World::new(Seed::Demo);
    let one = status("ENT-2026.Q3", "Core Ledger", None, "Rejected");
    let two = status("REL-2026.09", "Trade Finance", None, "Pending");
    world.manifest("a.yaml", &(one + &two));
    world.manifest("b.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    assert_eq!(world.run(&["plan", "-f", "."]).code, 0);
    assert_eq!(world.run(&["plan", "-f", ".", "--detailed-exitcode"]).code, 2);
    world.clear_journal();

    let ran = world.apply_once();

    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"], json!({"blocked": 2, "done": 1, "inSync": 0}));
    assert!(ran.stdout.contains("never back to Pending"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Enterprise release cannot be Rejected"), "{}", ran.stdout);
    assert_eq!(writes(&world.journal()).len(), 1);
}

#[test]
fn an_enterprise_is_endorsed_and_that_is_completed() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &status("ENT-2026.Q3", "Core Ledger", None, "Completed"));
    let journal = world.apply();
    assert_eq!(writes(&journal)[0]["body"]["deploymentStatus"], "Endorsed");
}

#[test]
fn a_tenants_labels_are_spoken_on_both_sides() {
    let labels = "Pending=pending1,Completed=Shipped";
    let world = World::with(Habits { status_labels: labels.parse().unwrap(), ..Habits::default() });
    world.manifest(
        "plutora-sync.yaml",
        "profile: p\nprofiles: {p: {statusLabels: {Pending: pending1, Completed: Shipped}}}\n",
    );
    let dates = json!([{"title": "wave 1", "status": "Completed"}, {"title": "wave 2", "status": "Pending"}, date("new", "Completed")]);
    let row = json!([{"system": "Core Ledger", "deployments": dates}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &row));
    let journal = world.apply();
    let put = writes(&journal).into_iter().find(|entry| entry["method"] == "PUT").unwrap().clone();
    assert_eq!(put["body"]["deploymentStatus"], "Shipped");
    assert_eq!(waves(&world)[1].1, "pending1");

    // Without the map the label is shown as it is.
    world.manifest("plutora-sync.yaml", "{}");
    let plan = world.plan();
    let changes = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["name"] == "REL-2026.11/Core Ledger/wave 1");
    assert_eq!(changes.unwrap()["changes"][0]["before"], "Shipped");
}

/// Whether a tenant keeps the status of a row is known only after it was written.
#[test]
fn a_row_status_is_proven_by_reading_back() {
    let manifest = status("REL-2026.11", "Fraud Screening", None, "Completed");
    let kept = World::new(Seed::Demo);
    kept.manifest("a.yaml", &manifest);
    let journal = kept.apply();
    assert!(writes(&journal)[0]["path"].as_str().unwrap().contains("/systems/"));

    let ignored = World::with(Habits { row_status: RowStatus::Ignored, ..Habits::default() });
    ignored.manifest("a.yaml", &manifest);
    let ran = ignored.apply_once();
    assert_eq!(ran.code, 7, "{ran:?}");
    let step = ran.json()["steps"][0].clone();
    assert_eq!(
        (&step["outcome"], &step["name"]),
        (&json!("differs"), &json!("REL-2026.11/Fraud Screening"))
    );
    assert!(ran.stdout.contains("perhaps only deployments have one"), "{}", ran.stdout);
    assert!(ran.stdout.contains("leave `status` out of the manifest"), "{}", ran.stdout);
    assert_eq!(
        step["differences"][0],
        json!({
            "field": "status",
            "expected": "Completed",
            "found": null,
            "cause": "stored",
            "declared": "Completed",
            "waysOut": [{"action": "remove", "file": "manifest", "path": ["status"]}],
        })
    );
}

/// The status that comes after a creation is proven too.
#[test]
fn a_status_of_a_new_row_that_is_not_kept_is_no_success() {
    let world = World::with(Habits { row_status: RowStatus::Ignored, ..Habits::default() });
    let linked = json!([{"system": "Mobile App", "dependencyType": "Code Implementation Dependency", "status": "Completed"}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &linked));
    let ran = world.apply_once();
    assert_eq!(ran.code, 7, "{ran:?}");
    let step = ran.json()["steps"][0].clone();
    assert_eq!((&step["action"], &step["outcome"]), (&json!("create"), &json!("differs")));
}

#[test]
fn the_route_of_a_status_can_be_fixed_in_the_configuration() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &status("REL-2026.10", "Fraud Screening", None, "Completed"));
    let path = |route: &str| {
        let text = format!("profile: p\nprofiles: {{p: {{statusRoute: {route}}}}}\n");
        world.manifest("plutora-sync.yaml", &text);
        let plan = world.plan();
        plan["steps"][0]["kind"].as_str().unwrap().to_owned()
    };
    assert_eq!(path("auto"), "Deployment");
    assert_eq!(path("deployment-date"), "Deployment");
    assert_eq!(path("release-system"), "ReleaseSystem");
    world.apply();
    world.manifest(
        "plutora-sync.yaml",
        "profile: p\nprofiles: {p: {statusRoute: deployment-date}}\n",
    );
    world.manifest(
        "b.yaml",
        &rows("REL-2026.10", &json!([{"system": "Core Ledger", "status": "Completed"}])),
    );
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("b.yaml") && ran.stderr.contains("`statusRoute:"), "{ran:?}");
    assert_eq!(world.dates("REL-2026.10", "Fraud Screening")[0]["deploymentStatus"], "Pending");
}

/// What needs something that the API cannot make is blocked with it, and not forecast.
#[test]
fn what_stands_below_something_blocked_is_blocked_too() {
    let world = World::new(Seed::Demo);
    let linked = json!([
        {"system": "Fraud Screening", "dependencyType": "Code Implementation Dependency", "status": "Rejected", "deployments": [date("x", "Pending")]},
        {"system": "Mobile App", "dependencyType": "Code Implementation Dependency"},
    ]);
    world.manifest("a.yaml", &rows("ENT-2026.Q3", &linked));
    world.manifest("b.yaml", &partly("REL-2026.07", "{plutoraReleaseType: Enterprise}"));
    world.manifest("c.yaml", &partly("REL-2026.10", "{parent: REL-2026.07}"));
    let plan = world.plan();
    assert_eq!(plan["summary"]["blocked"], 4, "{plan:#}");
    assert_eq!(plan["warnings"], json!([]), "nothing is moved");
    let reasons = plan["steps"].to_string();
    assert!(reasons.contains("needs ReleaseSystem/ENT-2026.Q3/Fraud Screening, which is blocked"));
    assert!(reasons.contains("needs Release/REL-2026.07, which is blocked"));
    let ran = world.apply_once();
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"], json!({"blocked": 4, "done": 1, "inSync": 1}));
}

#[test]
fn a_date_without_a_title_is_the_only_one_all_the_same() {
    let world = World::new(Seed::Demo);
    let cutover = world.id("deploymentDates", "deploymentTitle", "cutover");
    world.edit("deploymentDates", &cutover, &json!({"deploymentTitle": null}));
    world.manifest("a.yaml", &status("REL-2026.09", "Trade Finance", None, "Rejected"));
    let plan = world.plan();
    assert_eq!(plan["steps"][0]["id"], cutover.as_str());
    assert_eq!(plan["steps"][0]["changes"][0]["field"], "status");
}

#[test]
fn a_row_that_shows_no_status_cannot_be_pending() {
    let world = World::with(Habits { row_status: RowStatus::Ignored, ..Habits::default() });
    let linked = json!([{"system": "Mobile App", "dependencyType": "Code Implementation Dependency", "status": "Pending"}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &linked));
    let ran = world.apply_once();
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("a new one was expected to have"), "{}", ran.stdout);
    let ran = world.apply_once();
    assert!(ran.stdout.contains("Plutora shows no status here at all"), "{}", ran.stdout);
}

/// The labels of a profile are those of its tenant, and the sandbox inside the process is another
/// one; where statuses go is what somebody tries the configuration for.
#[test]
fn the_embedded_sandbox_has_no_labels_of_a_profile() {
    let folder = tempfile::TempDir::new().unwrap();
    let profile = "{region: eu, statusLabels: {Completed: Shipped}, statusRoute: release-system}";
    let text = format!("profile: p\nprofiles: {{p: {profile}}}\n");
    std::fs::write(folder.path().join("plutora-sync.yaml"), text).unwrap();
    let manifest = status("REL-2026.10", "Fraud Screening", None, "Completed");
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let ran = Ran::bare(folder.path(), &["apply", "-f", "a.yaml", "--sandbox", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("~ ReleaseSystem REL-2026.10/Fraud Screening"), "{ran:?}");
    assert!(ran.stderr.contains("`statusLabels` of the profile"), "{ran:?}");
}

#[test]
fn a_label_that_nobody_mapped_is_explained_where_it_turns_up() {
    let labels = "Completed=Shipped".parse().unwrap();
    let world = World::with(Habits { status_labels: labels, ..Habits::default() });
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    let ran = world.apply_once();
    assert_eq!(ran.code, 7, "{ran:?}");
    let difference = &ran.json()["steps"][0]["differences"][0];
    let path = ["statusLabels", "Completed"];
    let map = json!({"action": "set", "file": "configuration", "path": path, "value": "Shipped"});
    assert_eq!(difference["waysOut"][0], map);
    let told =
        "say `statusLabels: {\\\"Completed\\\":\\\"Shipped\\\"}` in the configuration, if that is";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
}

/// Whatever their order in the manifest: the title is free by the time that the new date takes it.
#[test]
fn a_new_date_takes_the_title_that_a_pinned_one_gives_up() {
    let world = World::new(Seed::Demo);
    let pinned = world.id("deploymentDates", "deploymentTitle", "wave 1");
    let dates = json!([
        date("before", "Pending"),
        date("wave 1", "Completed"),
        {"title": "wave one", "id": pinned, "status": "Completed"},
    ]);
    let row = json!([{"system": "Core Ledger", "deployments": dates}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &row));
    let plan = world.plan();
    let steps = plan["steps"].as_array().unwrap();
    let named =
        |name: &str| steps.iter().find(|step| step["name"].as_str().unwrap().ends_with(name));
    let needs = named("/wave 1").unwrap()["dependsOn"].clone();
    assert_eq!(needs[0]["name"], "REL-2026.11/Core Ledger/wave one");
    world.apply();
    let titles: Vec<String> = waves(&world).into_iter().map(|(title, ..)| title).collect();
    assert_eq!(titles, ["wave one", "wave 2", "before", "wave 1"]);
}
