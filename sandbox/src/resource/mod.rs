//! The resources, one file each: which keys they have, and what is particular about them.

mod activities;
pub(crate) mod bulk;
pub(crate) mod change_rows;
pub(crate) mod changes;
pub(crate) mod custom_fields;
pub(crate) mod defects;
mod deployment_dates;
mod deployment_status;
pub(crate) mod environments;
pub(crate) mod inheritance;
pub(crate) mod linked_items;
pub(crate) mod links;
pub(crate) mod lookups;
pub(crate) mod organizations;
mod parts;
mod release_systems;
mod releases;
pub(crate) mod schema;
pub(crate) mod stakeholders;
mod systems;
pub(crate) mod users;
mod work_items;

pub(crate) use activities::{Activity, Criterion};
pub(crate) use changes::Change;
pub(crate) use deployment_dates::DeploymentDate;
pub(crate) use environments::Environment;
pub(crate) use organizations::Organization;
pub(crate) use release_systems::ReleaseSystem;
pub(crate) use releases::Release;
pub(crate) use stakeholders::Stakeholder;
pub(crate) use systems::System;
pub(crate) use users::{User, UserGroup};
pub(crate) use work_items::{Gate, GateName, Phase, PhaseName};
