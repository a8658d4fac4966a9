//! What a run leaves beside its answer, and what is so of that however the run ended.

use std::fs;

use plutora_sync::render;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Value, json};

use super::harmless::{assert_harmless, assert_without_html};
use super::{Ran, World, assert_harmless_markdown, assert_harmless_run};

pub(crate) const FLAGS: [&str; 12] = [
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
pub(crate) struct Left {
    pub(crate) ran: Ran,
    pub(crate) text: String,
    pub(crate) json: Value,
    pub(crate) markdown: String,
    pub(crate) junit: String,
    pub(crate) sarif: Value,
    pub(crate) events: Vec<Value>,
}

/// Reads what a run has left, and holds it to what is so however a run ends.
pub(crate) fn left(world: &World, ran: Ran, command: &str) -> Left {
    let read = |name: &str| {
        let file = world.folder.path().join(name);
        let text = fs::read_to_string(&file).expect(name);
        fs::remove_file(file).unwrap();
        assert_harmless(&text);
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
    let Left { ran, json, markdown, junit, sarif, events, .. } = left;
    assert_harmless_run(ran);
    fits(&render::report_schema(), json);
    assert_eq!((&json["command"], &json["exitCode"]), (&json!(command), &json!(ran.code)));
    let marker = format!("[//]: # (plutora-sync:{command})");
    assert_eq!(markdown.lines().next(), Some(marker.as_str()), "{markdown}");
    assert_harmless_markdown(markdown, &[]);
    assert_without_html(markdown);
    let suite = elements(junit, "testsuite");
    for (counted, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        let number = elements(junit, element).len();
        assert_eq!(attribute(&suite[0], counted), number.to_string(), "{junit}");
    }
    assert_sarif(sarif, ran.code);
    for event in events {
        fits(&render::events_schema(), event);
    }
    let (first, last) = (events.first().unwrap(), events.last().unwrap());
    assert_eq!((&first["type"], &first["version"]), (&json!("version"), &json!("1.1")));
    assert_eq!((&first["command"], &first["runId"]), (&json!(command), &json["run"]["id"]));
    assert_eq!((&last["type"], &last["exitCode"]), (&json!("end"), &json!(ran.code)));
    assert_failure(left);
}

/// Holds every report to saying why the run failed, if it did.
fn assert_failure(left: &Left) {
    let Left { text, json, markdown, junit, sarif, events, .. } = left;
    let failures: Vec<&Value> = events.iter().filter(|it| it["type"] == "failure").collect();
    let Some(failure) = json.get("failure") else {
        assert!(failures.is_empty() && elements(junit, "error").is_empty());
        return;
    };
    let message = failure["message"].as_str().unwrap();
    assert_eq!(failures.len(), 1, "{events:#?}");
    assert_eq!(failures[0]["message"], message);
    let first = message.lines().next().unwrap();
    assert_eq!(attribute(&elements(junit, "error")[0], "message"), first, "{junit}");
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
pub(crate) fn results<'a>(sarif: &'a Value, rule: &str) -> Vec<&'a Value> {
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    results.filter(|result| result["ruleId"] == rule).collect()
}

/// Returns the start tags of an element; the whole must be well-formed.
pub(crate) fn elements(xml: &str, name: &str) -> Vec<BytesStart<'static>> {
    let allowed = |it: char| {
        ['\n', '\t'].contains(&it) || (it >= ' ' && !['\u{fffe}', '\u{ffff}'].contains(&it))
    };
    assert!(xml.chars().all(allowed), "{xml:?}");
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(start) | Event::Empty(start) = &event
            && start.name().as_ref() == name
        {
            found.push(start.clone().into_owned());
        }
        if let Event::Eof = event {
            return found;
        }
    }
}

pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element.try_get_attribute(name).unwrap().unwrap();
    quick_xml::escape::unescape(&found.value).unwrap().into_owned()
}

pub(crate) fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}
