//! What a pipeline may not do: each limit by its flag and by its key, refused before anything is written.

use jiff::Timestamp;
use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Ran, World, partly, release, status, system, writes};

const APPLY: [&str; 4] = ["apply", "-f", ".", "--auto-approve"];

/// A tenant in which two of three declared objects are to be written.
fn two_of_three() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{location: Berlin}"));
    world.manifest("c.yaml", &partly("ENT-2026.Q3", "{plutoraReleaseType: Enterprise}"));
    world
}

/// Holds that plan and apply refuse, that nothing is written, and that what is said names all of `told`.
fn refused(world: &World, flags: &[&str], told: &[&str]) {
    for command in [&["plan", "-f", "."][..], &APPLY] {
        world.clear_journal();
        let ran = world.run(&[command, flags].concat());
        assert_eq!(ran.code, 5, "{flags:?}: {ran:?}");
        assert!(ran.stdout.contains("Plan: "), "what is refused is shown: {ran:?}");
        for told in told {
            assert!(ran.stderr.contains(told), "{told}: {ran:?}");
        }
        assert!(writes(&world.journal()).is_empty(), "{ran:?}");
    }
}

fn allowed(world: &World, flags: &[&str]) -> Ran {
    let ran = world.run(&[&["plan", "-f", "."], flags].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{flags:?}: {ran:?}");
    ran
}

/// Writes the limits of the configuration.
fn configure(world: &World, limits: &str) {
    world.manifest("plutora-sync.yaml", &format!("limits: {limits}\n"));
}

#[test]
fn numbers_are_limits() {
    let world = two_of_three();
    let used = allowed(&world, &["--format", "json"]).json();
    let needed = used["run"]["planRequests"].as_u64().unwrap()
        + used["forecast"]["applyRequests"].as_u64().unwrap();
    let (just, less) = (needed.to_string(), (needed - 1).to_string());
    for (flag, key, just, less, told) in [
        ("max-changes", "maxChanges", "2", "1", "2 objects would be written, and 1 may be"),
        ("max-change-percent", "maxChangePercent", "67", "66", "2 of 3 objects would be written"),
        ("max-requests", "maxRequests", &just, &less, "the run would make"),
    ] {
        let (dashed, config) = (format!("--{flag}"), format!("limits.{key}"));
        refused(&world, &[&dashed, less], &[told, &dashed, &config]);
        allowed(&world, &[&dashed, just]);
        configure(&world, &format!("{{{key}: {less}}}"));
        refused(&world, &[], &[told, &dashed, &config]);
        // A flag goes before the configuration.
        allowed(&world, &[&dashed, just]);
        configure(&world, "{}");
    }
    let ran = world.run(&[&APPLY[..], &["--max-changes", "2", "--max-requests", &just]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(allowed(&world, &["--max-changes", "0"]).code, 0, "nothing is written any more");
}

#[test]
fn a_share_that_is_just_reached_is_allowed() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("b.yaml", &partly("ENT-2026.Q3", "{plutoraReleaseType: Enterprise}"));
    allowed(&world, &["--max-change-percent", "50"]);
    refused(&world, &["--max-change-percent", "49"], &["1 of 2 objects"]);
}

#[test]
fn a_plan_in_a_freeze_is_made_and_says_so() {
    let world = two_of_three();
    let frozen = "2020-01-01/2999-12-31[+01:00]";
    let reports =
        ["--report", "markdown=c.md", "--report", "json=r.json", "--report", "text=t.txt"];
    let ran = world.run(&[&["plan", "-f", ".", "--freeze", frozen], &reports[..]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told =
        "an apply would be refused now: nothing is applied from 2020-01-01 to 2999-12-31 +01:00";
    assert_eq!(ran.stderr, format!("{told}\n"));
    let read = |file: &str| std::fs::read_to_string(world.folder.path().join(file)).unwrap();
    assert!(read("c.md").contains(&format!("**Frozen**: `{told}`\n")), "{}", read("c.md"));
    assert!(read("t.txt").ends_with(&format!("\n{told}\n")), "{}", read("t.txt"));
    let report: Value = serde_json::from_str(&read("r.json")).unwrap();
    assert_eq!(report["frozen"], told);
}

#[test]
fn nothing_is_applied_in_a_freeze() {
    let world = two_of_three();
    let frozen = "2020-01-01/2999-12-31[+01:00]";
    let ran = world.run(&[&APPLY[..], &["--freeze", frozen]].concat());
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("nothing is applied from 2020-01-01 to 2999-12-31"), "{ran:?}");
    assert!(ran.stderr.contains("--freeze") && ran.stderr.contains("limits.freeze"), "{ran:?}");
    assert!(writes(&world.journal()).is_empty());
    configure(&world, "{freeze: [{from: 2020-01-01, to: 2999-12-31, reason: year's end}]}");
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("UTC (year's end)"), "{ran:?}");
    configure(&world, "{freeze: [{from: 2020-01-01, to: 2019-12-31}]}");
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("--> plutora-sync.yaml:1:19\n"), "{ran:?}");
    assert!(
        ran.stderr.contains("it begins (2020-01-01) no earlier than it ends (2019-12-31)"),
        "{ran:?}"
    );
    configure(&world, "{freeze: [{from: 2020-01-01, to: 2020-12-31}]}");
    assert_eq!(world.run(&APPLY).code, 0, "it is over");
    configure(&world, "{freeze: [{from: 2020-01-01, to: 2999-12-31}]}");
    assert_eq!(world.run(&APPLY).code, 0, "nothing to do is never refused");
    allowed(&world, &[]);
}

#[test]
fn what_is_no_number_is_told_and_no_unknown_flag() {
    let world = two_of_three();
    for flag in [
        "--max-changes",
        "--max-change-percent",
        "--max-requests",
        "--lead-days",
        "--parallelism",
        "--timeout",
    ] {
        let ran = world.run(&["plan", "-f", ".", flag, "-1"]);
        assert_eq!(ran.code, 3, "{ran:?}");
        let told = format!("invalid value '-1' for '{flag}");
        assert!(ran.stderr.contains(&told), "{ran:?}");
        assert!(ran.stderr.contains("it is no whole number from "), "{ran:?}");
    }
    let ran = world.run(&["plan", "-f", ".", "--rate", "-1"]);
    assert!(ran.code == 3 && ran.stderr.contains("invalid value '-1' for '--rate"), "{ran:?}");
}

/// Whoever cannot give a flag is told of none.
#[test]
fn commands_without_flags_obey_the_configuration_and_name_it_alone() {
    let world = two_of_three();
    configure(&world, "{maxRequests: 1}");
    for command in ["drift", "explain"] {
        let ran = world.run(&[command, "-f", "."]);
        assert_eq!(ran.code, 8, "{ran:?}");
        assert!(ran.stderr.contains("set by `limits.maxRequests` in plutora-sync.yaml"), "{ran:?}");
        assert!(!ran.stderr.contains("--max-requests"), "{ran:?}");
    }
}

#[test]
fn what_is_beyond_a_limit_stands_on_a_line_each() {
    let world = World::new(Seed::Demo);
    let when = days_from_now(5);
    for name in ["REL-A", "REL-B"] {
        let text = release(name, "").replace("2026-12-05T22:00:00Z", &when);
        world.manifest(&format!("{name}.yaml"), &text);
    }
    let ran = world.run(&["plan", "-f", ".", "--lead-days", "6"]);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines[0], "error: beyond a limit:", "{ran:?}");
    for (line, release) in lines[1..].iter().zip(["REL-A", "REL-B"]) {
        let told = format!("     |   the release of Release/{release} goes live on ");
        assert!(line.starts_with(&told), "{ran:?}");
    }
    assert!(lines[3].starts_with("hint: --lead-days"), "{ran:?}");
}

