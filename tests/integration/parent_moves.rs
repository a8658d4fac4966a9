//! PS101: what a change of parent puts at stake, who may refuse it, and what became of it.

use plutora_sandbox::{Linking, Options, Seed};
use serde_json::{Value, json};

use crate::support::{World, partly, release, writes};

const APPLY: [&str; 6] = ["apply", "-f", ".", "--auto-approve", "--format", "json"];

fn warning(world: &World) -> Value {
    let plan = world.plan();
    assert_eq!(plan["summary"]["warnings"], 1, "{plan:#}");
    plan["warnings"][0].clone()
}

/// Returns what a release of the details has: names, and marks of what is special.
fn shown(side: &Value, list: &str) -> Vec<String> {
    let rows = side[list].as_array().unwrap().iter();
    rows.map(|row| {
        let mark = if row["inherited"] == true { " (inherited)" } else { "" };
        let on = row["activities"].as_array().unwrap().iter();
        let shown = format!("{}{mark}", row["name"].as_str().unwrap());
        on.fold(shown, |shown, it| shown + " + " + it["title"].as_str().unwrap())
    })
    .collect()
}

fn asked(world: &World) -> Vec<String> {
    let journal = world.journal();
    let paths = journal.iter().map(|entry| entry["path"].as_str().unwrap().to_owned());
    let at_stake = ["phases", "gates", "activities", "WorkItemNames"];
    paths.filter(|path| at_stake.iter().any(|word| path.contains(word))).collect()
}

#[test]
fn a_cleared_parent_puts_what_was_inherited_at_stake() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.09", "{parent: null}"));
    let details = warning(&world)["details"].clone();
    assert_eq!(details["child"]["identifier"], "REL-2026.09");
    let phases = [
        "Development (inherited)",
        "System Test (inherited)",
        "User Acceptance Test (inherited)",
        "System Test + Letter of credit scenarios",
        "Deployment (inherited)",
    ];
    assert_eq!(shown(&details["child"], "phases"), phases);
    assert_eq!(details["oldParent"]["identifier"], "ENT-2026.Q3");
    let gates = ["Code Freeze", "Go/No-go + Go/No-go meeting", "Go Live"];
    assert_eq!(shown(&details["oldParent"], "gates"), gates);
    assert_eq!(details["oldParent"]["gates"][0]["start"], "2026-08-14T00:00:00Z");
    assert_eq!(details["newParent"], Value::Null);
}

#[test]
fn a_parent_that_is_set_is_compared_with_what_the_release_has() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    world.clear_journal();
    let warning = warning(&world);
    let details = &warning["details"];
    let phases = ["System Test + Screening regression", "Deployment + Rollback rehearsal"];
    assert_eq!(shown(&details["child"], "phases"), phases);
    assert_eq!(details["oldParent"], Value::Null);
    assert_eq!(shown(&details["newParent"], "phases").len(), 4);
    assert_eq!(asked(&world).len(), 2 * 3 + 2, "two releases, and two lists of names");
    assert!(!warning["manualSteps"].as_array().unwrap().is_empty());
}

#[test]
fn a_change_of_parent_is_about_three_releases() {
    let world = World::new(Seed::Demo);
    let other = release("ENT-OTHER", "").replace("Independent", "Enterprise");
    world.manifest("a.yaml", &other);
    world.apply();
    world.manifest("b.yaml", &partly("REL-2026.08", "{parent: ENT-OTHER}"));
    world.clear_journal();
    let warning = warning(&world);
    let message = warning["message"].as_str().unwrap();
    assert!(message.contains("changes from ENT-2026.Q3 to ENT-OTHER"), "{message}");
    assert_eq!(asked(&world).len(), 3 * 3 + 2);
    world.apply();
}

#[test]
fn a_new_release_below_a_parent_of_the_same_plan_has_nothing_at_stake_yet() {
    let world = World::new(Seed::Demo);
    let parent = release("ENT-NEW", "").replace("Independent", "Enterprise");
    world.manifest("a.yaml", &(parent + &release("REL-NEW", "parent: ENT-NEW")));
    world.clear_journal();
    let details = warning(&world)["details"].clone();
    assert_eq!(asked(&world), Vec::<String>::new());
    assert_eq!(details["newParent"]["id"], Value::Null);
    let text = world.run(&["plan", "-f", "."]).stdout;
    assert!(text.contains("created by this plan: no phases or gates yet"), "{text}");
    world.apply();
}

#[test]
fn a_plan_that_moves_no_parent_reads_no_phases() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.09", "{parent: ENT-2026.Q3, riskLevel: High}"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{parent: null, name: New}"));
    world.apply();
    assert_eq!(asked(&world), Vec::<String>::new());
}

#[test]
fn what_became_of_phases_and_gates_is_looked_at_after_the_write() {
    let after = |linking| {
        let world = World::with(Options { linking, ..Options::default() });
        world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{ran:?}");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        report["steps"][0]["phasesAndGates"].clone()
    };
    let nothing = json!({"appeared": [], "gone": [], "changed": []});
    assert_eq!(after(Linking::Leaves), nothing);
    let copied = after(Linking::Copies);
    let appeared: Vec<&Value> =
        copied["appeared"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(appeared.len(), 7);
    assert!(appeared.contains(&&json!("User Acceptance Test")), "by its name: {appeared:?}");
}

#[test]
fn a_look_that_fails_is_said_and_is_no_failure_of_the_write() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    let release = world.id("releases", "identifier", "REL-2026.10");
    let path = format!("/releases/{release}/gates");
    world.fault(&json!({"path": path, "skip": 1, "action": {"status": 404}}));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("its phases and gates could not be read again"), "{}", ran.stdout);
}

#[test]
fn a_denied_warning_refuses_plan_and_apply_until_a_manifest_acknowledges_it() {
    let world = World::new(Seed::Demo);
    let text = partly("REL-2026.10", "{parent: ENT-2026.Q3}");
    world.manifest("a.yaml", &text);
    let deny = |command: &[&str]| world.run(&[command, &["--deny", "PS101"]].concat());
    for command in [&["plan", "-f", ".", "--detailed-exitcode"][..], &APPLY[..]] {
        let ran = deny(command);
        assert_eq!(ran.code, 5, "{ran:?}");
        assert!(ran.stderr.contains("PS101 of Release/REL-2026.10"), "{}", ran.stderr);
        assert!(ran.stderr.contains("--deny") && ran.stderr.contains("`deny`"), "{}", ran.stderr);
    }
    assert!(
        deny(&["plan", "-f", "."]).stdout.contains("! PS101"),
        "the plan is shown all the same"
    );
    assert_eq!(writes(&world.journal()), Vec::<&Value>::new());

    let flag = [("PLUTORA_SYNC_DENY", "PS101")];
    assert_eq!(world.run_with(&["plan", "-f", "."], &flag).code, 5);
    world.manifest("plutora-sync.yaml", "deny: [PS101]\n");
    assert_eq!(world.run(&["plan", "-f", "."]).code, 5);
    world.manifest("plutora-sync.yaml", "deny: [PS999]\n");
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 3, "{ran:?}");
    world.manifest("plutora-sync.yaml", "{}");

    let named = "  name: REL-2026.10\n";
    let annotated = format!("{named}  annotations: {{plutora-sync.dev/ack: PS101}}\n");
    world.manifest("a.yaml", &text.replace(named, &annotated));
    let ran = deny(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
}
