//! Where an object is, when its step begins: everything on the path exists by then.

use serde_json::{Map, Value};

use crate::live::read_object;
use crate::plutora::{Read, ReadError};
use crate::resource::{Guid, Kind, Labels};

/// The collection of an object, and how its bodies are read.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) kind: Kind,
    /// The path of the collection, with ids.
    pub(super) collection: String,
    pub(super) labels: &'a Labels,
}

impl Place<'_> {
    /// Returns the path of an object.
    pub(super) fn path_of(&self, id: Guid) -> String {
        format!("{}/{id}", self.collection)
    }

    /// Reads an object anew.
    pub(super) async fn read(
        &self,
        reader: &impl Read,
        id: Guid,
    ) -> Result<Map<String, Value>, ReadError> {
        read_object(reader, self.kind, &self.collection, id).await
    }
}
