//! `report.v1`: what a run came to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::difference_v1::{Difference, difference};
use super::migrated_v1::{PhasesAndGates, phases_and_gates};
use super::plan_v1::{Change, Forecast, Source, change, source};
use crate::live;
use crate::plan;
use crate::render::ended::Came;
use crate::render::{self, Ended};

/// The version of the format.
const FORMAT_VERSION: &str = "1.7";

/// What a plan or an apply of plutora-sync came to.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "report.v1")]
pub(super) struct Report {
    /// Major and minor version of this format.
    format_version: String,
    /// The version of plutora-sync that ran.
    tool_version: String,
    /// `plan` or `apply`.
    #[serde(default)]
    command: String,
    /// The exit code of the run, but for what writing the reports themselves came to.
    #[serde(default)]
    exit_code: u8,
    /// Why the run ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    /// Of a plan, why no apply would be begun at its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frozen: Option<String>,
    /// The digest of the plan; absent where the run ended before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan_digest: Option<String>,
    /// Absent where the run ended before it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<Target>,
    /// Whether every step was done and read back as declared; of a plan, whether there is nothing to do.
    complete: bool,
    /// Whether the user stopped the run.
    interrupted: bool,
    /// The steps that were to do something, in the order of the plan.
    steps: Vec<Step>,
    /// What the API did not do of the steps that were done, and what is left to be done by hand; where
    /// none was begun, of those that are planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// How many steps have each outcome, and how many objects were in sync from the start.
    summary: BTreeMap<String, u64>,
    /// What carrying out was forecast to take when nothing fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
    run: Run,
}

/// Why a run ended early.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    /// What happened.
    message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
    /// What is wrong with the manifests, at most a thousand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Diagnostic>,
}

/// Something that is wrong with a manifest.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Diagnostic {
    file: String,
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// Which Plutora, and as whom.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Target {
    api_url: String,
    user: String,
}

/// Something that is left to be done by hand.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Warning {
    /// A stable code.
    code: String,
    kind: String,
    name: String,
    message: String,
    manual_steps: Vec<String>,
    /// Whether a manifest acknowledges it.
    acknowledged: bool,
    /// Whether it refuses the plan.
    #[serde(default)]
    denied: bool,
}

/// What came of one step.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Step {
    kind: String,
    name: String,
    /// `create`, `update` or `blocked`.
    action: String,
    /// `done`, `already`, `differs`, `in-doubt`, `failed`, `stale`, `skipped`, `blocked` or `not-started`;
    /// of a plan `planned` or `blocked`.
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The id of the request that wrote, or of the one that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<String>,
    /// What there is to say, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    messages: Vec<String>,
    /// Where the manifests declare it.
    #[serde(default)]
    sources: Vec<Source>,
    /// The fields that differed when it was planned; every managed field for a creation.
    #[serde(default)]
    changes: Vec<Change>,
    /// The fields that are not what they were expected to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    differences: Vec<Difference>,
    /// What became of the phases and gates of a release whose parent was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phases_and_gates: Option<PhasesAndGates>,
}

/// How the report came about.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Run {
    /// The id of the run, as sent to Plutora.
    id: String,
    /// Requests that planning took in this run; of a saved plan, that checking it took.
    #[serde(default)]
    plan_requests: u64,
    /// The same, by endpoint, with `{id}` in the place of ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    plan_requests_by_endpoint: BTreeMap<String, u64>,
    /// Requests that carrying out took, without tokens and retries.
    apply_requests: u64,
    /// The same, by endpoint, with `{id}` in the place of ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    apply_requests_by_endpoint: BTreeMap<String, u64>,
    /// How often a request was sent again, which no other number counts; for planning too.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    repetitions: u64,
    /// RFC 3339.
    started_at: String,
}

