//! A manifest document, typed.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::Place;
use super::source::SourceId;
use crate::resource::{FieldDef, Fields, Guid, Key};
use crate::yaml::Pointer;

/// The `apiVersion` of every document.
pub const API_VERSION: &str = "plutora-sync.dev/v1";

/// The annotation that acknowledges warnings: codes such as `PS101`, separated by commas.
pub const ACKNOWLEDGE: &str = "plutora-sync.dev/ack";

/// One document: what it declares of one object.
#[derive(Clone, Debug)]
pub struct Document {
    /// Kind and `metadata.name`.
    pub key: Key,
    /// `metadata.labels`, for selecting; never sent.
    pub labels: BTreeMap<String, String>,
    /// The codes of the warnings that the document acknowledges.
    pub acknowledged: BTreeSet<String>,
    /// `spec.id`: the one live object that is meant, where names are ambiguous.
    pub id: Option<Guid>,
    /// The fields that the document manages.
    pub fields: Fields,
    /// Where it stands.
    pub source: SourceId,
    /// Which document of the text it is, from 0.
    pub position: usize,
    /// The line of its first node, from 1.
    pub line: usize,
}

impl Document {
    /// Returns the place of the whole document.
    pub fn place(&self) -> Place {
        Place::node(self.source, self.position, Pointer::default())
    }

    /// Returns the place of a field's value.
    pub fn place_of(&self, def: &FieldDef) -> Place {
        let pointer = match def.name.split_once('.') {
            Some((outer, inner)) => Pointer::default().key(outer).key(inner),
            None => Pointer::default().key("spec").key(def.name),
        };
        Place::node(self.source, self.position, pointer)
    }
}
