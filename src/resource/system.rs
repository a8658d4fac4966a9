//! The fields of a system's own body (vendor API primer, 2018; asserted by tests of 2019 and 2021).

use super::field::{Choice, Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};

pub(super) const DOC: &str =
    "A system: an application or component that releases touch. `metadata.name` is its name.";

pub(super) const KEY: FieldDef = FieldDef {
    name: "metadata.name",
    doc: "The system's name, its natural key.",
    key: "name",
    ty: FieldType::Text,
    on_create: OnCreate::Required,
    emptiness: Emptiness::NeverEmpty,
    in_rows: InRows::Carried,
};

const STATUSES: [Choice; 2] =
    [Choice { word: "Active", number: None }, Choice { word: "Inactive", number: None }];

pub(super) const FIELDS: &[FieldDef] = &[
    FieldDef {
        name: "vendor",
        doc: "Who makes the system, such as `In-house`.",
        key: "vendor",
        ty: FieldType::Text,
        on_create: OnCreate::Required,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
    FieldDef {
        name: "status",
        doc: "Whether the system is in use.",
        key: "status",
        ty: FieldType::Choice(&STATUSES),
        on_create: OnCreate::Required,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
    FieldDef {
        name: "organization",
        doc: "The name of the organization that owns the system.",
        key: "organizationId",
        ty: FieldType::Reference { to: Referent::Organization, twin: "organization" },
        on_create: OnCreate::Required,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
    FieldDef {
        name: "description",
        doc: "What the system is for.",
        key: "description",
        ty: FieldType::Text,
        on_create: OnCreate::Optional,
        emptiness: Emptiness::Clearable,
        in_rows: InRows::Unknown,
    },
    FieldDef {
        name: "aliases",
        doc: "Other names that the system has. Names that are not listed here are left alone.",
        key: "systemAlias",
        ty: FieldType::Names,
        on_create: OnCreate::Optional,
        emptiness: Emptiness::NeverEmpty,
        in_rows: InRows::Unknown,
    },
];
