//! JSON for programs: frozen, versioned types of its own, apart from the types that we work with.
//!
//! An addition raises the minor version, a removal the major; the schemas are committed.

mod details_v1;
mod difference_v1;
mod drift_v1;
mod events_v1;
mod last_applied_v1;
mod migrated_v1;
mod plan_v1;
mod read_v1;
mod report_v1;

use serde_json::Value;
use serde_json::error::Category;

pub use last_applied_v1::{last_applied, read_last_applied};
pub use read_v1::{PlanFileError, read_plan};

use super::{Ended, Happened, Planned, pretty};
use crate::digest::digest_without;
use crate::plan::Drifted;

/// Returns a plan as `plan.v1`.
pub(super) fn plan(planned: &Planned) -> String {
    pretty(&plan_value(planned))
}

/// Returns the digest of a plan: of everything but itself and `run`.
pub(super) fn plan_digest(planned: &Planned) -> String {
    digest_of(&plan_v1::to_value(planned, String::new()))
}

fn plan_value(planned: &Planned) -> Value {
    let mut plan = plan_v1::to_value(planned, String::new());
    let digest = digest_of(&plan);
    if let Some(place) = plan.get_mut("digest") {
        *place = digest.into();
    }
    plan
}

fn digest_of(plan: &Value) -> String {
    digest_without(plan, &["digest", "run"])
}

/// Says why a text could not be read as JSON of a form.
fn not_json(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof if error.column() == 0 && error.line() <= 1 => "it is empty".to_owned(),
        Category::Eof => format!("it breaks off in line {}", error.line()),
        Category::Syntax => format!("it is no JSON, from line {} on", error.line()),
        Category::Data | Category::Io => error.to_string(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Returns a report as `report.v1`.
pub(super) fn report(ended: &Ended) -> String {
    pretty(&report_v1::to_value(ended))
}

/// Returns drift as `drift.v1`.
pub(super) fn drift(planned: &Planned, drifted: &[Drifted<'_>]) -> String {
    pretty(&drift_v1::to_value(planned, drifted))
}

/// Returns the JSON Schema of `drift.v1`.
pub fn drift_schema() -> Value {
    schema_of::<drift_v1::Drift>()
}

/// Returns the JSON Schema of `last-applied.v1`.
pub fn last_applied_schema() -> Value {
    schema_of::<last_applied_v1::LastApplied>()
}

/// Returns the JSON Schema of `plan.v1`.
pub fn plan_schema() -> Value {
    schema_of::<plan_v1::Plan>()
}

/// Returns the JSON Schema of `report.v1`.
pub fn report_schema() -> Value {
    schema_of::<report_v1::Report>()
}

/// Returns the lines of something that happened, as `events.v1`.
pub(super) fn events(happened: &Happened<'_>, at: &str) -> String {
    events_v1::lines(happened, at)
}

/// Returns the JSON Schema of a line of `events.v1`.
pub fn events_schema() -> Value {
    schema_of::<events_v1::Line>()
}

fn schema_of<T: schemars::JsonSchema>() -> Value {
    let settings = schemars::generate::SchemaSettings::draft07();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
