//! Reports and events: what a run leaves for those who did not watch it, however it ended.

use std::fs;

use plutora_sandbox::Seed;
use plutora_sync::render;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::support::{
    Ran, World, assert_harmless_markdown, assert_harmless_run, partly, release, writes,
};

const FLAGS: [&str; 12] = [
    "--report",
    "text=r.txt",
    "--report",
    "json=r.json,markdown=r.md",
    "--report",
    "junit=r.xml",
    "--report",
    "sarif=r.sarif",
    "--events",
    "events.ndjson",
    "--comment-for",
    "bitbucket",
];

/// Everything that a run has left.
struct Left {
    ran: Ran,
    text: String,
    json: Value,
    markdown: String,
    junit: String,
    sarif: Value,
    events: Vec<Value>,
}

fn run(world: &World, command: &[&str]) -> Left {
    run_with(world, command, &[])
}

fn run_with(world: &World, command: &[&str], variables: &[(&str, &str)]) -> Left {
    let ran = world.run_with(&[command, &FLAGS].concat(), variables);
    left(world, ran, command[0])
}

/// Reads what a run has left, and holds it to what is so however a run ends.
fn left(world: &World, ran: Ran, command: &str) -> Left {
    let read = |name: &str| {
        let file = world.folder.path().join(name);
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{name}: {ran:?}"));
        fs::remove_file(file).unwrap();
        text
    };
    let json: Value = serde_json::from_str(&read("r.json")).unwrap();
    let sarif: Value = serde_json::from_str(&read("r.sarif")).unwrap();
    let events = read("events.ndjson");
    let events = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (text, markdown, junit) = (read("r.txt"), read("r.md"), read("r.xml"));
    let left = Left { ran, text, json, markdown, junit, sarif, events };
    assert_lawful(&left, command);
    left
}

fn assert_lawful(left: &Left, command: &str) {
    let Left { ran, text, json, markdown, junit, sarif, events } = left;
    assert_harmless_run(ran);
    fits(&render::report_schema(), json);
    assert_eq!((&json["command"], &json["exitCode"]), (&json!(command), &json!(ran.code)));
    let marker = format!("<!-- plutora-sync:{command} -->");
    assert_eq!(markdown.lines().next(), Some(marker.as_str()), "{markdown}");
    assert_harmless_markdown(markdown, &[]);
    let cases = elements(junit, "testcase");
    let suite = elements(junit, "testsuite");
    assert_eq!(attribute(&suite[0], "tests"), cases.len().to_string(), "{junit}");
    for (counted, element) in [("failures", "failure"), ("errors", "error")] {
        let number = elements(junit, element).len();
        assert_eq!(attribute(&suite[0], counted), number.to_string(), "{junit}");
    }
    assert_sarif(sarif, ran.code);
    events.iter().for_each(|event| fits(&render::events_schema(), event));
    let (first, last) = (events.first().unwrap(), events.last().unwrap());
    assert_eq!((&first["type"], &first["version"]), (&json!("version"), &json!("1.0")));
    assert_eq!((&first["command"], &first["runId"]), (&json!(command), &json["run"]["id"]));
    assert_eq!((&last["type"], &last["exitCode"]), (&json!("end"), &json!(ran.code)));
    let failures: Vec<&Value> = events.iter().filter(|it| it["type"] == "failure").collect();
    let Some(failure) = json.get("failure") else {
        assert!(failures.is_empty() && elements(junit, "error").is_empty());
        return;
    };
    let message = failure["message"].as_str().unwrap();
    assert_eq!(failures.len(), 1, "{events:#?}");
    assert_eq!(failures[0]["message"], message);
    assert_eq!(attribute(&elements(junit, "error")[0], "message"), message, "{junit}");
    let note = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(note["message"]["text"].as_str().unwrap().starts_with(message), "{note}");
    // Places and excerpts say more than their number.
    let shown = message.split(": ").last().unwrap();
    assert!(text.contains(shown) && markdown.contains(shown), "{text}{markdown}");
    for hint in failure["hints"].as_array().into_iter().flatten() {
        let hint = hint.as_str().unwrap();
        assert!(text.contains(hint) && markdown.contains(hint), "{text}{markdown}");
    }
}

