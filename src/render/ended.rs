//! What a run came to, as its reports tell it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::words;
use super::{Applied, Planned};
use crate::apply::StepReport;
use crate::live::Target;
use crate::plan::{Action, Plan, Step, Warning};
use crate::resource::Key;

/// The exit code of a run that the user stopped.
const INTERRUPTED: u8 = 130;

/// What was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `plan`.
    Plan,
    /// `apply`.
    Apply,
}

impl Command {
    /// Returns the word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
        }
    }
}

/// A run that has ended, well or not.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What was run.
    pub command: Command,
    /// The id of the run, as Plutora's logs have it.
    pub run_id: String,
    /// When it started, RFC 3339.
    pub started_at: String,
    /// Where; none where the run did not get so far as to know.
    pub target: Option<Target>,
    /// What was planned; none where the run did not get so far.
    pub planned: Option<Rc<Planned>>,
    /// What came of carrying it out; none where that was not begun.
    pub applied: Option<Rc<Applied>>,
    /// Why the run ended early.
    pub failure: Option<Failed>,
    /// The exit code.
    pub exit_code: u8,
}

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What happened.
    pub message: String,
    /// The whole of it, laid out with colours, where there is more to it than the message.
    pub laid_out: Option<String>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// What is wrong with the manifests.
    pub mistakes: Vec<Mistake>,
}

/// Something that is wrong with a manifest, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What came of a step, whether or not it was to be carried out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Came<'a> {
    /// There was nothing to do.
    InSync,
    /// An apply would do it.
    Planned,
    /// The API cannot do it, for this reason.
    Blocked(&'a str),
    /// The run ended before the step's turn.
    NotStarted,
    /// It was its turn.
    Tried(&'a StepReport),
}

impl Came<'_> {
    /// Returns the word that reports use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::InSync => "in-sync",
            Self::Planned => "planned",
            Self::Blocked(_) => "blocked",
            Self::NotStarted => "not-started",
            Self::Tried(step) => step.outcome.word(),
        }
    }

    /// Returns what there is to say beyond the word.
    pub(super) fn messages(self) -> Vec<String> {
        match self {
            Self::InSync | Self::Planned | Self::NotStarted => Vec::new(),
            Self::Blocked(reason) => vec![super::plain(reason).into_owned()],
            Self::Tried(step) => words::outcome(&step.outcome),
        }
    }
}

impl Ended {
    /// Returns the plan.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.planned.as_ref().map(|planned| &planned.plan)
    }

    /// Returns each step of the plan with what came of it.
    pub(super) fn steps(&self) -> Vec<(&Step, Came<'_>)> {
        let reports = self.applied.iter().flat_map(|applied| &applied.report.steps);
        let reports: BTreeMap<&Key, &StepReport> = reports.map(|it| (&it.key, it)).collect();
        let steps = self.plan().into_iter().flat_map(|plan| &plan.steps);
        let came = |step: &'_ Step| reports.get(&step.key).map(|report| Came::Tried(report));
        steps.map(|step| (step, came(step).unwrap_or_else(|| self.untried(step)))).collect()
    }

    fn untried<'a>(&self, step: &'a Step) -> Came<'a> {
        match (&step.action, self.command) {
            (Action::InSync, _) => Came::InSync,
            (Action::Blocked { reason, .. }, _) => Came::Blocked(reason),
            (Action::Create { .. } | Action::Update { .. }, Command::Plan) => Came::Planned,
            (Action::Create { .. } | Action::Update { .. }, Command::Apply) => Came::NotStarted,
        }
    }

    /// Returns what the API will not do of what is planned, or has not done of what was done.
    pub(super) fn warnings(&self) -> &[Warning] {
        match (&self.applied, &self.planned) {
            (Some(applied), _) => &applied.warnings,
            (None, Some(planned)) => &planned.plan.warnings,
            (None, None) => &[],
        }
    }

    /// Returns whether a warning refuses the plan.
    pub(super) fn is_denied(&self, warning: &Warning) -> bool {
        self.planned.as_ref().is_some_and(|planned| planned.is_denied(warning))
    }

    /// Returns whether the user stopped the run.
    pub(super) fn was_interrupted(&self) -> bool {
        let stopped = self.applied.as_ref().is_some_and(|applied| applied.report.interrupted);
        stopped || self.exit_code == INTERRUPTED
    }

    /// Returns whether there is nothing left to do, of a plan, or everything was done.
    pub(super) fn is_complete(&self) -> bool {
        let done = match &self.applied {
            Some(applied) => applied.report.is_complete(),
            None => self.plan().is_none_or(|plan| !plan.has_changes()),
        };
        done && self.failure.is_none()
    }
}
