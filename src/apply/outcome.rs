//! What came of each step.

use super::migrated::Migrated;
use crate::plan::Plan;
use crate::plutora::{Correlation, ReadError, WriteError};
use crate::resource::{FieldDef, FieldValue, Guid, Key};

/// What came of carrying out a plan.
#[derive(Clone, Debug)]
pub struct Report {
    /// One entry for each step that was to do something or is blocked, in the order of the plan.
    pub steps: Vec<StepReport>,
    /// How many objects were in sync from the start.
    pub in_sync: u64,
    /// Whether the user stopped it.
    pub interrupted: bool,
    /// Whether it stopped because the run may make no more requests.
    pub spent: bool,
    /// Whether it stopped before what was written first was looked at again.
    pub unseen: bool,
}

/// What came of one step.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// The object.
    pub key: Key,
    /// The word of its action.
    pub action: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// What became of the phases and gates of a release whose parent was written.
    pub migrated: Option<Migrated>,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was written and read back.
    Done {
        /// The object's id.
        id: Guid,
        /// The id of the writing request; none where an object was found after a creation whose
        /// answer was lost.
        correlation: Option<Correlation>,
        /// What the server made of it where that is not what was written.
        differs: Vec<Difference>,
    },
    /// It was not done, or nobody knows.
    Failed {
        /// Why.
        error: String,
        /// What was written all the same.
        wrote: Wrote,
        /// Whether the cause is authentication or permission.
        denied: bool,
        /// The id of the request that failed, where there is one.
        correlation: Option<Correlation>,
    },
    /// Somebody changed these fields since the plan; nothing was written.
    Stale(Vec<Difference>),
    /// Somebody created objects of this name since the plan; nothing was written.
    Appeared(Vec<Guid>),
    /// Somebody deleted it since the plan; nothing was written.
    Gone,
    /// It is as planned already: an earlier run of the same plan did it, or somebody else.
    Already(Guid),
    /// It needs an object whose own step did not succeed.
    Skipped(Key),
    /// The API cannot do it.
    Blocked(String),
    /// The run was stopped before its turn.
    NotStarted,
}

/// What a step that failed has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrote {
    /// Nothing.
    Nothing,
    /// Nobody knows.
    Perhaps,
    /// Some of it.
    Partly,
}

/// A field that is not what it was expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub def: &'static FieldDef,
    /// How that came about.
    pub cause: Cause,
    /// What it should be.
    pub expected: FieldValue,
    /// What it is.
    pub found: FieldValue,
    /// What a step wanted that found it moved; none where that is what was expected.
    pub desired: Option<FieldValue>,
}

/// How a field came to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody changed it since the plan, and it was not written.
    Moved,
    /// It would be written as the id of what had that name when the plan was made, and is called otherwise now.
    Renamed,
    /// A release is an Enterprise now, or is none any more, and the call hangs on that; nothing was written.
    Retyped,
    /// It was written, and the server stored something else.
    Stored,
    /// It is what a new one was expected to have, and was not written.
    Initial,
    /// It was as wanted when it was read back, and was something else when the rest was written too, or when a
    /// resumed run looked.
    Overwritten,
    /// It was written, by an earlier run or without an answer, and what is there now is neither the old nor the
    /// new.
    Unclear,
}

impl Report {
    /// Makes the report of a run that nothing has stopped.
    pub(super) fn of(plan: &Plan, steps: Vec<StepReport>) -> Self {
        let in_sync = plan.summary().in_sync;
        Self { steps, in_sync, interrupted: false, spent: false, unseen: false }
    }

    /// Returns whether every step was done and read back as declared.
    pub fn is_complete(&self) -> bool {
        !self.interrupted
            && !self.unseen
            && self.steps.iter().all(|step| step.outcome.is_complete())
    }

    /// Returns whether anything was written, or may have been.
    pub fn wrote_anything(&self) -> bool {
        self.steps.iter().any(|step| step.outcome.wrote())
    }

    /// Returns whether everything that was not done is stale.
    pub fn was_stale(&self) -> bool {
        let mut undone = self.steps.iter().filter(|step| !step.outcome.is_complete()).peekable();
        undone.peek().is_some() && undone.all(|step| step.outcome.word() == "stale")
    }

