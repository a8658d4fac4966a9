//! The fields of a release's own body (the vendor's `GET schema/Release`, as fixtures of 2019 show it).
//!
//! `displayColor` and `plutoraReleaseType` are read-only in that schema, yet every known client
//! sends them and reads them back, so they are written here and proven by reading back.

use super::field::{Choice, Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};

pub(super) const DOC: &str = "A release: an Enterprise release, or one that may stand under it. \
                              `metadata.name` is its identifier.";

pub(super) const KEY: FieldDef = FieldDef {
    name: "metadata.name",
    doc: "The release's identifier, its natural key.",
    key: "identifier",
    ty: FieldType::Text,
    on_create: OnCreate::Required,
    emptiness: Emptiness::NeverEmpty,
    in_rows: InRows::Carried,
};

const RELEASE_TYPES: [Choice; 3] = [
    Choice { word: "Enterprise", number: Some(1) },
    Choice { word: "Integrated", number: Some(2) },
    Choice { word: "Independent", number: Some(3) },
];

const PROJECT_TYPES: [Choice; 3] = [
    Choice { word: "IsProject", number: Some(1) },
    Choice { word: "NotIsProject", number: Some(2) },
    Choice { word: "None", number: Some(3) },
];

const fn required(
    name: &'static str,
    key: &'static str,
    ty: FieldType,
    doc: &'static str,
) -> FieldDef {
    FieldDef {
        name,
        doc,
        key,
        ty,
        on_create: OnCreate::Required,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    }
}

const fn clearable(
    name: &'static str,
    key: &'static str,
    ty: FieldType,
    doc: &'static str,
) -> FieldDef {
    let (on_create, emptiness) = (OnCreate::Optional, Emptiness::Clearable);
    FieldDef { on_create, emptiness, ..required(name, key, ty, doc) }
}

const fn in_rows(field: FieldDef) -> FieldDef {
    FieldDef { in_rows: InRows::Carried, ..field }
}

const fn reference(to: Referent, twin: &'static str) -> FieldType {
    FieldType::Reference { to, twin }
}

pub(super) const FIELDS: &[FieldDef] = &[
    in_rows(required("name", "name", FieldType::Text, "The release's display name.")),
    clearable("summary", "summary", FieldType::Text, "What the release is about."),
    in_rows(required(
        "plutoraReleaseType",
        "plutoraReleaseType",
        FieldType::Choice(&RELEASE_TYPES),
        "Enterprise for a parent of others, else Integrated or Independent.",
    )),
    in_rows(required(
        "releaseProjectType",
        "releaseProjectType",
        FieldType::Choice(&PROJECT_TYPES),
        "Whether the release is a project; None is usual for an Enterprise.",
    )),
    required(
        "releaseType",
        "releaseTypeId",
        reference(Referent::Lookup("ReleaseType"), "releaseType"),
        "A value of your tenant's ReleaseType list, such as `Major`.",
    ),
    in_rows(required(
        "status",
        "releaseStatusTypeId",
        reference(Referent::Lookup("ReleaseStatusType"), "releaseStatusType"),
        "A value of your tenant's ReleaseStatusType list, such as `Draft`.",
    )),
    required(
        "riskLevel",
        "releaseRiskLevelId",
        reference(Referent::Lookup("ReleaseRiskLevel"), "releaseRiskLevel"),
        "A value of your tenant's ReleaseRiskLevel list, such as `Low`.",
    ),
    in_rows(required(
        "implementationDate",
        "implementationDate",
        FieldType::Instant,
        "When the release goes live: RFC 3339, or without a zone, then taken as UTC.",
    )),
    required(
        "organization",
        "organizationId",
        reference(Referent::Organization, "organization"),
        "The name of the organization that owns the release.",
    ),
    clearable(
        "manager",
        "managerId",
        reference(Referent::User, "manager"),
        "The e-mail of the user who manages the release.",
    ),
    in_rows(clearable(
        "parent",
        "parentReleaseId",
        reference(Referent::Release, "parentRelease"),
        "The identifier of the Enterprise release above this one. Plutora's API does not migrate \
         phases and gates when it changes: see warning PS101.",
    )),
    clearable("location", "location", FieldType::Text, "Where the release takes place."),
    FieldDef {
        name: "displayColor",
        doc: "The colour in Plutora's schedules, `#rrggbb`.",
        key: "displayColor",
        ty: FieldType::Color,
        on_create: OnCreate::Optional,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Carried,
    },
];
