//! The fields of a deployment date of a system in a release (asserted by tests of 2019).
//!
//! `sortOrder` is not managed: it goes back as it came, so no row moves. A new date gets the next
//! number from the server, which is why new dates are sent in the order of the manifest.

use super::field::{Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};

pub(super) const DOC: &str = "A deployment date of a system in a release.";

/// What their list in a manifest means, in one sentence for the schema.
pub(super) const IN_MANIFEST: &str = "The deployment dates of the system in this release; new ones are made in this order. \
          Dates that are not listed here are left alone.";

pub(super) const KEY: FieldDef = FieldDef {
    name: "title",
    doc: "The title of the deployment date, its natural key within the system's dates.",
    key: "deploymentTitle",
    ty: FieldType::Text,
    on_create: OnCreate::Required,
    emptiness: Emptiness::NeverEmpty,
    in_rows: InRows::Unknown,
};

/// A field without a natural default.
const fn field(
    name: &'static str,
    key: &'static str,
    ty: FieldType,
    on_create: OnCreate,
    doc: &'static str,
) -> FieldDef {
    let (emptiness, in_rows) = (Emptiness::NeverEmpty, InRows::Unknown);
    FieldDef { name, doc, key, ty, on_create, emptiness, in_rows }
}

const fn lookup(list: &'static str, twin: &'static str) -> FieldType {
    FieldType::Reference { to: Referent::Lookup(list), twin }
}

pub(super) const FIELDS: &[FieldDef] = &[
    // No public text says that a date needs its two dates; every known creation has them, and
    // without them there is nothing to deploy by.
    field(
        "start",
        "startDate",
        FieldType::Instant,
        OnCreate::Required,
        "When the deployment starts: RFC 3339, or without a zone, then taken as UTC.",
    ),
    field(
        "end",
        "endDate",
        FieldType::Instant,
        OnCreate::Required,
        "When the deployment ends; not before its start.",
    ),
    field(
        "type",
        "deploymentTypeID",
        lookup("DeploymentType", "deploymentType"),
        OnCreate::Optional,
        "A value of your tenant's DeploymentType list, such as `Rolling`.",
    ),
    field(
        "deployingTo",
        "deployingToID",
        lookup("DeploymentTo", "deployingTo"),
        OnCreate::Optional,
        "A value of your tenant's DeploymentTo list, such as `Production`.",
    ),
    FieldDef {
        name: "changeRecord",
        doc: "The number of the change record that the deployment runs under.",
        key: "changeRecord",
        ty: FieldType::Text,
        on_create: OnCreate::Optional,
        emptiness: Emptiness::Clearable,
        in_rows: InRows::Unknown,
    },
    field(
        "status",
        "deploymentStatus",
        FieldType::Status,
        OnCreate::Optional,
        "The status of the deployment. A new date is Pending, and nothing becomes Pending again.",
    ),
];
