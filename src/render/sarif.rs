//! SARIF 2.1.0, which shows findings at the lines of the manifests that they are about.

use serde_json::{Value, json};

use super::ended::Came;
use super::safe::{unlinked, uri};
use super::words::object;
use super::{Ended, Mistake, pretty};
use crate::desired::SourceLine;
use crate::digest::digest;
use crate::plan::{Step, Warning};
use crate::resource::Code;

/// The rule of what is wrong with a manifest.
const MANIFEST: &str = "manifest";

/// The rules of steps by their outcome, each with what it means.
const OUTCOMES: [(&str, &str); 5] = [
    ("blocked", "The API cannot do what is declared."),
    ("failed", "A step was not done."),
    ("stale", "Somebody has changed an object since it was planned; it was not touched."),
    ("differs", "Plutora stored something else than what was written."),
    ("in-doubt", "Nobody knows whether a step was done."),
];

/// One run, with a result for each finding.
pub(super) fn report(ended: &Ended) -> String {
    let mistakes = ended.failure.iter().flat_map(|failed| &failed.mistakes).map(mistake);
    let steps = ended.steps();
    let outcomes = steps.iter().filter_map(outcome);
    let warnings = ended.warnings().iter().map(|it| warning(ended, &steps, it));
    let results: Vec<Value> = mistakes.chain(outcomes).chain(warnings).collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "plutora-sync",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules(),
            }},
            "automationDetails": {
                "id": format!("plutora-sync/{}/{}", ended.command.word(), ended.run_id),
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(ended)],
            "results": results,
        }],
    }))
}

fn rules() -> Vec<Value> {
    let warnings = Code::ALL.map(|code| (code.word(), what(code), "warning"));
    let manifest = (MANIFEST, "A manifest, or the configuration, has to be mended.", "error");
    let outcomes = OUTCOMES.map(|(id, text)| (id, text, "error"));
    let all = warnings.into_iter().chain([manifest]).chain(outcomes);
    let rule = |(id, text, level): (&str, &str, &str)| {
        json!({
            "id": id,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": level},
        })
    };
    all.map(rule).collect()
}

fn what(code: Code) -> &'static str {
    match code {
        Code::Ps101 => "A release's parent changes, and phases and gates are not migrated.",
    }
}

/// Says how the run went; what ended it early stands in no manifest, unless it is a mistake in one.
fn invocation(ended: &Ended) -> Value {
    let failed = ended.failure.iter();
    let notes = failed.map(|failed| {
        let hints = failed.hints.iter().map(|hint| format!("hint: {hint}"));
        let lines = failed.message.lines().map(str::to_owned).chain(hints);
        let lines: Vec<String> = lines.map(|line| unlinked(&line)).collect();
        json!({"level": "error", "message": {"text": lines.join("\n")}})
    });
    json!({
        "executionSuccessful": ended.failure.is_none() && matches!(ended.exit_code, 0 | 2),
        "exitCode": ended.exit_code,
        "toolExecutionNotifications": notes.collect::<Vec<Value>>(),
    })
}

fn mistake(mistake: &Mistake) -> Value {
    let Mistake { file, line, column, message, help } = mistake;
    let region = json!({"startLine": line, "startColumn": column});
    let message = match help {
        Some(help) => format!("{message}; {help}"),
        None => message.clone(),
    };
    let about = json!([file, message]);
    result(MANIFEST, "error", &message, &[location(file, &region)], &about)
}

fn outcome((step, came): &(&Step, Came<'_>)) -> Option<Value> {
    let (rule, _) = OUTCOMES.into_iter().find(|(word, _)| *word == came.word())?;
    let object = object(&step.key);
    let messages = came.messages();
    let message = match messages.as_slice() {
        [] => format!("{object}: {rule}"),
        messages => format!("{object}: {}", messages.join("; ")),
    };
    Some(result(rule, "error", &message, &locations(&step.sources), &json!(object)))
}

fn warning(ended: &Ended, steps: &[(&Step, Came<'_>)], warning: &Warning) -> Value {
    let Warning { code, key, message, migration: _, manual_steps, acknowledged } = warning;
    let object = object(key);
    let step = steps.iter().find(|(step, _)| step.key == *key);
    let sources = step.map_or(&[][..], |(step, _)| &step.sources);
    let steps = manual_steps.iter().map(|step| format!(" By hand: {step}"));
    let message = format!("{object}: {message}.{}", steps.collect::<Vec<_>>().concat());
    let level = if ended.is_denied(warning) { "error" } else { "warning" };
    let mut result = result(code.word(), level, &message, &locations(sources), &json!(object));
    if let Some(result) = result.as_object_mut().filter(|_| *acknowledged) {
        let by = "acknowledged in the manifest";
        let suppressions = json!([{"kind": "inSource", "justification": by}]);
        result.insert("suppressions".to_owned(), suppressions);
    }
    result
}

/// `about` tells a finding from others of its rule, also after lines have moved.
fn result(rule: &str, level: &str, message: &str, locations: &[Value], about: &Value) -> Value {
    json!({
        "ruleId": rule,
        "level": level,
        "message": {"text": unlinked(message)},
        "locations": locations,
        "partialFingerprints": {"plutoraSync/v1": digest(&json!([rule, about]))},
    })
}

fn locations(sources: &[SourceLine]) -> Vec<Value> {
    // Viewers show the first, and some know no other.
    let of = |source: &SourceLine| location(&source.file, &json!({"startLine": source.line}));
    sources.iter().map(of).collect()
}

fn location(file: &str, region: &Value) -> Value {
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(file)}, "region": region}})
}
