//! Which steps of a plan go one after another, and which queue of them may begin.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::plan::{Above, Action, Plan, Step};
use crate::resource::Key;

/// The steps of a plan that are not in sync, in queues that begin once all that they need has ended.
///
/// The rows of one list make one queue: the server numbers deployment dates as they come, and each
/// step finds the list as the one before has just read it back. Everything else is a queue of one. What
/// stands below an object, or has it as its parent, waits for it also where it does not need it: so what
/// was read back at the bottom was read back after everything above.
pub(super) struct Queues<'a> {
    /// By the place of their first steps in the plan.
    waiting: BTreeMap<usize, Queue<'a>>,
    ready: VecDeque<Queue<'a>>,
}

/// Steps that go one after another.
#[derive(Default)]
pub(super) struct Queue<'a> {
    pub(super) steps: Vec<&'a Step>,
    /// How many other queues have to end before.
    waits_for: usize,
    /// The queues that wait for this one.
    followers: BTreeSet<usize>,
}

impl<'a> Queues<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut waiting: BTreeMap<usize, Queue<'_>> = BTreeMap::new();
        let mut of_list: BTreeMap<Key, usize> = BTreeMap::new();
        let mut of_step: BTreeMap<&Key, usize> = BTreeMap::new();
        let steps = || plan.steps.iter().filter(|step| step.action != Action::InSync);
        let above = Above::of(steps());
        for (place, step) in steps().enumerate() {
            let number =
                step.key.parent().map_or(place, |above| *of_list.entry(above).or_insert(place));
            of_step.insert(&step.key, number);
            waiting.entry(number).or_default().steps.push(step);
        }
        // What is not there is not waited for; the step itself finds it missing.
        let needed = |queue: &Queue<'_>| -> BTreeSet<usize> {
            let needed = queue.steps.iter().flat_map(|step| step.depends_on.iter().cloned());
            let above = queue.steps.iter().flat_map(|step| above.keys(step));
            needed.chain(above).filter_map(|key| of_step.get(&key).copied()).collect()
        };
        let waits: Vec<(usize, usize)> = waiting
            .iter()
            .flat_map(|(number, queue)| needed(queue).into_iter().map(|before| (before, *number)))
            .filter(|(before, number)| before != number)
            .collect();
        for (before, number) in waits {
            waiting.entry(before).or_default().followers.insert(number);
            waiting.entry(number).or_default().waits_for += 1;
        }
        let mut queues = Self { waiting, ready: VecDeque::new() };
        let numbers: Vec<usize> = queues.waiting.keys().copied().collect();
        for number in numbers {
            queues.release(number);
        }
        queues
    }

    /// Returns the next queue that may begin.
    pub(super) fn next(&mut self) -> Option<Queue<'a>> {
        self.ready.pop_front()
    }

    /// Takes note that the steps of a queue ended.
    pub(super) fn ended(&mut self, queue: &Queue<'_>) {
        for follower in &queue.followers {
            if let Some(queue) = self.waiting.get_mut(follower) {
                queue.waits_for -= 1;
            }
            self.release(*follower);
        }
    }

    /// Returns the steps that wait for each other, as those of our plans never do.
    pub(super) fn stuck(self) -> impl Iterator<Item = &'a Step> {
        self.waiting.into_values().flat_map(|queue| queue.steps)
    }

    fn release(&mut self, number: usize) {
        if self.waiting.get(&number).is_some_and(|queue| queue.waits_for == 0) {
            self.ready.extend(self.waiting.remove(&number));
        }
    }
}
