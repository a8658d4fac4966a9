//! Releases that are linked to a release, and changes to a change, in three groups.
//!
//! Paths, keys and statuses are asserted against a real tenant (2019) for releases and known from client
//! code for changes. That a PUT replaces all groups, that an unknown object is refused, and that neither
//! `parentReleaseId` nor the other object has to do with it is inferred; so are the keys of a change.

use indexmap::IndexSet;
use serde_json::{Value, json};

use super::parts::{RELEASE, text};
use super::{Change, Release};
use crate::data::{Data, Object};
use crate::entity::Body;
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::Listed;
use crate::world::Tenant;

/// What can be linked to others of its kind.
pub(crate) trait Linked: Listed {
    /// Where the ids of the linked ones are stored, under the id of the one that they are linked to.
    const LINKS: &'static str;
    const GROUPS: [&'static str; 3];
    /// The stored keys that a linked one is shown with.
    const SHOWN: &'static [&'static str];
    /// What an unknown one is called in a refusal.
    const NOUN: &'static str;
}

impl Linked for Release {
    const LINKS: &'static str = "linkedReleases";
    const GROUPS: [&'static str; 3] = ["childReleases", "parentReleases", "relatedReleases"];
    const SHOWN: &'static [&'static str] = &["id", "identifier", "name"];
    const NOUN: &'static str = "Release";
}

impl Linked for Change {
    const LINKS: &'static str = "linkedChanges";
    const GROUPS: [&'static str; 3] = ["childChanges", "parentChanges", "relatedChanges"];
    const SHOWN: &'static [&'static str] = &["id", "name"];
    const NOUN: &'static str = "Change";
}

/// Answers the linked ones; one that was deleted is linked no more.
pub(crate) fn read<L: Linked>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let id = find::<L>(&tenant.data, call)?;
    Ok(Reply::ok(answer::<L>(&tenant.data, &id)))
}

/// Replaces the linked ones.
pub(crate) fn replace<L: Linked>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let id = find::<L>(&tenant.data, call)?;
    let body = Body::read(call, L::LINKS)?;
    // The second key is that by which the parts of a release are found.
    let mut links =
        Object::from_iter([("id".to_owned(), json!(id)), (RELEASE.to_owned(), json!(id))]);
    let mut wrong = ModelState::new();
    for group in L::GROUPS {
        if let Some(ids) = read_group::<L>(
            &tenant.data,
            body.value(group).filter(|sent| sent.as_str() != Some("")),
            &id,
        ) {
            links.insert(group.to_owned(), json!(ids));
        } else {
            let text = format!("Invalid {}", L::NOUN);
            wrong.insert(format!("{}.{group}", L::LINKS), vec![text]);
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    tenant.data.put(L::LINKS, links);
    Ok(Reply::ok(answer::<L>(&tenant.data, &id)))
}

/// Gives the id of the path, given that it is that of an object.
fn find<L: Linked>(data: &Data, call: &Call) -> Result<String, Refusal> {
    let id = call.captured_id("id");
    let found = data.get(L::COLLECTION, &id).map(|_| ());
    found.map(|()| id).ok_or(Refusal::NotFound)
}

/// Reads the ids of a group, each once; `None` where it is no list of other objects that exist.
fn read_group<L: Linked>(data: &Data, rows: Option<&Value>, own: &str) -> Option<IndexSet<String>> {
    let Some(rows) = rows else {
        return Some(IndexSet::new());
    };
    let read_row = |row: &Value| {
        let id = Body::of(row.as_object()?).value("id")?.as_str()?.to_ascii_lowercase();
        (id != own && data.get(L::COLLECTION, &id).is_some()).then_some(id)
    };
    rows.as_array()?.iter().map(read_row).collect()
}

fn answer<L: Linked>(data: &Data, id: &str) -> Value {
    let links = data.get(L::LINKS, id);
    let group = |name: &str| {
        let ids = links.and_then(|links| links.get(name)).and_then(Value::as_array);
        let linked = ids.into_iter().flatten();
        let linked = linked.filter_map(|id| data.get(L::COLLECTION, id.as_str()?));
        linked.map(row::<L>).collect::<Value>()
    };
    Value::Object(L::GROUPS.iter().map(|name| ((*name).to_owned(), group(name))).collect())
}

fn row<L: Linked>(linked: &Object) -> Value {
    let shown = L::SHOWN.iter().map(|key| ((*key).to_owned(), text(linked, key).into()));
    Value::Object(shown.collect())
}
