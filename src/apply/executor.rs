//! Carrying out the steps of a plan.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::migrated::{Migrated, look_after};
use super::observer::{Followed, Observer};
use super::outcome::{Outcome, Report, StepReport, Wrote};
use super::place::{Known, Place};
use super::queues::{Queue, Queues};
use super::ready::Ready;
use super::since::{Since, Standing};
use crate::live::Worth;
use crate::plan::{Action, Plan, Step};
use crate::plutora::{Correlation, Read, Write};
use crate::resource::{Guid, Key};

/// How to carry out a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How many steps may be under way at the same time.
    pub parallelism: usize,
    /// How long a server that gave no answer to a creation may still be at work.
    pub settle: Duration,
    /// Whether what a filter does not find may be there all the same.
    pub whole_lists: bool,
}

impl Options {
    /// Returns what a filter has to be worth for what it does not find not to be there; none where no filter is.
    pub(super) fn sure(self) -> Option<Worth> {
        (!self.whole_lists).then_some(Worth::All)
    }
}

/// What came of a step, and of the phases and gates of a release that it moved.
type Ended = (Outcome, Option<Migrated>);

/// Carries out a plan.
///
/// Independent steps go on after a failure; a step that refers to an object whose own step did not
/// succeed is skipped, and what `since` tells of an object is taken as it is. After a stop the steps under way are finished and no other is begun.
pub async fn run(
    plan: &Plan,
    since: &Since,
    (reader, writer): (&impl Read, &impl Write),
    options: Options,
    observer: &impl Observer,
) -> Report {
    let run = Run {
        plan,
        since,
        reader,
        writer,
        options,
        observer,
        created: RefCell::default(),
        ended: RefCell::default(),
    };
    let mut queues = Queues::of(plan);
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < options.parallelism.max(1)
            && let Some(queue) = queues.next()
        {
            let run = &run;
            under_way.push(async move {
                run.queue(&queue).await;
                queue
            });
        }
        match under_way.next().await {
            Some(queue) => queues.ended(&queue),
            None => break,
        }
    }
    drop(under_way);
    let all_seen = run.look_once_more().await;
    let mut ended = run.ended.into_inner();
    ended.extend(queues.stuck().map(|step| (&step.key, (Outcome::NotStarted, None))));
    report((plan, since), (ended, !all_seen), observer)
}

/// A plan that is being carried out.
pub(super) struct Run<'a, R, W, O> {
    pub(super) plan: &'a Plan,
    since: &'a Since,
    pub(super) reader: &'a R,
    writer: &'a W,
    pub(super) options: Options,
    pub(super) observer: &'a O,
    created: RefCell<BTreeMap<Key, Guid>>,
    pub(super) ended: RefCell<BTreeMap<&'a Key, Ended>>,
}

impl<'a, R: Read, W: Write, O: Observer> Run<'a, R, W, O> {
    /// Carries out steps one after another; each finds the list that it stands in as the one before
    /// left it.
    async fn queue(&self, queue: &Queue<'a>) {
        let mut list = None;
        for step in &queue.steps {
            let ended = self.step(step, &mut list).await;
            if let Some(id) = ended.0.id() {
                self.created.borrow_mut().insert(step.key.clone(), id);
            }
            self.ended.borrow_mut().insert(&step.key, ended);
        }
    }

    async fn step(&self, step: &Step, list: &mut Option<Known>) -> Ended {
        if let Some(outcome) = without_calls(&step.action) {
            return (outcome, None);
        }
        match self.since.get(&step.key) {
            Some(Standing::Moved(outcome)) => return (outcome.clone(), None),
            Some(Standing::Already(id)) => return (Outcome::Already(*id), None),
            Some(Standing::Created(id, _)) if self.observer.stopped() => {
                return (unread(*id), None);
            }
            Some(Standing::Half(_) | Standing::Created(..)) | None => {}
        }
        if let Some(failed) = self.missing(step) {
            return (Outcome::Skipped(failed), None);
        }
        if self.observer.stopped() {
            return (Outcome::NotStarted, None);
        }
        self.observer.started(step);
        let outcome = self.write(step, list).await;
        let migrated = self.look_after(step, &outcome).await;
        self.observer.finished(step, &outcome);
        (outcome, migrated)
    }

    /// Returns what a step needs and did not succeed.
    fn missing(&self, step: &Step) -> Option<Key> {
        let ended = self.ended.borrow();
        let succeeded = |key: &Key| ended.get(key).is_some_and(|(it, _)| it.id().is_some());
        step.depends_on.iter().find(|key| !succeeded(key)).cloned()
    }

    /// Carries out the calls of a step.
    async fn write(&self, step: &Step, list: &mut Option<Known>) -> Outcome {
        let observer = self.observer;
        let writer = &Followed { writer: self.writer, observer, key: &step.key };
        let place = match self.place(step, list.take()) {
            Ok(place) => place,
            Err(outcome) => return outcome,
        };
        let outcome = match self.ready(step, &place) {
            Ok(ready) => ready.carry_out((self.reader, writer), observer).await,
            Err(outcome) => outcome,
        };
        if let Outcome::Done { .. } = outcome {
            *list = place.into_known();
        }
        outcome
    }

    /// Returns where the object of a step is, whose list is `known` if it was read a moment ago.
    pub(super) fn place(&self, step: &Step, known: Option<Known>) -> Result<Place<'a>, Outcome> {
        let call = step.action.calls().next().ok_or(Outcome::NotStarted)?;
        let collection = call.path.of_collection().resolve(&self.created.borrow())?;
        Ok(Place::new(step.key.kind, collection, &self.plan.labels, known))
    }

    pub(super) fn ready<'b>(
        &self,
        step: &'b Step,
        place: &'b Place<'b>,
    ) -> Result<Ready<'b>, Outcome> {
        Ready::of(step, place, &self.created.borrow(), self.half(step), self.options)
    }

    /// Returns the id of what was created before its step, and that of the request that did it.
    fn half(&self, step: &Step) -> Option<(Guid, Option<Correlation>)> {
        match self.since.get(&step.key) {
            Some(Standing::Half(id)) => Some((*id, None)),
            Some(Standing::Created(id, correlation)) => Some((*id, correlation.clone())),
            Some(Standing::Already(_) | Standing::Moved(_)) | None => None,
        }
    }

    /// Looks at the phases and gates of a release that was moved.
    async fn look_after(&self, step: &Step, outcome: &Outcome) -> Option<Migrated> {
        step.parent_change()?;
        let id = if let Outcome::Done { id, .. } = outcome {
            Some(*id)
        } else {
            step.id.filter(|_| outcome.wrote())
        };
        let warning = self.plan.warnings.iter().find(|warning| warning.key == step.key);
        Some(look_after(self.reader, id?, warning.map(|warning| &warning.migration)).await)
    }
}

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

fn unread(id: Guid) -> Outcome {
    Outcome::in_doubt(format!("created as {id}, but not read back: the run was stopped"))
}

fn without_calls(action: &Action) -> Option<Outcome> {
    match action {
        Action::Blocked { reason, .. } => Some(Outcome::Blocked(reason.clone())),
        Action::InSync => Some(Outcome::NotStarted),
        Action::Create { .. } | Action::Update { .. } => None,
    }
}

fn report(
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
