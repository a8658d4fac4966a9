//! The order of steps: what others may refer to comes first.

use std::collections::BTreeMap;

use super::compared::Compared;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, declared, natural_key};
use crate::resource::{FieldType, FieldValue, Key, Kind};

/// Returns the objects by dependency level, and within a level by kind and name.
///
/// The level depends on the manifests alone, so one change of live state does not reorder a plan. But
/// dates that get another title go before the others of their list, which may take the one that they
/// had.
pub(super) fn ordered<'a>(
    objects: Vec<Compared<'a>>,
    desired: &'a Desired,
    live: &Live,
) -> Vec<Compared<'a>> {
    let mut levels = BTreeMap::new();
    let mut objects: Vec<(usize, Compared<'a>)> =
        objects.into_iter().map(|it| (level_of(&it, desired, &mut levels), it)).collect();
    // They come by kind and name, and stay so within a level.
    objects.sort_by_key(|(level, _)| *level);
    let mut ordered: Vec<Compared<'a>> = objects.into_iter().map(|(_, object)| object).collect();
    renamed_first(&mut ordered, desired, live);
    ordered
}

/// Moves the renamed dates of each list to the first of the places that its dates have.
fn renamed_first(ordered: &mut [Compared<'_>], desired: &Desired, live: &Live) {
    let mut lists: BTreeMap<Key, Vec<(bool, usize)>> = BTreeMap::new();
    for (place, Compared { object, .. }) in ordered.iter().enumerate() {
        if object.key.kind == Kind::Deployment
            && let Some(list) = object.key.parent()
        {
            let stays = !is_renamed(object, desired, live);
            lists.entry(list).or_default().push((stays, place));
        }
    }
    for mut dates in lists.into_values().filter(|dates| dates.iter().any(|(stays, _)| !stays)) {
        let places: Vec<usize> = dates.iter().map(|(_, place)| *place).collect();
        dates.sort_by_key(|(stays, _)| *stays);
        let sorted: Vec<Compared<'_>> =
            dates.iter().filter_map(|(_, place)| ordered.get(*place).copied()).collect();
        for (place, object) in places.into_iter().zip(sorted) {
            if let Some(there) = ordered.get_mut(place) {
                *there = object;
            }
        }
    }
}

fn is_renamed(object: &Object, desired: &Desired, live: &Live) -> bool {
    if object.id.is_none() {
        return false;
    }
    match live.found(desired, object).as_ref() {
        Found::One(is) => natural_key(object.key.kind, &is.body) != object.key.own_name(),
        Found::Nothing | Found::Several(_) => false,
    }
}

/// Returns the level of an object of which it is known whether it refers to others.
fn level_of<'a>(
    Compared { object, refers, .. }: &Compared<'a>,
    desired: &'a Desired,
    known: &mut BTreeMap<&'a Key, usize>,
) -> usize {
    if *refers { level(object, desired, known) } else { base(object.key.kind) + position(object) }
}

/// Counts the declared objects on the longest chain of references below an object, and of objects
/// above it.
///
/// Declared objects do not refer to each other in a circle; [`crate::desired::build`] saw to it.
/// Deployment dates are numbered by the server as they come, so each has a level of its own.
fn level<'a>(
    object: &'a Object,
    desired: &'a Desired,
    known: &mut BTreeMap<&'a Key, usize>,
) -> usize {
    if let Some(level) = known.get(&object.key) {
        return *level;
    }
    let mut lowest = base(object.key.kind);
    for other in referred(object, desired) {
        lowest = lowest.max(level(other, desired, known) + 1);
    }
    let level = lowest + position(object);
    known.insert(&object.key, level);
    level
}

/// Returns the declared objects that one refers to, and that which it stands below.
pub(super) fn referred<'a>(
    object: &'a Object,
    desired: &'a Desired,
) -> impl Iterator<Item = &'a Object> {
    let named = object.fields.iter().filter_map(|(def, value)| {
        let FieldValue::Text(name) = value else {
            return None;
        };
        let FieldType::Reference { to, .. } = def.ty else {
            return None;
        };
        desired.get(&declared(to, name)?)
    });
    let above = object.key.parent().and_then(|parent| desired.get(&parent));
    named.chain(above)
}

fn position(object: &Object) -> usize {
    if object.key.kind == Kind::Deployment { object.position } else { 0 }
}

/// Returns the level of an object of a kind that refers to nothing declared.
fn base(kind: Kind) -> usize {
    match kind {
        Kind::System => 0,
        Kind::Release => 1,
        Kind::ReleaseSystem => 2,
        Kind::Deployment => 3,
    }
}
