//! The systems of a release, and what is done in each of them.
//!
//! Keys, mandatory fields and statuses of the POST are asserted against a real tenant (2019, 2021). The
//! paths of a single row, and that its PUT carries the status, are inferred from the vendor's help of
//! 2020, which says that the status can be set and not how.

use serde_json::json;

use super::lookups::LookupValue;
use super::parts::{RELEASE, has_release, remove_all, text};
use super::{DeploymentDate, System, deployment_status as status};
use crate::choices::RowStatus;
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write};
use crate::http::{Call, Refusal};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A row of `/releases/{id}/systems`; it has no id of its own in answers.
#[derive(Debug)]
pub(crate) struct ReleaseSystem;

/// What a system can be to a release or a change.
pub(super) const ROLE_TYPE: Input =
    Input::choice("systemRoleType", Need::Or("Impact"), &["Impact", "Regression"]);

impl Listed for ReleaseSystem {
    const COLLECTION: &'static str = "releaseSystems";
    const ROW: &'static [Column] = <Self as Entity>::DETAIL;
    const FILTERABLE: &'static [Column] = <Self as Entity>::DETAIL;
    const SCOPE: &'static [&'static str] = &[RELEASE];

    fn has_whole(data: &Data, call: &Call) -> bool {
        has_release(data, call)
    }
}

impl Entity for ReleaseSystem {
    const MODEL: &'static str = "releaseSystem";
    const DETAIL: &'static [Column] = &[
        Column::text("systemId"),
        Column::twin("system", "systemId", System::COLLECTION, "name"),
        Column::text("systemRoleType"),
        Column::text("systemRoleDependencyTypeId"),
        LookupValue::twin("systemRoleDependencyType", "systemRoleDependencyTypeId"),
        Column::text("isGhost"),
        Column::text("isDeleted"),
        Column::row_status(status::KEY),
    ];
    const INPUTS: &'static [Input] = &[
        Input::guid("systemId", Need::OnCreate),
        // Every public request says Impact; the other name is inferred.
        ROLE_TYPE,
        Input::lookup("systemRoleDependencyTypeId", Need::Always, "SystemRoleDependencyType"),
    ];
    const KEY: &'static str = "systemId";
    const HIDDEN: &'static [&'static str] = &["id"];
    const AFTER_PUT: After = After::Ok;

    fn initial() -> Object {
        Object::from_iter([
            ("isGhost".to_owned(), json!(false)),
            ("isDeleted".to_owned(), json!(false)),
            (status::KEY.to_owned(), json!(status::PENDING)),
        ])
    }

    /// That a system cannot be linked twice is inferred, as is the text.
    fn settle(tenant: &Tenant, write: &Write<'_>, object: &mut Object) -> Result<(), Refusal> {
        if !write.creates {
            return match tenant.habits.row_status {
                RowStatus::Kept => status::settle(tenant, status::Carrier::Row, write, object),
                RowStatus::Ignored => Ok(()),
            };
        }
        let (release, system) = (text(object, RELEASE), text(object, "systemId"));
        if tenant.data.get(System::COLLECTION, system).is_none() {
            return Err(Refusal::NotFound);
        }
        if Self::links(&tenant.data, release, system) {
            let text = "The System is already linked to the Release".to_owned();
            return Err(Refusal::rules(vec![text]));
        }
        let id = Self::id(release, system);
        object.insert("id".to_owned(), id.into());
        Ok(())
    }

    fn deleted(data: &mut Data, row: &Object) {
        let (release, system) = (text(row, RELEASE), text(row, "systemId"));
        remove_all(data, DeploymentDate::COLLECTION, |date| {
            text(date, RELEASE) == release && text(date, "systemId") == system
        });
    }
}

impl ReleaseSystem {
    /// Makes the id under which a row is stored.
    pub(crate) fn id(release: &str, system: &str) -> String {
        format!("{release}/{system}")
    }

    /// Tells whether a system is linked to a release.
    pub(super) fn links(data: &Data, release: &str, system: &str) -> bool {
        data.all(Self::COLLECTION).any(|row| {
            let is_deleted = row.get("isDeleted") == Some(&json!(true));
            text(row, RELEASE) == release && text(row, "systemId") == system && !is_deleted
        })
    }
}
