//! Which creations can be sent many in one request, and what that takes.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use super::step::{Action, Payload, Step};
use crate::live::{Length, filters_by_name, looks};
use crate::resource::{Key, Kind};

/// How many bodies one request carries; no limit of Plutora's is known.
const MOST: usize = 100;

/// What creating an object by itself takes: a look, the creation, reading it back.
const ALONE: u64 = 3;

/// Creating many at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct InBulk {
    /// How long the list of systems is, if that is known.
    pub systems: Option<Length>,
}

/// Creations that go in one request.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The steps, in the order of the plan.
    pub steps: Vec<&'a Step>,
    /// How many filters it takes to ask for all of them by name.
    filters: u64,
    /// How long the list is before, if that is known.
    pub before: Option<Length>,
    /// How long it is after.
    pub after: Option<Length>,
}

impl Plan {
    /// Returns the creations that take fewer requests together than each by itself, those that are
    /// `settled` left out.
    ///
    /// Plutora takes many systems at once, answers no ids, and refuses names that differ in case only; so
    /// of those one alone is sent with others, and each name must be one that a filter can hold.
    pub fn batches(&self, in_bulk: InBulk, settled: impl Fn(&Key) -> bool) -> Vec<Batch<'_>> {
        let mut names = BTreeSet::new();
        let all: Vec<&Step> = self
            .alone()
            .filter(|step| !settled(&step.key))
            .filter(|step| names.insert(step.key.name.to_lowercase()))
            .collect();
        let InBulk { systems: mut length } = in_bulk;
        let mut batches = Vec::new();
        for steps in all.chunks(MOST) {
            let Some(filters) = self.filters(steps) else { continue };
            let more = steps.len() as u64;
            let before = length;
            let after = before.map(|it| Length { rows: it.rows.saturating_add(more), ..it });
            let batch = Batch { steps: steps.to_vec(), filters, before, after };
            if batch.requests() < ALONE * more {
                batches.push(batch);
                length = after;
            }
        }
        batches
    }

    /// Returns the plan with the requests that its steps take in batches, where that is wished; the first step of
    /// each has what they take together. One that was saved may be that of a run that wished otherwise.
    #[must_use]
    pub fn in_bulk(mut self, in_bulk: Option<InBulk>) -> Self {
        let alone = self.alone().map(|step| (step.key.clone(), ALONE));
        let mut requests: BTreeMap<Key, u64> = alone.collect();
        let batches = in_bulk.map(|in_bulk| self.batches(in_bulk, |_| false));
        for batch in batches.into_iter().flatten() {
            let mut together = batch.together();
            for step in &batch.steps {
                requests.insert(step.key.clone(), 1 + std::mem::take(&mut together));
            }
        }
        for step in &mut self.steps {
            step.requests = requests.get(&step.key).copied().unwrap_or(step.requests);
        }
        self
    }

    /// Iterates over the creations that could go with others.
    fn alone(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| is_alone(step) && self.filters(&[step]).is_some())
    }

    fn filters(&self, steps: &[&Step]) -> Option<u64> {
        let names = steps.iter().map(|step| &step.key.name);
        Some(filters_by_name(Kind::System, names, &self.target.api_url)?.len() as u64)
    }
}

impl Batch<'_> {
    /// Counts what all of it takes: what is done together, and reading each back.
    fn requests(&self) -> u64 {
        self.together() + self.steps.len() as u64
    }

    /// Counts the looks before, the creation, and the looks for the ids after.
    fn together(&self) -> u64 {
        looks(self.filters, self.before) + 1 + looks(self.filters, self.after)
    }
}

/// Returns whether a step creates a system, in one call that names nothing that is yet to come.
fn is_alone(step: &Step) -> bool {
    match &step.action {
        Action::Create { call, then: None, .. } => {
            let settled = |(_, payload): &(_, Payload)| matches!(payload, Payload::Value(_));
            step.key.kind == Kind::System && call.body.iter().all(settled)
        }
        Action::Create { .. } | Action::Update { .. } | Action::InSync | Action::Blocked { .. } => {
            false
        }
    }
}
