//! What is linked to a release or a change besides: environment requests and deployment plans.
//!
//! The keys, among them the vendor's own `externalIdentifer`, are asserted against a real tenant (2019).
//! The sandbox has no paths that make these items; the demo tenant has some.

use serde_json::{Map, Value, json};

use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::Listed;
use crate::world::Tenant;

/// Where the items are stored, under the id of what they are linked to.
pub(crate) const COLLECTION: &str = "linkedItems";

const GROUPS: [&str; 3] = ["tecrs", "tebrs", "deploymentPlans"];

/// Answers `GET …/linkedItems`.
pub(crate) fn read<L: Listed>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let id = call.captured_id("id");
    tenant.data.get(L::COLLECTION, &id).ok_or(Refusal::NotFound)?;
    let items = tenant.data.get(COLLECTION, &id);
    let group = |name: &str| items.and_then(|items| items.get(name)).cloned();
    let groups = GROUPS.map(|name| (name.to_owned(), group(name).unwrap_or_else(|| json!([]))));
    Ok(Reply::ok(Value::Object(Map::from_iter(groups))))
}
