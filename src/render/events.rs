//! What happens in a run, for whoever follows it while it goes on.

use super::{Command, Failed, Planned, json};
use crate::apply::Outcome;
use crate::plan::Step;
use crate::resource::Key;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Happened<'a> {
    /// The run began.
    Began {
        /// What was run.
        command: Command,
        /// The id of the run.
        run_id: &'a str,
    },
    /// A plan was made, or taken up.
    Planned(&'a Planned),
    /// A step began.
    StepStarted(&'a Step),
    /// A step ended, or its turn did not come.
    StepFinished(&'a Key, &'a Outcome),
    /// Something failed for good.
    Failed(&'a Failed),
    /// The run ended with an exit code.
    Ended(u8),
}

/// Returns what happened at a time, RFC 3339, as lines of `events.v1`.
pub fn events(happened: &Happened<'_>, at: &str) -> String {
    json::events(happened, at)
}
