//! Carrying out a plan, and the report of what came of it.
//!
//! The plan decides what is done; here it is about doing it safely on an API that replaces whole
//! objects, has no conditional writes and may drop a connection at any moment.

mod bulk;
mod create;
mod executor;
mod finish;
mod journal;
mod last_look;
mod migrated;
mod observer;
mod outcome;
mod overlay;
mod place;
mod queues;
mod ready;
mod renamed;
mod report;
mod retyped;
mod since;
mod told;
mod update;

pub use bulk::in_bulk;
pub use executor::{Options, run};
pub use journal::{Earlier, Entry, JOURNAL_VERSION, Unfinished};
pub use migrated::{ItemChange, Migrated};
pub use observer::{Answer, Intent, Observer};
pub use outcome::{Cause, Difference, Outcome, Report, StepReport, Wrote};
pub use report::{broken_off, not_begun};
pub use since::{Checked, Since, Standing, check};
