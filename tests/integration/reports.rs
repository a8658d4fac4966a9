//! Reports and events: what a run leaves for those who did not watch it, however it ended.

use std::fs;

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::hostile_names::{NAMES, WORSE, manifests, rename_everything};
use crate::support::left::{FLAGS, Left, attribute, elements, left, results, types};
use crate::support::{Ran, World, partly, release, system, writes};

fn run(world: &World, command: &[&str]) -> Left {
    run_with(world, command, &[])
}

fn run_with(world: &World, command: &[&str], variables: &[(&str, &str)]) -> Left {
    let ran = world.run_with(&[command, &FLAGS].concat(), variables);
    left(world, ran, command[0])
}

/// A creation, a change, a move, an acknowledged move, and what cannot be.
fn world() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    let acknowledged = release("REL-NEW", "parent: ENT-2026.Q3")
        .replace("metadata:\n", "metadata:\n  annotations: {plutora-sync.dev/ack: PS101}\n");
    world.manifest("c.yaml", &acknowledged);
    world
}

fn block(world: &World) {
    world.manifest("d.yaml", &partly("REL-2026.09", "{plutoraReleaseType: Enterprise}"));
}

#[test]
fn a_plan() {
    let world = world();
    block(&world);
    let left = run(&world, &["plan", "-f", ".", "--out", "plan.json"]);
    assert_eq!(left.ran.code, 0, "{:?}", left.ran);
    assert_eq!(left.text, left.ran.stdout);
    let Left { json, events, .. } = &left;
    assert_eq!(json["summary"], json!({"inSync": 0, "planned": 3, "blocked": 1}));
    let plan: Value =
        serde_json::from_str(&fs::read_to_string(world.folder.path().join("plan.json")).unwrap())
            .unwrap();
    assert_eq!(json["planDigest"], plan["digest"]);
    let of = |plan: &Value, name: &str| {
        let steps = plan["steps"].as_array().unwrap().iter();
        let step = steps.clone().find(|step| step["name"] == name).unwrap();
        (step["changes"].clone(), step["sources"].clone())
    };
    assert_eq!(of(json, "REL-2026.11"), of(&plan, "REL-2026.11"));
    assert_eq!((&json["complete"], &json["interrupted"]), (&json!(false), &json!(false)));
    let wanted = ["version"].into_iter().chain(["planned"; 4]).chain(["warning"; 2]);
    let wanted: Vec<&str> = wanted.chain(["plan-summary", "end"]).collect();
    assert_eq!(types(events), wanted);
    let failures = elements(&left.junit, "failure");
    assert_eq!(failures.len(), 1, "{}", left.junit);
    assert_eq!(attribute(&failures[0], "type"), "blocked");
    assert!(left.junit.contains("riskLevel: &quot;Medium&quot; -&gt; &quot;High&quot;"));
    let [one, two] = results(&left.sarif, "PS101")[..] else { panic!("two warnings") };
    assert_eq!(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "b.yaml");
    assert_eq!((one["suppressions"].is_array(), two["suppressions"].is_array()), (false, true));
    assert_eq!(results(&left.sarif, "blocked").len(), 1);
}

#[test]
fn an_apply() {
    let world = world();
    let left = run(&world, &["apply", "-f", ".", "--auto-approve", "--format", "json"]);
    assert_eq!(left.ran.code, 0, "{:?}", left.ran);
    assert_eq!(left.ran.json(), left.json, "stdout and report are one document");
    assert_eq!(left.json["summary"], json!({"inSync": 0, "done": 3}));
    assert!(left.text.contains("Closing check: 3 objects read back"), "{}", left.text);
    assert!(left.text.starts_with("Target: "), "the plan too: {}", left.text);
    assert!(elements(&left.junit, "failure").is_empty(), "{}", left.junit);
    let finished: Vec<&Value> =
        left.events.iter().filter(|event| event["type"] == "step-finished").collect();
    assert_eq!(finished.len(), 3, "{:#?}", left.events);
    for event in finished {
        assert_eq!(event["outcome"], "done");
        assert!(event["id"].is_string() && event["correlation"].is_string(), "{event:#}");
    }
    let started = left.events.iter().filter(|event| event["type"] == "step-started").count();
    assert_eq!(started, 3);

    let again = run(&world, &["apply", "-f", "."]);
    assert_eq!(again.json["complete"], true);
    assert_eq!(elements(&again.junit, "testcase").len(), 3, "in sync is passed");
}

