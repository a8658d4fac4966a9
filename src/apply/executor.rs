//! Carrying out the steps of a plan: what may run together, and what has to wait.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use super::create::{Creation, create};
use super::migrated::{Migrated, look_after};
use super::outcome::{Outcome, Report, StepReport};
use super::overlay::resolve;
use super::place::Place;
use super::update::{Update, update};
use crate::plan::{Action, Call, Plan, Step};
use crate::plutora::{Read, Write};
use crate::resource::{Guid, Key};

/// How to carry out a plan.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many steps may be under way at the same time.
    pub parallelism: usize,
    /// How long a server that gave no answer to a creation may still be at work.
    pub settle: Duration,
}

/// Watches a plan being carried out, and may stop it between two steps.
pub trait Observer {
    /// A step begins.
    fn started(&self, step: &Step);
    /// A step ended.
    fn finished(&self, step: &Step, outcome: &Outcome);
    /// Returns whether to begin no further step.
    fn stopped(&self) -> bool;
}

/// What came of a step, and of the phases and gates of a release that it moved.
type Ended = (Outcome, Option<Migrated>);

/// Carries out a plan.
///
/// Independent steps go on after a failure; a step that refers to an object whose own step did not
/// succeed is skipped. After a stop the steps under way are finished and no other is begun.
pub async fn run(
    plan: &Plan,
    reader: &impl Read,
    writer: &impl Write,
    options: Options,
    observer: &impl Observer,
) -> Report {
    let mut run = Run {
        plan,
        reader,
        writer,
        options,
        observer,
        created: BTreeMap::new(),
        ended: BTreeMap::new(),
    };
    let mut waiting: Vec<&Step> =
        plan.steps.iter().filter(|step| step.action != Action::InSync).collect();
    while !waiting.is_empty() {
        let pending: BTreeSet<&Key> = waiting.iter().map(|step| &step.key).collect();
        let (ready, later): (Vec<&Step>, Vec<&Step>) = waiting.into_iter().partition(|step| {
            let needed = step.depends_on.iter().all(|key| run.ended.contains_key(key));
            needed && step.after.as_ref().is_none_or(|key| !pending.contains(key))
        });
        if ready.is_empty() {
            // What they wait for is not in the plan; a plan of ours has it.
            for step in later {
                let missing = step.depends_on.iter().find(|key| !run.ended.contains_key(key));
                let outcome = missing.cloned().map_or(Outcome::NotStarted, Outcome::Skipped);
                run.ended.insert(&step.key, (outcome, None));
            }
            break;
        }
        let under_way = &run;
        let done: Vec<(&Step, Ended)> = stream::iter(ready)
            .map(|step| async move { (step, under_way.step(step).await) })
            .buffer_unordered(options.parallelism.max(1))
            .collect()
            .await;
        for (step, ended) in done {
            if let Outcome::Done { id, .. } = ended.0 {
                run.created.insert(step.key.clone(), id);
            }
            run.ended.insert(&step.key, ended);
        }
        waiting = later;
    }
    report(plan, run.ended, observer.stopped())
}

/// A plan that is being carried out.
struct Run<'a, R, W, O> {
    plan: &'a Plan,
    reader: &'a R,
    writer: &'a W,
    options: Options,
    observer: &'a O,
    created: BTreeMap<Key, Guid>,
    ended: BTreeMap<&'a Key, Ended>,
}

impl<R: Read, W: Write, O: Observer> Run<'_, R, W, O> {
    async fn step(&self, step: &Step) -> Ended {
        if let Some(outcome) = without_calls(&step.action) {
            return (outcome, None);
        }
        let succeeded = |key: &Key| matches!(self.ended.get(key), Some((Outcome::Done { .. }, _)));
        if let Some(failed) = step.depends_on.iter().find(|key| !succeeded(key)) {
            return (Outcome::Skipped(failed.clone()), None);
        }
        if self.observer.stopped() {
            return (Outcome::NotStarted, None);
        }
        self.observer.started(step);
        let outcome = self.write(step).await.unwrap_or_else(Outcome::Skipped);
        let migrated = self.look_after(step, &outcome).await;
        self.observer.finished(step, &outcome);
        (outcome, migrated)
    }

    /// Carries out the calls of a step; fails with the key of what should exist by now.
    async fn write(&self, step: &Step) -> Result<Outcome, Key> {
        let (reader, writer) = (self.reader, self.writer);
        match (&step.action, step.id) {
            (Action::Create { changes, call, then }, _) => {
                let place = self.place(step, call)?;
                let body = resolve(&call.body, &self.created)?;
                let then = then.as_ref().map(|then| resolve(&then.body, &self.created));
                let creation = Creation {
                    key: &step.key,
                    place,
                    changes,
                    looks_first: call.looks_first(&step.key),
                    body,
                    then: then.transpose()?,
                    settle: self.options.settle,
                };
                Ok(create(&creation, reader, writer).await)
            }
            (Action::Update { changes, call, observed }, Some(id)) => {
                let place = self.place(step, call)?;
                let changed = resolve(&call.body, &self.created)?;
                let step = Update { place: &place, id, changes, observed, changed: &changed };
                Ok(update(&step, None, reader, writer).await)
            }
            (Action::Update { .. }, None) => {
                Ok(Outcome::failed("the plan names no id for this update"))
            }
            (Action::InSync | Action::Blocked { .. }, _) => Ok(Outcome::NotStarted),
        }
    }

    fn place(&self, step: &Step, call: &Call) -> Result<Place<'_>, Key> {
        let collection = call.path.of_collection().resolve(&self.created)?;
        Ok(Place { kind: step.key.kind, collection, labels: &self.plan.labels })
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

fn without_calls(action: &Action) -> Option<Outcome> {
    match action {
        Action::Blocked { reason, .. } => Some(Outcome::Blocked(reason.clone())),
        Action::InSync => Some(Outcome::NotStarted),
        Action::Create { .. } | Action::Update { .. } => None,
    }
}

fn report(plan: &Plan, mut ended: BTreeMap<&Key, Ended>, stopped: bool) -> Report {
    let steps: Vec<StepReport> = plan
        .steps
        .iter()
        .filter_map(|step| {
            let (outcome, migrated) = ended.remove(&step.key)?;
            let (key, action) = (step.key.clone(), step.action.word());
            Some(StepReport { key, action, outcome, migrated })
        })
        .collect();
    let in_sync = plan.summary().in_sync;
    let interrupted =
        stopped && steps.iter().any(|step| matches!(step.outcome, Outcome::NotStarted));
    Report { steps, in_sync, interrupted }
}
