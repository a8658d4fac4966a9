//! Releases, of all three kinds.
//!
//! Which fields are mandatory is the vendor's own schema output; the rest is asserted against a real
//! tenant (2019, 2021) or seen in list rows (2025), unless it says otherwise. Identifiers may repeat,
//! because nothing public settles that they may not, unless [`Identifiers`] says so.

use serde_json::{Value, json};

use super::custom_fields::{Extended, take_inline};
use super::inheritance::inherit_all;
use super::links::Linked;
use super::lookups::LookupValue;
use super::parts::{RELEASE, change_all, refuse_twin, remove_all, text};
use super::stakeholders::include_manager;
use super::{
    Activity, Criterion, DeploymentDate, Gate, Organization, Phase, ReleaseSystem, Stakeholder,
    User, linked_items,
};
use crate::choices::{Dialect, Identifiers, Linking, Managers, OmittedKind, OmittedParent};
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write, required_field};
use crate::http::Refusal;
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A release of `/releases`.
#[derive(Debug)]
pub(crate) struct Release;

/// The kinds, in the order of their numbers.
const KINDS: &[&str] = &[ENTERPRISE, "Integrated", "Independent"];
const ENTERPRISE: &str = "Enterprise";

/// The project types, in the order of their numbers.
const PROJECTS: &[&str] = &["IsProject", "NotIsProject", "None"];

const KIND: Input = Input::choice("plutoraReleaseType", Need::OnCreate, KINDS);
const PROJECT: Input = Input::choice("releaseProjectType", Need::OnCreate, PROJECTS);
const MANAGER: Input = Input::reference("managerId", Need::Optional, User::COLLECTION);
const PARENT_ID: &str = "parentReleaseId";
const STATUS: Column = LookupValue::twin("releaseStatusType", "releaseStatusTypeId");
const PARENT: Column = Column::twin("parentRelease", PARENT_ID, "releases", "name");

impl Listed for Release {
    const COLLECTION: &'static str = "releases";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::text("identifier"),
        Column::text("name"),
        Column::moment("implementationDate"),
        Column::text("displayColor"),
        Column::text("plutoraReleaseType"),
        Column::text("releaseProjectType"),
        STATUS,
        Column::text("releaseStatusTypeId"),
        // A status belongs to one of the modes of the release life cycle.
        Column::twin(
            "releaseStatusMode",
            "releaseStatusTypeId",
            LookupValue::COLLECTION,
            LookupValue::MODE,
        ),
        Column::moment("lastModifiedDate"),
        Column::text(PARENT_ID),
        PARENT,
    ];
    const BEFORE: &'static [(Dialect, &'static str, Option<&'static str>)] = &[
        (Dialect::Of2021, "releaseStatusTypeId", Some("releaseStatusTypeID")),
        (Dialect::Of2021, PARENT_ID, Some("parentReleaseID")),
        (Dialect::Of2025, "releaseStatusMode", None),
    ];
    const FILTERABLE: &'static [Column] = &[
        Column::text("displayColor"),
        Column::text("id"),
        Column::text("identifier"),
        Column::moment("implementationDate"),
        Column::moment("lastModifiedDate"),
        Column::text("name"),
        PARENT,
        Column::text(PARENT_ID),
        Column::text("plutoraReleaseType"),
        Column::text("releaseProjectType"),
        STATUS,
        Column::text("releaseStatusTypeId"),
    ];
}

impl Entity for Release {
    const MODEL: &'static str = "release";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text("identifier"),
        Column::text("name"),
        Column::text("summary"),
        Column::text("releaseTypeId"),
        LookupValue::twin("releaseType", "releaseTypeId"),
        Column::text("location"),
        Column::text("releaseStatusTypeId"),
        STATUS,
        Column::text("releaseRiskLevelId"),
        LookupValue::twin("releaseRiskLevel", "releaseRiskLevelId"),
        Column::moment("implementationDate"),
        Column::text("displayColor"),
        Column::text("organizationId"),
        Column::twin("organization", "organizationId", Organization::COLLECTION, "name"),
        Column::text("managerId"),
        Column::twin("manager", "managerId", User::COLLECTION, User::DISPLAY_NAME),
        Column::text(PARENT_ID),
        PARENT,
        Column::text("plutoraReleaseType"),
        Column::text("releaseProjectType"),
        Column::custom_fields(Self::TYPE),
        Column::moment("lastModifiedDate"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::text("identifier", Need::Always),
        Input::text("name", Need::Always),
        Input::text("summary", Need::Optional),
        Input::lookup("releaseTypeId", Need::Always, "ReleaseType"),
        Input::text("location", Need::Optional),
        Input::lookup("releaseStatusTypeId", Need::Always, "ReleaseStatusType"),
        Input::lookup("releaseRiskLevelId", Need::Always, "ReleaseRiskLevel"),
        Input::moment("implementationDate", Need::Always),
        Input::text("displayColor", Need::Optional),
        Input::reference("organizationId", Need::Always, Organization::COLLECTION),
        MANAGER,
        Input::reference(PARENT_ID, Need::Optional, Self::COLLECTION),
        // A PUT without the two is known to succeed; that they keep their values is inferred.
        KIND,
        PROJECT,
    ];
    const AFTER_PUT: After = After::NoContent;
    const UNKNOWN_PUT_IS_404: bool = true;