/// A release that goes live in so many days from now, with a system and a date in it.
fn goes_live_in(world: &World, days: i64) {
    let when = days_from_now(days);
    world.manifest("s.yaml", &system("System", ""));
    let rows = "systems: [{system: System, dependencyType: Code Implementation Dependency}]";
    let text = release("REL", rows).replace("2026-12-05T22:00:00Z", &when);
    world.manifest("r.yaml", &text);
}

/// Returns the instant so many days, and a minute, from now.
fn days_from_now(days: i64) -> String {
    let seconds = Timestamp::now().as_second() + days * 86_400 + 60;
    Timestamp::from_second(seconds).unwrap().to_string()
}

#[test]
fn a_release_that_goes_live_soon_is_not_changed_its_statuses_aside() {
    let world = World::new(Seed::Demo);
    goes_live_in(&world, 5);
    allowed(&world, &["--lead-days", "5"]);
    refused(
        &world,
        &["--lead-days", "6"],
        &["goes live on", "Release/REL", "--lead-days", "limits.leadDays"],
    );
    world.apply();
    world.manifest("r.yaml", &partly("REL", "{summary: Another}"));
    refused(&world, &["--lead-days", "6"], &["the release of Release/REL goes live on"]);
    // What it is moved to counts too, and what it is moved from.
    world.manifest("r.yaml", &partly("REL", "{implementationDate: 2999-01-01}"));
    refused(&world, &["--lead-days", "6"], &["goes live on"]);
    configure(&world, "{leadDays: 6}");
    world.manifest("r.yaml", &status("REL", "System", None, "Completed"));
    allowed(&world, &[]);
}

