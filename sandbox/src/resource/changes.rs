//! Changes: what is delivered by releases.
//!
//! Keys and statuses are asserted against real tenants (2019, 2021), that names may repeat among them,
//! that a DELETE of an unknown one is a 200, and that a PUT without `businessValueScore` leaves 0. Which
//! of the short names a list row has is known in part (2019). That the rows of systems and of delivery
//! releases are written by their own paths alone, and the answers of these, is inferred. That a change
//! cannot be attached to an Enterprise is the vendor's help, though one suite tries it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::custom_fields::{Extended, take_inline};
use super::lookups::LookupValue;
use super::parts::{RELEASE, has_release, text};
use super::releases::is_enterprise;
use super::users::writer;
use super::{Organization, Release, System, User};
use crate::choices::EnterpriseChanges;
use crate::data::{Data, Object, now};
use crate::entity::{After, Body, Entity, Input, Need, Write, delete};
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A change of `/changes`.
#[derive(Debug)]
pub(crate) struct Change;

const fn user(name: &'static str, id: &'static str) -> Column {
    Column::twin(name, id, User::COLLECTION, User::DISPLAY_NAME)
}

const PRIORITY: Column = LookupValue::twin("priority", "changePriorityId");
const STATUS: Column = LookupValue::twin("status", "changeStatusId");
const SYSTEMS: &str = "systems";
const DELIVERIES: &str = "deliveryReleases";

impl Listed for Change {
    const COLLECTION: &'static str = "changes";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::number("changeId"),
        Column::text("name"),
        PRIORITY,
        STATUS,
        LookupValue::twin("type", "changeTypeId"),
        LookupValue::twin("theme", "changeThemeId"),
        LookupValue::twin("deliveryRisk", "changeDeliveryRiskId"),
        Column::number("businessValueScore"),
        user("assignedTo", "assignedToId"),
        user("raisedBy", "raisedById"),
        Column::moment("raisedDate"),
        Column::moment("expectedDeliveryDate"),
        Column::moment("lastModifiedDate"),
        Column::text("lastModifiedBy"),
    ];
    const FILTERABLE: &'static [Column] = &[
        user("assignedTo", "assignedToId"),
        Column::text("assignedToId"),
        Column::number("businessValueScore"),
        Column::text("id"),
        Column::text("lastModifiedBy"),
        Column::moment("lastModifiedDate"),
        Column::text("name"),
        PRIORITY,
        user("raisedBy", "raisedById"),
        Column::moment("raisedDate"),
        STATUS,
    ];
}

impl Entity for Change {
    const MODEL: &'static str = "change";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::number("changeId"),
        Column::text("name"),
        Column::text("changePriorityId"),
        LookupValue::twin("changePriority", "changePriorityId"),
        Column::text("changeStatusId"),
        LookupValue::twin("changeStatus", "changeStatusId"),
        Column::text("changeTypeId"),
        LookupValue::twin("changeType", "changeTypeId"),
        Column::text("changeDeliveryRiskId"),
        LookupValue::twin("changeDeliveryRisk", "changeDeliveryRiskId"),
        Column::text("changeThemeId"),
        LookupValue::twin("changeTheme", "changeThemeId"),
        Column::number("businessValueScore"),
        Column::text("raisedById"),
        user("raisedBy", "raisedById"),
        Column::moment("raisedDate"),
        Column::text("assignedToId"),
        user("assignedTo", "assignedToId"),
        Column::text("organizationId"),
        Column::twin("organization", "organizationId", Organization::COLLECTION, "name"),
        Column::moment("expectedDeliveryDate"),
        Column::text("description"),
        Column::text("descriptionSimple"),
        Column::custom_fields(Self::TYPE),
        Column::text("stakeholders"),
        Column::text(SYSTEMS),
        Column::text(DELIVERIES),
        Column::text("comments"),
        Column::moment("lastModifiedDate"),
        Column::text("lastModifiedBy"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::text("name", Need::Always),
        Input::lookup("changePriorityId", Need::Always, "ChangePriority"),
        Input::lookup("changeStatusId", Need::Always, "ChangeStatus"),
        Input::lookup("changeTypeId", Need::Always, "ChangeType"),
        Input::lookup("changeDeliveryRiskId", Need::Always, "ChangeDeliveryRisk"),
        Input::lookup("changeThemeId", Need::Always, "ChangeTheme"),
        Input::reference("raisedById", Need::Always, User::COLLECTION),
        Input::reference("organizationId", Need::Always, Organization::COLLECTION),
        Input::number("businessValueScore", Need::Optional),
        Input::moment("expectedDeliveryDate", Need::Optional),
        Input::text("description", Need::Optional),
        Input::text("descriptionSimple", Need::Optional),
        Input::reference("assignedToId", Need::Optional, User::COLLECTION),
    ];
    const AFTER_PUT: After = After::Updated;

