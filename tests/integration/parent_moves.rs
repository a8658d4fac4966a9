//! PS101: what a change of parent puts at stake, who may refuse it, and what became of it.

use plutora_sandbox::{Habits, Linking, Seed};
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
        let world = World::with(Habits { linking, ..Habits::default() });
        world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
        let ran = world.apply_once();
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.json()["steps"][0]["phasesAndGates"].clone()
    };
    let nothing = json!({"appeared": [], "gone": [], "changed": []});
    assert_eq!(after(Linking::Leaves), nothing);
    let copied = after(Linking::Copies);
    let appeared: Vec<&Value> =
        copied["appeared"].as_array().unwrap().iter().map(|it| &it["item"]["name"]).collect();
    assert_eq!(appeared.len(), 7);
    assert!(copied["appeared"].as_array().unwrap().iter().all(|it| it["inherited"] == true));
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

/// What became of the release is looked at whenever it may have been written.
#[test]
fn a_move_that_could_not_be_read_back_is_looked_after_too() {
    let world = World::with(Habits { linking: Linking::Copies, ..Habits::default() });
    world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    let id = world.id("releases", "identifier", "REL-2026.10");
    // The release is read for the check before the write, and then to read back.
    let path = format!("/releases/{id}");
    let read = json!({"method": "GET", "path": path, "skip": 4, "action": {"status": 404}});
    world.fault(&read);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    let step = ran.json()["steps"][0].clone();
    assert_eq!(step["outcome"], "in-doubt", "{step:#}");
    assert_eq!(step["phasesAndGates"]["appeared"].as_array().unwrap().len(), 7);
}

/// A parent that is gone, or that this user may not see, is said to be so; the move goes on.
#[test]
fn what_plutora_does_not_tell_is_said_in_the_place_of_what_is_at_stake() {
    let world = World::new(Seed::Demo);
    let id = world.id("releases", "identifier", "REL-2026.10");
    let gone = "11111111-2222-4333-8444-555555555555";
    world.edit("releases", &id, &json!({"parentReleaseId": gone}));
    world.manifest("a.yaml", &partly("REL-2026.10", "{parent: null}"));
    let text = world.run(&["plan", "-f", "."]).stdout;
    assert!(text.contains("Plutora does not tell what it has: GET"), "{text}");
    assert!(text.contains("Screening regression"), "what can be read is shown: {text}");
    world.apply();

    world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    let parent = world.id("releases", "identifier", "ENT-2026.Q3");
    let path = format!("/releases/{parent}/activities");
    world.fault(&json!({"path": path, "action": {"status": 403}}));
    let details = warning(&world)["details"].clone();
    assert!(details["newParent"]["refused"].as_str().unwrap().contains("403"), "{details:#}");
    assert_eq!(details["newParent"]["phases"].as_array().unwrap().len(), 4, "what it does tell");
    world.fault(&json!({"path": "/WorkItemNames", "times": 2, "action": {"status": 403}}));
    let details = warning(&world)["details"].clone();
    let phase = &details["newParent"]["phases"][0];
    assert_eq!(phase["name"], phase["nameId"], "an id where no name is told");
    world.fault(&json!({"path": path, "times": 99, "action": {"status": 400}}));
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let shown = crate::support::Ran::bare(world.folder.path(), &["show", "plan.json"]);
    assert!(shown.stdout.contains("Plutora does not tell the rest"), "{shown:?}");
}

#[test]
fn a_phase_that_cannot_be_told_from_others_is_an_error() {
    let world = World::new(Seed::Demo);
    let mut phase = world.state()["phases"][0].clone();
    phase["id"] = json!("not-a-guid");
    phase["releaseId"] = json!(world.id("releases", "identifier", "REL-2026.03"));
    world.plant("phases", &phase);
    world.manifest("a.yaml", &partly("REL-2026.03", "{parent: ENT-2026.Q3}"));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("/phases") && ran.stderr.contains("without a GUID"), "{ran:?}");
}

