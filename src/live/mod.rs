//! What is: the live state of the objects that the manifests name, as values.
//!
//! [`fetch()`] decides which requests to make and makes them; the planner sees only [`Live`].

mod fetch;
mod find;
mod names;
mod wants;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(crate) use fetch::read_detail;
pub use fetch::{FetchError, fetch};
pub use find::{can_be_filtered, find_by_key};
pub use names::Names;

use crate::resource::{FieldDef, Fields, Guid, Key, Referent, read_fields};

/// Which Plutora, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The base of the API.
    pub api_url: String,
    /// The user's e-mail.
    pub user: String,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Live {
    /// From where.
    pub target: Target,
    /// The names and ids of every list that was read.
    pub names: BTreeMap<Referent, Names>,
    /// What was found of each declared object.
    pub objects: BTreeMap<Key, Found>,
    /// The `plutoraReleaseType` of the releases that manifests name as parents, by id.
    pub parent_types: BTreeMap<String, String>,
}

/// What was found under a natural key or a pinned id.
#[derive(Clone, Debug)]
pub enum Found {
    /// No such object.
    Nothing,
    /// Exactly one.
    One(LiveObject),
    /// Several with the same name; Plutora does not promise that names are unique.
    Several(Vec<String>),
}

/// A live object.
#[derive(Clone, Debug)]
pub struct LiveObject {
    /// Its id.
    pub id: Guid,
    /// Its body: the detail, or the list row where that holds all that is managed.
    pub body: Map<String, Value>,
}

impl Live {
    /// Reads fields of a live body as a manifest would say them.
    pub fn read(
        &self,
        key: &Key,
        body: &Map<String, Value>,
        wanted: impl IntoIterator<Item = &'static FieldDef>,
    ) -> Fields {
        read_fields(key.kind, body, wanted, |referent, id| {
            let name = self.names.get(&referent)?.name_of(id)?;
            Some(name.to_owned())
        })
    }
}
