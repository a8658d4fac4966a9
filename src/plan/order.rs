//! The order of steps: what others may refer to comes first.

use crate::desired::{Desired, Object};
use crate::resource::{FieldType, FieldValue, Key, Kind, Referent};

/// Returns the objects by dependency level, and within a level by kind and name.
///
/// The level depends on the manifests alone, so one change of live state does not reorder a plan.
pub(super) fn ordered(desired: &Desired) -> Vec<&Object> {
    let mut objects: Vec<(usize, &Object)> =
        desired.iter().map(|object| (level(object, desired), object)).collect();
    objects.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.key.cmp(&b.key)));
    objects.into_iter().map(|(_, object)| object).collect()
}

/// Counts the declared objects on the longest chain of references below an object.
///
/// Declared objects do not refer to each other in a circle; [`crate::desired::build`] saw to it.
fn level(object: &Object, desired: &Desired) -> usize {
    let below = object.fields.iter().filter_map(|(def, value)| {
        let FieldValue::Text(name) = value else {
            return None;
        };
        let FieldType::Reference { to, .. } = def.ty else {
            return None;
        };
        desired.get(&declared(to, name)?)
    });
    let kind = match object.key.kind {
        Kind::System => 0,
        Kind::Release => 1,
    };
    below.map(|object| level(object, desired) + 1).max().unwrap_or(kind)
}

/// Returns the key under which a manifest would declare what a reference names.
pub(super) fn declared(referent: Referent, name: &str) -> Option<Key> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.referent() == referent)?;
    Some(Key::new(kind, name))
}
