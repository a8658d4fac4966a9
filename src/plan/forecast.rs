//! How many requests each step of a plan takes when nothing fails.

use std::collections::{BTreeMap, BTreeSet};

use super::last_look::looked_at_last;
use super::step::{Action, Step};
use crate::live::{Live, Pages, WorkItemKind};
use crate::resource::{Guid, Key};

/// Follows the lists that steps read and write, in the order of the plan.
///
/// The rows of one list are written one after another, and each leaves the list as it read it back to
/// the next; so what a step takes depends on those before it.
pub(super) struct Forecast<'a> {
    live: &'a Live,
    lists: BTreeMap<Key, List>,
}

struct List {
    /// How many rows it has by then.
    length: u64,
    pages: Pages,
    /// Whether a step before has just read it back.
    known: bool,
}

impl<'a> Forecast<'a> {
    pub(super) fn new(live: &'a Live) -> Self {
        Self { live, lists: BTreeMap::new() }
    }

    /// Counts the requests of the next step.
    ///
    /// A creation is looked for, sent and read back, and what it cannot set takes a replacement that
    /// is read back too; a replacement is read fresh, sent and read back. Of a list that takes several requests
    /// the page of the row is read once more right before it is replaced. Where a release moves to
    /// another parent, its phases and its gates are read once more, as the plan read them.
    pub(super) fn requests(&mut self, key: &Key, id: Option<Guid>, action: &Action) -> u64 {
        if !action.writes() {
            return 0;
        }
        let moves = action.parent_change().map_or(0, |_| {
            let read = id.and_then(|id| self.live.work_items.get(&id));
            read.map_or(0, |read| read.requests).max(WorkItemKind::ALL.len() as u64)
        });
        let mut alone = List { length: 0, pages: Pages::Bare, known: false };
        let list = match key.parent() {
            // What stands by itself is read alone.
            None => &mut alone,
            Some(above) => {
                let (length, pages) = self.live.listed_below(&above);
                let unread = List { length, pages, known: false };
                self.lists.entry(above).or_insert(unread)
            }
        };
        let (looks, adds, creates, replaces) = match action {
            Action::Create { call, then, .. } => (
                call.looks_first(key),
                u64::from(key.parent().is_some()),
                1,
                u64::from(then.is_some()),
            ),
            Action::Update { .. } => (true, 0, 0, 1),
            Action::InSync | Action::Blocked { .. } => return 0,
        };
        let before = if looks && !list.known { list.read() } else { 0 };
        list.length += adds;
        list.known = true;
        let after = (creates + replaces) * (1 + list.read());
        // Of a list that takes several, the page of the row.
        let newest = replaces * u64::from(list.read() > 1);
        before + after + newest + moves
    }

    /// Adds what is read once more at the end; of a list, the first of these has it all.
    pub(super) fn add_last_looks(&self, steps: &mut [Step]) {
        let last: BTreeSet<Key> =
            looked_at_last(steps, Step::writes, Step::writes).into_iter().cloned().collect();
        let mut lists = BTreeSet::new();
        for step in steps.iter_mut().filter(|step| last.contains(&step.key)) {
            step.requests += match step.key.parent() {
                None => 1,
                Some(above) => {
                    let read = self.lists.get(&above).map_or(0, List::read);
                    if lists.insert(above) { read } else { 0 }
                }
            };
        }
    }
}

impl List {
    fn read(&self) -> u64 {
        self.pages.requests(self.length)
    }
}
