//! What only the sandbox has: a journal to look into, and the means to make it misbehave.

pub(crate) mod endpoints;
mod faults;
mod journal;

pub(crate) use faults::{Action, Faults};
pub(crate) use journal::Journal;