/// Returns a report in this format.
pub(super) fn to_value(ended: &Ended) -> Value {
    let Ended { command, run_id, started_at, target, planned, applied, failure, exit_code } = ended;
    let steps = ended.steps();
    let mut summary: BTreeMap<String, u64> = BTreeMap::from([("inSync".to_owned(), 0)]);
    for (_, came) in &steps {
        let word = if let Came::InSync = came { "inSync" } else { came.word() };
        *summary.entry(word.to_owned()).or_default() += 1;
    }
    let planned = planned.as_deref();
    let planning = planned.map_or(0, |planned| planned.requests);
    let document = Report {
        format_version: FORMAT_VERSION.into(),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        command: command.word().into(),
        exit_code: *exit_code,
        failure: failure.as_ref().map(self::failure),
        frozen: planned.and_then(|planned| planned.frozen.clone()),
        plan_digest: planned.map(render::plan_digest),
        target: target.as_ref().map(|live::Target { api_url, user }| Target {
            api_url: api_url.clone(),
            user: user.clone(),
        }),
        complete: ended.is_complete(),
        interrupted: ended.was_interrupted(),
        steps: steps.iter().filter(|(_, it)| !matches!(it, Came::InSync)).map(step).collect(),
        warnings: ended.warnings().iter().map(|it| warning(it, ended.is_denied(it))).collect(),
        summary,
        forecast: planned.map(|it| Forecast { apply_requests: it.plan.apply_requests() }),
        run: Run {
            id: run_id.clone(),
            plan_requests: applied.as_ref().map_or(planning, |applied| applied.plan_requests),
            plan_requests_by_endpoint: match applied {
                Some(applied) => applied.plan_by_endpoint.clone(),
                None => planned.map(|it| it.spent.by_endpoint.clone()).unwrap_or_default(),
            },
            apply_requests: applied.as_ref().map_or(0, |applied| applied.requests),
            apply_requests_by_endpoint: applied
                .as_ref()
                .map(|applied| applied.by_endpoint.clone())
                .unwrap_or_default(),
            repetitions: match applied {
                Some(applied) => applied.repetitions,
                None => planned.map_or(0, |planned| planned.spent.repetitions),
            },
            started_at: started_at.clone(),
        },
    };
    // The types hold nothing that JSON cannot.
    serde_json::to_value(document).unwrap_or_default()
}

pub(super) fn failure(failed: &render::Failed) -> Failure {
    // The text that is laid out is for people.
    let render::Failed { message, laid_out: _, hints, mistakes } = failed;
    let diagnostics = mistakes.iter().map(|mistake| {
        let render::Mistake { file, line, column, message, help } = mistake.clone();
        Diagnostic { file, line, column, message, help }
    });
    Failure { message: message.clone(), hints: hints.clone(), diagnostics: diagnostics.collect() }
}

fn warning(warning: &plan::Warning, denied: bool) -> Warning {
    // What was at stake stands in the plan.
    let plan::Warning { code, key, message, migration: _, manual_steps, acknowledged } = warning;
    Warning {
        code: code.word().into(),
        kind: key.kind.name().into(),
        name: key.name.clone(),
        message: message.clone(),
        manual_steps: manual_steps.clone(),
        acknowledged: *acknowledged,
        denied,
    }
}

fn step((step, came): &(&plan::Step, Came<'_>)) -> Step {
    let plan::Step { key, sources, action, .. } = step;
    let tried = if let Came::Tried(report) = came { Some(*report) } else { None };
    let (id, correlation, differences) =
        tried.map_or((None, None, &[][..]), |it| it.outcome.parts());
    let migrated = tried.and_then(|report| report.migrated.as_ref());
    Step {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        action: action.word().into(),
        outcome: came.word().into(),
        id: id.map(|id| id.to_string()),
        correlation: correlation.map(ToString::to_string),
        messages: came.messages(),
        sources: sources.iter().map(source).collect(),
        changes: action.changes().iter().map(change).collect(),
        differences: differences.iter().map(|it| difference(key.kind, it)).collect(),
        phases_and_gates: migrated.map(phases_and_gates),
    }
}