#[test]
fn statuses_do_not_go_back() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    let denied = ["--deny-backward"];
    allowed(&world, &denied);
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Rejected"));
    allowed(&world, &denied);
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    world.apply();
    world.manifest("a.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Rejected"));
    let told = "limit: the status of Deployment/REL-2026.11/Core Ledger/wave 1 goes back from Completed to Rejected";
    refused(&world, &denied, &[told, "--deny-backward", "limits.denyBackward"]);
    configure(&world, "{denyBackward: true}");
    refused(&world, &[], &[told]);
    allowed(&world, &["--deny-backward=false"]);

    // Other statuses are no steps of a way.
    world.manifest("a.yaml", &system("Core Ledger", "").replace("Active", "Inactive"));
    allowed(&world, &denied);

    world.manifest("a.yaml", &partly("REL-2026.11", "{status: Submitted}"));
    let was = world.release("REL-2026.11")["releaseStatusType"].as_str().unwrap().to_owned();
    let told = "nobody says whether the status of Release/REL-2026.11 goes back";
    refused(&world, &denied, &[told, "--release-status-order"]);
    refused(&world, &[&denied[..], &["--release-status-order", &was]].concat(), &[told]);
    allowed(
        &world,
        &[&denied[..], &["--release-status-order", &format!("{was},Submitted")]].concat(),
    );
    configure(&world, &format!("{{releaseStatusOrder: [Submitted, {was}]}}"));
    refused(&world, &denied, &[&format!("goes back from {was} to Submitted")]);
    configure(&world, &format!("{{releaseStatusOrder: [{was}, Submitted]}}"));
    allowed(&world, &denied);
}

#[test]
fn enterprise_releases_and_what_is_below_them_are_left_alone() {
    let world = World::new(Seed::Demo);
    let denied = ["--deny-enterprise"];
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    allowed(&world, &denied);
    world.manifest("a.yaml", &partly("ENT-2026.Q3", "{location: Berlin}"));
    let told = "Release/ENT-2026.Q3 is an Enterprise release";
    refused(&world, &denied, &[told, "--deny-enterprise", "limits.denyEnterprise"]);
    world.manifest("a.yaml", &status("ENT-2026.Q3", "Core Ledger", None, "Completed"));
    refused(&world, &denied, &["is below an Enterprise release"]);
    configure(&world, "{denyEnterprise: true}");
    refused(&world, &[], &["is below an Enterprise release", "--deny-enterprise=false lifts it"]);
    allowed(&world, &["--deny-enterprise=false"]);
    world.manifest("a.yaml", &system("New", ""));
    allowed(&world, &[]);
}

