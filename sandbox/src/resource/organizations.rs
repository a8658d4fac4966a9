//! Organizations: reference data that the API only reads.

use serde_json::{Value, json};

use super::parts::text;
use crate::data::{Data, Object};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// An organization: a row of `GET /organizations` (vendor API primer, 2018).
#[derive(Debug)]
pub(crate) struct Organization;

impl Listed for Organization {
    const COLLECTION: &'static str = "organizations";
    const ROW: &'static [Column] =
        &[Column::text("id"), Column::text("name"), Column::text("type")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

impl Organization {
    /// A stored key that no row shows: the organization that it belongs to.
    pub(crate) const PARENT: &'static str = "parentId";
}

/// Answers `GET /organizations/tree`: each organization with those below it as `childs`.
///
/// The key is known from client code; that the answer is the topmost organization, and not a list of
/// one, is inferred.
pub(crate) fn tree(tenant: &mut Tenant, _call: &Call) -> Outcome {
    let data = &tenant.data;
    let root = data.all(Organization::COLLECTION).next().ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(node(data, root, root)))
}

/// What belongs to nothing that is there hangs on the root.
fn node(data: &Data, organization: &Object, root: &Object) -> Value {
    let id = text(organization, "id");
    let is_root = |other: &Object| text(other, "id") == text(root, "id");
    let parent_of = |other: &Object| {
        let parent = data.get(Organization::COLLECTION, text(other, Organization::PARENT));
        text(parent.unwrap_or(root), "id").to_owned()
    };
    let below = data.all(Organization::COLLECTION);
    let below = below.filter(|other| !is_root(other) && parent_of(other) == id);
    let childs: Vec<Value> = below.map(|child| node(data, child, root)).collect();
    let [name, kind] = ["name", "type"].map(|key| text(organization, key));
    json!({"id": id, "name": name, "type": kind, "childs": childs})
}