    fn initial() -> Object {
        Object::from_iter([("additionalInformation".to_owned(), json!([]))])
    }

    fn settle(tenant: &Tenant, write: &Write<'_>, release: &mut Object) -> Result<(), Refusal> {
        let habits = &tenant.habits;
        let is_left_out = !write.creates && write.body.raw(PARENT_ID).is_none();
        if is_left_out && habits.omitted_parent == OmittedParent::Kept {
            let parent = write.before.get(PARENT_ID).cloned().unwrap_or_default();
            release.insert(PARENT_ID.to_owned(), parent);
        }
        for input in [KIND, PROJECT] {
            let is_left_out = !write.creates && write.body.value(input.name).is_none();
            if is_left_out && habits.omitted_kind == OmittedKind::Cleared {
                release.insert(input.name.to_owned(), Value::Null);
            }
        }
        if habits.managers == Managers::Required && text(release, MANAGER.name).is_empty() {
            return Err(required_field::<Self>(&MANAGER));
        }
        if habits.identifiers == Identifiers::Unique {
            refuse_twin::<Self>(&tenant.data, release, "identifier", "Release Identifier")?;
        }
        take_inline::<Self>(tenant, write, release)
    }

    /// That a parent is an Enterprise, and an Enterprise has none, follows from the vendor's schema;
    /// the texts, and that an Enterprise with children stays one, are inferred.
    fn broken_rules(data: &Data, release: &Object) -> Vec<String> {
        let mut broken = Vec::new();
        let parent = release.get(PARENT_ID).and_then(Value::as_str);
        match parent.and_then(|id| data.get(Self::COLLECTION, id)) {
            Some(_) if is_enterprise(release) => {
                broken.push("An Enterprise Release can not have a parent Release".to_owned());
            }
            Some(parent) if !is_enterprise(parent) => {
                broken.push("The parent Release has to be an Enterprise Release".to_owned());
            }
            _ => {}
        }
        if !is_enterprise(release) && has_children(data, release) {
            broken.push("A Release with child Releases has to be an Enterprise Release".to_owned());
        }
        broken
    }

    fn created(tenant: &mut Tenant, release: &Object) {
        include_manager(&mut tenant.data, release);
        link(tenant, release);
    }

    fn replaced(tenant: &mut Tenant, before: &Object, release: &Object) {
        if before.get("managerId") != release.get("managerId") {
            include_manager(&mut tenant.data, release);
        }
        if before.get(PARENT_ID) != release.get(PARENT_ID) {
            link(tenant, release);
        }
    }

    /// Takes the children of a deleted release out of it (inferred), and its parts with it.
    fn deleted(data: &mut Data, release: &Object) {
        let id = text(release, "id");
        let orphan = |child: &mut Object| drop(child.insert(PARENT_ID.to_owned(), Value::Null));
        change_all(data, Self::COLLECTION, |child| is_child_of(child, id), orphan);
        for collection in PARTS {
            remove_all(data, collection, |part| text(part, RELEASE) == id);
        }
    }
}

impl Extended for Release {
    const TYPE: &'static str = "Release";
}

/// Where the parts of releases are.
const PARTS: [&str; 9] = [
    ReleaseSystem::COLLECTION,
    DeploymentDate::COLLECTION,
    Phase::COLLECTION,
    Gate::COLLECTION,
    Activity::COLLECTION,
    Criterion::COLLECTION,
    <Release as Linked>::LINKS,
    linked_items::COLLECTION,
    Stakeholder::COLLECTION,
];

fn link(tenant: &mut Tenant, release: &Object) {
    if tenant.habits.linking == Linking::Copies {
        inherit_all(&mut tenant.data, text(release, PARENT_ID), text(release, "id"));
    }
}

pub(super) fn is_enterprise(release: &Object) -> bool {
    release.get("plutoraReleaseType").and_then(Value::as_str) == Some(ENTERPRISE)
}

/// Tells whether a stored release has children; only an Enterprise can, so others are not searched for.
fn has_children(data: &Data, release: &Object) -> bool {
    let id = release.get("id").and_then(Value::as_str).unwrap_or_default();
    data.get(Release::COLLECTION, id).is_some_and(is_enterprise)
        && data.all(Release::COLLECTION).any(|child| is_child_of(child, id))
}

pub(super) fn is_child_of(release: &Object, id: &str) -> bool {
    release.get(PARENT_ID).and_then(Value::as_str) == Some(id)
}
