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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::WorkItemKind;
    use crate::plan::Side;
    use crate::resource::Instant;

    fn item(number: u32, start: &str) -> WorkItem {
        let id = Guid::parse(&format!("d95f23e4-52a1-e811-8146-{number:012}")).unwrap();
        let start = Some(Instant::parse(start).unwrap());
        WorkItem {
            kind: WorkItemKind::Phase,
            id,
            name_id: "n".to_owned(),
            name: "Test".to_owned(),
            start,
            end: start,
            ignored: false,
            activities: Vec::new(),
        }
    }

    fn side(items: &[WorkItem]) -> Side {
        let items = items.iter().map(|item| Staked { item: item.clone(), inherited: false });
        let items = items.collect();
        Side { release: "R".to_owned(), id: None, items, loose: Vec::new(), refused: None }
    }

    #[test]
    fn what_came_what_went_and_what_changed_are_told_apart() {
        let planned = Migration {
            child: side(&[item(1, "2026-01-01"), item(2, "2026-02-01"), item(3, "2026-03-01")]),
            old_parent: None,
            new_parent: Some(side(&[item(9, "2026-04-01")])),
        };
        let ignored = WorkItem { ignored: true, ..item(2, "2026-02-01") };
        let after =
            [item(1, "2026-01-01"), ignored.clone(), item(4, "2026-04-01"), item(5, "2026-05-01")];
        let wanted = [
            ItemChange::Changed { before: item(2, "2026-02-01"), after: ignored },
            ItemChange::Appeared { item: item(4, "2026-04-01"), inherited: true },
            ItemChange::Appeared { item: item(5, "2026-05-01"), inherited: false },
            ItemChange::Gone(item(3, "2026-03-01")),
        ];
        assert_eq!(changes(Some(&planned), &after), wanted);
        let moved = [item(1, "2026-01-02"), item(2, "2026-02-01"), item(3, "2026-03-01")];
        let (before, after) = (item(1, "2026-01-01"), item(1, "2026-01-02"));
        assert_eq!(changes(Some(&planned), &moved), [ItemChange::Changed { before, after }]);
        assert_eq!(changes(None, &[]), []);
    }
}
