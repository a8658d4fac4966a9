//! How phases and gates of an Enterprise get into its child releases.
//!
//! What is added to the parent of a release appears in the release (asserted against a real tenant,
//! 2021). What becomes of that when the two are no longer linked is inferred: it stays, as the child's
//! own.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Release;
use super::parts::{RELEASE, change_all, release_of, remove_all, text};
use super::releases::is_child_of;
use super::work_items::{Gate, Phase};
use crate::data::{Data, Object};
use crate::list::Listed as _;

/// The key under which an inherited item stores the id of the Enterprise's; others do not have it.
pub(crate) const ORIGIN: &str = "originId";

/// Gives a new item of an Enterprise to its children; another release has none.
pub(super) fn pass_on(data: &mut Data, collection: &str, item: &Object) {
    let parent = text(item, RELEASE);
    let children: Vec<String> = data
        .all(Release::COLLECTION)
        .filter(|release| is_child_of(release, parent))
        .map(|release| text(release, "id").to_owned())
        .collect();
    for child in children {
        data.put(collection, heir(item, &child, Uuid::new_v4().to_string()));
    }
}

/// Gives a release the items of its parent, save those that it has from an earlier link.
pub(super) fn inherit_all(data: &mut Data, parent: &str, child: &str) {
    for collection in [Phase::COLLECTION, Gate::COLLECTION] {
        let items: Vec<Object> =
            data.all(collection).filter(|item| text(item, RELEASE) == parent).cloned().collect();
        for item in items {
            let comes_from =
                |heir: &Object| text(heir, RELEASE) == child && is_heir(heir, text(&item, "id"));
            if !data.all(collection).any(comes_from) {
                data.put(collection, heir(&item, child, Uuid::new_v4().to_string()));
            }
        }
    }
}

/// Makes the item that a child has of an Enterprise's.
pub(crate) fn heir(item: &Object, child: &str, id: String) -> Object {
    let mut heir = item.clone();
    heir.insert(ORIGIN.to_owned(), item.get("id").cloned().unwrap_or_default());
    heir.insert(RELEASE.to_owned(), json!(child));
    heir.insert("id".to_owned(), id.into());
    heir
}

/// Tells whether an item is in its release because it is in the parent of that.
pub(super) fn is_inherited(data: &Data, collection: &str, item: &Object) -> bool {
    data.get(collection, text(item, ORIGIN)).is_some_and(|origin| {
        release_of(data, item).is_some_and(|child| is_child_of(child, text(origin, RELEASE)))
    })
}

/// Changes the items that others have inherited from this one.
pub(super) fn change_heirs(
    data: &mut Data,
    collection: &str,
    item: &Object,
    change: impl Fn(&mut Object),
) {
    let heirs = heirs(data, collection, item);
    change_all(data, collection, |other| heirs.contains(&text(other, "id").to_owned()), change);
}

/// Removes the items that others have inherited from this one, which may itself be gone already.
pub(super) fn remove_heirs(data: &mut Data, collection: &str, item: &Object) {
    let heirs = heirs(data, collection, item);
    remove_all(data, collection, |other| heirs.contains(&text(other, "id").to_owned()));
}

/// Gives the ids of what children that are still linked have inherited from an item.
fn heirs(data: &Data, collection: &str, item: &Object) -> Vec<String> {
    let (origin, parent) = (text(item, "id"), text(item, RELEASE));
    let is_linked =
        |heir: &&Object| release_of(data, heir).is_some_and(|child| is_child_of(child, parent));
    data.all(collection)
        .filter(|other| is_heir(other, origin))
        .filter(is_linked)
        .map(|heir| text(heir, "id").to_owned())
        .collect()
}

fn is_heir(item: &Object, origin: &str) -> bool {
    item.get(ORIGIN).and_then(Value::as_str) == Some(origin)
}
