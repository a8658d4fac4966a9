//! What a tenant holds: objects of raw JSON, their dates, and the file that they are kept in.

mod dates;
mod file;
mod object;
mod saver;
mod store;

pub(crate) use dates::stored as stored_date;
pub(crate) use file::{load, save};
pub(crate) use object::Object;
pub(crate) use saver::{Saver, Saving};
pub(crate) use store::Data;
