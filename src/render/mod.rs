//! From data to bytes: one file per format.
//!
//! Text comes out styled; the edge strips the styles where they do not belong. Every name that
//! comes from a manifest or from Plutora passes through [`safe`] on its way.

mod comment;
mod diagnostic;
mod drift;
mod ended;
mod events;
mod explain;
mod failure;
mod forge;
mod json;
mod junit;
mod located;
mod markdown;
mod mistakes;
mod out;
mod reads;
mod room;
mod safe;
mod sarif;
mod spent;
mod spots;
mod stakes;
mod text;
mod way_out;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

pub use diagnostic::{diagnostics, notes};
pub use ended::{Command, Ended, Failed, Mistake};
pub use events::{Happened, events};
pub use explain::{Explained, explain};
pub use forge::Forge;
pub use json::{
    PlanFileError, drift_schema, events_schema, last_applied, last_applied_schema, plan_schema,
    read_last_applied, read_plan, report_schema,
};
pub use mistakes::mistakes;
pub use safe::{inert, laid_out, plain, visible_json};
pub use spent::Spent;

use out::Out;

use crate::apply::Report;
use crate::desired::Removed;
use crate::live::{Endpoints, Target};
use crate::plan::{Drifted, Plan, Warning};
use crate::resource::Code;

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs: `plan.v1`, `report.v1`.
    Json,
    /// For comments on pull requests.
    Markdown(Forge),
}

/// The format of a report, which tells of a run that failed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For people at a terminal.
    Text,
    /// For programs: `report.v1`.
    Json,
    /// For comments on pull requests.
    Markdown(Forge),
    /// For what shows the results of tests.
    Junit,
    /// For what shows findings at lines of files.
    Sarif,
}

/// A plan, and how it came about; the second part is outside the plan's digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The version of this program that made it.
    pub tool_version: String,
    /// How many requests planning took.
    pub requests: u64,
    /// When planning started, RFC 3339.
    pub started_at: String,
    /// The codes of the warnings that refuse the plan unless they are acknowledged.
    pub denied: BTreeSet<Code>,
    /// What was declared when it was last applied, and is no longer.
    pub removed: Vec<Removed>,
    /// What planning took, and what there is for an apply.
    pub spent: Spent,
    /// Why no apply would be begun at the time of the plan; of no saved plan, as that time is over.
    pub frozen: Option<String>,
}

impl Planned {
    /// Returns whether a warning refuses the plan.
    pub fn is_denied(&self, warning: &Warning) -> bool {
        !warning.acknowledged && self.denied.contains(&warning.code)
    }
}

/// What came of an apply, and how it came about.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What came of each step.
    pub report: Report,
    /// Where.
    pub target: Target,
    /// The digest of the plan that was carried out.
    pub plan_digest: String,
    /// The id of the run, as Plutora's logs have it.
    pub run_id: String,
    /// How many requests planning took; of a saved plan those that have checked it.
    pub plan_requests: u64,
    /// Whether the plan was saved.
    pub saved: bool,
    /// How often a request was sent again, for planning too.
    pub repetitions: u64,
    /// How many requests planning took, by endpoint; none for a saved plan.
    pub plan_by_endpoint: Endpoints,
    /// How many requests carrying it out was forecast to take.
    pub forecast: u64,
    /// How many requests carrying it out took.
    pub requests: u64,
    /// How many requests carrying it out took, by endpoint.
    pub by_endpoint: Endpoints,
    /// When it started, RFC 3339.
    pub started_at: String,
    /// What the plan warned of, of the steps that were done.
    pub warnings: Vec<Warning>,
}

/// Returns a plan in a format.
pub fn plan(format: Format, planned: &Planned) -> String {
    match format {
        Format::Text => text::plan(planned),
        Format::Json => json::plan(planned),
        Format::Markdown(forge) => markdown::plan(planned, forge),
    }
}

/// Returns what is not as declared, in a format.
pub fn drift(format: Format, planned: &Planned, drifted: &[Drifted<'_>]) -> String {
    match format {
        Format::Text => drift::text(planned, drifted),
        Format::Json => json::drift(planned, drifted),
        Format::Markdown(forge) => drift::markdown(planned, drifted, forge),
    }
}

/// Returns what came of an apply, for people who have seen its plan.
pub fn applied(applied: &Applied) -> String {
    text::report(applied)
}

/// Returns the report of a run in a format.
pub fn report(format: ReportFormat, ended: &Ended) -> String {
    match format {
        ReportFormat::Text => text::ended(ended),
        ReportFormat::Json => json::report(ended),
        ReportFormat::Markdown(forge) => markdown::ended(ended, forge),
        ReportFormat::Junit => junit::report(ended),
        ReportFormat::Sarif => sarif::report(ended),
    }
}

/// Returns the digest of a plan.
pub fn plan_digest(planned: &Planned) -> String {
    json::plan_digest(planned)
}

/// Returns a JSON value as a file: indented, with every character visible, and a line end.
pub fn pretty(value: &Value) -> String {
    visible_json(&format!("{value:#}\n")).into_owned()
}
