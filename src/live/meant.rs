//! Which live object a name in a manifest means.

use super::{Found, Live};
use crate::desired::Desired;
use crate::resource::{Guid, Key, Kind, Referent};

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// The live object with this id, in lower case.
    Id(String),
    /// An object that the same plan creates.
    ToCome(Key),
    /// Nothing that is there.
    Nothing,
    /// All of these ids.
    Several(Vec<String>),
    /// A live object that a manifest gives another name.
    Renamed(Key),
}

impl Meant {
    /// Returns the one live object that is meant.
    pub fn id(&self) -> Option<Guid> {
        match self {
            Self::Id(id) => Guid::parse(id).ok(),
            Self::ToCome(_) | Self::Nothing | Self::Several(_) | Self::Renamed(_) => None,
        }
    }
}

impl Live {
    /// Returns what a name means.
    ///
    /// What the manifests declare themselves is meant as declared: pinned, renamed or yet to come.
    pub fn meant(&self, desired: &Desired, referent: Referent, name: &str) -> Meant {
        if let Some(key) = declared(referent, name).filter(|key| desired.get(key).is_some()) {
            match self.objects.get(&key) {
                Some(Found::One(object)) => return Meant::Id(object.id.to_string()),
                Some(Found::Nothing) => return Meant::ToCome(key),
                Some(Found::Several(_)) | None => {}
            }
        }
        let ids = self.names.get(&referent).map(|names| names.ids_of(name)).unwrap_or_default();
        match ids {
            [] => Meant::Nothing,
            [id] => {
                let pinned = Guid::parse(id).ok().and_then(|id| desired.pinned(&id));
                pinned.map_or_else(|| Meant::Id(id.clone()), |it| Meant::Renamed(it.key.clone()))
            }
            several => Meant::Several(several.to_vec()),
        }
    }
}

/// Returns the key under which a manifest would declare what a reference names.
pub fn declared(referent: Referent, name: &str) -> Option<Key> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.referent() == Some(referent))?;
    Some(Key::new(kind, name))
}
