//! Carrying out the steps of a plan: what may run together, and what has to wait.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use super::create::{Creation, create};
use super::outcome::{Outcome, Report, StepReport};
use super::overlay::resolve;
use super::update::{Update, update};
use crate::plan::{Action, Plan, Step};
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
    let mut created: BTreeMap<Key, Guid> = BTreeMap::new();
    let mut outcomes: BTreeMap<&Key, Outcome> = BTreeMap::new();
    let mut waiting: Vec<&Step> =
        plan.steps.iter().filter(|step| step.action != Action::InSync).collect();
    while !waiting.is_empty() {
        let (ready, later): (Vec<&Step>, Vec<&Step>) = waiting
            .into_iter()
            .partition(|step| step.depends_on.iter().all(|key| outcomes.contains_key(key)));
        if ready.is_empty() {
            // What they wait for is not in the plan; a plan of ours has it.
            for step in later {
                let missing = step.depends_on.iter().find(|key| !outcomes.contains_key(key));
                let outcome = missing.cloned().map_or(Outcome::NotStarted, Outcome::Skipped);
                outcomes.insert(&step.key, outcome);
            }
            break;
        }
        let (earlier, ids) = (&outcomes, &created);
        let done: Vec<(&Step, Outcome)> = stream::iter(ready)
            .map(|step| async move {
                let failed = step.depends_on.iter().find(|key| !succeeded(earlier.get(key)));
                let outcome = match failed {
                    Some(key) => Outcome::Skipped(key.clone()),
                    None => carry_out(step, ids, reader, writer, (options, observer)).await,
                };
                (step, outcome)
            })
            .buffer_unordered(options.parallelism.max(1))
            .collect()
            .await;
        for (step, outcome) in done {
            if let Outcome::Done { id, .. } = outcome {
                created.insert(step.key.clone(), id);
            }
            outcomes.insert(&step.key, outcome);
        }
        waiting = later;
    }
    report(plan, outcomes, observer.stopped())
}

async fn carry_out(
    step: &Step,
    created: &BTreeMap<Key, Guid>,
    reader: &impl Read,
    writer: &impl Write,
    (options, observer): (Options, &impl Observer),
) -> Outcome {
    let Some(call) = step.action.call() else {
        return without_call(&step.action);
    };
    let body = match resolve(&call.body, created) {
        Ok(body) => body,
        Err(key) => return Outcome::Skipped(key),
    };
    if observer.stopped() {
        return Outcome::NotStarted;
    }
    observer.started(step);
    let outcome = match (&step.action, step.id) {
        (Action::Create { changes, .. }, _) => {
            let settle = options.settle;
            let creation = Creation { key: &step.key, changes, call, body, settle };
            create(&creation, reader, writer).await
        }
        (Action::Update { changes, observed, .. }, Some(id)) => {
            let kind = step.key.kind;
            let step = Update { kind, id, changes, call, observed, changed: body };
            update(&step, reader, writer).await
        }
        (Action::Update { .. }, None) => Outcome::failed("the plan names no id for this update"),
        (action @ (Action::InSync | Action::Blocked { .. }), _) => without_call(action),
    };
    observer.finished(step, &outcome);
    outcome
}

fn without_call(action: &Action) -> Outcome {
    match action {
        Action::Blocked { reason, .. } => Outcome::Blocked(reason.clone()),
        Action::InSync | Action::Create { .. } | Action::Update { .. } => Outcome::NotStarted,
    }
}

fn succeeded(outcome: Option<&Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Done { .. }))
}

fn report(plan: &Plan, mut outcomes: BTreeMap<&Key, Outcome>, stopped: bool) -> Report {
    let steps: Vec<StepReport> = plan
        .steps
        .iter()
        .filter_map(|step| {
            let outcome = outcomes.remove(&step.key)?;
            Some(StepReport { key: step.key.clone(), action: step.action.word(), outcome })
        })
        .collect();
    let in_sync = plan.summary().in_sync;
    let interrupted =
        stopped && steps.iter().any(|step| matches!(step.outcome, Outcome::NotStarted));
    Report { steps, in_sync, interrupted }
}
