//! What is read once more when an apply has written everything.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Action, Payload, Step};
use crate::resource::{FieldValue, Guid, Key, Kind};

/// Returns the objects that are as their steps `made` them, and stand above another one that was `written`.
///
/// That is the release or the row that a row is listed below, and the release that is the parent of another.
/// These are written and read back first, and the server may have changed them with what came after. What
/// stands at the bottom was read back after everything above it.
pub fn looked_at_last(
    steps: &[Step],
    made: impl Fn(&Step) -> bool,
    written: impl Fn(&Step) -> bool,
) -> BTreeSet<&Key> {
    let made: Vec<&Step> = steps.iter().filter(|step| made(step)).collect();
    let above = Above::of(made.iter().copied());
    let written = steps.iter().filter(|step| written(step));
    let above: BTreeSet<Key> = written.flat_map(|step| above.keys(step)).collect();
    made.into_iter().map(|step| &step.key).filter(|key| above.contains(*key)).collect()
}

/// Finds what stands above the object of a step.
#[derive(Debug)]
pub struct Above<'a> {
    releases: BTreeMap<Guid, &'a Key>,
}

impl<'a> Above<'a> {
    /// Knows the releases that some steps are about by their ids.
    pub fn of(steps: impl Iterator<Item = &'a Step>) -> Self {
        let releases = steps.filter(|step| step.key.kind == Kind::Release);
        Self { releases: releases.filter_map(|step| Some((step.id?, &step.key))).collect() }
    }

    /// Returns the objects on the path of a step's own, and its parent if that is known and one of these.
    pub fn keys(&self, step: &Step) -> impl Iterator<Item = Key> {
        std::iter::successors(step.key.parent(), Key::parent).chain(self.parent_release(step))
    }

    fn parent_release(&self, step: &Step) -> Option<Key> {
        let def = step.key.kind.field("parent")?;
        let written = step.action.calls().flat_map(|call| &call.body);
        let id = match written.into_iter().find(|(key, _)| *key == def.key) {
            Some((_, Payload::IdOf(key))) => return Some(key.clone()),
            Some((_, Payload::Value(id))) => id.as_str()?,
            None => match &step.action {
                Action::Update { observed, .. } => match observed.get(def.name)? {
                    FieldValue::Text(id) => id,
                    FieldValue::Empty | FieldValue::Instant(_) | FieldValue::Names(_) => {
                        return None;
                    }
                },
                Action::Create { .. } | Action::InSync | Action::Blocked { .. } => return None,
            },
        };
        self.releases.get(&Guid::parse(id).ok()?).map(|key| (*key).clone())
    }
}
