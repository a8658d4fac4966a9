//! The kinds of object that are planned and written.

use super::field::{FieldDef, Referent};
use super::{deployment, release, release_system, system};

/// A kind of object: what a step of a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A system: an application or component that releases touch.
    System,
    /// A release, of any of Plutora's three types.
    Release,
    /// A system in a release.
    ReleaseSystem,
    /// A deployment date of a system in a release.
    Deployment,
}

/// The objects that stand below one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Their kind.
    pub kind: Kind,
    /// The name of the list in a manifest, such as `deployments`.
    pub field: &'static str,
    /// One sentence for the JSON Schema.
    pub doc: &'static str,
}

impl Kind {
    /// Every kind, in the order in which plans show them.
    pub const ALL: [Self; 4] = [Self::System, Self::Release, Self::ReleaseSystem, Self::Deployment];

    /// Returns the word that a plan uses, and a manifest for what stands by itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Release => "Release",
            Self::ReleaseSystem => "ReleaseSystem",
            Self::Deployment => "Deployment",
        }
    }

    /// Returns the kind with that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns how references point to objects of the kind, and so which list names them; none
    /// where nothing refers to them and they are named only below another object.
    pub fn referent(self) -> Option<Referent> {
        match self {
            Self::System => Some(Referent::System),
            Self::Release => Some(Referent::Release),
            Self::ReleaseSystem | Self::Deployment => None,
        }
    }

    /// Returns the kind that objects of this one stand below.
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::System | Self::Release => None,
            Self::ReleaseSystem => Some(Self::Release),
            Self::Deployment => Some(Self::ReleaseSystem),
        }
    }

    /// Returns what stands below objects of the kind.
    pub fn children(self) -> Option<Collection> {
        match self {
            Self::Release => Some(Collection {
                kind: Self::ReleaseSystem,
                field: "systems",
                doc: release_system::IN_MANIFEST,
            }),
            Self::ReleaseSystem => Some(Collection {
                kind: Self::Deployment,
                field: "deployments",
                doc: deployment::IN_MANIFEST,
            }),
            Self::System | Self::Deployment => None,
        }
    }

    /// Returns the words of the path to the kind's collection; an id stands between two of them.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::System => &["systems"],
            Self::Release => &["releases"],
            Self::ReleaseSystem => &["releases", "systems"],
            Self::Deployment => &["releases", "systems", "deploymentDates"],
        }
    }

    /// Returns the key of a body that holds the object's id.
    pub fn id_key(self) -> &'static str {
        match self {
            // A row has no id of its own; it is addressed by its system's.
            Self::ReleaseSystem => "systemId",
            Self::System | Self::Release | Self::Deployment => "id",
        }
    }

    /// Returns what the kind is, in one sentence for schemas.
    pub fn doc(self) -> &'static str {
        match self {
            Self::System => system::DOC,
            Self::Release => release::DOC,
            Self::ReleaseSystem => release_system::DOC,
            Self::Deployment => deployment::DOC,
        }
    }

    /// Returns the field that holds the natural key; in a manifest `metadata.name` fills it for what
    /// stands by itself.
    pub fn key_field(self) -> &'static FieldDef {
        match self {
            Self::System => &system::KEY,
            Self::Release => &release::KEY,
            Self::ReleaseSystem => &release_system::KEY,
            Self::Deployment => &deployment::KEY,
        }
    }

    /// Returns the fields of the object besides its natural key, in the order in which they are
    /// shown.
    pub fn fields(self) -> &'static [FieldDef] {
        match self {
            Self::System => system::FIELDS,
            Self::Release => release::FIELDS,
            Self::ReleaseSystem => release_system::FIELDS,
            Self::Deployment => deployment::FIELDS,
        }
    }

    /// Returns the fields that rules between fields look at, managed or not.
    pub fn ruled(self) -> impl Iterator<Item = &'static FieldDef> {
        let names: &[&str] = match self {
            Self::Release => &["plutoraReleaseType", "implementationDate", "parent"],
            Self::Deployment => &["start", "end"],
            Self::System | Self::ReleaseSystem => &[],
        };
        names.iter().filter_map(move |name| self.field(name))
    }

    /// Returns the natural key and then the other fields.
    pub fn all_fields(self) -> impl Iterator<Item = &'static FieldDef> {
        std::iter::once(self.key_field()).chain(self.fields())
    }

    /// Returns the field with that name in a manifest.
    pub fn field(self, name: &str) -> Option<&'static FieldDef> {
        self.all_fields().find(|def| def.name == name)
    }
}
