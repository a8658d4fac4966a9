//! Lookup fields: the tenant's lists of values, which the API only reads (vendor API primer, 2018).

use serde_json::Value;

use crate::data::{Data, Object};
use crate::http::{Call, Outcome, Refusal};
use crate::list::{Column, Listed, page_of};
use crate::world::Tenant;

/// A type of lookup values: a row of `GET /lookupfields`.
#[derive(Debug)]
pub(crate) struct LookupType;

impl Listed for LookupType {
    const COLLECTION: &'static str = "lookuptypes";
    const ROW: &'static [Column] = &[Column::text("name"), Column::text("description")];
    const FILTERABLE: &'static [Column] =
        &[Column::text("name"), Column::text("description"), Column::text("id")];
}

/// A lookup value: a row of `GET /lookupfields/{type}`; its text is `value`, not `name`.
#[derive(Debug)]
pub(crate) struct LookupValue;

impl Listed for LookupValue {
    const COLLECTION: &'static str = "lookupfields";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::text("value"),
        Column::number("sortOrder"),
        Column::text("type"),
    ];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

impl LookupValue {
    /// A stored key that no row shows: the life-cycle mode that a release status belongs to.
    pub(crate) const MODE: &'static str = "mode";

    /// Describes the text of a lookup value, next to its id.
    pub(crate) const fn twin(name: &'static str, id: &'static str) -> Column {
        Column::twin(name, id, Self::COLLECTION, "value")
    }
}

/// Answers the values of a type; a type without values is an empty list, an unknown one a 404.
pub(crate) fn values(tenant: &mut Tenant, call: &Call) -> Outcome {
    let data = &tenant.data;
    let wanted = call.captured("type");
    let known = data
        .all(LookupType::COLLECTION)
        .find(|kind| is_text(kind, "name", wanted))
        .ok_or(Refusal::NotFound)?;
    let name = known.get("name").and_then(Value::as_str).unwrap_or_default();
    let values = data.all(LookupValue::COLLECTION).filter(|value| is_text(value, "type", name));
    page_of::<LookupValue>(tenant, call, values)
}

/// Tells whether an id is that of a value of the given type.
pub(crate) fn has_value(data: &Data, kind: &str, id: &str) -> bool {
    data.get(LookupValue::COLLECTION, id).is_some_and(|value| is_text(value, "type", kind))
}

fn is_text(object: &Object, key: &str, wanted: &str) -> bool {
    object.get(key).and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
}
