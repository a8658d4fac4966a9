//! The rules about deployment dates that can be checked among what is declared.

use std::collections::BTreeMap;

use super::Object;
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{FieldValue, Key};

/// A deployment does not end before it starts; the server refuses one that does (tests of 2019).
pub(super) fn check_rows(objects: &BTreeMap<Key, Object>, found: &mut Diagnostics) {
    for object in objects.values() {
        let (start, end) = (object.fields.get("start"), object.fields.get("end"));
        let (Some(FieldValue::Instant(start)), Some(FieldValue::Instant(end))) = (start, end)
        else {
            continue;
        };
        if start > end {
            let place = |name| object.places.get(name).unwrap_or(&object.place).clone();
            let message = format!("{} starts after its end", object.key);
            found.push(Diagnostic::new(place("start"), message).related(place("end"), "its end"));
        }
    }
}
