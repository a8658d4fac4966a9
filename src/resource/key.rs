//! How an object is named, in plans and between documents.

use std::fmt;

use super::kind::Kind;

/// The natural key of an object: its kind and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// A system's name, a release's identifier.
    pub name: String,
}

impl Key {
    /// Names an object.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.kind.name(), self.name)
    }
}
