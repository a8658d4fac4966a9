//! `report.v1`: what came of an apply.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan_v1::Forecast;
use crate::apply;
use crate::live;
use crate::plan;
use crate::render::{Applied, words};

/// The version of the format.
const FORMAT_VERSION: &str = "1.2";

/// What came of an apply of plutora-sync.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "report.v1")]
pub(super) struct Report {
    /// Major and minor version of this format.
    format_version: String,
    /// The version of plutora-sync that carried the plan out.
    tool_version: String,
    /// The digest of the plan that was carried out.
    plan_digest: String,
    target: Target,
    /// Whether every step was done and read back as declared.
    complete: bool,
    /// Whether the user stopped the run.
    interrupted: bool,
    /// The steps that were to do something, in the order of the plan.
    steps: Vec<Step>,
    /// What the API did not do of the steps that were done, and what is left to be done by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// How many steps ended with each outcome, and how many objects were in sync from the start.
    summary: BTreeMap<String, u64>,
    /// What carrying out was forecast to take when nothing fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
    run: Run,
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
}

/// What came of one step.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Step {
    kind: String,
    name: String,
    /// `create`, `update` or `blocked`.
    action: String,
    /// `done`, `already`, `differs`, `in-doubt`, `failed`, `stale`, `skipped`, `blocked` or `not-started`.
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The id of the request that wrote, or of the one that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<String>,
    /// What there is to say, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    messages: Vec<String>,
    /// The fields that are not what they were expected to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    differences: Vec<Difference>,
    /// What became of the phases and gates of a release whose parent was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phases_and_gates: Option<PhasesAndGates>,
}

/// How the phases and gates of a release differ from what the plan saw.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PhasesAndGates {
    /// Those that were not there.
    appeared: Vec<Appeared>,
    /// Those that are no longer there.
    gone: Vec<WorkItem>,
    /// Those whose dates changed, or whether they are ignored.
    changed: Vec<Changed>,
    /// Why they could not be read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A phase or gate that was not there.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Appeared {
    item: WorkItem,
    /// Whether the parent that the release got has the same one at the same time.
    inherited: bool,
}

/// A phase or gate that changed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Changed {
    before: WorkItem,
    after: WorkItem,
}

/// A phase or a gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WorkItem {
    /// `phase` or `gate`.
    kind: String,
    id: String,
    name: String,
    /// RFC 3339.
    start: Option<String>,
    /// RFC 3339.
    end: Option<String>,
    /// Whether the release leaves it out.
    ignored: bool,
}

/// A field that is not what it was expected to be.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Difference {
    field: String,
    expected: Value,
    found: Value,
    /// What the step wanted, of an object that somebody changed since the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desired: Option<Value>,
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
    /// Requests that carrying out took, without tokens and retries.
    apply_requests: u64,
    /// RFC 3339.
    started_at: String,
}

/// Returns a report in this format.
pub(super) fn to_value(applied: &Applied) -> Value {
    let Applied {
        report,
        target,
        plan_digest,
        run_id,
        plan_requests,
        forecast,
        requests,
        started_at,
        warnings,
    } = applied;
    let mut summary: BTreeMap<String, u64> =
        BTreeMap::from([("inSync".to_owned(), report.in_sync)]);
    for step in &report.steps {
        *summary.entry(step.outcome.word().to_owned()).or_default() += 1;
    }
    let document = Report {
        format_version: FORMAT_VERSION.into(),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        plan_digest: plan_digest.clone(),
        target: Target { api_url: target.api_url.clone(), user: target.user.clone() },
        complete: report.is_complete(),
        interrupted: report.interrupted,
        steps: report.steps.iter().map(step).collect(),
        warnings: warnings.iter().map(warning).collect(),
        summary,
        forecast: Some(Forecast { apply_requests: *forecast }),
        run: Run {
            id: run_id.clone(),
            plan_requests: *plan_requests,
            apply_requests: *requests,
            started_at: started_at.clone(),
        },
    };
    // The types hold nothing that JSON cannot.
    serde_json::to_value(document).unwrap_or_default()
}

fn warning(warning: &plan::Warning) -> Warning {
    // What was at stake stands in the plan.
    let plan::Warning { code, key, message, migration: _, manual_steps, acknowledged } = warning;
    Warning {
        code: code.word().into(),
        kind: key.kind.name().into(),
        name: key.name.clone(),
        message: message.clone(),
        manual_steps: manual_steps.clone(),
        acknowledged: *acknowledged,
    }
}

fn step(step: &apply::StepReport) -> Step {
    let apply::StepReport { key, action, outcome, migrated } = step;
    let (id, correlation, differences): (_, _, &[_]) = match outcome {
        apply::Outcome::Done { id, correlation, differs } => {
            (Some(id.to_string()), correlation.as_ref().map(ToString::to_string), differs)
        }
        apply::Outcome::Stale(moved) => (None, None, moved),
        apply::Outcome::Failed { correlation, .. } => {
            (None, correlation.as_ref().map(ToString::to_string), &[])
        }
        apply::Outcome::Already(id) => (Some(id.to_string()), None, &[]),
        apply::Outcome::Appeared(_)
        | apply::Outcome::Gone
        | apply::Outcome::Skipped(_)
        | apply::Outcome::Blocked(_)
        | apply::Outcome::NotStarted => (None, None, &[]),
    };
    let difference = |it: &apply::Difference| Difference {
        field: it.def.name.into(),
        expected: it.expected.to_json(),
        found: it.found.to_json(),
        desired: it.desired.as_ref().map(crate::resource::FieldValue::to_json),
    };
    Step {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        action: (*action).into(),
        outcome: outcome.word().into(),
        id,
        correlation,
        messages: words::outcome(outcome),
        differences: differences.iter().map(difference).collect(),
        phases_and_gates: migrated.as_ref().map(phases_and_gates),
    }
}

fn phases_and_gates(migrated: &apply::Migrated) -> PhasesAndGates {
    let mut differences = PhasesAndGates::default();
    match migrated {
        apply::Migrated::Unread(error) => differences.error = Some(error.clone()),
        apply::Migrated::Seen(changes) => {
            for change in changes {
                match change {
                    apply::ItemChange::Appeared { item, inherited } => {
                        let (item, inherited) = (work_item(item), *inherited);
                        differences.appeared.push(Appeared { item, inherited });
                    }
                    apply::ItemChange::Gone(item) => differences.gone.push(work_item(item)),
                    apply::ItemChange::Changed { before, after } => {
                        let (before, after) = (work_item(before), work_item(after));
                        differences.changed.push(Changed { before, after });
                    }
                }
            }
        }
    }
    differences
}

fn work_item(item: &live::WorkItem) -> WorkItem {
    // The activities on it are not read again.
    let live::WorkItem { kind, id, name_id: _, name, start, end, ignored, activities: _ } = item;
    WorkItem {
        kind: kind.word().into(),
        id: id.to_string(),
        name: name.clone(),
        start: start.map(|instant| instant.to_string()),
        end: end.map(|instant| instant.to_string()),
        ignored: *ignored,
    }
}
