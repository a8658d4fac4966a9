//! The plan: what would be done, why, and what the API will not do.
//!
//! [`plan()`] is a plain function of what should be and what is; the [`Plan`] leaves whoever carries
//! it out nothing to decide.

mod order;
mod planner;
mod resolve;
mod rules;
mod step;
mod warning;

pub use planner::plan;
pub use step::{Action, Call, FieldChange, Method, Payload, Step};
pub use warning::{PARENT_CHANGE, Warning};

use crate::live::Target;

/// Plutora's hourly allowance for one API key (vendor help, 2020).
pub const HOURLY_REQUESTS: u64 = 26_000;

/// What would be done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where.
    pub target: Target,
    /// The digest of the manifests that it was made from.
    pub manifest_digest: String,
    /// One step for each declared object.
    pub steps: Vec<Step>,
    /// What the API will not do.
    pub warnings: Vec<Warning>,
}

/// How many steps there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects that do not exist yet.
    pub create: u64,
    /// Objects that differ.
    pub update: u64,
    /// Objects that are as they should be.
    pub in_sync: u64,
    /// Objects that differ and cannot be changed.
    pub blocked: u64,
    /// Warnings, acknowledged ones included.
    pub warnings: u64,
    /// Live rows below declared objects that no manifest mentions.
    pub unmanaged: u64,
}

impl Plan {
    /// Counts the steps.
    pub fn summary(&self) -> Summary {
        // Nothing below a declared object is managed yet, so nothing there can be unmanaged.
        let mut summary =
            Summary { warnings: self.warnings.len() as u64, unmanaged: 0, ..Summary::default() };
        for step in &self.steps {
            match step.action {
                Action::Create { .. } => summary.create += 1,
                Action::Update { .. } => summary.update += 1,
                Action::InSync => summary.in_sync += 1,
                Action::Blocked { .. } => summary.blocked += 1,
            }
        }
        summary
    }

    /// Returns whether live state differs from the manifests, blocked steps included.
    pub fn has_changes(&self) -> bool {
        self.steps.iter().any(|step| step.action != Action::InSync)
    }

    /// Returns whether an apply would write anything.
    pub fn has_writes(&self) -> bool {
        self.steps.iter().any(|step| step.action.call().is_some())
    }

    /// Returns how many requests an apply makes when nothing fails.
    pub fn apply_requests(&self) -> u64 {
        self.steps.iter().map(|step| step.action.requests(&step.key)).sum()
    }
}