#[test]
fn a_release_without_anything_leaves_nothing_to_do_by_hand() {
    let world = World::new(Seed::Demo);
    let id = world.id("releases", "identifier", "REL-2026.03");
    let parent = world.id("releases", "identifier", "ENT-2026.Q3");
    world.edit("releases", &id, &json!({"parentReleaseId": parent}));
    world.manifest("a.yaml", &partly("REL-2026.03", "{parent: null}"));
    let steps = warning(&world)["manualSteps"].clone();
    assert_eq!(steps, json!([]));
    let text = world.run(&["plan", "-f", "."]).stdout;
    assert!(text.contains("Nothing is to be done by hand."), "{text}");
}

/// A name from Plutora stays on its line, and inside the block.
#[test]
fn no_name_of_a_release_can_forge_what_is_at_stake() {
    let world = World::new(Seed::Demo);
    let parent = world.id("releases", "identifier", "ENT-2026.Q3");
    let hostile = "ENT\n\nREL-2026.08, the release that moves\n    ```\u{1b}[2J";
    world.edit("releases", &parent, &json!({"identifier": hostile}));
    let phase = world.id("phases", "startDate", "2026-09-07T00:00:00");
    let activity = world.id("activities", "assignedWorkItemID", &phase);
    world.edit("activities", &activity, &json!({"title": "x\n```\n# y", "status": "a\nb"}));
    world.manifest("a.yaml", &partly("REL-2026.09", "{parent: null}"));
    for format in ["text", "markdown"] {
        let text = world.run(&["plan", "-f", ".", "--format", format]).stdout;
        assert!(!text.contains('\u{1b}') && text.contains("\\u{1b}[2J"), "{text}");
        let forged = |line: &str| line.trim().starts_with("REL-2026.08") || line == "# y";
        assert!(!text.lines().any(forged), "{text}");
    }
}

/// Who reads only what the apply says learns of the work that is left.
#[test]
fn the_report_of_an_apply_repeats_what_is_left_to_be_done_by_hand() {
    let world = || {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
        world
    };
    let json = world();
    let steps = warning(&json)["manualSteps"].clone();
    let report = json.apply_once().json();
    assert_eq!(report["warnings"][0]["manualSteps"], steps);
    assert_eq!(report["warnings"][0]["name"], "REL-2026.10");
    for format in ["text", "markdown"] {
        let ran = world().run(&["apply", "-f", ".", "--auto-approve", "--format", format]);
        let (_, after) = ran.stdout.rsplit_once("PS101").unwrap();
        assert!(after.contains("to do by hand"), "{after}");
        assert!(after.contains("steps left to be done by hand."), "{after}");
        assert!(after.contains("Screening regression"), "by their names: {after}");
    }
}

#[test]
fn what_was_acknowledged_is_not_repeated_after_the_write() {
    let world = World::new(Seed::Demo);
    let named = "  name: REL-2026.10\n";
    let annotated = format!("{named}  annotations: {{plutora-sync.dev/ack: PS101}}\n");
    let text = partly("REL-2026.10", "{parent: ENT-2026.Q3}").replace(named, &annotated);
    world.manifest("a.yaml", &text);
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("as declared; nothing is left to do.\n"), "{}", ran.stdout);
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
    let plan = deny(&["plan", "-f", ".", "--out", "plan.json"]).stdout;
    assert!(plan.contains("! PS101 Release REL-2026.10 (denied)"), "shown all the same: {plan}");
    let markdown = deny(&["plan", "-f", ".", "--format", "markdown"]).stdout;
    assert!(
        markdown.contains("**Refused**: PS101 of Release `REL-2026.10` is denied"),
        "{markdown}"
    );
    let json = deny(&["plan", "-f", ".", "--format", "json"]).json();
    assert_eq!(json["run"]["denied"], json!(["PS101"]));
    let shown = crate::support::Ran::bare(world.folder.path(), &["show", "plan.json"]).stdout;
    assert!(shown.contains("(denied)"), "{shown}");
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
    let markdown = deny(&["plan", "-f", ".", "--format", "markdown"]).stdout;
    assert!(!markdown.contains("Refused") && markdown.contains("(acknowledged)"), "{markdown}");
    let ran = deny(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
}
