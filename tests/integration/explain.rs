//! Why each call is made, and what each read was for.

use std::collections::BTreeMap;

use plutora_sandbox::Seed;

use crate::support::{World, partly, release, status, system};

/// Returns how often each path was asked for, as an explanation of objects tells it.
fn told(explanation: &str) -> BTreeMap<String, u64> {
    let reads = explanation.lines().filter_map(|line| {
        let (before, rest) = line.split_once("GET ")?;
        let path = rest.split("  ").next()?.to_owned();
        let times = before.trim().strip_suffix(" x").map_or(1, |times| times.parse().unwrap());
        Some((path, times))
    });
    reads.collect()
}

/// Returns how often the sandbox was asked for each path.
fn asked(world: &World) -> BTreeMap<String, u64> {
    let mut asked = BTreeMap::new();
    for entry in world.journal() {
        *asked.entry(entry["path"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    asked
}

#[test]
fn every_request_of_a_plan_is_needed_by_an_object() {
    for example in ["quickstart", "portfolio"] {
        let folder = format!("{}/examples/{example}", env!("CARGO_MANIFEST_DIR"));
        let world = World::new(Seed::Demo);
        let ran = world.run(&["plan", "-f", &folder, "--format", "json"]);
        let plan = ran.json();
        let steps = plan["steps"].as_array().unwrap().iter();
        let all: Vec<String> = steps
            .map(|step| format!("{}/{}", step["kind"], step["name"]).replace('"', ""))
            .collect();
        world.clear_journal();
        let arguments: Vec<&str> =
            ["explain", "-f", &folder].into_iter().chain(all.iter().map(String::as_str)).collect();
        let ran = world.run(&arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        assert_eq!(told(&ran.stdout), asked(&world), "{}", ran.stdout);
        let total = plan["run"]["planRequests"].as_u64().unwrap();
        let closing = format!("all objects together took {total} requests to plan");
        assert!(ran.stdout.contains(&closing), "{}", ran.stdout);
        assert!(!ran.stdout.contains("no declared object"), "{}", ran.stdout);
    }
}

#[test]
fn a_call_is_explained_by_its_fields_and_their_lines() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "\n  riskLevel: High\n  location: Berlin"));
    let ran = world.run(&["explain", "Release/REL-2026.11", "-f", "."]);
    let lines: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
    let id = world.id("releases", "identifier", "REL-2026.11");
    let put = format!("    PUT /releases/{id}: riskLevel, location differ");
    let expected = [
        "Release REL-2026.11: update",
        "  Calls",
        &put,
        "      riskLevel  \"Medium\" -> \"High\"  (a.yaml:7)",
        "      location   \"Berlin\"  (a.yaml:8)",
        "  Reads",
        "    GET /lookupfields/ReleaseRiskLevel",
        "      riskLevel names `High`, and Plutora takes its id  (a.yaml:7)",
        "    GET /releases",
        "      only the list shows that one Release is named `REL-2026.11`, or none, and its id",
        &format!("    GET /releases/{id}"),
        "      managed, and not known to be in rows of the list: riskLevel, location  (a.yaml:7, a.yaml:8)",
        "",
        "1 object explained; all objects together took 3 requests to plan",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn each_call_of_a_creation_is_explained_by_the_fields_that_it_writes() {
    let folder = format!("{}/examples/quickstart", env!("CARGO_MANIFEST_DIR"));
    let date = "Deployment/REL-2026.11/Fraud Screening/rehearsal";
    let ran = World::new(Seed::Demo).run(&["explain", date, "-f", &folder]);
    let calls = ran.stdout.split("  Reads").next().unwrap();
    let first_words = calls.lines().skip(2).map(|line| line.split_whitespace().next().unwrap());
    let expected = ["POST", "title", "start", "end", "PUT", "status"];
    assert_eq!(first_words.collect::<Vec<_>>(), expected, "{ran:?}");
}

#[test]
fn a_status_asks_for_the_only_date_and_for_the_type_of_its_release() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &status("REL-2026.10", "Fraud Screening", None, "Completed"));
    let ran = world.run(&["explain", "-f", "."]);
    assert_eq!(told(&ran.stdout), asked(&world), "{}", ran.stdout);
    assert!(ran.stdout.contains("the path of the object holds the id of the Release"), "{ran:?}");
    assert!(ran.stdout.contains("a status without `deployment`"), "{ran:?}");
}

#[test]
fn what_needs_no_call_is_said_to_need_none_and_still_took_reads() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &system("New", ""));
    world.manifest("b.yaml", &release("REL", ""));
    world.apply();
    let ran = world.run(&["explain", "System/New", "-f", "."]);
    assert!(ran.stdout.contains("none: 4 managed fields, as declared"), "{ran:?}");
    assert!(ran.stdout.contains("GET /systems\n"), "{ran:?}");
    let ran = world.run(&["explain", "-f", "."]);
    assert!(ran.stdout.starts_with("0 objects explained"), "{ran:?}");
}

#[test]
fn a_status_is_explained_with_the_object_that_has_it() {
    let world = World::new(Seed::Demo);
    let named = |name: &str, text: String| text.replace("name: it", &format!("name: {name}"));
    let dated = status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed");
    world.manifest("a.yaml", &named("dated", dated));
    let claimed = status("REL-2026.10", "Fraud Screening", None, "Completed");
    world.manifest("b.yaml", &named("claimed", claimed));
    world.clear_journal();
    for (name, hint) in [
        ("dated", "is part of Deployment/REL-2026.11/Core Ledger/wave 1: explain that"),
        ("claimed", "or else of ReleaseSystem/REL-2026.10/Fraud Screening: a plan says"),
        ("clamed", "did you mean `claimed`?"),
    ] {
        let ran = world.run(&["explain", &format!("DeploymentStatus/{name}"), "-f", "."]);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{ran:?}");
        assert!(ran.stderr.contains("a DeploymentStatus is no object of its own"), "{ran:?}");
        assert!(ran.stderr.contains(hint), "{ran:?}");
    }
    assert!(world.journal().is_empty(), "nothing is asked for that");
}

#[test]
fn an_object_that_is_not_declared_is_refused_with_the_one_that_was_meant() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    for (object, message, hint) in [
        ("Release/REL-2026.1", "no manifest declares Release/REL-2026.1", "Release/REL-2026.11"),
        ("Releas/REL-2026.11", "there is no kind `Releas`", "did you mean `Release`?"),
        ("deploymentstatus/x", "no kind `deploymentstatus`", "did you mean `DeploymentStatus`?"),
        ("REL-2026.11", "`REL-2026.11` is no object", "KIND/NAME"),
    ] {
        let ran = world.run(&["explain", object, "-f", "."]);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{ran:?}");
        assert!(ran.stderr.contains(message) && ran.stderr.contains(hint), "{ran:?}");
    }
}
