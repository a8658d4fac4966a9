//! Which lists have to be read, and which of their rows matter.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::Desired;
use crate::resource::{FieldType, FieldValue, Referent};

/// What the manifests want to know of each list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wants(pub(super) BTreeMap<Referent, Rows>);

/// The rows of one list that matter beyond their name and id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// Rows of declared objects, by name.
    pub(super) declared: BTreeSet<String>,
    /// Rows of declared objects, by pinned id.
    pub(super) pinned: BTreeSet<String>,
    /// Rows that a reference names.
    pub(super) referred: BTreeSet<String>,
}

impl Wants {
    /// Derives them: the list of each declared kind, and the list behind each reference that a
    /// manifest gives a value. What nobody refers to is not read.
    pub(super) fn of(desired: &Desired) -> Self {
        let mut wants = Self::default();
        for object in desired.iter() {
            let rows = wants.0.entry(object.key.kind.referent()).or_default();
            match object.id {
                Some(id) => rows.pinned.insert(id.to_string()),
                None => rows.declared.insert(object.key.name.clone()),
            };
            for (def, value) in object.fields.iter() {
                if let (FieldType::Reference { to, .. }, FieldValue::Text(name)) = (def.ty, value) {
                    wants.0.entry(to).or_default().referred.insert(name.clone());
                }
            }
        }
        wants
    }
}
