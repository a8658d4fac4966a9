//! Names that want to be more than names, in every place where a name can stand: they arrive in Plutora
//! to the letter, and in no output are they anything else.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{
    Ran, World, assert_harmless_markdown, assert_harmless_run, partly, release, system,
};

/// Texts that are a name as well as an attack.
pub(crate) const NAMES: [&str; 24] = [
    "[x](https://evil.example.com) @team <img src=x onerror=evil> | a",
    "https://evil.example.com/?a=b#c",
    "![x](evil) **x** ~~x~~ _x_ [ ] evil",
    "``` evil",
    "`````` `evil` ``",
    "` evil",
    "</details> <!-- evil --> &lt;b&gt;",
    "$(evil) ${evil} $${env:evil} %27%20or%20evil",
    "evil` or `1` = `1",
    "\"evil' and \\ or \\\"",
    "../../evil?x=y&z#w/v%2Fu;t",
    "::error file=evil::x",
    "##vso[task.setvariable variable=evil]x ##[evil]",
    "- evil",
    "# evil",
    "1. evil",
    "> evil",
    "---",
    "evil, (evil) and = or != ~ evil",
    "+ evil: \u{1f9e8} \u{e9}\u{65}\u{301} \u{5d0}",
    "null",
    "evil\u{202e}txt\u{2066}\u{2028}\u{feff}\u{ad}",
    "##teamcity[evil] ::warning::evil",
    "\
    ```````````````````````````````````````````````````````````````````````````````````````````````\
    ` @team [x](https://evil.example.com)",
];

/// What stands in them and never in our own words.
pub(crate) const FOREIGN: [&str; 5] = ["evil", "@team", "<img", "](", "`"];

/// Texts that no manifest may have for a name, and Plutora may: its interface checks nothing.
pub(crate) const WORSE: [&str; 4] = [
    "evil\u{1b}[2J\u{1b}]8;;https://evil.example.com\u{7}\r\u{8}",
    "evil\n::error::x\n##vso[x]\n### evil\n\n<b>evil</b>",
    "evil\u{202e}txt.exe\u{2066}\u{200b}",
    "evil\t\0\u{85}",
];

fn quoted(name: &str) -> String {
    // `${env:…}` stands for a variable, unless the dollar is doubled.
    json!(name.replace("${env:", "$${env:")).to_string()
}

/// Runs a command in every format, and holds what it prints to being harmless.
fn harmless(world: &World, command: &[&str], codes: &[i32]) -> Vec<Ran> {
    ["text", "markdown", "json"]
        .into_iter()
        .map(|format| {
            // As on a terminal, where escapes are not taken out at the end.
            let colours = [("CLICOLOR_FORCE", "1")];
            let ran = world.run_with(&[command, &["--format", format, "-vvv"]].concat(), &colours);
            assert!(codes.contains(&ran.code), "{ran:?}");
            assert_harmless_run(&ran);
            if format == "markdown" {
                assert_harmless_markdown(&ran.stdout, &FOREIGN);
            }
            ran
        })
        .collect()
}

/// Declares a release, a system, an alias and a deployment of this name, and texts that hold it.
pub(crate) fn manifests(name: &str) -> String {
    let name = quoted(name);
    let aliases = format!("  aliases: [{name}]\n  description: {name}\n");
    let rows = format!(
        "summary: {name}\nlocation: {name}\nsystems:\n- system: {name}\n  dependencyType: Code \
         Implementation Dependency\n  deployments:\n  - {{title: {name}, start: 2026-12-01, end: \
         2026-12-02, changeRecord: {name}}}"
    );
    let release = release("NAME", &rows).replace("Release NAME", "NAME").replace("NAME", &name);
    let labelled = release.replace("metadata:\n", &format!("metadata:\n  labels: {{a: {name}}}\n"));
    format!("{}{labelled}", system(&name, &aliases))
}

#[test]
fn a_name_arrives_to_the_letter_and_is_nothing_else() {
    let long = NAMES[0].repeat(10_000 / NAMES[0].len());
    for name in NAMES.map(str::to_owned).into_iter().chain([long]) {
        let world = World::new(Seed::Empty);
        world.manifest("a.yaml", &manifests(&name));
        let planned = harmless(&world, &["plan", "-f", "."], &[0]);
        assert_eq!(planned[2].json()["steps"][0]["name"], name);
        let apply = ["apply", "-f", ".", "--auto-approve", "--format", "markdown"];
        let applied = world.run(&apply);
        assert_eq!(applied.code, 0, "{applied:?}");
        assert_harmless_markdown(&applied.stdout, &FOREIGN);
        let left = world.run(&["plan", "-f", ".", "--detailed-exitcode"]);
        assert_eq!(left.code, 0, "{left:?}");
        let state = world.state();
        for (list, keys) in [
            ("systems", vec!["name", "description"]),
            ("releases", vec!["identifier", "name", "summary", "location"]),
            ("deploymentDates", vec!["deploymentTitle", "changeRecord"]),
        ] {
            assert_eq!(state[list].as_array().unwrap().len(), 1, "{list}");
            for key in keys {
                assert_eq!(state[list][0][key], name, "{list} {key}");
            }
        }
        assert_eq!(state["systems"][0]["systemAlias"][0]["name"], name);
    }
}

