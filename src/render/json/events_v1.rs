//! `events.v1`: what happens while it happens, one JSON object a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan_v1::{Change, Source, Summary, change, source};
use super::report_v1::{Failure, failure};
use crate::apply::Outcome;
use crate::plan::{Action, Plan, Step, Warning};
use crate::render::{self, Happened, Planned, words};

/// The version of the format.
const FORMAT_VERSION: &str = "1.1";

/// A line of the events of a run of plutora-sync.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "events.v1")]
pub(super) struct Line {
    #[serde(flatten)]
    event: Event,
    /// When, RFC 3339.
    at: String,
}

/// What happened; a reader passes over types that it does not know.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Event {
    /// The first line.
    Version {
        /// Major and minor version of this format.
        version: String,
        /// The version of plutora-sync that runs.
        tool_version: String,
        /// `plan` or `apply`.
        command: String,
        /// The id of the run, as sent to Plutora.
        run_id: String,
    },
    /// A step that is not in sync.
    Planned {
        kind: String,
        name: String,
        /// `create`, `update` or `blocked`.
        action: String,
        /// Why a blocked step is blocked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Where the manifests declare it.
        sources: Vec<Source>,
        /// The fields that differ; every managed field for a creation.
        changes: Vec<Change>,
    },
    /// What the API will not do.
    Warning {
        /// A stable code.
        code: String,
        kind: String,
        name: String,
        message: String,
        /// What to do by hand.
        manual_steps: Vec<String>,
        /// Whether a manifest acknowledges it.
        acknowledged: bool,
        /// Whether it refuses the plan.
        denied: bool,
    },
    /// The end of the plan.
    PlanSummary {
        /// The digest of the plan.
        plan_digest: String,
        summary: Summary,
        /// Requests that planning took, without tokens and retries.
        plan_requests: u64,
        /// Requests that carrying out takes when nothing fails.
        apply_requests: u64,
    },
    /// A step began.
    StepStarted {
        kind: String,
        name: String,
        /// `create` or `update`.
        action: String,
    },
    /// A step ended, or its turn did not come; a second one of an object tells what a look at the end of
    /// the apply has shown instead.
    StepFinished {
        kind: String,
        name: String,
        /// `done`, `already`, `differs`, `in-doubt`, `failed`, `stale`, `skipped`, `blocked` or
        /// `not-started`.
        outcome: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The id of the request that wrote, or of the one that failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correlation: Option<String>,
        /// What there is to say, for people.
        messages: Vec<String>,
    },
    /// The run ended early, or what it was to leave could not be written.
    Failure {
        #[serde(flatten)]
        failure: Failure,
    },
    /// The last line.
    End {
        /// The exit code.
        exit_code: u8,
    },
}

/// Returns the lines of something that happened at a time.
pub(super) fn lines(happened: &Happened<'_>, at: &str) -> String {
    let mut lines = String::new();
    for event in events(happened) {
        // The types hold nothing that JSON cannot.
        let line = serde_json::to_string(&Line { event, at: at.to_owned() }).unwrap_or_default();
        lines.push_str(&line);
        lines.push('\n');
    }
    render::visible_json(&lines).into_owned()
}

fn events(happened: &Happened<'_>) -> Vec<Event> {
    match happened {
        Happened::Began { command, run_id } => vec![Event::Version {
            version: FORMAT_VERSION.into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            command: command.word().into(),
            run_id: (*run_id).to_owned(),
        }],
        Happened::Planned(planned) => {
            let Plan { steps, warnings, .. } = &planned.plan;
            let steps = steps.iter().filter(|step| step.action != Action::InSync).map(step);
            let warnings = warnings.iter().map(|it| warning(it, planned.is_denied(it)));
            steps.chain(warnings).chain([summary(planned)]).collect()
        }
        Happened::StepStarted(Step { key, action, .. }) => vec![Event::StepStarted {
            kind: key.kind.name().into(),
            name: key.name.clone(),
            action: action.word().into(),
        }],
        Happened::StepFinished(key, outcome) => {
            vec![finished((key.kind.name(), &key.name), outcome)]
        }
        Happened::Failed(failed) => vec![Event::Failure { failure: failure(failed) }],
        Happened::Ended(exit_code) => vec![Event::End { exit_code: *exit_code }],
    }
}

fn step(step: &Step) -> Event {
    let Step { key, sources, action, .. } = step;
    let reason =
        if let Action::Blocked { reason, .. } = action { Some(reason.clone()) } else { None };
    Event::Planned {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        action: action.word().into(),
        reason,
        sources: sources.iter().map(source).collect(),
        changes: action.changes().iter().map(change).collect(),
    }
}

fn warning(warning: &Warning, denied: bool) -> Event {
    // What is at stake stands in the plan.
    let Warning { code, key, message, migration: _, manual_steps, acknowledged } = warning;
    Event::Warning {
        code: code.word().into(),
        kind: key.kind.name().into(),
        name: key.name.clone(),
        message: message.clone(),
        manual_steps: manual_steps.clone(),
        acknowledged: *acknowledged,
        denied,
    }
}

fn summary(planned: &Planned) -> Event {
    Event::PlanSummary {
        plan_digest: render::plan_digest(planned),
        summary: planned.plan.summary().into(),
        plan_requests: planned.requests,
        apply_requests: planned.plan.apply_requests(),
    }
}

fn finished((kind, name): (&str, &str), outcome: &Outcome) -> Event {
    let (id, correlation, _) = outcome.parts();
    Event::StepFinished {
        kind: kind.into(),
        name: name.into(),
        outcome: outcome.word().into(),
        id: id.map(|id| id.to_string()),
        correlation: correlation.map(ToString::to_string),
        messages: words::outcome(outcome),
    }
}