#[test]
fn what_a_manifest_protects_is_not_changed_by_any_manifest() {
    let world = World::new(Seed::Demo);
    let protected = |value: &str| {
        let annotation = format!("\n  annotations: {{plutora-sync.dev/protect: \"{value}\"}}");
        let text = partly("REL-2026.11", "{plutoraReleaseType: Integrated}");
        text.replace("name: REL-2026.11", &format!("name: REL-2026.11{annotation}"))
    };
    world.manifest("a.yaml", &protected("true"));
    let type_of = world.release("REL-2026.11")["plutoraReleaseType"].as_str().unwrap().to_owned();
    world.manifest("a.yaml", &protected("true").replace("Integrated", &type_of));
    allowed(&world, &[]);
    world.manifest("b.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let told = "Release/REL-2026.11 is protected";
    refused(&world, &[], &[told, "plutora-sync.dev/protect", "--allow-protected"]);
    world.manifest("b.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    refused(&world, &[], &["wave 1 is protected"]);
    allowed(&world, &["--allow-protected"]);
    configure(&world, "{allowProtected: true}");
    allowed(&world, &[]);

    world.manifest("a.yaml", &protected("yes"));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("is \"true\" or \"false\""), "{ran:?}");
}

#[test]
fn a_saved_plan_is_held_to_the_limits_of_whoever_applies_it() {
    let world = two_of_three();
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let apply = ["apply", "--plan", "plan.json", "--auto-approve"];
    // Looking at its two objects takes two requests of those that the run may make, and at the risk levels one.
    for limit in [&["--max-changes", "1"][..], &["--lead-days", "36500"], &["--max-requests", "7"]]
    {
        world.clear_journal();
        let ran = world.run(&[&apply[..], limit].concat());
        assert_eq!(ran.code, 5, "{ran:?}");
        assert!(writes(&world.journal()).is_empty());
    }
    assert_eq!(world.run(&[&apply[..], &["--max-requests", "9"]].concat()).code, 0);
}

/// As it is by then, whatever it was when the plan was made.
#[test]
fn a_saved_plan_is_held_to_the_limits_with_the_releases_as_they_are() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let row = "{systems: [{system: Mobile App, dependencyType: Code Implementation Dependency}]}";
    world.manifest("b.yaml", &partly("REL-2026.10", row));
    let limits = ["--lead-days", "5", "--deny-enterprise"];
    let far =
        json!({"implementationDate": "2099-01-01T00:00:00", "plutoraReleaseType": "Independent"});
    let id = |name: &str| world.id("releases", "identifier", name);
    for name in ["REL-2026.11", "REL-2026.10"] {
        world.edit("releases", &id(name), &far);
    }
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let apply = [&["apply", "--plan", "plan.json", "--auto-approve"][..], &limits].concat();
    let near = json!({"implementationDate": Timestamp::now().to_string()});
    let enterprise = json!({"plutoraReleaseType": "Enterprise"});
    for (name, edit, told) in [
        ("REL-2026.11", &near, "REL-2026.11 goes live on"),
        ("REL-2026.10", &enterprise, "is below an Enterprise release"),
    ] {
        world.edit("releases", &id(name), edit);
        let ran = world.run(&apply);
        assert_eq!(ran.code, 5, "{name}: {ran:?}");
        assert!(ran.stderr.contains(told), "{ran:?}");
        assert!(writes(&world.journal()).is_empty());
        world.edit("releases", &id(name), &far);
    }
    assert_eq!(world.run(&apply).code, 0);
}

#[test]
fn every_limit_that_is_broken_is_named_at_once() {
    let world = two_of_three();
    let limits = ["--max-changes", "1", "--max-requests", "3", "--lead-days", "36500"];
    let told = ["2 objects would", "the run would make", "goes live on", "--max-changes"];
    // Of a plan that may make three requests the fourth is not sent.
    let ran = world.run(&[&["plan", "-f", "."], &limits[..]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (8, ""), "{ran:?}");
    let ran = world.run(&[&["plan", "-f", "."], &limits[..2], &limits[4..]].concat());
    assert_eq!(ran.code, 5, "{ran:?}");
    for told in [told[0], told[2], told[3]] {
        assert!(ran.stderr.contains(told), "{ran:?}");
    }
}

#[test]
fn a_run_stops_when_its_requests_are_used_up() {
    let world = two_of_three();
    let plan = allowed(&world, &["--format", "json"]).json();
    let (reads, writes_needed) = (
        plan["run"]["planRequests"].as_u64().unwrap(),
        plan["forecast"]["applyRequests"].as_u64().unwrap(),
    );
    // A repetition counts as well.
    world.fault(&json!("GET /releases retry-after=0 times=4"));
    let most = (reads + writes_needed).to_string();
    let arguments = [&APPLY[..], &["--max-requests", &most, "--parallelism", "1"]].concat();
    let ran = world.run(&arguments);
    world.clear_faults();
    assert!(ran.stderr.contains("429") && ran.stdout.contains("used up"), "{ran:?}");
    assert_eq!(ran.code, 7, "something was written: {ran:?}");
    let ran = world.run(&["plan", "-f", ".", "--max-requests", "1"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(ran.stderr.contains("--max-requests") && ran.stderr.contains("used up"), "{ran:?}");
    assert_eq!(world.run(&APPLY).code, 0);
}
