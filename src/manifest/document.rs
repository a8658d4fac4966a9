//! A manifest document, typed.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::Place;
use super::source::SourceId;
use crate::resource::{Code, FieldValue, Fields, Guid, Key, Kind};
use crate::yaml::Pointer;

/// The `apiVersion` of every document.
pub const API_VERSION: &str = "plutora-sync.dev/v1";

/// The annotation that acknowledges warnings: codes such as `PS101`, separated by commas.
pub const ACKNOWLEDGE: &str = "plutora-sync.dev/ack";

/// The annotation that lets nothing of an object be changed: `"true"`.
pub const PROTECT: &str = "plutora-sync.dev/protect";

/// What `kind:` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// An object, with what stands below it.
    Object(Kind),
    /// The status of one deployment, and nothing else.
    DeploymentStatus,
}

impl DocumentKind {
    /// Every kind of document.
    pub const ALL: [Self; 3] =
        [Self::Object(Kind::System), Self::Object(Kind::Release), Self::DeploymentStatus];

    /// Returns the word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.name(),
            Self::DeploymentStatus => "DeploymentStatus",
        }
    }

    /// Returns what it declares, in one sentence for schemas.
    pub fn doc(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.doc(),
            Self::DeploymentStatus => {
                "The status of one deployment: lets a pipeline own it and nothing else of the \
                 release. `metadata.name` is free."
            }
        }
    }
}

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    /// What `kind:` says.
    pub kind: DocumentKind,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.labels`, for selecting; never sent.
    pub labels: BTreeMap<String, String>,
    /// The codes of the warnings that the document acknowledges.
    pub acknowledged: BTreeSet<Code>,
    /// Whether its object, and what stands below it, is not to be changed.
    pub protected: bool,
    /// What it says of each object: of a release first, then of the rows below it, in their order.
    pub declarations: Vec<Declaration>,
    /// The status that it claims without naming a deployment.
    pub claim: Option<Claim>,
    /// Where it stands.
    pub source: SourceId,
    /// Which document of the text it is, from 0.
    pub position: usize,
}

/// What a document says of one object.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Kind and name.
    pub key: Key,
    /// `id`: the one live object that is meant, where names are ambiguous.
    pub id: Option<Guid>,
    /// The fields that are managed, the natural key among them.
    pub fields: Fields,
    /// Whether the object itself is declared, and is to be created where it is missing; a
    /// `DeploymentStatus` only names one.
    pub itself: bool,
    /// Where it starts.
    pub at: Pointer,
    /// Where the values of the fields are.
    pub places: BTreeMap<&'static str, Pointer>,
    /// The line of its first node, from 1.
    pub line: usize,
}

/// The status of what a `DeploymentStatus` without `deployment` means: the one deployment date of
/// a system in a release, or the system in the release itself. Live state decides which.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The system in the release.
    pub of: Key,
    /// The status.
    pub status: FieldValue,
    /// Where it starts.
    pub at: Pointer,
    /// Where the status is.
    pub status_at: Pointer,
    /// Where the names of release and system are.
    pub names_at: BTreeMap<&'static str, Pointer>,
    /// The line of its first node, from 1.
    pub line: usize,
}

/// What a `DeploymentStatus` says.
pub(super) enum Stated {
    /// The status of a deployment date that it names.
    Deployment(Declaration),
    /// The status of what live state decides.
    Claim(Claim),
}

impl Document {
    /// Returns the place of a node of the document.
    pub fn place(&self, at: &Pointer) -> Place {
        Place::node(self.source, self.position, at.clone())
    }
}
