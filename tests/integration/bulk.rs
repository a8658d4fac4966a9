//! Creating many systems at once: few requests, and what becomes of each is known however it goes.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::process::Child;

use plutora_sandbox::{Lists, Seed};
use serde_json::{Value, json};

#[cfg(unix)]
use crate::interrupts::signal;
use crate::support::{Ran, World, release, system, writes};

const APPLY: [&str; 9] =
    ["apply", "-f", ".", "--auto-approve", "--timeout", "1", "--format", "json", "--bulk"];

pub(crate) fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("System {number:03}")).collect()
}

/// A tenant without anything, and systems to be created in it.
fn world(count: usize) -> World {
    let world = World::new(Seed::Empty);
    let manifests: Vec<String> = names(count)
        .iter()
        .map(|name| system(name, &format!("  aliases: [\"{name} alias\"]\n")))
        .collect();
    world.manifest("systems.yaml", &manifests.concat());
    world
}

fn posts(world: &World, path: &str) -> usize {
    let journal = world.journal();
    journal.iter().filter(|it| it["method"] == "POST" && it["path"] == path).count()
}

fn step(report: &Value, name: &str) -> Value {
    let steps = report["steps"].as_array().unwrap().iter();
    steps.clone().find(|step| step["name"] == name).unwrap().clone()
}

/// Holds a tenant to having each system once, with its alias, and to nothing being left to do.
fn assert_all_once(world: &World, count: usize, ran: &Ran) {
    let state = world.state();
    let systems = state["systems"].as_array().unwrap();
    let all: BTreeSet<&str> = systems.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!((systems.len(), all.len()), (count, count), "{ran:?}");
    for system in systems {
        let alias = format!("{} alias", system["name"].as_str().unwrap());
        assert_eq!(system["systemAlias"][0]["name"], alias, "{system:#}");
    }
    world.clear_faults();
    world.clear_journal();
    let again = world.run(&APPLY);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());
}

#[test]
fn many_systems_are_created_with_few_requests() {
    let world = world(250);
    assert_eq!(world.plan()["forecast"]["applyRequests"], 750);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = ran.json();
    assert_eq!(report["summary"]["done"], 250);
    // Before and after each request: the list while it has two pages at most, then one filter for fifty names.
    assert_eq!(report["run"]["applyRequests"], (1 + 1) + (1 + 2) + (1 + 1) + 3 + 250);
    assert_eq!(report["forecast"]["applyRequests"], report["run"]["applyRequests"]);
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (3, 0));
    let steps = report["steps"].as_array().unwrap().iter();
    let correlations: BTreeSet<&str> =
        steps.map(|step| step["correlation"].as_str().unwrap()).collect();
    assert_eq!(correlations.len(), 3, "that of the request that created it: {correlations:?}");
    assert_all_once(&world, 250, &ran);
}

/// A filter holds some fifteen names that are so long.
#[test]
fn the_ids_are_found_by_one_list_read_where_that_takes_fewer_requests_than_filters() {
    let names: Vec<String> =
        (0..100).map(|number| format!("{number:03} of a system {}", "x".repeat(40))).collect();
    let manifests = names.iter().map(|name| system(name, "")).collect::<String>();
    let looks = |there: usize| {
        let world = World::with_lists(Seed::Empty, Lists::Envelope);
        for number in 0..there {
            world.api("POST", "/systems", &json!({"name": format!("Old {number}"), "vendor": "V",
                "status": "Active", "organizationId": world.id("organizations", "name", "Retail Banking")}));
        }
        world.manifest("systems.yaml", &manifests);
        world.clear_journal();
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{ran:?}");
        let report = ran.json();
        assert_eq!(report["forecast"]["applyRequests"], report["run"]["applyRequests"]);
        let journal = world.journal();
        let is_list = |it: &&Value| it["method"] == "GET" && it["path"] == "/systems";
        let sent = journal.iter().position(|it| it["path"] == "/systems/bulk").unwrap();
        journal[sent..].iter().filter(is_list).count()
    };
    assert_eq!(looks(0), 1);
    assert_eq!(looks(50), 2);
}