#[test]
fn a_name_is_nothing_else_in_any_report() {
    for name in NAMES {
        let world = World::new(Seed::Empty);
        world.manifest("a.yaml", &manifests(name));
        let left = run(&world, &["apply", "-f", ".", "--auto-approve"]);
        assert_eq!(left.ran.code, 0, "{:?}", left.ran);
        assert_eq!(left.json["steps"][0]["name"], name);
    }
    for name in WORSE {
        let world = World::new(Seed::Demo);
        rename_everything(&world, name);
        world.manifest("a.yaml", &partly("REL-2026.10", "{summary: x, parent: ENT-2026.Q3}"));
        let left = run(&world, &["plan", "-f", "."]);
        assert_eq!(left.ran.code, 0, "{:?}", left.ran);
    }
}

#[test]
fn a_step_that_fails_and_one_that_cannot_be() {
    let world = world();
    block(&world);
    world.fault(&json!({"method": "PUT", "action": {"status": 400, "body": "\u{1}[x](y)"}}));
    let left = run(&world, &["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(left.ran.code, 7, "{:?}", left.ran);
    let outcomes = left.events.iter().filter(|event| event["type"] == "step-finished");
    let outcomes: Vec<&str> = outcomes.map(|event| event["outcome"].as_str().unwrap()).collect();
    for word in ["failed", "blocked"] {
        assert!(outcomes.contains(&word), "{outcomes:?}");
        assert_eq!(results(&left.sarif, word).len(), 1, "{:#}", left.sarif);
    }
    assert_eq!(elements(&left.junit, "failure").len(), 2, "{}", left.junit);
}

#[test]
fn bad_manifests() {
    for command in ["plan", "apply"] {
        let world = world();
        world.manifest("e.yaml", &partly("REL-1", "{riskLevl: High}"));
        let left = run(&world, &[command, "-f", ".", "--format", "json"]);
        assert_eq!((left.ran.code, left.ran.stdout.as_str()), (3, ""), "{:?}", left.ran);
        assert!(left.json.get("planDigest").is_none(), "{:#}", left.json);
        let diagnostics = left.json["failure"]["diagnostics"].as_array().unwrap();
        assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
        let (file, line, column) = ("e.yaml", 6, 8);
        let wanted = (&json!(file), &json!(line), &json!(column));
        let found = &diagnostics[0];
        assert_eq!((&found["file"], &found["line"], &found["column"]), wanted);
        let place = &results(&left.sarif, "manifest")[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], file);
        assert_eq!(place["region"], json!({"startLine": line, "startColumn": column}));
        for excerpt in ["e.yaml:6:8", "riskLevl", "did you mean"] {
            assert!(left.text.contains(excerpt), "{}", left.text);
            assert!(left.markdown.contains(excerpt), "{}", left.markdown);
        }
        assert_eq!(types(&left.events), ["version", "failure", "end"]);
    }
}

#[test]
fn plutora_that_is_not_there_or_refuses() {
    let world = world();
    let nowhere = [("PLUTORA_API_URL", "http://127.0.0.1:9")];
    let left = run_with(&world, &["plan", "-f", "."], &nowhere);
    assert_eq!(left.ran.code, 1, "{:?}", left.ran);
    assert_eq!(left.json["target"]["apiUrl"], "http://127.0.0.1:9");
    // It is not asked again, so this takes no time.
    world.fault(&json!({"method": "GET", "action": {"status": 400, "body": "no"}, "times": 99}));
    let left = run(&world, &["apply", "-f", "."]);
    assert_eq!(left.ran.code, 1, "{:?}", left.ran);
    assert_eq!(types(&left.events), ["version", "failure", "end"]);
}

#[test]
fn what_is_denied() {
    let world = world();
    for command in [&["plan"][..], &["apply", "--auto-approve", "--format", "json"]] {
        let left = run(&world, &[command, &["-f", ".", "--deny", "PS101"]].concat());
        assert_eq!(left.ran.code, 5, "{:?}", left.ran);
        assert!(writes(&world.journal()).is_empty());
        let warnings = left.json["warnings"].as_array().unwrap();
        let denied: Vec<&Value> = warnings.iter().map(|it| &it["denied"]).collect();
        assert_eq!(denied, [&json!(true), &json!(false)]);
        let failures = elements(&left.junit, "failure");
        assert_eq!(failures.len(), 1, "{}", left.junit);
        assert_eq!(attribute(&failures[0], "type"), "denied");
        assert_eq!(results(&left.sarif, "PS101")[0]["level"], "error");
        assert!(left.markdown.contains("**Refused**: PS101 of Release `REL-2026.10`"));
        let outcome = if command[0] == "plan" { "planned" } else { "not-started" };
        assert_eq!(left.json["summary"][outcome], 3, "{:#}", left.json);
        if command[0] == "apply" {
            assert_eq!(left.ran.json(), left.json);
        }
    }
}

#[test]
fn what_nobody_can_be_asked() {
    let left = run(&world(), &["apply", "-f", "."]);
    assert_eq!(left.ran.code, 3, "{:?}", left.ran);
    assert_eq!(left.json["summary"]["not-started"], 3, "{:#}", left.json);
    assert_eq!(elements(&left.junit, "skipped").len(), 3, "{}", left.junit);
}

#[test]
fn a_plan_that_is_stale() {
    let world = world();
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let id = world.id("releases", "identifier", "REL-2026.10");
    world.edit("releases", &id, &json!({"parentReleaseId": null, "name": "x"}));
    world.edit(
        "releases",
        &world.id("releases", "identifier", "REL-2026.11"),
        &json!({"releaseRiskLevelId": null}),
    );
    let saved = ["apply", "--plan", "plan.json", "--auto-approve", "--format", "json"];
    let left = run(&world, &saved);
    assert_eq!(left.ran.code, 6, "{:?}", left.ran);
    assert_eq!(left.ran.json(), left.json);
    assert_eq!(left.json["summary"]["stale"], 1, "{:#}", left.json);
    assert_eq!(results(&left.sarif, "stale").len(), 1);
    assert!(left.text.contains("the plan is stale; nothing was written"), "{}", left.text);
    let failures = elements(&left.junit, "failure");
    assert_eq!(attribute(&failures[0], "type"), "stale");
}

#[cfg(unix)]
#[test]
fn what_is_interrupted() {
    use crate::interrupts::signal;
    let world = World::with_latency(Seed::Empty, 30);
    for number in 0..6 {
        world.manifest(&format!("{number}.yaml"), &system(&format!("S {number}"), ""));
    }
    let apply = ["apply", "-f", ".", "--auto-approve", "--parallelism", "1", "--format", "json"];
    for signals in [1, 2] {
        world.clear_journal();
        if signals == 2 {
            world.fault(&json!("POST /systems delay-answer=100000"));
        }
        let mut child = world.spawn(&[&apply[..], &FLAGS].concat(), &[]);
        while writes(&world.journal()).is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "it ended without writing");
            std::thread::yield_now();
        }
        signal(&child, "-INT");
        if signals == 2 {
            // The second counts only once the first was heard.
            std::thread::yield_now();
            while child.try_wait().unwrap().is_none() {
                signal(&child, "-INT");
            }
        }
        let ran = Ran::from(child.wait_with_output().unwrap());
        let left = left(&world, ran, "apply");
        assert_eq!(left.ran.code, 130, "{:?}", left.ran);
        assert_eq!(left.json["interrupted"], true);
        assert_eq!(left.ran.json(), left.json);
        assert!(left.json["summary"]["not-started"].as_u64().unwrap() > 0, "{:#}", left.json);
        let doubt = left.json["summary"].get("in-doubt").is_some();
        assert_eq!(doubt, signals == 2, "{:#}", left.json);
    }
}

