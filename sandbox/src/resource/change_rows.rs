//! The systems that a change touches, and the releases that deliver it.
//!
//! Their rows may be sent with the change (client code); that a PUT without them leaves them, and what
//! their own paths answer, is inferred. Whether an Enterprise can deliver a change is
//! [`EnterpriseChanges`]. The rows that a release shows of its changes are asserted against a real tenant
//! (2019).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::lookups::LookupValue;
use super::parts::{RELEASE, has_release, text};
use super::release_systems::ROLE_TYPE;
use super::releases::is_enterprise;
use super::{Change, Release, System};
use crate::choices::EnterpriseChanges;
use crate::data::{Data, Object};
use crate::entity::{Body, Input};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::Listed as _;
use crate::world::Tenant;

/// The keys under which a change has its rows.
pub(super) const SYSTEMS: &str = "systems";
pub(super) const DELIVERIES: &str = "deliveryReleases";

/// Answers `GET /changes/{id}/systems`.
pub(crate) fn systems(tenant: &mut Tenant, call: &Call) -> Outcome {
    Ok(Reply::ok(find(&tenant.data, call)?.get(SYSTEMS).cloned().unwrap_or_default()))
}

/// Answers `POST /changes/{id}/systems`.
pub(crate) fn add_system(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut change = find(&tenant.data, call)?.clone();
    let row = system_row(tenant, &Body::read(call, "changeSystem")?)?;
    let mut rows = rows_of(&change, SYSTEMS);
    if rows.iter().any(|other| other.get("systemId") == row.get("systemId")) {
        return Err(linked_already("System"));
    }
    rows.push(row.clone());
    change.insert(SYSTEMS.to_owned(), rows.into());
    tenant.data.put(Change::COLLECTION, change);
    Ok(Reply::created(row))
}

/// Answers `PUT /changes/{id}/deliveryReleases/{releaseId}`: adds the release, or changes its row.
pub(crate) fn deliver(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut change = find(&tenant.data, call)?.clone();
    let body = Body::read(call, "deliveryRelease")?;
    let id = call.captured_id(RELEASE);
    let sent = body.value(RELEASE).map(|sent| sent.as_str().unwrap_or_default().to_lowercase());
    if sent.is_some_and(|sent| sent != id) {
        let text = "The id of the body differs from the id of the address.";
        return Err(Refusal::BadRequest(text.to_owned()));
    }
    let row = delivery_row(tenant, &body, &id)?;
    let mut rows = rows_of(&change, DELIVERIES);
    rows.retain(|other| other.get(RELEASE) != row.get(RELEASE));
    rows.push(row.clone());
    change.insert(DELIVERIES.to_owned(), rows.into());
    tenant.data.put(Change::COLLECTION, change);
    Ok(Reply::ok(row))
}

/// Takes the rows that the body of the change itself carries; without any, those that are there stay.
pub(super) fn take_rows(
    tenant: &Tenant,
    body: &Body<'_>,
    change: &mut Object,
) -> Result<(), Refusal> {
    for key in [SYSTEMS, DELIVERIES] {
        let Some(sent) = body.array(key)? else { continue };
        let read = |row: &Value| {
            let row = row.as_object().ok_or_else(|| required(&format!("change.{key}"), key))?;
            let row = Body::of(row);
            if key == SYSTEMS {
                return system_row(tenant, &row);
            }
            let id = row.value(RELEASE).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            delivery_row(tenant, &row, &id)
        };
        let rows: Vec<Value> = sent.iter().map(read).collect::<Result<_, _>>()?;
        let id = if key == SYSTEMS { "systemId" } else { RELEASE };
        let distinct: BTreeSet<_> = rows.iter().map(|row| row[id].as_str()).collect();
        if distinct.len() < rows.len() {
            return Err(linked_already(if key == SYSTEMS { "System" } else { "Release" }));
        }
        change.insert(key.to_owned(), rows.into());
    }
    Ok(())
}

fn system_row(tenant: &Tenant, body: &Body<'_>) -> Result<Value, Refusal> {
    let id = body.value("systemId").and_then(Value::as_str);
    let id = id.ok_or_else(|| required("changeSystem.SystemId", "SystemId"))?.to_lowercase();
    let system = tenant.data.get(System::COLLECTION, &id).ok_or(Refusal::NotFound)?;
    let role = body.value(ROLE_TYPE.name).map(|role| ROLE_TYPE.accept(role, tenant));
    let wrong = |text| Refusal::field("changeSystem.SystemRoleType", text);
    let role = role.transpose().map_err(wrong)?.unwrap_or_else(|| ROLE_TYPE.nothing());
    Ok(json!({"systemId": id, "name": text(system, "name"), "systemRoleType": role}))
}

fn delivery_row(tenant: &Tenant, body: &Body<'_>, id: &str) -> Result<Value, Refusal> {
    let release = tenant.data.get(Release::COLLECTION, id).ok_or(Refusal::NotFound)?;
    let refuses = tenant.habits.enterprise_changes == EnterpriseChanges::Refused;
    if refuses && is_enterprise(release) {
        let text = "A Change can not be attached to an Enterprise Release".to_owned();
        return Err(Refusal::rules(vec![text]));
    }
    let flag = |key: &'static str| match body.value(key) {
        None => Ok(json!(false)),
        Some(sent) => {
            let wrong = |text| Refusal::field(format!("deliveryRelease.{key}"), text);
            Input::flag(key).accept(sent, tenant).map_err(wrong)
        }
    };
    Ok(json!({
        (RELEASE): id,
        "targetRelease": flag("targetRelease")?,
        "actualDeliveryRelease": flag("actualDeliveryRelease")?,
    }))
}

/// Answers `GET /releases/{id}/changes`: a bare array, whatever paging is asked for (client code).
pub(crate) fn of_release(tenant: &mut Tenant, call: &Call) -> Outcome {
    let data = &tenant.data;
    if !has_release(data, call) {
        return Err(Refusal::NotFound);
    }
    let id = call.captured_id(RELEASE);
    let is_delivered = |change: &&Object| {
        let rows = change.get(DELIVERIES).and_then(Value::as_array).into_iter().flatten();
        rows.into_iter().any(|row| row["releaseId"] == *id)
    };
    let row = |change: &Object| {
        let kind = data.get(LookupValue::COLLECTION, text(change, "changeTypeId"));
        json!({
            "id": change.get("id"),
            "changeId": change.get("changeId"),
            "changeName": change.get("name"),
            "changeType": kind.map(|kind| text(kind, "value")),
            "changeExpectedDeliveryDate": change.get("expectedDeliveryDate"),
            "changeSystems": change.get(SYSTEMS),
        })
    };
    Ok(Reply::ok(data.all(Change::COLLECTION).filter(is_delivered).map(row).collect()))
}

fn find<'a>(data: &'a Data, call: &Call) -> Result<&'a Object, Refusal> {
    data.get(Change::COLLECTION, &call.captured_id("id")).ok_or(Refusal::NotFound)
}

/// Gives a copy of the rows that stand under a key.
fn rows_of(change: &Object, key: &str) -> Vec<Value> {
    change.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The text is inferred.
fn linked_already(noun: &str) -> Refusal {
    Refusal::rules(vec![format!("The {noun} is already linked to the Change")])
}

fn required(key: &str, label: &str) -> Refusal {
    Refusal::field(key, format!("The {label} field is required."))
}
