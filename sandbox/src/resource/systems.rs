//! Systems: the applications whose releases a tenant tracks.
//!
//! Keys, mandatory fields and statuses are asserted against a real tenant (2019, 2021). Whether names may
//! repeat is [`Names`]: the vendor's samples say so, and only the bulk endpoint is known to refuse a
//! second one.

use serde_json::{Value, json};

use super::custom_fields::{Extended, take_inline};
use super::parts::{change_all, refuse_twin, text};
use super::{Environment, Organization, ReleaseSystem};
use crate::choices::Names;
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write};
use crate::http::Refusal;
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A system of `/systems`.
#[derive(Debug)]
pub(crate) struct System;

impl Listed for System {
    const COLLECTION: &'static str = "systems";
    const ROW: &'static [Column] = &[Column::text("id"), Column::text("name")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

impl Entity for System {
    const MODEL: &'static str = "system";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text("name"),
        Column::text("vendor"),
        Column::text("status"),
        Column::text("organizationId"),
        Column::twin("organization", "organizationId", Organization::COLLECTION, "name"),
        Column::text("description"),
        Column::text("systemAlias"),
        Column::text("isAllowEdit"),
        Column::text("inMyOrganization"),
        Column::derived("linkedEnvironments", linked_environments),
        Column::custom_fields(Self::TYPE),
    ];
    const INPUTS: &'static [Input] = &[
        Input::text("name", Need::Always),
        Input::text("vendor", Need::Always),
        Input::choice("status", Need::Always, &["Active", "Inactive"]),
        Input::reference("organizationId", Need::Always, Organization::COLLECTION),
        Input::text("description", Need::Optional),
        Input::rows("systemAlias", Need::Optional),
    ];
    const AFTER_PUT: After = After::Updated;

    fn initial() -> Object {
        [
            ("isAllowEdit", json!(false)),
            ("inMyOrganization", json!(true)),
            ("additionalInformation", json!([])),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
    }

    fn settle(tenant: &Tenant, write: &Write<'_>, system: &mut Object) -> Result<(), Refusal> {
        if tenant.habits.names == Names::Unique {
            refuse_twin::<Self>(&tenant.data, system, "name", "System Name")?;
        }
        take_inline::<Self>(tenant, write, system)
    }

    /// Leaves the system's rows in releases, marked (inferred).
    fn deleted(data: &mut Data, system: &Object) {
        let id = text(system, "id");
        let mark = |row: &mut Object| drop(row.insert("isDeleted".to_owned(), json!(true)));
        change_all(data, ReleaseSystem::COLLECTION, |row| text(row, "systemId") == id, mark);
    }
}

/// Gives the environments of a system; that their rows have these two keys is inferred.
fn linked_environments(data: &Data, system: &Object) -> Value {
    let id = text(system, "id");
    let of_system = |it: &&Object| text(it, "linkedSystemId") == id;
    let row = |it: &Object| json!({"id": text(it, "id"), "name": text(it, "name")});
    data.all(Environment::COLLECTION).filter(of_system).map(row).collect()
}

impl Extended for System {
    const TYPE: &'static str = "System";
}