    fn initial() -> Object {
        let arrays = ["additionalInformation", "stakeholders", SYSTEMS, DELIVERIES, "comments"];
        arrays.map(|key| (key.to_owned(), json!([]))).into_iter().collect()
    }

    /// Numbers a new change and notes when it was raised, and who wrote it last.
    fn settle(tenant: &Tenant, write: &Write<'_>, change: &mut Object) -> Result<(), Refusal> {
        if write.creates {
            let number = |other: &Object| other.get("changeId").and_then(Value::as_u64);
            let last = tenant.data.all(Self::COLLECTION).filter_map(number).max();
            change.insert("changeId".to_owned(), (last.unwrap_or_default() + 1).into());
            change.insert("raisedDate".to_owned(), now().into());
        }
        change.insert("lastModifiedBy".to_owned(), writer(tenant).into());
        take_inline::<Self>(tenant, write, change)
    }
}

impl Extended for Change {
    const TYPE: &'static str = "Change";
}

/// Answers `DELETE /changes/{id}`: 200, also for one that is not there.
pub(crate) fn remove(tenant: &mut Tenant, call: &Call) -> Outcome {
    match delete::<Change>(tenant, call) {
        Err(Refusal::NotFound) => Ok(Reply::empty(StatusCode::OK)),
        other => other,
    }
}

/// Answers `GET /changes/{id}/systems`.
pub(crate) fn systems(tenant: &mut Tenant, call: &Call) -> Outcome {
    Ok(Reply::ok(find(&tenant.data, call)?.get(SYSTEMS).cloned().unwrap_or_default()))
}

/// Answers `POST /changes/{id}/systems`.
pub(crate) fn add_system(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut change = find(&tenant.data, call)?.clone();
    let body = Body::read(call, "changeSystem")?;
    let id = body.value("systemId").and_then(Value::as_str);
    let id = id.ok_or_else(|| required("changeSystem.SystemId", "SystemId"))?.to_lowercase();
    let system = tenant.data.get(System::COLLECTION, &id).ok_or(Refusal::NotFound)?;
    let role = body.value("systemRoleType").and_then(Value::as_str).unwrap_or("Impact");
    let row = json!({"systemId": id, "name": text(system, "name"), "systemRoleType": role});
    let mut rows = rows_of(&change, SYSTEMS);
    if rows.iter().any(|row| row["systemId"] == *id) {
        return Err(Refusal::rules(vec!["The System is already linked to the Change".to_owned()]));
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
    let release = tenant.data.get(Release::COLLECTION, &id).ok_or(Refusal::NotFound)?;
    let refuses = tenant.habits.enterprise_changes == EnterpriseChanges::Refused;
    if refuses && is_enterprise(release) {
        let text = "A Change can not be attached to an Enterprise Release".to_owned();
        return Err(Refusal::rules(vec![text]));
    }
    if body
        .value("releaseId")
        .is_some_and(|sent| sent.as_str().map(str::to_lowercase) != Some(id.clone()))
    {
        let text = "The id of the body differs from the id of the address.";
        return Err(Refusal::BadRequest(text.to_owned()));
    }
    let flag = |key: &str| {
        let sent = body.value(key).map(|it| it.to_string().replace('"', "").to_lowercase());
        sent.as_deref() == Some("true")
    };
    let row = json!({
        "releaseId": id,
        "targetRelease": flag("targetRelease"),
        "actualDeliveryRelease": flag("actualDeliveryRelease"),
    });
    let mut rows = rows_of(&change, DELIVERIES);
    rows.retain(|row| row["releaseId"] != *id);
    rows.push(row.clone());
    change.insert(DELIVERIES.to_owned(), rows.into());
    tenant.data.put(Change::COLLECTION, change);
    Ok(Reply::ok(row))
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

fn required(key: &str, label: &str) -> Refusal {
    let text = format!("The {label} field is required.");
    Refusal::Invalid(ModelState::from([(key.to_owned(), vec![text])]))
}