#[test]
fn reports_that_would_cost_something_are_refused_before_anything_is_asked() {
    let world = world();
    world.manifest("plutora-sync.yaml", "deny: []\nprofiles: {other: {caFile: ca.pem}}\n");
    world.manifest("ca.pem", "");
    let apply = ["apply", "-f", ".", "--auto-approve"];
    let refused = |flags: &[&str], why: &str| {
        let ran = world.run(&[&apply[..], flags].concat());
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains(why), "{why}: {ran:?}");
        assert!(world.journal().is_empty(), "{ran:?}");
    };
    refused(&["--report", "text=./a.yaml"], "is one of the files that are read");
    refused(&["--report", "text=plutora-sync.yaml"], "is one of the files");
    refused(&["--report", "text=ca.pem"], "is one of the files");
    refused(&["--sandbox=s.json", "--report", "text=s.json"], "is one of the files");
    refused(&["--events", "a.yaml"], "is one of the files");
    refused(&["--report", "text=r,json=./r"], "--report names ./r twice");
    refused(&["--report", "text=r", "--events", "r"], "--report and --events both name r");
    refused(&["--report", "pdf=r"], "there is no format `pdf`");
    refused(&["--report", "r"], "write FORMAT=PATH");
    refused(&["--report", "json=-"], "stdout is what --format is about");
    refused(&["--events", "no/such/folder"], "cannot be written");
    let ran = world.run(&["plan", "-f", "a.yaml", "--out", "p", "--report", "json=p"]);
    assert!(ran.code == 3 && ran.stderr.contains("--out and --report both name p"), "{ran:?}");
    world.manifest("plan.json", "{}");
    let ran = world.run(&["apply", "--plan", "plan.json", "--report", "json=plan.json"]);
    assert!(ran.code == 3 && ran.stderr.contains("is one of the files"), "{ran:?}");
    world.manifest("password", "secret");
    let files = [("PLUTORA_PASSWORD", ""), ("PLUTORA_PASSWORD_FILE", "password")];
    let ran = world.run_with(&["plan", "-f", "a.yaml", "--report", "json=password"], &files);
    assert!(ran.code == 3 && ran.stderr.contains("is one of the files"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_what_is_not_there_yet_is_no_second_file() {
    let world = world();
    let folder = world.folder.path();
    std::os::unix::fs::symlink("plan.json", folder.join("link")).unwrap();
    std::os::unix::fs::symlink("link", folder.join("link-to-it")).unwrap();
    for link in ["link", "link-to-it"] {
        let report = format!("json={link}");
        let ran = world.run(&["plan", "-f", "a.yaml", "--out", "plan.json", "--report", &report]);
        assert!(ran.code == 3 && ran.stderr.contains("both name"), "{ran:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_fails_a_run_that_did_not() {
    let world = world();
    let nowhere = ["--report", "text=/dev/full", "--report", "json=r.json"];
    let ran = world.run(&[&["apply", "-f", ".", "--auto-approve"], &nowhere[..]].concat());
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("/dev/full cannot be written"), "{ran:?}");
    assert!(!writes(&world.journal()).is_empty(), "the apply was carried out");
    assert!(world.folder.path().join("r.json").exists(), "the others are written");
    world.fault(&json!({"method": "GET", "action": {"status": 400, "body": "no"}, "times": 99}));
    let ran = world.run(&[&["plan", "-f", "."], &nowhere[..]].concat());
    assert_eq!(ran.code, 1, "the run's own failure matters more: {ran:?}");
    assert!(ran.stderr.contains("/dev/full cannot be written"), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn events_that_can_no_longer_be_written_stop_nothing() {
    let world = world();
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--events", "/dev/full"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.stderr.matches("gets no further events").count(), 1, "{ran:?}");
}

#[test]
fn reports_are_asked_for_by_variables_too() {
    let world = world();
    let variables = [
        ("PLUTORA_SYNC_REPORT", "json=v.json,junit=v.xml"),
        ("PLUTORA_SYNC_EVENTS", "v.ndjson"),
        ("PLUTORA_SYNC_COMMENT_FOR", "azure-devops"),
    ];
    assert_eq!(world.run_with(&["plan", "-f", "."], &variables).code, 0);
    for file in ["v.json", "v.xml", "v.ndjson"] {
        assert!(world.folder.path().join(file).exists(), "{file}");
    }
}
