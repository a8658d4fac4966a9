//! Which lists have to be read, and which of their rows matter.

use std::collections::{BTreeMap, BTreeSet};

use super::meant;
use crate::desired::Desired;
use crate::resource::{FieldType, FieldValue, Key, Kind, Referent};

/// What the manifests want to know of each list, and of what stands below releases.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wants {
    pub(super) lists: BTreeMap<Referent, Rows>,
    /// The objects whose rows below them are wanted: releases, and systems in releases.
    pub(super) below: BTreeSet<Key>,
}

/// The rows of one list that matter beyond their name and id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// Rows of declared objects, by name: of those that are not pinned, or that a reference names.
    pub(super) declared: BTreeSet<String>,
    /// Rows of declared objects, by pinned id.
    pub(super) pinned: BTreeSet<String>,
    /// Rows that bear the names which pinned objects are given: there must be no other.
    pub(super) given: BTreeSet<String>,
    /// Rows that a reference names.
    pub(super) referred: BTreeSet<String>,
}

impl Rows {
    /// Counts what is wanted.
    pub(super) fn count(&self) -> u64 {
        let Self { declared, pinned, given: _, referred } = self;
        (declared.union(referred).count() + pinned.len()) as u64
    }

    /// Returns the names of the rows that are wanted.
    pub(super) fn names(&self) -> BTreeSet<&String> {
        let Self { declared, pinned: _, given, referred } = self;
        declared.iter().chain(given).chain(referred).collect()
    }

    /// Returns whether nothing needs to bear a name.
    pub(super) fn may_miss(&self, name: &str) -> bool {
        self.declared.contains(name) || self.given.contains(name)
    }
}

impl Wants {
    /// Derives them: the list of each declared kind, the list behind each reference that a manifest
    /// gives a value, and the rows below what a manifest names something below. What nobody refers
    /// to is not read.
    pub(super) fn of(desired: &Desired) -> Self {
        let mut wants = Self::default();
        for object in desired.iter() {
            match object.key.kind.referent() {
                Some(referent) => {
                    let rows = wants.lists.entry(referent).or_default();
                    let name = object.key.name.clone();
                    match object.id {
                        Some(id) => {
                            rows.pinned.insert(id.to_string());
                            rows.given.insert(name);
                        }
                        None => {
                            rows.declared.insert(name);
                        }
                    }
                }
                None => wants.rows_around(&object.key),
            }
            for (def, value) in object.fields.iter() {
                if let (FieldType::Reference { to, .. }, FieldValue::Text(name)) = (def.ty, value) {
                    wants.refer(to, name.clone());
                }
            }
        }
        for claim in desired.claims() {
            wants.rows_around(&claim.of);
            wants.below.insert(claim.of.clone());
        }
        for (referent, Rows { declared, pinned: _, given: _, referred }) in &mut wants.lists {
            let is_declared = |name: &&String| {
                meant::declared(*referent, name).is_some_and(|key| desired.get(&key).is_some())
            };
            declared.extend(referred.iter().filter(is_declared).cloned());
        }
        wants
    }

    fn refer(&mut self, to: Referent, name: String) {
        self.lists.entry(to).or_default().referred.insert(name);
    }

    /// Wants the rows among which an object stands, and the objects above it by their names.
    fn rows_around(&mut self, key: &Key) {
        let above = std::iter::successors(key.parent(), Key::parent);
        self.below.extend(above.clone());
        for key in std::iter::once(key.clone()).chain(above) {
            match key.kind {
                Kind::Release => self.refer(Referent::Release, key.own_name()),
                Kind::ReleaseSystem => self.refer(Referent::System, key.own_name()),
                Kind::System | Kind::Deployment => {}
            }
        }
    }
}
