//! What became of a release's phases and gates when its parent was written.

use crate::live::{WorkItem, reread_work_items};
use crate::plan::{Migration, Staked};
use crate::plutora::Read;
use crate::resource::Guid;

/// What a look after the write has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// These differences; none if everything is as the plan saw it.
    Seen(Vec<ItemChange>),
    /// Nothing: it could not be read.
    Unread(String),
}

/// How a phase or gate of the release differs from what the plan saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemChange {
    /// It was not there.
    Appeared {
        /// What it is.
        item: WorkItem,
        /// Whether the parent that the release got has the same one at the same time.
        inherited: bool,
    },
    /// It is no longer there.
    Gone(WorkItem),
    /// Its dates, or whether it is ignored, changed.
    Changed {
        /// As the plan saw it.
        before: WorkItem,
        /// As it is.
        after: WorkItem,
    },
}

/// Reads the phases and gates of a release that was moved, and compares.
pub(super) async fn look_after(
    reader: &impl Read,
    release: Guid,
    planned: Option<&Migration>,
) -> Migrated {
    let names = planned.map(Migration::names).unwrap_or_default();
    match reread_work_items(reader, release, &names).await {
        Ok(after) => Migrated::Seen(changes(planned, &after)),
        Err(error) => Migrated::Unread(error.to_string()),
    }
}

fn changes(planned: Option<&Migration>, after: &[WorkItem]) -> Vec<ItemChange> {
    let before = planned.map(|it| it.child.items.as_slice()).unwrap_or_default();
    let parent = planned.and_then(|it| it.new_parent.as_ref());
    let of_parent = parent.map(|it| it.items.as_slice()).unwrap_or_default();
    let mut changes = Vec::new();
    for item in after {
        match before.iter().find(|staked| staked.item.id == item.id) {
            None => {
                let inherited = of_parent.iter().any(|staked| staked.item.is_like(item));
                changes.push(ItemChange::Appeared { item: item.clone(), inherited });
            }
            Some(Staked { item: was, .. }) => {
                let state = |item: &WorkItem| (item.start, item.end, item.ignored);
                if state(was) != state(item) {
                    let (before, after) = (was.clone(), item.clone());
                    changes.push(ItemChange::Changed { before, after });
                }
            }
        }
    }
    let gone = before.iter().filter(|staked| after.iter().all(|item| item.id != staked.item.id));
    changes.extend(gone.map(|staked| ItemChange::Gone(staked.item.clone())));
    changes
}
