//! Defects of Plutora Test, the other product behind the same token; its answers spell keys `LikeThis`.
//!
//! Keys of a page and of its rows, and what can be searched by, are asserted against a real tenant
//! (2019); that a PATCH changes only what it names is the vendor's help (2020). The names of the
//! counters, and what a PATCH answers, are inferred.

use serde_json::{Map, Value, json};

use super::parts::text;
use super::users::writer;
use crate::entity::{Body, search};
use crate::http::{Call, Outcome, Refusal, Reply, pascal};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A defect.
#[derive(Debug)]
pub(crate) struct Defect;

impl Listed for Defect {
    const COLLECTION: &'static str = "defects";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::text("displayId"),
        Column::text("name"),
        Column::text("status"),
        Column::text("type"),
        Column::moment("createdDate"),
        Column::moment("modifiedDate"),
        Column::text("createdBy"),
        Column::text("modifiedBy"),
    ];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

/// Answers `POST /defects/Search`.
pub(crate) fn find(tenant: &mut Tenant, call: &Call) -> Outcome {
    let reply = search::<Defect>(tenant, call)?;
    let Some(Value::Object(mut page)) = reply.body else { return Ok(reply) };
    let rows = page.remove("resultSet").unwrap_or_default();
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let rows: Vec<Value> = rows.map(row).collect();
    let mut data: Map<String, Value> =
        page.into_iter().map(|(key, value)| (pascal(&key), value)).collect();
    data.insert("ResultSet".to_owned(), rows.into());
    Ok(Reply::ok(json!({ "Data": data })))
}

/// Answers `PATCH /defects/{id}`.
pub(crate) fn patch(tenant: &mut Tenant, call: &Call) -> Outcome {
    let body = Body::read(call, "defectDelta")?;
    let defect = tenant.data.get(Defect::COLLECTION, &call.captured_id("id"));
    let mut defect = defect.ok_or(Refusal::NotFound)?.clone();
    for key in ["name", "description"] {
        if let Some(sent) = body.raw(key) {
            let text = sent.as_str().or_else(|| sent.is_null().then_some(""));
            let wrong =
                || Refusal::field(pascal(key), format!("Error converting value for '{key}'."));
            defect.insert(key.to_owned(), text.ok_or_else(wrong)?.into());
        }
    }
    if text(&defect, "name").trim().is_empty() {
        return Err(Refusal::rules(vec!["The Name field is required.".to_owned()]));
    }
    defect.insert("modifiedDate".to_owned(), tenant.habits.zone.now().into());
    defect.insert("modifiedBy".to_owned(), writer(tenant).into());
    tenant.data.put(Defect::COLLECTION, defect.clone());
    Ok(Reply::ok(json!({ "Data": row(&Value::from(defect)) })))
}

fn row(defect: &Value) -> Value {
    let shown = Defect::ROW.iter().map(|column| {
        let value = defect.get(column.name).cloned().unwrap_or_default();
        let value = match column.name {
            "status" => json!({ "Value": value }),
            "createdBy" | "modifiedBy" => json!({ "Name": value }),
            _ => value,
        };
        (pascal(column.name), value)
    });
    Value::Object(shown.collect())
}