#[test]
fn what_no_name_can_be_is_refused() {
    for name in WORSE {
        let world = World::new(Seed::Empty);
        // What only hides is no control character; it is a name, and shown.
        if !name.chars().any(char::is_control) {
            continue;
        }
        world.manifest("a.yaml", &manifests(name));
        let ran = world.run(&["validate", "-f", "."]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains("control character"), "{ran:?}");
        assert_harmless_run(&ran);
    }
}

#[test]
fn a_name_from_plutora_is_nothing_else_either() {
    for name in NAMES.into_iter().chain(WORSE) {
        let world = World::new(Seed::Demo);
        rename_everything(&world, name);
        // What is there is shown: the fields before, and all that a move puts at stake.
        let spec = "{summary: x, location: x, parent: ENT-2026.Q4}";
        let parent = release("ENT-2026.Q4", "").replace("Retail Banking", "Corporation");
        let parent = parent.replace("Independent", "Enterprise").replace("NotIsProject", "None");
        world.manifest("a.yaml", &partly("REL-2026.10", spec));
        world.manifest("b.yaml", &parent);
        harmless(&world, &["plan", "-f", "."], &[0]);
        harmless(&world, &["apply", "-f", ".", "--auto-approve"], &[0]);
        // What is not there is told with what is.
        world.manifest("a.yaml", &partly("REL-2026.11", "{organization: Nobody, riskLevel: None}"));
        harmless(&world, &["plan", "-f", "."], &[3]);
    }
}

/// Gives a name to all that an editor can name, but to what the manifests refer to.
pub(crate) fn rename_everything(world: &World, name: &str) {
    let state = world.state();
    let kept =
        ["Corporation", "Retail Banking", "Major", "Draft", "Low", "REL-2026.10", "ENT-2026.Q3"];
    for (list, keys) in [
        ("organizations", vec!["name"]),
        ("users", vec!["firstName", "lastName"]),
        ("lookupfields", vec!["value"]),
        ("workItemNamesPhases", vec!["name"]),
        ("workItemNamesGates", vec!["name"]),
        ("systems", vec!["name", "description", "vendor"]),
        ("releases", vec!["name", "summary", "location", "displayColor"]),
        ("activities", vec!["title", "status"]),
        ("deploymentDates", vec!["deploymentTitle"]),
    ] {
        for row in state[list].as_array().unwrap() {
            let named = keys.iter().filter(|key| !kept.iter().any(|it| row[**key] == *it));
            let change: serde_json::Map<String, Value> =
                named.map(|key| ((*key).to_owned(), json!(name))).collect();
            world.edit(list, row["id"].as_str().unwrap(), &change.into());
        }
    }
}

#[test]
fn what_a_server_says_of_an_error_is_nothing_else_either() {
    for name in NAMES.into_iter().chain(WORSE) {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.11", "{location: x}"));
        let body = json!({"message": name, "modelState": {(name): [name]}}).to_string();
        world.fault(&json!({"method": "PUT", "action": {"status": 400, "body": body}, "times": 9}));
        harmless(&world, &["apply", "-f", ".", "--auto-approve"], &[7]);
        world.clear_faults();
        for action in [
            json!({"status": 400, "body": body}),
            json!({"status": 400, "body": name}),
            json!({"status": 401, "headers": {"WWW-Authenticate": "evil"}, "body": name}),
        ] {
            world.fault(&json!({"method": "GET", "action": action, "times": 9}));
            harmless(&world, &["plan", "-f", "."], &[1, 4]);
            world.clear_faults();
        }
    }
}

#[test]
fn a_path_is_nothing_else_either() {
    let world = World::new(Seed::Demo);
    for (number, name) in NAMES.into_iter().chain(WORSE).enumerate() {
        let name = format!("{number}{}", name.replace(['/', '\0'], " "));
        let folder = world.folder.path().join(&name);
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("a.yaml");
        std::fs::write(&file, "a: 1\n").unwrap();
        let ran = world.run(&["validate", "-f", &name]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_harmless_run(&ran);
        std::fs::write(&file, partly("REL-2026.11", "{location: x}")).unwrap();
        harmless(&world, &["plan", "-f", &name], &[0]);
    }
}
