//! What only the sandbox has: a journal to look into, and the means to make it misbehave.

mod edit;
pub(crate) mod endpoints;
mod faults;
mod journal;
mod throttle;

pub(crate) use edit::Edit;
pub(crate) use faults::{Action, Faults};
pub use faults::{Fault, ParseFaultError};
pub(crate) use journal::Journal;
pub use throttle::Throttle;
pub(crate) use throttle::{Admission, Throttled};
