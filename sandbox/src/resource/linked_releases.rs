//! Releases that are linked to a release, in three groups.
//!
//! Paths, keys and statuses are asserted against a real tenant (2019). That a PUT replaces all groups,
//! that an unknown release is refused, and that neither `parentReleaseId` nor the other release has to
//! do with it is inferred.

use serde_json::{Value, json};

use super::Release;
use super::parts::{RELEASE, has_release, text};
use crate::data::{Data, Object};
use crate::entity::Body;
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::Listed as _;
use crate::world::Tenant;

/// Where the ids of the linked releases are stored, under the id of the release.
pub(crate) const COLLECTION: &str = "linkedReleases";

const GROUPS: [&str; 3] = ["childReleases", "parentReleases", "relatedReleases"];

/// Answers the linked releases; one that was deleted is linked no more.
pub(crate) fn read(tenant: &mut Tenant, call: &Call) -> Outcome {
    if !has_release(&tenant.data, call) {
        return Err(Refusal::NotFound);
    }
    Ok(Reply::ok(answer(&tenant.data, &call.captured_id(RELEASE))))
}

/// Replaces the linked releases.
pub(crate) fn replace(tenant: &mut Tenant, call: &Call) -> Outcome {
    if !has_release(&tenant.data, call) {
        return Err(Refusal::NotFound);
    }
    let id = call.captured_id(RELEASE);
    let body = Body::read(call, COLLECTION)?;
    let mut links =
        Object::from_iter([("id".to_owned(), json!(id)), (RELEASE.to_owned(), json!(id))]);
    let mut wrong = ModelState::new();
    for group in GROUPS {
        match read_group(&tenant.data, body.value(group)) {
            Some(ids) => drop(links.insert(group.to_owned(), json!(ids))),
            None => {
                wrong.insert(format!("{COLLECTION}.{group}"), vec!["Invalid Release".to_owned()]);
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    tenant.data.put(COLLECTION, links);
    Ok(Reply::ok(answer(&tenant.data, &id)))
}

/// Reads the ids of a group; `None` where it is no list of releases that exist.
fn read_group(data: &Data, rows: Option<&Value>) -> Option<Vec<String>> {
    let Some(rows) = rows else {
        return Some(Vec::new());
    };
    let read_row = |row: &Value| {
        let id = Body::of(row.as_object()?).value("id")?.as_str()?.to_ascii_lowercase();
        data.get(Release::COLLECTION, &id).map(|_| id)
    };
    rows.as_array()?.iter().map(read_row).collect()
}

fn answer(data: &Data, id: &str) -> Value {
    let links = data.get(COLLECTION, id);
    let group = |name: &str| {
        let ids = links.and_then(|links| links.get(name)).and_then(Value::as_array);
        let releases =
            ids.into_iter().flatten().filter_map(|id| data.get(Release::COLLECTION, id.as_str()?));
        releases.map(row).collect::<Value>()
    };
    Value::Object(GROUPS.iter().map(|name| ((*name).to_owned(), group(name))).collect())
}

fn row(release: &Object) -> Value {
    let keys = ["id", "identifier", "name"];
    Value::Object(keys.map(|key| (key.to_owned(), text(release, key).into())).into_iter().collect())
}
