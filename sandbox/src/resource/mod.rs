//! The resources, one file each: which keys they have, and what is particular about them.

pub(crate) mod lookups;
mod organizations;
mod releases;
mod systems;
pub(crate) mod users;

pub(crate) use organizations::Organization;
pub(crate) use releases::Release;
pub(crate) use systems::System;
pub(crate) use users::User;
