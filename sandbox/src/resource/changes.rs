//! Changes: what is delivered by releases.
//!
//! Keys and statuses are asserted against real tenants (2019, 2021), that names may repeat among them,
//! that a DELETE of an unknown one is a 200, and that a PUT without `businessValueScore` leaves 0. Which
//! of the short names a list row has is known in part (2019).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::change_rows::{DELIVERIES, SYSTEMS, take_rows};
use super::custom_fields::{Extended, take_inline};
use super::links::Linked;
use super::lookups::LookupValue;
use super::parts::text;
use super::users::writer;
use super::{Organization, User, linked_items};
use crate::choices::OmittedDelivery;
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write, delete};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A change of `/changes`.
#[derive(Debug)]
pub(crate) struct Change;

const fn user(name: &'static str, id: &'static str) -> Column {
    Column::twin(name, id, User::COLLECTION, User::DISPLAY_NAME)
}

const DELIVERY: &str = "expectedDeliveryDate";
const PRIORITY: Column = LookupValue::twin("priority", "changePriorityId");
const STATUS: Column = LookupValue::twin("status", "changeStatusId");

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
        Column::moment(DELIVERY),
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
        Column::moment(DELIVERY),
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
        Input::score("businessValueScore"),
        Input::moment(DELIVERY, Need::Optional),
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
            change.insert("raisedDate".to_owned(), tenant.habits.zone.now().into());
        }
        let is_left_out = !write.creates && write.body.raw(DELIVERY).is_none();
        if is_left_out && tenant.habits.omitted_delivery == OmittedDelivery::Kept {
            let date = write.before.get(DELIVERY).cloned().unwrap_or_default();
            change.insert(DELIVERY.to_owned(), date);
        }
        change.insert("lastModifiedBy".to_owned(), writer(tenant).into());
        take_rows(tenant, write.body, change)?;
        take_inline::<Self>(tenant, write, change)
    }

    fn deleted(data: &mut Data, change: &Object) {
        for collection in [<Self as Linked>::LINKS, linked_items::COLLECTION] {
            data.remove(collection, text(change, "id"));
        }
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
