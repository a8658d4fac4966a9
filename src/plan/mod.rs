//! The plan: what would be done, why, and what the API will not do.
//!
//! [`plan()`] is a plain function of what should be and what is; the [`Plan`] leaves whoever carries
//! it out nothing to decide.

mod above;
mod bulk;
mod claims;
mod compared;
mod dependencies;
mod differing;
mod drift;
mod early;
mod explain;
mod forecast;
mod last_look;
mod limits;
mod meant;
mod migration;
mod order;
mod planner;
mod reason;
mod renames;
mod resolve;
mod rules;
mod stands;
mod status;
mod step;
mod supposed;
mod together;
mod warning;

use std::collections::BTreeSet;

pub use bulk::{Batch, InBulk};
pub use drift::{Drifted, DriftedField, Origin, drift};
pub use early::mistakes;
pub use explain::{Forced, forced_by, settled};
pub use last_look::{Above, looked_at_last};
pub use limits::{Breach, Freeze, Limits};
pub use meant::Meant;
pub use migration::{Migration, Side, Staked};
pub use planner::plan;
pub use status::{On, RULES, Rule, Verdict, When};
pub use step::{Action, Call, FieldChange, Method, Payload, Stands, Step};
pub use supposed::Supposed;
pub use together::read_back_together;
pub use warning::Warning;

use crate::live::Target;
use crate::resource::{Guid, Labels, Referent};

/// Plutora's hourly allowance for one API key (vendor help, 2020).
pub const HOURLY_REQUESTS: u64 = 26_000;

/// What would be done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where.
    pub target: Target,
    /// The tenant's labels of deployment statuses, which live bodies are read with.
    pub labels: Labels,
    /// The digest of the manifests that it was made from.
    pub manifest_digest: String,
    /// One step for each declared object.
    pub steps: Vec<Step>,
    /// What the API will not do.
    pub warnings: Vec<Warning>,
    /// How many live rows, of the lists that manifests declare rows of, no manifest mentions.
    pub unmanaged: u64,
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
        let (warnings, unmanaged) = (self.warnings.len() as u64, self.unmanaged);
        let mut summary = Summary { warnings, unmanaged, ..Summary::default() };
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
        self.steps.iter().any(Step::writes)
    }

    /// Returns how many requests an apply makes when nothing fails.
    pub fn apply_requests(&self) -> u64 {
        // A plan file may hold any numbers.
        self.steps.iter().fold(0, |sum, step| sum.saturating_add(step.requests))
    }

    /// Returns the lists by whose names is judged, and written, what its calls write.
    pub fn refers_to(&self) -> BTreeSet<Referent> {
        self.steps
            .iter()
            .filter(|step| step.writes())
            .flat_map(|step| step.action.refers_to())
            .collect()
    }

    /// Returns the releases whose phases, gates and activities the warnings are about. A plan that is
    /// made without them in [`crate::live::Live::work_items`] shows none, and is to be made again.
    pub fn at_stake(&self) -> BTreeSet<Guid> {
        migration::at_stake(&self.steps)
    }
}
