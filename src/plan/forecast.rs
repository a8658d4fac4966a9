//! How many requests each step of a plan takes when nothing fails.

use std::collections::BTreeMap;

use super::last_look::looked_at_last;
use super::step::{Action, Step};
use super::together::read_back_together;
use crate::live::{Live, Pages, WorkItemKind};
use crate::resource::Key;

/// Tells each step how many requests it takes.
///
/// A creation is looked for, sent and read back, and what it cannot set takes a replacement that
/// is read back too; a replacement is read fresh, sent and read back. Of a list that takes several requests
/// the page of the row is read once more right before it is replaced. Where a release moves to
/// another parent, its phases and its gates are read once more, as the plan read them.
///
/// The rows of one list are written one after another, and each leaves the list as it read it back to the next; what
/// is read for several of them, the first one has.
pub(super) fn foretell(steps: &mut [Step], live: &Live) {
    let mut of_lists: BTreeMap<(bool, Key), Vec<&Step>> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.action != Action::InSync) {
        let above = step.key.parent();
        let list = (above.is_some(), above.unwrap_or_else(|| step.key.clone()));
        of_lists.entry(list).or_default().push(step);
    }
    let mut requests = BTreeMap::new();
    let again = looked_at_last(steps, Step::writes, Step::writes);
    for steps in of_lists.into_values() {
        let mut list = List::of(&steps, live);
        for part in read_back_together(&steps) {
            list.write(part, live, &mut requests);
        }
        if let Some(first) = steps.iter().find(|step| again.contains(&step.key)) {
            *requests.entry(first.key.clone()).or_default() += list.read();
        }
    }
    for step in steps {
        step.requests = requests.remove(&step.key).unwrap_or(0);
    }
}

/// The list that steps read and write; what stands by itself is read alone, as a list of one.
struct List {
    /// How many rows it has by then.
    length: u64,
    pages: Pages,
    /// Whether it was looked at, or read back, by then.
    known: bool,
}

impl List {
    fn of(steps: &[&Step], live: &Live) -> Self {
        let above = steps.iter().find_map(|step| step.key.parent());
        let (length, pages) = above.map_or((0, Pages::Bare), |above| live.listed_below(&above));
        Self { length, pages, known: false }
    }

    /// Adds what steps take that are read back together.
    fn write(&mut self, part: &[&Step], live: &Live, requests: &mut BTreeMap<Key, u64>) {
        let mut takes =
            |step: &Step, more: u64| *requests.entry(step.key.clone()).or_default() += more;
        let mut created: Vec<(&Step, bool)> = Vec::new();
        for step in part {
            match &step.action {
                Action::Create { call, then, .. } => {
                    let looks = call.looks_first(&step.key) && !self.known;
                    let before = if looks { self.look() } else { 0 };
                    takes(step, before + 1 + moves(step, live));
                    self.length += u64::from(step.key.parent().is_some());
                    created.push((step, then.is_some()));
                }
                Action::Update { .. } => {
                    let before = if self.known { 0 } else { self.look() };
                    takes(step, before + self.replace() + moves(step, live));
                }
                Action::InSync | Action::Blocked { .. } => {}
            }
        }
        if let Some((first, _)) = created.first() {
            takes(first, self.look());
        }
        for (step, _) in created.into_iter().filter(|(_, replaces)| *replaces) {
            takes(step, self.replace());
        }
    }

    fn look(&mut self) -> u64 {
        self.known = true;
        self.read()
    }

    /// Counts the page of the row of a list that takes several requests, the replacement, and reading it back.
    fn replace(&self) -> u64 {
        u64::from(self.read() > 1) + 1 + self.read()
    }

    fn read(&self) -> u64 {
        self.pages.requests(self.length)
    }
}

/// Counts the looks at the phases and gates of a release that moves.
fn moves(step: &Step, live: &Live) -> u64 {
    step.parent_change().map_or(0, |_| {
        let read = step.id.and_then(|id| live.work_items.get(&id));
        read.map_or(0, |read| read.requests).max(WorkItemKind::ALL.len() as u64)
    })
}
