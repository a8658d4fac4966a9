//! The report of an apply: what came of each step, of those too whose turn did not come.

use std::collections::{BTreeMap, BTreeSet};

use super::migrated::Migrated;
use super::observer::Observer;
use super::outcome::{Outcome, Report, StepReport, Wrote};
use super::since::{Since, Standing};
use crate::plan::{Action, Plan, Step};
use crate::resource::{Guid, Key};

/// What came of a step, and of the phases and gates of a release that it moved.
pub(super) type Ended = (Outcome, Option<Migrated>);

/// Returns the report of a plan that is not begun, because of what became of its objects since.
pub fn not_begun(plan: &Plan, since: &Since) -> Report {
    let steps = plan.steps.iter().filter(|step| step.action != Action::InSync);
    let ended = steps.map(|step| (&step.key, (untried(step, since), None)));
    Report::of(plan, step_reports(plan, ended.collect()))
}

/// Returns the report of a run that was broken off: what had ended, and what was under way, of which
/// nobody knows what came.
pub fn broken_off(
    plan: &Plan,
    since: &Since,
    ended: &[(Key, Outcome)],
    under_way: &BTreeSet<Key>,
) -> Report {
    let ended: BTreeMap<&Key, &Outcome> = ended.iter().map(|(key, it)| (key, it)).collect();
    let outcome = |step: &Step| match ended.get(&step.key) {
        Some(outcome) => (*outcome).clone(),
        None if under_way.contains(&step.key) => {
            Outcome::in_doubt("stopped while it was under way")
        }
        None => untried(step, since),
    };
    let steps = plan.steps.iter().filter(|step| step.action != Action::InSync);
    let all = steps.map(|step| (&step.key, (outcome(step), None)));
    Report { interrupted: true, ..Report::of(plan, step_reports(plan, all.collect())) }
}

/// Returns what came of a step whose turn did not come.
fn untried(step: &Step, since: &Since) -> Outcome {
    match since.get(&step.key) {
        Some(Standing::Moved(outcome)) => outcome.clone(),
        Some(Standing::Already(id)) => Outcome::Already(*id),
        Some(Standing::Created(id, _)) => unread(*id),
        Some(Standing::Half(_)) | None => {
            without_calls(&step.action).unwrap_or(Outcome::NotStarted)
        }
    }
}

pub(super) fn unread(id: Guid) -> Outcome {
    Outcome::in_doubt(format!("created as {id}, but not read back: the run was stopped"))
}

pub(super) fn without_calls(action: &Action) -> Option<Outcome> {
    match action {
        Action::Blocked { reason, .. } => Some(Outcome::Blocked(reason.clone())),
        Action::InSync => Some(Outcome::NotStarted),
        Action::Create { .. } | Action::Update { .. } => None,
    }
}

pub(super) fn report(
    (plan, since): (&Plan, &Since),
    (ended, unseen): (BTreeMap<&Key, Ended>, bool),
    observer: &impl Observer,
) -> Report {
    let report = Report::of(plan, step_reports(plan, ended));
    let cut = unseen
        || report.steps.iter().any(|step| match (&step.outcome, since.get(&step.key)) {
            (Outcome::NotStarted, _) => true,
            (outcome, Some(Standing::Created(..))) => outcome.id().is_none(),
            _ => false,
        });
    let is_half = |step: &StepReport| {
        matches!(step.outcome, Outcome::Failed { wrote: Wrote::Perhaps | Wrote::Partly, .. })
    };
    let interrupted = observer.interrupted() && (cut || report.steps.iter().any(is_half));
    let spent = observer.stopped() && !observer.interrupted();
    Report { interrupted, spent, unseen, ..report }
}

fn step_reports(plan: &Plan, mut ended: BTreeMap<&Key, Ended>) -> Vec<StepReport> {
    let reports = plan.steps.iter().filter_map(|step| {
        let (outcome, migrated) = ended.remove(&step.key)?;
        let (key, action) = (step.key.clone(), step.action.word());
        Some(StepReport { key, action, outcome, migrated })
    });
    reports.collect()
}