/// Plants a system that somebody else has made, with an alias.
fn plant_with_alias(world: &World, alias: &str) {
    let older = json!({
        "id": "aaaaaaaa-0000-4000-8000-000000000001", "name": "Older", "vendor": "V",
        "status": "Active", "systemAlias": [{"name": alias}],
    });
    world.plant("systems", &older);
}

#[test]
fn what_is_refused_among_many_is_told_for_itself_alone() {
    let world = world(4);
    plant_with_alias(&world, "System 002 ALIAS");
    let linked = names(4)
        .into_iter()
        .map(|name| json!({"system": name, "dependencyType": "Code Implementation Dependency"}));
    let linked = format!("systems: {}", linked.collect::<Value>());
    world.manifest("release.yaml", &release("REL", &linked));
    let ran = world.run(&[&APPLY[..], &["--events", "events.ndjson"]].concat());
    assert_eq!(ran.code, 7, "{ran:?}");
    let report = ran.json();
    assert_eq!(report["summary"]["failed"], 1, "{report:#}");
    assert_eq!(report["summary"]["skipped"], 1, "{report:#}");
    assert_eq!(report["summary"]["done"], 3 + 1 + 3, "{report:#}");
    let failed = step(&report, "System 002");
    let text = "Duplicate System Alias Name System 002 alias. This System has not been created";
    assert!(failed.to_string().contains(text), "{failed:#}");
    let skipped = step(&report, "REL/System 002");
    assert!(skipped.to_string().contains("needs System System 002"), "{skipped:#}");
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (1, 0));
    assert_eq!(world.find("systems", "name", "System 002").len(), 0);
    let events = std::fs::read_to_string(world.folder.path().join("events.ndjson")).unwrap();
    for name in names(4) {
        let of = |kind: &str| {
            let events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            events.filter(|it| it["type"] == kind && it["name"] == *name).count()
        };
        assert_eq!((of("step-started"), of("step-finished")), (1, 1), "{name}: {events}");
    }
}

/// Every way in which the answer can be lost after it took effect.
#[test]
fn what_was_created_without_an_answer_is_found_and_never_sent_again() {
    for action in ["drop-after", "truncate", "malformed", "empty-body"] {
        let world = world(103);
        world.fault(&json!({"method": "POST", "path": "/systems/bulk", "action": action}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{action}: {ran:?}");
        assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (2, 0), "{action}");
        assert_all_once(&world, 103, &ran);
    }
}

/// A request that did nothing, although it may have, or surely: one by one then, after a refusal the rest too.
#[test]
fn what_was_not_created_together_is_created_one_by_one() {
    let busy = json!({"status": 400, "body": "{\"message\": \"The request is invalid.\"}"});
    for (action, posted) in [
        (json!("drop-before"), (2, 100)),
        (json!({"status": 500}), (2, 100)),
        (json!({"status": 404}), (1, 103)),
        (busy, (1, 103)),
    ] {
        let world = world(103);
        world.fault(&json!({"method": "POST", "path": "/systems/bulk", "action": action}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{action}: {ran:?}");
        assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), posted);
        assert_all_once(&world, 103, &ran);
    }
}

/// One request that is lost is no reason to send no other; two in a row are.
#[test]
fn after_a_request_that_was_lost_the_others_are_sent_all_the_same() {
    for (times, bulk, alone) in [(1, 3, 100), (2, 2, 250)] {
        let world = world(250);
        let lost = json!(format!("POST /systems/bulk drop-before times={times}"));
        world.fault(&lost);
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (bulk, alone));
        assert_all_once(&world, 250, &ran);
    }
}

/// It takes effect while we look: after the first look and before the second.
#[test]
fn what_comes_late_is_not_sent_again() {
    let world = world(3);
    let late = json!({"method": "POST", "path": "/systems/bulk", "action": {"delay": 1_300}});
    world.fault(&late);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (1, 0));
    assert_all_once(&world, 3, &ran);
}

