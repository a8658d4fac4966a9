//! What all writable resources share: a description of a resource in, its five handlers out.

mod body;
mod describe;
mod handlers;
mod input;
mod write;

pub(crate) use body::Body;
pub(crate) use describe::{After, Entity};
pub(crate) use handlers::{create, delete, list, read, replace, search};
pub(crate) use input::{Input, Need};
pub(crate) use write::{Write, invalid_field};
