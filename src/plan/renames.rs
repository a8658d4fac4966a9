//! Which objects a plan gives another name.

use std::collections::BTreeMap;

use super::{Plan, Step};
use crate::resource::Key;

impl Plan {
    /// Returns the new keys of the pinned objects that it renames, by what they were called; of what is below
    /// one, the key before has the new names above it.
    pub fn renames(&self) -> BTreeMap<Key, Key> {
        self.steps.iter().filter_map(|step| Some((before(step)?, step.key.clone()))).collect()
    }
}

fn before(step: &Step) -> Option<Key> {
    let key = &step.key;
    step.id?;
    let change = step.action.changes().iter().find(|it| it.def == key.kind.key_field())?;
    let name = change.before.as_text()?;
    match key.parent() {
        Some(above) => above.child(name),
        None => Some(Key::new(key.kind, name)),
    }
}
