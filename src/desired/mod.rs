//! What should be: the documents of all manifests, merged by object and checked together.
//!
//! Everything that can be said without Plutora is said here; what needs live state (names, whether
//! an object exists) is the planner's.

mod build;
mod parents;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

pub use build::build;

use crate::digest::digest;
use crate::manifest::Place;
use crate::resource::{FieldDef, Fields, Guid, Key, Kind};

/// The objects that the manifests declare.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    objects: BTreeMap<Key, Object>,
    pinned: BTreeMap<Guid, Key>,
}

/// One object, as all documents about it together declare it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Kind and name.
    pub key: Key,
    /// The live object that is meant, if the manifest pins one.
    pub id: Option<Guid>,
    /// The managed fields, the natural key among them.
    pub fields: Fields,
    /// The codes of the warnings that a document acknowledges.
    pub acknowledged: BTreeSet<String>,
    /// Where its documents start.
    pub sources: Vec<SourceLine>,
    /// The place of its first document.
    pub place: Place,
    /// The place of each field's value.
    places: BTreeMap<&'static str, Place>,
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Desired {
    /// Iterates over the objects, by kind and name.
    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// Returns the object with that key.
    pub fn get(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key)
    }

    /// Returns the object that is pinned to an id.
    pub fn pinned(&self, id: &Guid) -> Option<&Object> {
        self.get(self.pinned.get(id)?)
    }

    /// Returns whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Counts the objects of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.iter().filter(|object| object.key.kind == kind).count()
    }

    /// Returns the digest of what is declared; comments, layout and file names do not matter.
    pub fn digest(&self) -> String {
        let objects: Vec<Value> = self
            .iter()
            .map(|object| {
                let fields: serde_json::Map<String, Value> = object
                    .fields
                    .iter()
                    .map(|(def, value)| (def.name.to_owned(), value.to_json()))
                    .collect();
                json!({
                    "kind": object.key.kind.name(),
                    "name": object.key.name,
                    "id": object.id.map(|id| id.to_string()),
                    "fields": fields,
                    "acknowledged": object.acknowledged,
                })
            })
            .collect();
        digest(&Value::Array(objects))
    }
}

impl Object {
    /// Returns the place of a field's value, or of the document where the field has none.
    pub fn place_of(&self, def: &FieldDef) -> &Place {
        self.places.get(def.name).unwrap_or(&self.place)
    }
}
