//! From the name in a manifest to the id in a body.

use serde_json::json;

use super::step::Payload;
use crate::desired::Desired;
use crate::live::{Live, Meant, Names};
use crate::manifest::{Diagnostic, Place, closest, listed};
use crate::resource::{Guid, Key, Ref, Referent};

/// Up to how many names a message lists them all; beyond, it suggests the nearest.
const FEW: usize = 40;

/// What a name in a manifest stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// The live object with this id.
    Id(String),
    /// An object that the same plan creates.
    ToCome(Key),
}

impl Resolved {
    /// Returns it as a part of a path; none where the id is no GUID, which no path can hold.
    pub(super) fn into_ref(self) -> Option<Ref> {
        match self {
            Self::Id(id) => Guid::parse(&id).ok().map(Ref::Id),
            Self::ToCome(key) => Some(Ref::ToCome(key)),
        }
    }
}

impl From<Resolved> for Payload {
    fn from(resolved: Resolved) -> Self {
        match resolved {
            Resolved::Id(id) => Self::Value(json!(id)),
            Resolved::ToCome(key) => Self::IdOf(key),
        }
    }
}

/// Returns what a name stands for, or what is wrong with it.
pub(super) fn resolve(
    place: &Place,
    (referent, name): (Referent, &str),
    desired: &Desired,
    live: &Live,
) -> Result<Resolved, Diagnostic> {
    resolved(live.meant(desired, referent, name), place, (referent, name), live)
}

/// Returns what a name stands for by what it means, or what is wrong with it.
pub(super) fn resolved(
    meant: Meant<'_>,
    place: &Place,
    (referent, name): (Referent, &str),
    live: &Live,
) -> Result<Resolved, Diagnostic> {
    let noun = referent.noun();
    let refused = |message: String, help: Option<String>| {
        Err(Diagnostic::new(place.clone(), message).maybe_help(help))
    };
    match meant {
        Meant::Id(id) => Ok(Resolved::Id(id.into_owned())),
        Meant::ToCome(key) => Ok(Resolved::ToCome(key)),
        Meant::Nothing => {
            let message = format!("there is no {noun} `{name}` in Plutora");
            refused(message, live.names.get(&referent).and_then(|names| instead(name, names)))
        }
        Meant::Several(ids) => refused(
            format!("{} {noun}s are named `{name}`", ids.len()),
            Some(format!("their ids are {}; rename all but one", ids.join(", "))),
        ),
        Meant::Renamed(new) => refused(
            format!("the {noun} `{name}` is renamed by these manifests"),
            Some(format!("use its new name, `{}`", new.name)),
        ),
    }
}

fn instead(name: &str, names: &Names) -> Option<String> {
    suggestion(name, names.iter(), "There are none at all, or this user may not see them")
}

/// Returns what a message suggests in the place of a name: the nearest, and all if they are few.
pub(super) fn suggestion<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    none: &str,
) -> Option<String> {
    let meant = closest(name, names.clone()).map(|meant| format!("did you mean `{meant}`?"));
    let all = match names.clone().count() {
        0 => Some(none.to_owned()),
        1 => Some(format!("There is only {}", listed(names))),
        2..=FEW => Some(format!("There are {}", listed(names))),
        _ => None,
    };
    let help = [meant, all].into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!help.is_empty()).then_some(help)
}
