//! Which live object a name in a manifest means.

use std::borrow::Cow;

use super::{Found, Live};
use crate::desired::Desired;
use crate::resource::{Guid, Key, Kind, Referent};

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant<'a> {
    /// The live object with this id, in lower case.
    Id(Cow<'a, str>),
    /// An object that the same plan creates.
    ToCome(Key),
    /// Nothing that is there.
    Nothing,
    /// All of these ids.
    Several(Vec<&'a str>),
    /// A live object that a manifest gives another name.
    Renamed(Key),
}

impl Meant<'_> {
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
    pub fn meant(&self, desired: &Desired, referent: Referent, name: &str) -> Meant<'_> {
        let key = declared(referent, name);
        let can_be_declared = key.is_some();
        if let Some(key) = key.filter(|key| desired.get(key).is_some()) {
            match self.objects.get(&key) {
                Some(Found::One(object)) => return Meant::Id(object.id.to_string().into()),
                Some(Found::Nothing) => return Meant::ToCome(key),
                Some(Found::Several(_)) | None => {}
            }
        }
        let ids = self.names.get(&referent).map(|names| names.ids_of(name).collect::<Vec<_>>());
        match ids.unwrap_or_default().as_slice() {
            [] => Meant::Nothing,
            [id] => {
                let id_of_declared = Guid::parse(id).ok().filter(|_| can_be_declared);
                let pinned = id_of_declared.and_then(|id| desired.pinned(&id));
                pinned.map_or(Meant::Id((*id).into()), |it| Meant::Renamed(it.key.clone()))
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
