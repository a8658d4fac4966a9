//! From the name in a manifest to the id in a body.

use serde_json::json;

use super::order::declared;
use super::step::Payload;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::{Diagnostic, closest, listed};
use crate::resource::{FieldDef, Guid, Key, Referent};

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

impl From<Resolved> for Payload {
    fn from(resolved: Resolved) -> Self {
        match resolved {
            Resolved::Id(id) => Self::Value(json!(id)),
            Resolved::ToCome(key) => Self::IdOf(key),
        }
    }
}

/// Returns what a reference stands for, or what is wrong with its name.
pub(super) fn resolve(
    object: &Object,
    def: &FieldDef,
    (referent, name): (Referent, &str),
    desired: &Desired,
    live: &Live,
) -> Result<Resolved, Diagnostic> {
    find(referent, name, desired, live).map_err(|Problem { message, help }| {
        Diagnostic::new(object.place_of(def).clone(), message).maybe_help(help)
    })
}

struct Problem {
    message: String,
    help: Option<String>,
}

fn find(
    referent: Referent,
    name: &str,
    desired: &Desired,
    live: &Live,
) -> Result<Resolved, Problem> {
    // What the manifests declare themselves is meant as declared: pinned, renamed or yet to come.
    if let Some(key) = declared(referent, name).filter(|key| desired.get(key).is_some()) {
        match live.objects.get(&key) {
            Some(Found::One(object)) => return Ok(Resolved::Id(object.id.to_string())),
            Some(Found::Nothing) => return Ok(Resolved::ToCome(key)),
            Some(Found::Several(_)) | None => {}
        }
    }
    let ids = live.names.get(&referent).map(|names| names.ids_of(name)).unwrap_or_default();
    match ids {
        [id] => match renamed(id, desired) {
            None => Ok(Resolved::Id(id.clone())),
            Some(new) => Err(Problem {
                message: format!("the {} `{name}` is renamed by these manifests", referent.noun()),
                help: Some(format!("use its new name, `{}`", new.name)),
            }),
        },
        [] => Err(unknown(referent, name, live)),
        several => Err(Problem {
            message: format!("{} {}s are named `{name}`", several.len(), referent.noun()),
            help: Some(format!("their ids are {}; rename all but one", several.join(", "))),
        }),
    }
}

/// Returns the declared object that is pinned to an id; found under another name, it is renamed.
fn renamed<'a>(id: &str, desired: &'a Desired) -> Option<&'a Key> {
    let pinned = desired.pinned(&Guid::parse(id).ok()?)?;
    Some(&pinned.key)
}

fn unknown(referent: Referent, name: &str, live: &Live) -> Problem {
    let noun = referent.noun();
    let message = format!("there is no {noun} `{name}` in Plutora");
    let Some(names) = live.names.get(&referent) else {
        return Problem { message, help: None };
    };
    let meant = closest(name, names.iter()).map(|meant| format!("did you mean `{meant}`?"));
    let all = match names.len() {
        0 => Some("There are none at all, or this user may not see them".to_owned()),
        1..=FEW => Some(format!("There are {}", listed(names.iter()))),
        _ => None,
    };
    let help = [meant, all].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Problem { message, help: (!help.is_empty()).then_some(help) }
}
