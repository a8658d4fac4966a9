//! What the parts of a release have in common: its systems, phases, activities and so on.

use serde_json::Value;

use super::Release;
use crate::data::{Data, Object, stored_date};
use crate::http::{Call, Refusal};
use crate::list::Listed;

/// The key under which a part stores its release, and the name of that in paths.
pub(super) const RELEASE: &str = "releaseId";

/// Tells whether the release of the path exists; a path without one is not about any.
pub(super) fn has_release(data: &Data, call: &Call) -> bool {
    let id = call.captured_id(RELEASE);
    id.is_empty() || data.get(Release::COLLECTION, &id).is_some()
}

/// Gives the release that a part belongs to.
pub(super) fn release_of<'a>(data: &'a Data, part: &Object) -> Option<&'a Object> {
    data.get(Release::COLLECTION, text(part, RELEASE))
}

/// Gives a stored text; what is no text is empty.
pub(super) fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Removes the objects of a collection that are chosen.
pub(super) fn remove_all(data: &mut Data, collection: &str, chosen: impl Fn(&Object) -> bool) {
    let ids: Vec<String> = data
        .all(collection)
        .filter(|object| chosen(object))
        .map(|object| text(object, "id").to_owned())
        .collect();
    for id in ids {
        data.remove(collection, &id);
    }
}

/// Changes the objects of a collection that are chosen.
pub(super) fn change_all(
    data: &mut Data,
    collection: &str,
    chosen: impl Fn(&Object) -> bool,
    change: impl Fn(&mut Object),
) {
    let objects: Vec<Object> =
        data.all(collection).filter(|object| chosen(object)).cloned().collect();
    for mut object in objects {
        change(&mut object);
        data.put(collection, object);
    }
}

/// Refuses an object that has the value of a key in common with another; the text is inferred.
pub(super) fn refuse_twin<L: Listed>(
    data: &Data,
    object: &Object,
    key: &str,
    noun: &str,
) -> Result<(), Refusal> {
    let value = text(object, key);
    let is_twin = |other: &Object| {
        text(other, "id") != text(object, "id") && text(other, key).eq_ignore_ascii_case(value)
    };
    if data.all(L::COLLECTION).any(is_twin) {
        return Err(Refusal::rules(vec![format!("Duplicate {noun} of {value}")]));
    }
    Ok(())
}

/// Gives the broken rule of an object that starts later than it ends.
///
/// The text is asserted against a real tenant (2019) for deployment dates; that it comes with a 400,
/// and that other objects have the rule too, is inferred.
pub(super) fn order_of_dates(object: &Object) -> Vec<String> {
    let [start, end] = ["startDate", "endDate"].map(|key| stored_date(text(object, key)));
    match (start, end) {
        (Some(start), Some(end)) if start > end => {
            vec!["Start date can not be later than end date".to_owned()]
        }
        _ => Vec::new(),
    }
}
