//! What all writable resources share: a description of a resource in, its five handlers out.

mod body;
mod describe;
mod handlers;
mod input;
mod write;

pub(crate) use describe::{AfterPut, Entity};
pub(crate) use handlers::{create, delete, list, read, replace};
pub(crate) use input::{Input, Need};
