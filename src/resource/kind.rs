//! The kinds of object that a manifest can declare.

use super::field::{FieldDef, Referent};
use super::guid::Guid;
use super::{release, system};

/// A kind of object: what `kind:` says in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A system: an application or component that releases touch.
    System,
    /// A release, of any of Plutora's three types.
    Release,
}

impl Kind {
    /// Every kind, in the order in which plans show them.
    pub const ALL: [Self; 2] = [Self::System, Self::Release];

    /// Returns the word that a manifest and a plan use.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Release => "Release",
        }
    }

    /// Returns the kind with that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns how references point to objects of the kind, and so which list names them.
    pub fn referent(self) -> Referent {
        match self {
            Self::System => Referent::System,
            Self::Release => Referent::Release,
        }
    }

    /// Returns the path of the collection: listed with GET, created with POST.
    pub fn collection(self) -> String {
        self.referent().list_path()
    }

    /// Returns the path of one object: read with GET, replaced with PUT.
    pub fn path_of(self, id: Guid) -> String {
        format!("{}/{id}", self.collection())
    }

    /// Returns what the kind is, in one sentence for schemas.
    pub fn doc(self) -> &'static str {
        match self {
            Self::System => system::DOC,
            Self::Release => release::DOC,
        }
    }

    /// Returns the field that `metadata.name` fills: the natural key.
    pub fn key_field(self) -> &'static FieldDef {
        match self {
            Self::System => &system::KEY,
            Self::Release => &release::KEY,
        }
    }

    /// Returns the fields of `spec`, in the order in which plans show them.
    pub fn fields(self) -> &'static [FieldDef] {
        match self {
            Self::System => system::FIELDS,
            Self::Release => release::FIELDS,
        }
    }

    /// Returns the natural key and then the fields of `spec`.
    pub fn all_fields(self) -> impl Iterator<Item = &'static FieldDef> {
        std::iter::once(self.key_field()).chain(self.fields())
    }

    /// Returns the field with that name in a manifest.
    pub fn field(self, name: &str) -> Option<&'static FieldDef> {
        self.all_fields().find(|def| def.name == name)
    }
}
