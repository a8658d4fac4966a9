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
        Kind::System => return None,
        Kind::Release => {}
    }
    // Only an Enterprise release is a parent, and it has none itself. The documents were checked
    // for what they say; here it is about what they leave to live state.
    let change = changes.iter().find(|change| change.def.name == "parent")?;
    let FieldValue::Text(parent) = &change.after else {
        return None;
    };
    let enterprise = FieldValue::text("Enterprise");
    let declared = object.fields.get("plutoraReleaseType");
    let own = declared.or_else(|| current?.get("plutoraReleaseType"));
    if own == Some(&enterprise) {
        return Some("it is an Enterprise release, and those have no parent".into());
    }
    let parent_key = Key::new(Kind::Release, parent.as_str());
    let declared = desired.get(&parent_key).and_then(|it| it.fields.get("plutoraReleaseType"));
    if declared.is_some() {
        return None;
    }
    let ids = live.names.get(&Referent::Release)?.ids_of(parent);
    let word = ids.first().and_then(|id| live.parent_types.get(id))?;
    let ty = Kind::Release.field("plutoraReleaseType")?.ty;
    (FieldValue::from_text(ty, word) != enterprise)
        .then(|| format!("the parent `{parent}` is {word}, not an Enterprise release"))
}
