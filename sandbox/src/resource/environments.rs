//! Environments: where systems run.
//!
//! Keys, mandatory fields, statuses, the text `Invalid UsageWorkItem`, and that two display names are
//! null in the answer to a POST, are asserted against a real tenant (2021). Hosts are kept as they are
//! sent, which is inferred; hosts and layers have no paths of their own here.

use serde_json::{Value, json};

use super::lookups::LookupValue;
use super::parts::{RELEASE, refuse_twin, text};
use super::users::writer;
use super::{Phase, System};
use crate::choices::Names;
use crate::data::Object;
use crate::entity::{After, Entity, Input, Need, Write, create};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// An environment of `/environments`.
#[derive(Debug)]
pub(crate) struct Environment;

const LINKED_SYSTEM: Column = Column::twin("linkedSystem", "linkedSystemId", "systems", "name");
const USAGE: Column = LookupValue::twin("usageWorkItem", "usageWorkItemId");
const STATUS: Column = LookupValue::twin("environmentStatus", "environmentStatusId");

impl Listed for Environment {
    const COLLECTION: &'static str = "environments";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::text("name"),
        Column::text("url"),
        LINKED_SYSTEM,
        USAGE,
        LookupValue::twin("status", "environmentStatusId"),
        Column::text("color"),
        Column::text("buildNumber"),
        Column::moment("lastModifiedDate"),
        Column::text("lastModifiedBy"),
    ];
    const FILTERABLE: &'static [Column] = &[
        Column::text("color"),
        Column::text("id"),
        LINKED_SYSTEM,
        Column::text("name"),
        LookupValue::twin("status", "environmentStatusId"),
        Column::text("url"),
        USAGE,
    ];
}

impl Entity for Environment {
    const MODEL: &'static str = "environment";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text("name"),
        Column::text("description"),
        Column::text("url"),
        Column::text("vendor"),
        Column::text("linkedSystemId"),
        LINKED_SYSTEM,
        Column::text("environmentMgr"),
        Column::text("usageWorkItemId"),
        USAGE,
        Column::text("environmentStatusId"),
        STATUS,
        Column::text("color"),
        Column::text("isSharedEnvironment"),
        Column::text("hosts"),
        Column::text("buildNumber"),
        Column::moment("lastModifiedDate"),
        Column::text("lastModifiedBy"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::text("name", Need::Always),
        Input::text("vendor", Need::Always),
        Input::reference("linkedSystemId", Need::Always, System::COLLECTION),
        Input::lookup("usageWorkItemId", Need::Always, "UsedForWorkItem"),
        Input::lookup("environmentStatusId", Need::Always, "EnvironmentStatus"),
        Input::text("color", Need::Always),
        Input::mandatory_flag("isSharedEnvironment"),
        Input::text("description", Need::Optional),
        Input::text("url", Need::Optional),
        Input::text("environmentMgr", Need::Optional),
        Input::rows("hosts", Need::Optional),
    ];
    const AFTER_PUT: After = After::NoContent;

    fn initial() -> Object {
        Object::from_iter([("hosts".to_owned(), json!([]))])
    }

    fn settle(tenant: &Tenant, _write: &Write<'_>, object: &mut Object) -> Result<(), Refusal> {
        if tenant.habits.names == Names::Unique {
            refuse_twin::<Self>(&tenant.data, object, "name", "Environment Name")?;
        }
        object.insert("lastModifiedBy".to_owned(), writer(tenant).into());
        Ok(())
    }
}

/// Answers `POST /environments`, where two display names are null for once.
pub(crate) fn add(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut reply = create::<Environment>(tenant, call)?;
    if let Some(Value::Object(body)) = &mut reply.body {
        for twin in [USAGE, STATUS] {
            body.insert(twin.name.to_owned(), Value::Null);
        }
    }
    Ok(reply)
}

/// Answers `POST /releases/{id}/phases/{phase}/environments/{environment}`: 200 and null, which is asserted
/// against a real tenant (2021). No public path reads such a booking in a part of the API that is here.
pub(crate) fn book(tenant: &mut Tenant, call: &Call) -> Outcome {
    let (release, phase) = (call.captured_id(RELEASE), call.captured_id("phaseId"));
    let data = &mut tenant.data;
    let phase = data.get(Phase::COLLECTION, &phase).filter(|phase| text(phase, RELEASE) == release);
    let mut phase = phase.ok_or(Refusal::NotFound)?.clone();
    let id = call.captured_id("id");
    data.get(Environment::COLLECTION, &id).ok_or(Refusal::NotFound)?;
    let booked = phase.or_insert(Phase::BOOKED, json!([]));
    if let Value::Array(ids) = booked
        && !ids.contains(&json!(id))
    {
        ids.push(json!(id));
    }
    data.put(Phase::COLLECTION, phase);
    Ok(Reply::ok(Value::Null))
}