#[test]
fn what_cannot_be_looked_up_after_it_was_sent_is_in_doubt() {
    let world = world(3);
    // For the plan, before it is sent, and after.
    let down = json!({"method": "GET", "path": "/systems", "skip": 2, "times": 99,
                      "action": {"status": 404}});
    world.fault(&down);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"]["in-doubt"], 3, "{ran:?}");
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (1, 0));
    assert_all_once(&world, 3, &ran);
}

#[test]
fn what_is_not_found_after_an_answer_is_in_doubt_and_the_others_go_one_by_one() {
    let world = world(103);
    let said = json!({"status": 200, "body": "[\"Vendor is unknown\", \"System 001: locked\"]"});
    world.fault(&json!({"method": "POST", "path": "/systems/bulk", "action": said}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    let report = ran.json();
    assert_eq!(report["summary"]["in-doubt"], 100, "{report:#}");
    assert_eq!(report["summary"]["done"], 3, "{report:#}");
    assert!(step(&report, "System 001").to_string().contains("says: System 001: locked"));
    assert!(step(&report, "System 002").to_string().contains("says: Vendor is unknown"));
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (1, 3));
    assert_all_once_after_all(&world, 103);
}

/// A server that says that it has done it is not asked to do it again.
#[test]
fn what_is_not_found_after_an_answer_that_cannot_be_read_is_not_sent_again() {
    let world = world(3);
    let proxy = json!({"status": 200, "body": "<html>"});
    world.fault(&json!({"method": "POST", "path": "/systems/bulk", "action": proxy}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"]["in-doubt"], 3, "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 1);
    assert_all_once_after_all(&world, 3);
}

fn assert_all_once_after_all(world: &World, count: usize) {
    world.clear_faults();
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_all_once(world, count, &ran);
}

fn insert(name: &str) -> Value {
    let object = json!({"id": "aaaaaaaa-0000-4000-8000-000000000002", "name": name,
                        "vendor": "Somebody else's", "status": "Active"});
    json!({"edit": {"collection": "systems", "insert": object}})
}

/// Before the look, between look and creation, and while the creation waits.
#[test]
fn what_somebody_has_created_meanwhile_is_not_taken_for_ours() {
    let before = json!({"method": "GET", "path": "/systems", "skip": 1});
    let between = json!({"method": "POST", "path": "/systems/bulk"});
    let waiting = json!({"method": "GET", "path": "/systems", "skip": 2});
    for (mut fault, busy) in [(before, false), (between, false), (waiting, true)] {
        let world = world(3);
        fault["action"] = insert("System 001");
        world.fault(&fault);
        if busy {
            world.fault(&json!("POST /systems/bulk retry-after=0"));
        }
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 7, "{ran:?}");
        let report = ran.json();
        assert_eq!(step(&report, "System 001")["outcome"], "stale", "{report:#}");
        assert_eq!(report["summary"]["done"], 2, "{report:#}");
        let found = world.find("systems", "name", "System 001");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["vendor"], "Somebody else's");
        let sent = (posts(&world, "/systems/bulk"), posts(&world, "/systems"));
        assert_eq!(sent, (1 + usize::from(busy), 0));
    }
}

/// Together they would be refused; one by one Plutora takes them.
#[test]
fn names_that_differ_in_case_only_are_created_one_by_one() {
    let world = World::new(Seed::Demo);
    let all = ["CORE LEDGER", "Alpha", "ALPHA", "Beta", "\"`odd`\""];
    world.manifest("a.yaml", &all.map(|name| system(name, "")).concat());
    // The plan does not know how others write the name: the forecast is not held.
    world.fault(&json!("POST /nowhere status=500"));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (1, 3));
    for name in ["CORE LEDGER", "Core Ledger", "Alpha", "ALPHA", "Beta", "`odd`"] {
        assert_eq!(world.find("systems", "name", name).len(), 1, "{name}");
    }
}