fn fits(schema: &Value, json: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(json).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{json:#}");
}

/// What the schema of SARIF 2.1.0 asks for, as far as it concerns us.
fn assert_sarif(sarif: &Value, code: i32) {
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "plutora-sync");
    let rules: Vec<&Value> =
        driver["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    for result in run["results"].as_array().unwrap() {
        assert!(rules.contains(&&result["ruleId"]), "{result:#}");
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()), "{result:#}");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty(), "{result:#}");
        let locations = result["locations"].as_array().unwrap();
        assert!(!locations.is_empty(), "{result:#}");
        for location in locations {
            let place = &location["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(!uri.contains([' ', '\\', '<', '%']) && !uri.is_empty(), "{uri}");
            assert!(place["region"]["startLine"].as_u64().unwrap() > 0, "{result:#}");
        }
        if let Some(suppressions) = result.get("suppressions") {
            assert_eq!(suppressions[0]["kind"], "inSource");
        }
    }
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["exitCode"], code);
    assert_eq!(invocation["executionSuccessful"], code == 0 || code == 2);
}

/// Returns the results of a rule.
fn results<'a>(sarif: &'a Value, rule: &str) -> Vec<&'a Value> {
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    results.filter(|result| result["ruleId"] == rule).collect()
}

/// Returns the start tags of an element; the whole must be well-formed.
fn elements(xml: &str, name: &str) -> Vec<quick_xml::events::BytesStart<'static>> {
    let allowed =
        |it: char| it == '\n' || it == '\t' || (it >= ' ' && it < '\u{fffe}') || it > '\u{ffff}';
    assert!(xml.chars().all(allowed), "{xml:?}");
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == name => {
                found.push(start.into_owned());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn attribute(element: &quick_xml::events::BytesStart<'_>, name: &str) -> String {
    let found = element.try_get_attribute(name).unwrap().unwrap();
    quick_xml::escape::unescape(&found.value).unwrap().into_owned()
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
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
fn plutora_that_is_not_there() {
    let world = world();
    for command in ["plan", "apply"] {
        let nowhere = [("PLUTORA_API_URL", "http://127.0.0.1:9")];
        let left = run_with(&world, &[command, "-f", "."], &nowhere);
        assert_eq!(left.ran.code, 1, "{:?}", left.ran);
        assert_eq!(left.json["target"]["apiUrl"], "http://127.0.0.1:9");
        assert_eq!(types(&left.events), ["version", "failure", "end"]);
    }
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
        world.manifest(
            &format!("{number}.yaml"),
            &crate::support::system(&format!("S {number}"), ""),
        );
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
    world.manifest("plutora-sync.yaml", "deny: []\n");
    let apply = ["apply", "-f", ".", "--auto-approve"];
    let refused = |flags: &[&str], why: &str| {
        let ran = world.run(&[&apply[..], flags].concat());
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains(why), "{why}: {ran:?}");
        assert!(world.journal().is_empty(), "{ran:?}");
    };
    refused(&["--report", "text=./a.yaml"], "is one of the files that the plan is made of");
    refused(&["--report", "text=plutora-sync.yaml"], "is one of the files");
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
}

#[test]
fn a_report_that_cannot_be_written_fails_a_run_that_did_not() {
    let world = world();
    let nowhere = ["--report", "text=no/such/folder", "--report", "json=r.json"];
    let ran = world.run(&[&["apply", "-f", ".", "--auto-approve"], &nowhere[..]].concat());
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("no/such/folder cannot be written"), "{ran:?}");
    assert!(!writes(&world.journal()).is_empty(), "the apply was carried out");
    assert!(world.folder.path().join("r.json").exists(), "the others are written");
    let ran = world.run(&[&["plan", "-f", ".", "--deny", "Q"], &nowhere[..]].concat());
    assert_eq!(ran.code, 3, "{ran:?}");
    let ran = world.run_with(
        &[&["plan", "-f", "."], &nowhere[..]].concat(),
        &[("PLUTORA_API_URL", "http://127.0.0.1:9")],
    );
    assert_eq!(ran.code, 1, "the run's own failure matters more: {ran:?}");
    assert!(ran.stderr.contains("no/such/folder cannot be written"), "{ran:?}");
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
