//! The fewest requests, and bodies that change nothing else.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{World, partly, release, status, writes};

/// A manifest that says of a live release what it is.
fn as_it_is(world: &World, identifier: &str) -> String {
    let live = world.release(identifier);
    let text = |key: &str| live[key].as_str().unwrap_or_default().to_owned();
    partly(
        identifier,
        &json!({
            "name": text("name"),
            "plutoraReleaseType": text("plutoraReleaseType"),
            "releaseProjectType": text("releaseProjectType"),
            "releaseType": text("releaseType"),
            "status": text("releaseStatusType"),
            "riskLevel": text("releaseRiskLevel"),
            "implementationDate": text("implementationDate"),
            "organization": text("organization"),
        })
        .to_string(),
    )
}

#[test]
fn one_changed_field_among_300_releases_is_one_put_that_differs_in_that_field_alone() {
    let world = World::new(Seed::Releases(300));
    let before = world.release("REL-00150");
    let id = before["id"].as_str().unwrap().to_owned();
    // A field that no document of the API mentions, with a number that a float would change.
    let undocumented: Value =
        serde_json::from_str(r#"{"costCentre": {"code": 12345678901234567890.10}}"#).unwrap();
    world.edit("releases", &id, &undocumented);
    let before = world.release("REL-00150");
    let level = if before["releaseRiskLevel"] == "High" { "Low" } else { "High" };
    for number in [1, 2, 150, 299, 300] {
        let identifier = format!("REL-{number:05}");
        world.manifest(&format!("{identifier}.yaml"), &as_it_is(&world, &identifier));
    }
    world.manifest("REL-00150.yaml", &partly("REL-00150", &format!("{{riskLevel: {level}}}")));

    let journal = world.apply();

    let writes = writes(&journal);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert_eq!(writes[0]["method"], "PUT");
    let sent = writes[0]["body"].as_object().unwrap();
    let changed: Vec<&String> = before
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, value)| sent.get(*key) != Some(value))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(changed, ["releaseRiskLevelId"]);
    assert_eq!(sent.len(), before.as_object().unwrap().len(), "nothing was added");
    assert_eq!(sent["costCentre"].to_string(), r#"{"code":12345678901234567890.10}"#);
    assert_eq!(world.release("REL-00150")["costCentre"], undocumented["costCentre"]);
}

#[test]
fn an_unchanged_plan_of_10_among_300_takes_exactly_these_requests() {
    let world = World::new(Seed::Releases(300));
    let manifests: String =
        (1..=10).map(|number| as_it_is(&world, &format!("REL-{number:05}"))).collect();
    world.manifest("all.yaml", &manifests);
    world.clear_journal();

    let plan = world.plan();

    assert_eq!(plan["summary"]["inSync"], 10);
    let mut asked = std::collections::BTreeMap::<String, usize>::new();
    for entry in world.journal() {
        let path = entry["path"].as_str().unwrap();
        let path = match path.strip_prefix("/releases/") {
            Some(_) => "/releases/{id}",
            None => path,
        };
        *asked.entry(format!("{} {path}", entry["method"].as_str().unwrap())).or_default() += 1;
    }
    let expected = [
        ("GET /lookupfields/ReleaseRiskLevel", 1),
        ("GET /lookupfields/ReleaseStatusType", 1),
        ("GET /lookupfields/ReleaseType", 1),
        ("GET /organizations", 1),
        ("GET /releases", 1),
        ("GET /releases/{id}", 10),
    ];
    let expected = expected.map(|(asked, times)| (asked.to_owned(), times)).into();
    assert_eq!(asked, expected);
    assert_eq!(plan["run"]["planRequests"], 15);
}

#[test]
fn what_list_rows_say_needs_no_detail() {
    let world = World::new(Seed::Releases(300));
    world.manifest("a.yaml", &partly("REL-00007", "{name: Renamed, status: Draft}"));
    world.clear_journal();
    let plan = world.plan();
    assert_eq!(plan["summary"]["update"], 1);
    assert_eq!(world.journal().len(), 2, "one filter and one lookup");
}

#[test]
fn an_edit_to_an_unmanaged_field_between_plan_and_apply_survives() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let planned = world.plan();
    let id = planned["steps"][0]["id"].as_str().unwrap().to_owned();
    let edit = json!({"summary": "edited in the UI", "location": "Floor 3"});
    world.edit("releases", &id, &edit);

    world.apply();

    let live = world.release("REL-2026.11");
    assert_eq!(live["summary"], "edited in the UI");
    assert_eq!(live["location"], "Floor 3");
    assert_eq!(live["releaseRiskLevel"], "High");
}