#[test]
fn a_limit_of_requests_counts_what_it_takes_together() {
    let world = world(30);
    let limited = |flags: &[&str]| {
        let apply = ["apply", "-f", ".", "--auto-approve", "--max-requests", "60"];
        world.run(&[&apply[..], flags].concat())
    };
    let ran = limited(&[]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let ran = limited(&["--bulk"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("apply needs 33 requests"), "{ran:?}");
    assert!(ran.stdout.contains("33 requests used, as forecast"), "{ran:?}");
}

#[test]
fn a_saved_plan_keeps_its_forecast_and_is_carried_out_with_fewer_requests() {
    let world = world(30);
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let apply = ["apply", "--plan", "plan.json", "--auto-approve"];
    let bulk = [("PLUTORA_SYNC_BULK", "true")];
    let ran = world.run_with(&apply, &bulk);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("--bulk saves 57 requests"), "{ran:?}");
    assert!(ran.stdout.contains("33 requests used, 90 forecast"), "{ran:?}");
    assert_eq!(posts(&world, "/systems/bulk"), 1);
    world.clear_journal();
    let ran = world.run_with(&apply, &bulk);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("30 already"), "{ran:?}");
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());
}

/// What was created is told, and the next request for many is not begun.
#[cfg(unix)]
#[test]
fn a_stop_lets_the_request_under_way_end_and_begins_nothing_else() {
    let world = world(150);
    world.fault(&json!("POST /systems/bulk delay-answer=300"));
    let mut child = world.spawn(&APPLY, &[]);
    await_taken(&world, &mut child);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    let summary = ran.json()["summary"].clone();
    assert_eq!((&summary["in-doubt"], &summary["not-started"]), (&json!(100), &json!(50)));
    assert!(ran.stdout.contains("but not read back: the run was stopped"), "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 1);
    assert_all_once_after_all(&world, 150);
}

#[cfg(unix)]
#[test]
fn a_stop_before_anything_is_sent_sends_nothing() {
    let world = world(3);
    // The plan reads the list first.
    world.fault(&json!("GET /systems skip=1 delay-answer=300"));
    let mut child = world.spawn(&APPLY, &[]);
    await_taken(&world, &mut child);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    assert_eq!(ran.json()["summary"]["not-started"], 3, "{ran:?}");
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());
}

#[cfg(unix)]
fn await_taken(world: &World, child: &mut Child) {
    while !world.faults_are_taken() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::yield_now();
    }
}

/// Stops an apply at once, while something takes for ever.
#[cfg(unix)]
fn stopped_at_once(world: &World, fault: &Value) -> Ran {
    use std::io::Read as _;
    world.fault(fault);
    let mut child = world.spawn(&APPLY, &[("PLUTORA_SYNC_TIMEOUT", "3000")]);
    await_taken(world, &mut child);
    signal(&child, "-INT");
    // It says what is refused, and that it is stopping.
    let mut told = String::new();
    while !told.contains("stopping after") {
        let mut byte = [0];
        child.stderr.as_mut().unwrap().read_exact(&mut byte).unwrap();
        told.push(char::from(byte[0]));
    }
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    ran
}

#[cfg(unix)]
#[test]
fn a_second_signal_names_all_that_was_under_way() {
    let ran = stopped_at_once(&world(2), &json!("POST /systems/bulk delay-answer=100000"));
    let under_way = "unknown outcome: System/System 000, System/System 001";
    assert!(ran.stderr.contains(under_way), "{ran:?}");
    assert_eq!(ran.json()["summary"]["in-doubt"], 2, "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_second_signal_tells_what_was_refused_before() {
    let world = world(3);
    plant_with_alias(&world, "System 001 alias");
    let ran = stopped_at_once(&world, &json!("GET /systems skip=3 delay-answer=100000 times=2"));
    let report = ran.json();
    assert_eq!(step(&report, "System 001")["outcome"], "failed", "{report:#}");
    assert_eq!(report["summary"]["in-doubt"], 2, "{report:#}");
}

#[test]
fn without_filters_nothing_is_created_in_bulk() {
    let world = world(3);
    let ran = world.run(&[&APPLY[..], &["--whole-lists"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("--bulk is left out"), "{ran:?}");
    assert_eq!((posts(&world, "/systems/bulk"), posts(&world, "/systems")), (0, 3));
}
