//! The fields of a system in a release (asserted by tests of 2019 and 2021).
//!
//! `systemRoleType` is not written: it may be left out where the dependency type is given, and
//! `Impact` is its only value in any public text.

use super::field::{Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};

pub(super) const DOC: &str = "A system in a release.";

/// What their list in a manifest means, in one sentence for the schema.
pub(super) const IN_MANIFEST: &str =
    "The systems that the release touches. Systems that are not listed here are left alone.";

pub(super) const KEY: FieldDef = FieldDef {
    name: "system",
    doc: "The name of the system.",
    key: "systemId",
    ty: FieldType::Reference { to: Referent::System, twin: "system" },
    on_create: OnCreate::Required,
    emptiness: Emptiness::NeverEmpty,
    in_rows: InRows::Unknown,
};

pub(super) const FIELDS: &[FieldDef] = &[
    FieldDef {
        name: "dependencyType",
        doc: "A value of your tenant's SystemRoleDependencyType list, such as \
              `Code Implementation Dependency`.",
        key: "systemRoleDependencyTypeId",
        ty: FieldType::Reference {
            to: Referent::Lookup("SystemRoleDependencyType"),
            twin: "systemRoleDependencyType",
        },
        on_create: OnCreate::Required,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
    // That the API can set it is the vendor's help (2020); that it is this key of this row is
    // inferred, so every write of it is proven by reading back.
    FieldDef {
        name: "status",
        doc: "The deployment status of the system in the release itself, apart from its deployment \
              dates.",
        key: "deploymentStatus",
        ty: FieldType::Status,
        on_create: OnCreate::Optional,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
];