#[test]
fn a_release_and_its_new_parent_are_made_in_one_apply_whatever_their_order() {
    let world = World::new(Seed::Empty);
    world.manifest("1.yaml", &release("A-CHILD", "parent: Z-PARENT"));
    let parent = release("Z-PARENT", "").replace("Independent", "Enterprise");
    world.manifest("2.yaml", &parent);

    let journal = world.apply();

    let writes = writes(&journal);
    let sent: Vec<&Value> = writes.iter().map(|entry| &entry["body"]["identifier"]).collect();
    assert_eq!(sent, ["Z-PARENT", "A-CHILD"]);
    assert_eq!(world.release("A-CHILD")["parentReleaseId"], world.release("Z-PARENT")["id"]);
}

/// The parent exists and becomes an Enterprise in the same run; the child has to wait for that.
#[test]
fn a_child_waits_for_the_change_that_makes_its_parent_one() {
    let world = World::with_latency(Seed::Demo, 20);
    let enterprise = "{plutoraReleaseType: Enterprise, releaseProjectType: None}";
    world.manifest("a.yaml", &partly("REL-2026.10", enterprise));
    world.manifest("b.yaml", &partly("REL-2026.04", "{parent: REL-2026.10}"));
    world.manifest("c.yaml", &release("A-NEW", "parent: REL-2026.10"));
    let refused = json!({"method": "PUT", "path": "/releases", "action": {"status": 400}});
    world.fault(&refused);
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let words: Vec<&Value> =
        report["steps"].as_array().unwrap().iter().map(|step| &step["outcome"]).collect();
    assert_eq!(words, ["failed", "skipped", "skipped"]);

    world.apply();
    assert_eq!(world.release("REL-2026.04")["parentRelease"], "October screening");
}

#[test]
fn clearing_and_setting_every_kind_of_field_converges() {
    let world = World::new(Seed::Demo);
    world.manifest(
        "a.yaml",
        &release("REL-NEW", "parent: ENT-2026.Q3\nmanager: jane@example.com\nsummary: |\n  a\n  b"),
    );
    world.apply();
    world.manifest(
        "a.yaml",
        &release("REL-NEW", "parent: null\nmanager: null\nsummary: null\nlocation: Floor 3"),
    );
    world.apply();
    let live = world.release("REL-NEW");
    assert_eq!(live["parentReleaseId"], Value::Null);
    assert_eq!(live["managerId"], Value::Null);
}

#[test]
fn a_pinned_object_is_renamed() {
    let world = World::new(Seed::Demo);
    let id = world.release("REL-2026.11")["id"].as_str().unwrap().to_owned();
    world.manifest("a.yaml", &partly("REL-2026.11b", &format!("{{id: {id}, riskLevel: High}}")));
    world.apply();
    assert_eq!(world.release("REL-2026.11b")["id"], id.as_str());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let world = World::new(Seed::Demo);
    world.manifest("b.yaml", &release("REL-B", "parent: ENT-2026.Q3"));
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, manager: null}"));
    for format in ["text", "markdown"] {
        let run = || world.run(&["plan", "-f", ".", "--format", format]).stdout;
        assert_eq!(run(), run());
    }
    let plan = || {
        let mut plan = world.plan();
        plan.as_object_mut().unwrap().remove("run");
        plan.to_string()
    };
    assert_eq!(plan(), plan());
}

/// Documents merge by object, so an object is written once, with all that any of them says.
#[test]
fn an_object_that_many_documents_are_about_is_written_once() {
    let world = World::new(Seed::Demo);
    let row = |date: &str| {
        format!("{{systems: [{{system: Core Ledger, deployments: [{{title: wave 1, {date}}}]}}]}}")
    };
    for (name, text) in [
        ("a.yaml", partly("REL-2026.11", "{riskLevel: High}")),
        ("b.yaml", partly("REL-2026.11", "{summary: New}")),
        ("c.yaml", partly("REL-2026.11", "{location: Here}")),
        ("d.yaml", partly("REL-2026.11", &row("changeRecord: CHG-1"))),
        ("e.yaml", partly("REL-2026.11", &row("deployingTo: Production"))),
        ("f.yaml", status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed")),
    ] {
        world.manifest(name, &text);
    }
    let journal = world.apply();
    let writes = writes(&journal);
    assert_eq!(writes.len(), 2, "the release and its date: {writes:#?}");
    let sent = |key: &str| writes.iter().filter(|it| it["body"][key].is_string()).count();
    for (key, value) in [("summary", "New"), ("location", "Here")] {
        assert_eq!(world.release("REL-2026.11")[key], value);
    }
    assert_eq!(world.release("REL-2026.11")["releaseRiskLevel"], "High");
    assert_eq!((sent("summary"), sent("changeRecord")), (1, 1));
    let date = &world.dates("REL-2026.11", "Core Ledger")[0];
    assert_eq!(
        (&date["changeRecord"], &date["deploymentStatus"]),
        (&json!("CHG-1"), &json!("Completed"))
    );
}
