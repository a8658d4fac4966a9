//! Plans that are made, approved, and carried out later: exactly what was approved, or why not.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Ran, World, partly, release, settled, system, writes};

pub(crate) const APPLY: [&str; 6] =
    ["apply", "--plan", "plan.json", "--auto-approve", "--format", "json"];

/// Makes a plan of all manifests of the folder, and forgets what it asked.
pub(crate) fn plan(world: &World) {
    let ran = world.run(&["plan", "-f", ".", "--out", "plan.json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    world.clear_journal();
}

pub(crate) fn assert_complete(ran: &Ran) {
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()["complete"], true, "{ran:?}");
}

/// A tenant with a plan that changes two releases.
fn two_changes() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, summary: New}"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{location: Berlin}"));
    plan(&world);
    world
}

pub(crate) fn edit(world: &World, release: &str, change: &Value) {
    world.edit("releases", &world.id("releases", "identifier", release), change);
}

#[test]
fn a_plan_is_carried_out_as_it_was_made_and_once_more_does_nothing() {
    for example in ["quickstart", "portfolio"] {
        let folder = format!("{}/examples/{example}", env!("CARGO_MANIFEST_DIR"));
        let at_once = World::new(Seed::Demo);
        assert_eq!(at_once.run(&["apply", "-f", &folder, "--auto-approve"]).code, 0);

        let world = World::new(Seed::Demo);
        let ran = world.run(&["plan", "-f", &folder, "--out", "plan.json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_complete(&world.run(&APPLY));
        assert_eq!(settled(&world.state()), settled(&at_once.state()));

        world.clear_journal();
        let again = world.run(&APPLY);
        assert_complete(&again);
        assert_eq!(writes(&world.journal()), Vec::<&Value>::new());
        let report = again.json();
        assert_eq!(report["summary"].get("done"), None, "{report:#}");
        let text = world.run(&["apply", "--plan", "plan.json", "--auto-approve"]);
        assert!(text.stdout.contains("it is as planned already; nothing was written"), "{text:?}");
        let checks = format!("; {} before, to check the plan\n", report["run"]["planRequests"]);
        assert!(text.stdout.contains(&checks), "{text:?}");
    }
}

#[test]
fn what_somebody_has_changed_is_named_before_anything_is_written() {
    let world = two_changes();
    edit(&world, "REL-2026.11", &json!({"summary": "Theirs"}));
    let ran = world.run(&["apply", "--plan", "plan.json", "--auto-approve"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("the plan is stale; nothing was written"), "{ran:?}");
    assert!(ran.stderr.contains("--skip-stale"), "{ran:?}");
    let moved = "is \"Theirs\" now, and \"New\" is desired; not touched";
    assert!(
        ran.stdout.contains("summary: was (none) when planned, ") && ran.stdout.contains(moved),
        "{ran:?}"
    );
    assert!(writes(&world.journal()).is_empty());

    let report = world.run(&APPLY).json();
    assert_eq!(report["summary"]["stale"], 1, "{report:#}");
    assert_eq!(report["summary"]["not-started"], 1, "{report:#}");
    let stale = report["steps"].as_array().unwrap().iter().find(|it| it["outcome"] == "stale");
    let difference = &stale.unwrap()["differences"][0];
    assert_eq!((&difference["found"], &difference["desired"]), (&json!("Theirs"), &json!("New")));

    let ran = world.run(&[&APPLY[..], &["--skip-stale"]].concat());
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"]["done"], 1, "{ran:?}");
    assert_eq!(world.release("REL-2026.10")["location"], "Berlin");
    assert_eq!(world.release("REL-2026.11")["summary"], "Theirs");
}

#[test]
fn what_ends_a_plan_that_is_stale_is_named() {
    let world = two_changes();
    edit(&world, "REL-2026.11", &json!({"summary": "Theirs"}));
    let ran = world.run(&["apply", "--plan", "plan.json", "--auto-approve"]);
    let told = "not touched; to end this, plan and apply again, which writes \"New\" over it, or say \
                `summary: \"Theirs\"` in the manifest, or leave `summary` out";
    assert!(ran.stdout.contains(told), "{ran:?}");
    let report = world.run(&APPLY).json();
    let stale = report["steps"].as_array().unwrap().iter().find(|it| it["outcome"] == "stale");
    let difference = &stale.unwrap()["differences"][0];
    assert_eq!((&difference["cause"], &difference["declared"]), (&json!("moved"), &json!("New")));
    let path = json!(["spec", "summary"]);
    let ways = json!([
        {"action": "apply"},
        {"action": "set", "file": "manifest", "path": path, "value": "Theirs"},
        {"action": "remove", "file": "manifest", "path": path},
    ]);
    assert_eq!(difference["waysOut"], ways);
}

/// Somebody did a part of what was planned: the rest is done, in one call.
#[test]
fn what_somebody_has_made_as_it_is_wanted_is_no_conflict() {
    let world = two_changes();
    edit(&world, "REL-2026.11", &json!({"summary": "New"}));
    edit(&world, "REL-2026.10", &json!({"location": "Berlin"}));
    let ran = world.run(&APPLY);
    assert_complete(&ran);
    assert_eq!(writes(&world.journal()).len(), 1, "{ran:?}");
    assert_eq!(ran.json()["summary"]["already"], 1, "{ran:?}");
}

#[test]
fn what_is_managed_and_not_changed_by_the_plan_counts_too() {
    let world = World::new(Seed::Demo);
    let name = world.release("REL-2026.11")["name"].clone();
    world.manifest("a.yaml", &partly("REL-2026.11", &format!("{{summary: New, name: {name}}}")));
    plan(&world);
    edit(&world, "REL-2026.11", &json!({"name": "Theirs"}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stdout.contains("is \\\"Theirs\\\" now; not touched; to end this"), "{ran:?}");
}

#[test]
fn what_is_not_managed_makes_nothing_stale_and_is_kept() {
    let world = two_changes();
    edit(&world, "REL-2026.11", &json!({"location": "Theirs", "undocumented": [1.25]}));
    assert_complete(&world.run(&APPLY));
    let after = world.release("REL-2026.11");
    assert_eq!(after["location"], "Theirs");
    assert_eq!(after["undocumented"].to_string(), "[1.25]");
    assert_eq!(after["summary"], "New");
}

#[test]
fn what_is_gone_or_there_already_is_told() {
    let world = two_changes();
    let id = world.id("releases", "identifier", "REL-2026.10");
    world.api("DELETE", &format!("/releases/{id}"), &Value::Null);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(
        ran.stdout.contains("somebody deleted it, or what it is below, since the plan"),
        "{ran:?}"
    );

    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("REL-NEW", ""));
    plan(&world);
    let theirs = World::new(Seed::Demo);
    theirs.manifest("a.yaml", &release("REL-NEW", "summary: Theirs"));
    theirs.apply();
    let mut body = theirs.release("REL-NEW");
    body["summary"] = json!("Theirs");
    body["name"] = json!("Another");
    for count in [1, 2] {
        world.api("POST", "/releases", &body);
        world.clear_journal();
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 6, "{ran:?}");
        assert!(ran.stdout.contains("somebody created it since the plan"), "{ran:?}");
        assert_eq!(world.find("releases", "identifier", "REL-NEW").len(), count);
        assert!(writes(&world.journal()).is_empty());
    }
}

#[test]
fn what_stood_below_something_that_is_gone_is_gone_too() {
    gone("{title: wave 1, end: 2026-11-29}");
    // What would be new stands below it all the same.
    gone(
        "{title: new, start: 2026-11-28, end: 2026-11-29, type: Rolling, deployingTo: Production}",
    );
}

fn gone(date: &str) {
    let world = World::new(Seed::Demo);
    let rows = format!("{{systems: [{{system: Core Ledger, deployments: [{date}]}}]}}");
    world.manifest("a.yaml", &partly("REL-2026.11", &rows));
    world.manifest("b.yaml", &partly("REL-2026.10", "{location: Berlin}"));
    plan(&world);
    let id = world.id("releases", "identifier", "REL-2026.11");
    world.api("DELETE", &format!("/releases/{id}"), &Value::Null);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 6, "{ran:?}");
    let report = ran.json();
    assert_eq!(report["summary"]["stale"], 1, "{report:#}");
    assert!(
        ran.stdout.contains("somebody deleted it, or what it is below, since the plan"),
        "{ran:?}"
    );
}

#[test]
fn a_plan_of_other_manifests_or_for_another_plutora_is_refused() {
    let world = two_changes();
    let given = [&APPLY[..], &["-f", "."]].concat();
    assert_complete(&world.run(&given));
    world.manifest("b.yaml", &partly("REL-2026.10", "{location: Paris}"));
    let ran = world.run(&given);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("the manifests are not those that plan.json was made of"));

    let other = World::new(Seed::Demo);
    let file = world.folder.path().join("plan.json");
    let ran = other.run(&["apply", "--plan", file.to_str().unwrap(), "--auto-approve"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("was made for http://127.0.0.1:"), "{ran:?}");
    assert!(other.journal().is_empty(), "nothing was asked");

    let edited = std::fs::read_to_string(&file).unwrap().replace("Berlin", "Rome");
    std::fs::write(&file, edited).unwrap();
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("edited or damaged"), "{ran:?}");
    let ran = world.run(&["apply", "--auto-approve"]);
    assert_eq!(ran.code, 3, "neither a plan nor manifests: {ran:?}");
    let ran = world.run(&["apply", "-f", ".", "--skip-stale", "--auto-approve"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}

/// Wherever a run of it stops, the same plan does the rest, and nothing twice.
#[test]
fn a_plan_that_was_half_applied_is_finished_by_applying_it_again() {
    for example in ["quickstart", "portfolio"] {
        let folder = format!("{}/examples/{example}", env!("CARGO_MANIFEST_DIR"));
        let whole = World::new(Seed::Demo);
        assert_eq!(whole.run(&["apply", "-f", &folder, "--auto-approve"]).code, 0);
        let (wanted, count) = (settled(&whole.state()), writes(&whole.journal()).len());
        for method in ["POST", "PUT"] {
            for skip in 0..count {
                let world = World::new(Seed::Demo);
                let ran = world.run(&["plan", "-f", &folder, "--out", "plan.json"]);
                assert_eq!(ran.code, 0, "{ran:?}");
                world.fault(&json!(format!("{method} skip={skip} times=always status=403")));
                let first = world.run(&APPLY);
                world.clear_faults();
                let second = world.run(&APPLY);
                assert_eq!(second.code, 0, "{method} {skip}: {first:?}, {second:?}");
                assert_eq!(settled(&world.state()), wanted, "{method} {skip}");
                if first.code == 0 {
                    break;
                }
            }
        }
    }
}

/// What the plan has set is left alone once somebody has set another, also where a creation came before it.
#[test]
fn a_status_that_somebody_has_set_since_it_was_created_is_not_set_back() {
    let dates = "[{title: new, start: 2027-01-01, end: 2027-01-02, type: Rolling, deployingTo: \
                 Production, status: Completed}]";
    let rows = format!(
        "[{{system: Core Ledger, deployments: {dates}}}, {{system: Mobile App, \
                        dependencyType: Code Implementation Dependency, status: Completed}}]"
    );
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", &format!("{{systems: {rows}}}")));
    plan(&world);
    assert_complete(&world.run(&APPLY));
    let date = world.find("deploymentDates", "deploymentTitle", "new")[0].clone();
    let app = world.id("systems", "name", "Mobile App");
    let row = world.find("releaseSystems", "systemId", &app)[0].clone();
    for (list, object) in [("deploymentDates", &date), ("releaseSystems", &row)] {
        let id = object["id"].as_str().unwrap();
        let id = &id.replace('/', "%2F");
        world.edit(list, id, &json!({"deploymentStatus": "Rejected"}));
        world.clear_journal();
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 6, "{list}: {ran:?}");
        assert!(writes(&world.journal()).is_empty());
        let report = ran.json();
        let mut steps = report["steps"].as_array().unwrap().iter();
        let stale = steps.find(|step| step["outcome"] == "stale").unwrap();
        let difference = &stale["differences"][0];
        let told = ["expected", "found", "desired"].map(|key| &difference[key]);
        assert_eq!(told, ["Pending", "Rejected", "Completed"], "{difference:#}");
        // One that is as it was created is finished.
        world.edit(list, id, &json!({"deploymentStatus": "Pending"}));
        assert_complete(&world.run(&APPLY));
        assert_eq!(writes(&world.journal()).len(), 1);
    }
}

/// Nor is one left as it is that the plan found to be so anyway.
#[test]
fn a_status_that_a_new_date_has_anyway_and_somebody_has_changed_is_told() {
    let world = World::new(Seed::Demo);
    let date = "{title: new, start: 2027-01-01, end: 2027-01-02, type: Rolling, deployingTo: \
                Production, status: Pending}";
    let rows = format!("{{systems: [{{system: Core Ledger, deployments: [{date}]}}]}}");
    world.manifest("a.yaml", &partly("REL-2026.11", &rows));
    plan(&world);
    assert_complete(&world.run(&APPLY));
    assert_complete(&world.run(&APPLY));
    let id = world.id("deploymentDates", "deploymentTitle", "new");
    world.edit("deploymentDates", &id, &json!({"deploymentStatus": "Completed"}));
    assert_eq!(world.run(&APPLY).code, 6);
}

/// Many names are asked for at once, and what is not left counts for no limit.
#[test]
fn what_is_to_be_created_is_looked_for_with_few_requests_and_what_is_done_counts_no_more() {
    let world = World::new(Seed::Releases(20));
    let all: String =
        (0..50).map(|number| system(&format!("New System {number:03}"), "")).collect();
    world.manifest("a.yaml", &all);
    plan(&world);
    world.fault(&json!("POST /systems skip=30 times=always status=403"));
    let first = world.run(&APPLY);
    assert_eq!(first.json()["summary"]["done"], 30, "{first:?}");
    let looks = |world: &World| {
        let journal = world.journal();
        let asks = |entry: &&Value| entry["method"] == "GET" && entry["path"] == "/systems";
        journal.iter().filter(asks).count()
    };
    assert_eq!(looks(&world), 1 + 50, "for all of them, and for each right before it is created");
    world.clear_faults();
    world.clear_journal();
    // The systems, their organization, 30 details to look at, and three requests for each of the others.
    let limited = |changes: &str, requests: &str| {
        let limits = ["--max-changes", changes, "--max-requests", requests];
        world.run(&[&APPLY[..], &limits].concat())
    };
    assert_eq!(limited("19", "92").code, 5);
    assert_eq!(limited("20", "91").code, 5);
    assert!(writes(&world.journal()).is_empty());
    assert_complete(&limited("20", "92"));
    let frozen = ["--freeze", "2020-01-01/2100-01-01"];
    assert_complete(&world.run(&[&APPLY[..], &frozen].concat()));
}

/// What is as it is wanted is no conflict, whatever else the step has to wait for.
#[test]
fn a_value_that_somebody_has_set_as_wanted_beside_a_reference_to_come_is_no_conflict() {
    let world = World::new(Seed::Demo);
    let enterprise = release("NEW", "").replace("Independent", "Enterprise");
    world.manifest("a.yaml", &enterprise);
    let spec = "{parent: NEW, plutoraReleaseType: Integrated, summary: Wanted}";
    world.manifest("b.yaml", &partly("REL-2026.11", spec));
    plan(&world);
    let id = world.id("releases", "identifier", "REL-2026.11");
    world.edit("releases", &id, &json!({"summary": "Wanted"}));
    assert_complete(&world.run(&APPLY));
}

/// A journal tells what the run has seen as declared: that is no longer whatever the server made of it.
#[test]
fn what_was_created_as_declared_and_edited_since_stops_a_resumed_apply() {
    let (world, id) = cut_off();
    world.edit("systems", &id, &json!({"vendor": "Edited"}));
    let ran = world.run(&["apply", "--resume", "--auto-approve", "--format", "json"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(writes(&world.journal()).is_empty());
    let told = "vendor: it was \\\"In-house\\\" when it was read back, and is \\\"Edited\\\" now";
    assert!(ran.json()["steps"].to_string().contains(told), "{ran:?}");
    let others = ["apply", "--resume", "--auto-approve", "--skip-stale"];
    assert_eq!(world.run(&others).code, 7, "the other is created");
    assert_eq!(world.find("systems", "name", "New Two").len(), 1);
    // And so it stays, however often its plan is taken up.
    world.clear_journal();
    assert_eq!(world.run(&others).code, 6);
    assert!(writes(&world.journal()).is_empty());
}

/// It stops nothing that the plan would do without it.
#[test]
fn a_journal_that_live_state_contradicts_is_no_error() {
    let (world, id) = cut_off();
    world.api("DELETE", &format!("/systems/{id}"), &json!(null));
    edit(&world, "REL-2026.11", &json!({"location": null}));
    let ran = world.run(&["apply", "--resume", "--auto-approve", "--format", "json"]);
    assert_complete(&ran);
    assert_eq!(world.release("REL-2026.11")["location"], "Berlin");
    assert_eq!(world.find("systems", "name", "New One").len(), 1);
}

/// An apply of two systems and a release, of which the second system is refused; and the id of the first.
fn cut_off() -> (World, String) {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &(system("New One", "") + &system("New Two", "")));
    world.manifest("b.yaml", &partly("REL-2026.11", "{location: Berlin}"));
    world.fault(&json!("POST /systems skip=1 status=403"));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--parallelism", "1"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    world.clear_journal();
    let id = world.id("systems", "name", "New One");
    (world, id)
}
