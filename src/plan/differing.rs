//! Which fields of an object differ, and what a call writes for each.

use super::resolve::{Resolved, resolve};
use super::status::{Verdict, verdict};
use super::step::{FieldChange, Payload};
use crate::desired::{Desired, Object};
use crate::live::{Live, LiveObject};
use crate::manifest::Diagnostics;
use crate::resource::{
    FieldDef, FieldType, FieldValue, Fields, id_of_reference, is_status, write_value,
};

/// What differs, in the order of the kind's fields.
#[derive(Debug, Default)]
pub(super) struct Differing {
    pub(super) changes: Vec<FieldChange>,
    /// What the call writes.
    pub(super) body: Vec<(&'static str, Payload)>,
    /// What a creation cannot write, and a replacement after it can.
    pub(super) later: Vec<(&'static str, Payload)>,
    /// Why the API cannot make it so.
    pub(super) impossible: Option<String>,
}

/// Compares an object with what is live of it; for a creation every field differs. A name that
/// stands in the way is added to `found`.
pub(super) fn differing(
    object: &Object,
    live_object: Option<(&LiveObject, &Fields)>,
    is_enterprise: Option<bool>,
    (desired, live): (&Desired, &Live),
    found: &mut Diagnostics,
) -> Differing {
    let mut differing = Differing::default();
    let is_new = live_object.is_none();
    for (def, wanted) in object.fields.iter() {
        let current = live_object.and_then(|(_, current)| current.get(def.name));
        let before = current.cloned().unwrap_or(FieldValue::Empty);
        match (def.ty, wanted) {
            (FieldType::Reference { to, .. }, FieldValue::Text(name)) => {
                let is = live_object.and_then(|(is, _)| id_of_reference(&is.body, def));
                match resolve(object.place_of(def), (to, name), desired, live) {
                    Ok(resolved) => differing.reference(def, name, (before, is), resolved),
                    Err(diagnostic) => found.push(diagnostic),
                }
            }
            (FieldType::Status, FieldValue::Text(word)) if is_new || *wanted != before => {
                let verdict = match is_enterprise {
                    Some(enterprise) => verdict(word, object.key.kind, enterprise, is_new),
                    None => Verdict::Impossible(UNKNOWN_TYPE),
                };
                differing.status(def, (before, wanted.clone()), verdict, (is_new, live));
            }
            _ if !is_new && wanted.is_met_by(&before) => {}
            _ => {
                differing.body.push((def.key, Payload::Value(write_value(def, wanted))));
                let after = wanted.added_to(&before);
                differing.changes.push(FieldChange { def, before, after });
            }
        }
    }
    differing
}

impl Differing {
    /// A reference is as declared when the ids agree; names only show what they are.
    fn reference(
        &mut self,
        def: &'static FieldDef,
        name: &str,
        (mut before, is): (FieldValue, Option<String>),
        resolved: Resolved,
    ) {
        if is.clone().map(Resolved::Id).as_ref() == Some(&resolved) {
            return;
        }
        let after = FieldValue::Text(name.to_owned());
        if before == after {
            // Two live objects bear the name; the ids tell them apart.
            before = is.map_or(FieldValue::Empty, FieldValue::Text);
        }
        self.changes.push(FieldChange { def, before, after });
        self.body.push((def.key, resolved.into()));
    }

    /// A status is written by a replacement only: the creation of a date ignores it (tests of 2019),
    /// and that of a row is taken to.
    fn status(
        &mut self,
        def: &'static FieldDef,
        (before, after): (FieldValue, FieldValue),
        verdict: Verdict,
        (is_new, live): (bool, &Live),
    ) {
        match verdict {
            Verdict::AsCreated => {}
            Verdict::Set(word) => {
                let label = live.tenant.labels.label_of(word);
                let written = if is_new { &mut self.later } else { &mut self.body };
                written.push((def.key, Payload::Value(label.into())));
            }
            Verdict::Impossible(why) if is_new => self.impossible = Some(why.to_owned()),
            Verdict::Impossible(why) => self.impossible = Some(impossible(why, &before)),
        }
        self.changes.push(FieldChange { def, before, after });
    }
}

const UNKNOWN_TYPE: &str =
    "Plutora does not say whether the release is an Enterprise, which decides on statuses";

/// A label that nobody mapped may be the very status that is asked for.
fn impossible(why: &str, before: &FieldValue) -> String {
    match before {
        FieldValue::Text(label) if !is_status(label) => format!(
            "{why}; the live status is `{label}`, which may be this tenant's label for it: map it \
             with `statusLabels` in the configuration"
        ),
        FieldValue::Empty => format!("{why}; Plutora shows no status here at all"),
        FieldValue::Text(_) | FieldValue::Instant(_) | FieldValue::Names(_) => why.to_owned(),
    }
}
