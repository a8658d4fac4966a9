//! One step: one object.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::migration::at_stake;
use crate::desired::SourceLine;
use crate::live::can_be_asked;
use crate::resource::{
    FieldDef, FieldType, FieldValue, Fields, Guid, Instant, Key, Path, Referent,
};

/// What is to be done about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which object.
    pub key: Key,
    /// Its live id, where it exists.
    pub id: Option<Guid>,
    /// Where the manifests declare it.
    pub sources: Arc<[SourceLine]>,
    /// The declared objects that it refers to and that are written too: their steps come first,
    /// and it is skipped if one of them does not succeed.
    pub depends_on: BTreeSet<Key>,
    /// How many requests it takes when nothing fails.
    pub requests: u64,
    /// What limits look at.
    pub stands: Stands,
    /// What.
    pub action: Action,
}

/// How the object of a step stands to the limits of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stands {
    /// Whether a manifest says that it is not to be changed.
    pub protected: bool,
    /// Whether it is an Enterprise release, or below one; none where nobody says it, or where there is
    /// no release.
    pub enterprise: Option<bool>,
    /// When its release goes live: as it is, and as it is declared.
    pub goes_live: BTreeSet<Instant>,
}

/// What is to be done; most often nothing, of which a plan may hold much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It does not exist: create it.
    Create {
        /// Every managed field, with nothing before.
        changes: Vec<FieldChange>,
        /// The creation.
        call: Box<Call>,
        /// What a creation cannot set: a replacement that is made right after it.
        then: Option<Box<Call>>,
    },
    /// It differs: replace it, with only these fields changed.
    Update {
        /// The fields that differ.
        changes: Vec<FieldChange>,
        /// The replacement; its payload is laid over the body as it is then.
        call: Box<Call>,
        /// The managed fields as they were read, references as ids: what must still hold then.
        observed: Fields,
        /// The references among them that do not differ, by name: what their ids must still be called.
        referred: Fields,
    },
    /// It is as it should be.
    InSync,
    /// It differs and the API cannot make it so.
    Blocked {
        /// Why.
        reason: String,
        /// The fields that differ.
        changes: Vec<FieldChange>,
    },
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub def: &'static FieldDef,
    /// The live value.
    pub before: FieldValue,
    /// The declared value.
    pub after: FieldValue,
}

/// A call that writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// How.
    pub method: Method,
    /// Where.
    pub path: Path,
    /// Why it is needed.
    pub reason: String,
    /// The writable keys of the changed fields.
    pub body: Vec<(&'static str, Payload)>,
}

/// The method of a call that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Creates.
    Post,
    /// Replaces.
    Put,
}

/// What a call writes under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// This value.
    Value(Value),
    /// The id of an object that an earlier step creates.
    IdOf(Key),
}

impl Action {
    /// Returns the word that plans use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::InSync => "in-sync",
            Self::Blocked { .. } => "blocked",
        }
    }

    /// Returns the fields that differ.
    pub fn changes(&self) -> &[FieldChange] {
        match self {
            Self::Create { changes, .. }
            | Self::Update { changes, .. }
            | Self::Blocked { changes, .. } => changes,
            Self::InSync => &[],
        }
    }

    /// Returns the lists whose names say what its managed fields refer to.
    pub(super) fn refers_to(&self) -> BTreeSet<Referent> {
        let changed = self.changes().iter().map(|change| change.def);
        let seen = match self {
            Self::Update { observed, .. } => Some(observed.iter().map(|(def, _)| def)),
            Self::Create { .. } | Self::InSync | Self::Blocked { .. } => None,
        };
        let defs = changed.chain(seen.into_iter().flatten());
        let to = |def: &FieldDef| {
            let FieldType::Reference { to, .. } = def.ty else { return None };
            Some(to)
        };
        defs.filter_map(to).collect()
    }

    /// Returns the calls that write, in their order.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let (first, second) = match self {
            Self::Create { call, then, .. } => (Some(&**call), then.as_deref()),
            Self::Update { call, .. } => (Some(&**call), None),
            Self::InSync | Self::Blocked { .. } => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Returns whether it makes a call that writes.
    pub(super) fn writes(&self) -> bool {
        self.calls().next().is_some()
    }

    /// Returns the change of a parent, which no other objects have than releases.
    pub(super) fn parent_change(&self) -> Option<&FieldChange> {
        let moves =
            |change: &&FieldChange| change.def.name == "parent" && change.before != change.after;
        match self {
            Self::Create { changes, .. } | Self::Update { changes, .. } => {
                changes.iter().find(moves)
            }
            Self::InSync | Self::Blocked { .. } => None,
        }
    }
}

impl Step {
    /// Returns whether it makes a call that writes.
    pub fn writes(&self) -> bool {
        self.action.writes()
    }

    /// Returns the change of a release's parent, where the step makes one.
    pub fn parent_change(&self) -> Option<&FieldChange> {
        self.action.parent_change()
    }

    /// Returns the live releases whose phases, gates and activities matter to the step.
    pub fn at_stake(&self) -> BTreeSet<Guid> {
        at_stake(std::slice::from_ref(self))
    }
}

impl Call {
    /// Returns whether a creation of an object is preceded by a look for it: minutes may have passed
    /// since the plan.
    ///
    /// A name that no filter can ask for is not looked for, as that would take the whole list; nor is
    /// anything below an object that the same plan creates.
    pub fn looks_first(&self, key: &Key) -> bool {
        match key.kind.parent() {
            None => can_be_asked(&key.name),
            Some(_) => self.path.is_settled(),
        }
    }
}

impl Method {
    /// Returns the word of the protocol.
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}
