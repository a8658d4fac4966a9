//! What all writable resources share: a description of a resource in, its five handlers out.

mod body;
mod describe;
mod handlers;
mod input;
mod write;

pub(crate) use body::Body;
pub(crate) use describe::{After, Entity};
pub(crate) use handlers::{create, delete, list, make, read, replace, replace_found, search};
pub(crate) use input::{Input, Need};
pub(crate) use write::{Write, detail, invalid_field, required_field};
