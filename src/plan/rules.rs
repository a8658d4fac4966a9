//! What the API is known not to do, so that a plan says it before an apply meets it.

use super::step::FieldChange;
use crate::desired::{Desired, Object};
use crate::live::Live;
use crate::resource::{FieldValue, Fields, Key, Kind, Referent};

/// Returns why an object cannot be made what it should be, if that is so.
///
/// `current` holds the live values of the fields that the rules look at; none for a creation.
pub(super) fn obstacle(
    object: &Object,
    changes: &[FieldChange],
    current: Option<&Fields>,
    desired: &Desired,
    live: &Live,
) -> Option<String> {
    match object.key.kind {
        Kind::System | Kind::ReleaseSystem => None,
        Kind::Release => wrong_parent(object, changes, current, desired, live),
        Kind::Deployment => wrong_time(object, changes, current),
    }
}

/// Only an Enterprise release is a parent, and it has none itself. The documents were checked for
/// what they say; here it is about what they leave to live state.
fn wrong_parent(
    object: &Object,
    changes: &[FieldChange],
    current: Option<&Fields>,
    desired: &Desired,
    live: &Live,
) -> Option<String> {
    let touched = |name| changes.iter().any(|change| change.def.name == name);
    if !touched("parent") && !touched("plutoraReleaseType") {
        return None;
    }
    let after = |name| object.fields.get(name).or_else(|| current?.get(name));
    let Some(FieldValue::Text(parent)) = after("parent") else { return None };
    let enterprise = FieldValue::text("Enterprise");
    if after("plutoraReleaseType") == Some(&enterprise) {
        let reason = "an Enterprise release has no parent, and this one has";
        return Some(format!("{reason} `{parent}`"));
    }
    let parent_key = Key::new(Kind::Release, parent.as_str());
    let declared = desired.get(&parent_key).and_then(|it| it.fields.get("plutoraReleaseType"));
    if declared.is_some() {
        return None;
    }
    let id = live.meant(desired, Referent::Release, parent).id()?;
    let word = live.releases.get(&id.to_string())?.release_type.as_ref()?;
    (FieldValue::text(word) != enterprise)
        .then(|| format!("the parent `{parent}` is {word}, not an Enterprise release"))
}

/// A deployment does not end before it starts; the server refuses one that does (tests of 2019).
fn wrong_time(
    object: &Object,
    changes: &[FieldChange],
    current: Option<&Fields>,
) -> Option<String> {
    if !changes.iter().any(|change| ["start", "end"].contains(&change.def.name)) {
        return None;
    }
    let after = |name| match object.fields.get(name).or_else(|| current?.get(name)) {
        Some(FieldValue::Instant(instant)) => Some(*instant),
        _ => None,
    };
    let (start, end) = (after("start")?, after("end")?);
    (start > end).then(|| format!("it would start at {start}, after its end at {end}"))
}
