//! What is at stake when a release moves to another parent, read from live state.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Action, Payload, Step};
use crate::live::{Activity, Live, Stakes, WorkItem, WorkItems};
use crate::resource::{FieldValue, Guid};

/// The phases, gates and activities of a release that moves, and of its parents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The release that moves.
    pub child: Side,
    /// The parent that it leaves.
    pub old_parent: Option<Side>,
    /// The parent that it gets.
    pub new_parent: Option<Side>,
}

/// One of the releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its identifier.
    pub release: String,
    /// Its id; none for a release that the same plan creates, which has nothing yet.
    pub id: Option<Guid>,
    /// Its phases and gates.
    pub items: Vec<Staked>,
    /// The activities that hang on none of them.
    pub loose: Vec<Activity>,
    /// Why Plutora does not tell what it has, if that is so.
    pub refused: Option<String>,
}

/// A phase or gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staked {
    /// What it is.
    pub item: WorkItem,
    /// Whether the child has it from the parent that it leaves.
    pub inherited: bool,
}

impl Migration {
    /// Iterates over the releases: the child, the old and the new parent.
    pub fn sides(&self) -> impl Iterator<Item = &Side> {
        std::iter::once(&self.child).chain(&self.old_parent).chain(&self.new_parent)
    }

    /// Returns the names of phases and gates by the ids of these names.
    pub fn names(&self) -> BTreeMap<String, String> {
        let items = self.sides().flat_map(|side| &side.items);
        items.map(|it| (it.item.name_id.clone(), it.item.name.clone())).collect()
    }
}

/// Describes what is at stake in a step that moves a release.
pub(super) fn migration(step: &Step, live: &Live) -> Option<Migration> {
    let change = step.parent_change()?;
    let Moved { child, from, to } = moved(step);
    let side = |release: &str, id: Option<Guid>| {
        let known = id.and_then(|id| live.work_items.get(&id)).cloned();
        let Stakes { items: WorkItems { items, loose }, requests: _, refused } =
            known.unwrap_or_default();
        let items = items.into_iter().map(|item| Staked { item, inherited: false }).collect();
        Side { release: release.to_owned(), id, items, loose, refused }
    };
    let old_parent = change.before.as_text().map(|name| side(name, from));
    let mut child = side(&step.key.name, child);
    for staked in &mut child.items {
        let above = old_parent.iter().flat_map(|parent| &parent.items);
        staked.inherited = above.into_iter().any(|of_parent| of_parent.item.is_like(&staked.item));
    }
    let new_parent = change.after.as_text().map(|name| side(name, to));
    Some(Migration { child, old_parent, new_parent })
}

/// Returns the live releases whose phases, gates and activities matter to some steps.
pub(super) fn at_stake(steps: &[Step]) -> BTreeSet<Guid> {
    let moving = steps.iter().filter(|step| step.parent_change().is_some());
    moving
        .flat_map(|step| {
            let Moved { child, from, to } = moved(step);
            [child, from, to].into_iter().flatten()
        })
        .collect()
}

/// The live releases of a move.
struct Moved {
    child: Option<Guid>,
    from: Option<Guid>,
    to: Option<Guid>,
}

fn moved(step: &Step) -> Moved {
    let from = match &step.action {
        Action::Update { observed, .. } => {
            observed.get("parent").and_then(FieldValue::as_text).and_then(|id| Guid::parse(id).ok())
        }
        Action::Create { .. } | Action::InSync | Action::Blocked { .. } => None,
    };
    let written = step.action.calls().flat_map(|call| &call.body);
    let to =
        written.filter(|(key, _)| *key == "parentReleaseId").find_map(
            |(_, payload)| match payload {
                Payload::Value(id) => Guid::parse(id.as_str()?).ok(),
                Payload::IdOf(_) => None,
            },
        );
    Moved { child: step.id, from, to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::WorkItemKind;

    fn side(name: &str) -> Side {
        let item = WorkItem {
            kind: WorkItemKind::Gate,
            id: Guid::parse("d95f23e4-52a1-e811-8146-029a1f64cdff").unwrap(),
            name_id: format!("id of {name}"),
            name: name.to_owned(),
            start: None,
            end: None,
            ignored: false,
            activities: Vec::new(),
        };
        let items = vec![Staked { item, inherited: false }];
        Side { release: String::new(), id: None, items, loose: Vec::new(), refused: None }
    }

    #[test]
    fn the_names_of_what_any_of_the_releases_has_are_known() {
        let (old_parent, new_parent) = (Some(side("old")), Some(side("new")));
        let names = Migration { child: side("child"), old_parent, new_parent }.names();
        let wanted = ["child", "old", "new"].map(|it| (format!("id of {it}"), it.to_owned()));
        assert_eq!(names, BTreeMap::from(wanted));
    }
}
