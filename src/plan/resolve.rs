//! From the name in a manifest to the id in a body.

use serde_json::json;

use super::order::declared;
use super::step::Payload;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::{Diagnostic, closest, listed};
use crate::resource::{FieldDef, FieldType, FieldValue, Referent, write_value};

/// Up to how many names a message lists them all; beyond, it suggests the nearest.
const FEW: usize = 40;

/// Returns what a body carries for a declared value, or what is wrong with its name.
pub(super) fn payload(
    object: &Object,
    def: &FieldDef,
    value: &FieldValue,
    desired: &Desired,
    live: &Live,
) -> Result<Payload, Diagnostic> {
    match (def.ty, value) {
        (FieldType::Reference { to, .. }, FieldValue::Text(name)) => {
            id_of(to, name, desired, live).map_err(|problem| problem.at(object, def))
        }
        _ => Ok(Payload::Value(write_value(def, value))),
    }
}

struct Problem {
    message: String,
    help: Option<String>,
}

impl Problem {
    fn at(self, object: &Object, def: &FieldDef) -> Diagnostic {
        Diagnostic::new(object.place_of(def).clone(), self.message).maybe_help(self.help)
    }
}

fn id_of(
    referent: Referent,
    name: &str,
    desired: &Desired,
    live: &Live,
) -> Result<Payload, Problem> {
    // What the manifests declare themselves is meant as declared: pinned, renamed or yet to come.
    if let Some(key) = declared(referent, name).filter(|key| desired.get(key).is_some()) {
        match live.objects.get(&key) {
            Some(Found::One(object)) => return Ok(Payload::Value(json!(object.id.to_string()))),
            Some(Found::Nothing) => return Ok(Payload::IdOf(key)),
            Some(Found::Several(_)) | None => {}
        }
    }
    let ids = live.names.get(&referent).map(|names| names.ids_of(name)).unwrap_or_default();
    match ids {
        [id] => Ok(Payload::Value(json!(id))),
        [] => Err(unknown(referent, name, live)),
        several => Err(Problem {
            message: format!("{} {}s are named `{name}`", several.len(), referent.noun()),
            help: Some(format!("their ids are {}; rename all but one", several.join(", "))),
        }),
    }
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
