//! Which fields of an object differ, and what a call writes for each.

use super::resolve::{Resolved, resolved};
use super::status::{Verdict, verdict};
use super::step::{FieldChange, Payload};
use crate::desired::{Desired, Object};
use crate::live::{Live, LiveObject, Meant};
use crate::manifest::Diagnostics;
use crate::resource::{FieldDef, FieldType, FieldValue, Held, held_in, is_status, write_value};

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
///
/// Most fields of most objects are as declared: they are compared where they stand, and only what differs
/// is read.
pub(super) fn differing(
    object: &Object,
    is: Option<&LiveObject>,
    is_enterprise: impl Fn() -> Option<bool>,
    (desired, live): (&Desired, &Live),
    found: &mut Diagnostics,
) -> Differing {
    let mut differing = Differing::default();
    let labels = &live.tenant.labels;
    let before = |def: &'static FieldDef| {
        let read = is.map(|is| live.read(&object.key, &is.body, [def]));
        read.and_then(|read| read.get(def.name).cloned()).unwrap_or(FieldValue::Empty)
    };
    for (def, wanted) in object.fields.iter() {
        let held = is.map_or(Held::Empty, |is| held_in(&is.body, def, labels));
        let is_met = is.is_some() && held.meets(wanted);
        match (def.ty, wanted) {
            (FieldType::Reference { to, .. }, FieldValue::Text(name)) => {
                // It is as declared when the ids agree; names only show what they are.
                let meant = live.meant(desired, to, name);
                match (&meant, held) {
                    (Meant::Id(meant), Held::Text(id)) if *meant == id => {}
                    (_, held) => match resolved(meant, object.place_of(def), (to, name), live) {
                        Ok(to) => differing.reference(def, name, (before(def), held), to),
                        Err(diagnostic) => found.push(diagnostic),
                    },
                }
            }
            (FieldType::Status, FieldValue::Text(word)) if !is_met => {
                let is_new = is.is_none();
                let verdict = match is_enterprise() {
                    Some(enterprise) => verdict(word, object.key.kind, enterprise, is_new),
                    None => Verdict::Impossible(UNKNOWN_TYPE),
                };
                differing.status(def, (before(def), wanted.clone()), verdict, (is_new, live));
            }
            _ if is_met => {}
            _ => {
                let before = before(def);
                differing.body.push((def.key, Payload::Value(write_value(def, wanted))));
                let after = wanted.added_to(&before);
                differing.changes.push(FieldChange { def, before, after });
            }
        }
    }
    differing
}

impl Differing {
    fn reference(
        &mut self,
        def: &'static FieldDef,
        name: &str,
        (mut before, held): (FieldValue, Held<'_>),
        resolved: Resolved,
    ) {
        let after = FieldValue::Text(name.to_owned());
        if before == after {
            // Two live objects bear the name; the ids tell them apart.
            before = held.into_value();
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