    /// Returns whether a step failed for want of authentication or permission.
    pub fn was_denied(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.outcome, Outcome::Failed { denied: true, .. }))
    }
}

impl Outcome {
    /// Returns the word that reports use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done { differs, .. } if differs.is_empty() => "done",
            Self::Done { .. } => "differs",
            Self::Failed { wrote: Wrote::Perhaps, .. } => "in-doubt",
            Self::Failed { .. } => "failed",
            Self::Stale(_) | Self::Appeared(_) | Self::Gone => "stale",
            Self::Already(_) => "already",
            Self::Skipped(_) => "skipped",
            Self::Blocked(_) => "blocked",
            Self::NotStarted => "not-started",
        }
    }

    /// Returns whether it was done and read back as declared.
    pub fn is_complete(&self) -> bool {
        let differs = matches!(self, Self::Done { differs, .. } if !differs.is_empty());
        self.id().is_some() && !differs
    }

    /// Returns the id of an object that is there as the step wants it, as far as it was written.
    pub(super) fn id(&self) -> Option<Guid> {
        match self {
            Self::Done { id, .. } | Self::Already(id) => Some(*id),
            Self::Failed { .. }
            | Self::Stale(_)
            | Self::Appeared(_)
            | Self::Gone
            | Self::Skipped(_)
            | Self::Blocked(_)
            | Self::NotStarted => None,
        }
    }

    /// Returns the id of the object, the id of the request that wrote or failed, and what differs, as far
    /// as there are any.
    pub fn parts(&self) -> (Option<Guid>, Option<&Correlation>, &[Difference]) {
        match self {
            Self::Done { id, correlation, differs } => (Some(*id), correlation.as_ref(), differs),
            Self::Failed { correlation, .. } => (None, correlation.as_ref(), &[]),
            Self::Stale(moved) => (None, None, moved),
            Self::Already(id) => (Some(*id), None, &[]),
            Self::Appeared(_)
            | Self::Gone
            | Self::Skipped(_)
            | Self::Blocked(_)
            | Self::NotStarted => (None, None, &[]),
        }
    }

    /// Returns whether anything was written, or may have been.
    pub fn wrote(&self) -> bool {
        match self {
            Self::Done { .. } => true,
            Self::Failed { wrote, .. } => *wrote != Wrote::Nothing,
            Self::Stale(_)
            | Self::Appeared(_)
            | Self::Gone
            | Self::Already(_)
            | Self::Skipped(_)
            | Self::Blocked(_)
            | Self::NotStarted => false,
        }
    }

    pub(super) fn failed(error: impl Into<String>) -> Self {
        let (wrote, denied) = (Wrote::Nothing, false);
        Self::Failed { error: error.into(), wrote, denied, correlation: None }
    }

    pub(super) fn in_doubt(error: impl Into<String>) -> Self {
        let (wrote, denied) = (Wrote::Perhaps, false);
        Self::Failed { error: error.into(), wrote, denied, correlation: None }
    }
}

impl From<Key> for Outcome {
    /// Makes the outcome of a step that needs an object that is not there.
    fn from(missing: Key) -> Self {
        Self::Skipped(missing)
    }
}

impl From<ReadError> for Outcome {
    fn from(error: ReadError) -> Self {
        let denied = error.is_denied();
        let correlation = error.correlation().cloned();
        let wrote = Wrote::Nothing;
        Self::Failed { error: error.to_string(), wrote, denied, correlation }
    }
}

impl From<WriteError> for Outcome {
    fn from(error: WriteError) -> Self {
        let (wrote, denied) = match &error {
            WriteError::NotDone { denied, .. } => (Wrote::Nothing, *denied),
            WriteError::Unsent { .. } | WriteError::Outdated { .. } => (Wrote::Nothing, false),
            WriteError::InDoubt { .. } => (Wrote::Perhaps, false),
        };
        let correlation = error.correlation().cloned();
        Self::Failed { error: error.to_string(), wrote, denied, correlation }
    }
}
