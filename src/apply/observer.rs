//! Who follows an apply, and may stop it.

use super::outcome::Outcome;
use crate::plan::Step;

/// Watches a plan being carried out, and may stop it between two steps.
pub trait Observer {
    /// A step begins.
    fn started(&self, step: &Step);
    /// A step ended.
    fn finished(&self, step: &Step, outcome: &Outcome);
    /// Returns whether to begin no further step.
    fn stopped(&self) -> bool;
    /// Waits until that is so; for ever if it never is.
    fn stop(&self) -> impl Future<Output = ()>;
}
