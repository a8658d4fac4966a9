//! The resources, one file each: which keys they have, and what is particular about them.

mod activities;
mod deployment_dates;
mod deployment_status;
pub(crate) mod inheritance;
pub(crate) mod linked_releases;
pub(crate) mod lookups;
mod organizations;
mod parts;
mod release_systems;
mod releases;
mod systems;
pub(crate) mod users;
mod work_items;

pub(crate) use activities::{Activity, Criterion};
pub(crate) use deployment_dates::DeploymentDate;
pub(crate) use organizations::Organization;
pub(crate) use release_systems::ReleaseSystem;
pub(crate) use releases::Release;
pub(crate) use systems::System;
pub(crate) use users::User;
pub(crate) use work_items::{Gate, GateName, Phase, PhaseName};
