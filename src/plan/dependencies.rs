//! Which steps come before a step, and what that means for it.

use std::collections::BTreeSet;

use super::planner::{Planner, Unfinished};
use super::step::{Action, FieldChange, Step};
use crate::live::{declared, natural_key};
use crate::resource::{FieldType, FieldValue, Key, Kind, Ref, id_of};

impl Planner<'_> {
    /// Returns the objects whose own steps a step needs: the declared ones that its changed
    /// references name and those on its path that are to be created, and the release whose type
    /// decides what its status can be.
    pub(super) fn dependencies(&self, key: &Key, action: &Action, above: &[Ref]) -> BTreeSet<Key> {
        let named = action.changes().iter().filter_map(|change| {
            let FieldType::Reference { to, .. } = change.def.ty else { return None };
            let FieldValue::Text(name) = &change.after else { return None };
            declared(to, name)
        });
        let to_come = above.iter().filter_map(|object| match object {
            Ref::ToCome(key) => Some(key.clone()),
            Ref::Id(_) => None,
        });
        let sets_status = action.changes().iter().any(|change| change.def.ty == FieldType::Status);
        let ancestors = std::iter::successors(key.parent(), Key::parent);
        let is_retyped = |key: &Key| self.unfinished.get(key).is_some_and(|it| it.retypes);
        let retyped = ancestors.filter(|key| sets_status && is_retyped(key));
        let needed = named.filter(|key| self.unfinished.contains_key(key));
        needed.chain(to_come).chain(retyped).collect()
    }

    /// Returns the deployment dates whose title a new one takes: they are pinned and get others first.
    pub(super) fn give_up_its_title(&self, key: &Key, action: &Action) -> BTreeSet<Key> {
        let creates = matches!(action, Action::Create { .. }) && key.kind == Kind::Deployment;
        let Some(parent) = key.parent().filter(|_| creates) else { return BTreeSet::new() };
        let own_name = key.own_name();
        let rows = self.live.rows_below(&parent).iter();
        let bearers = rows.filter(|row| natural_key(key.kind, row) == own_name);
        let pinned = bearers.filter_map(|row| self.desired.pinned(&id_of(key.kind, row)?));
        pinned.map(|pinned| pinned.key.clone()).collect()
    }

    /// What needs an object that the API cannot make cannot be done either.
    pub(super) fn with_what_it_needs(&self, action: Action, depends_on: &BTreeSet<Key>) -> Action {
        let is_blocked = |key: &&Key| self.unfinished.get(key).is_some_and(|it| it.blocked);
        match (action, depends_on.iter().find(is_blocked)) {
            (Action::Create { changes, .. } | Action::Update { changes, .. }, Some(needed)) => {
                let reason = format!("it needs {needed}, which is blocked");
                Action::Blocked { reason, changes }
            }
            (action, _) => action,
        }
    }

    /// Keeps in mind what steps that come later have to know of one.
    pub(super) fn remember(&mut self, step: &Step) {
        if step.action == Action::InSync {
            return;
        }
        let retypes = |change: &FieldChange| change.def.name == "plutoraReleaseType";
        let retypes = step.action.changes().iter().any(retypes);
        let blocked = matches!(step.action, Action::Blocked { .. });
        self.unfinished.insert(step.key.clone(), Unfinished { retypes, blocked });
    }
}
