//! The vocabulary: kinds, their fields, and the values that stand in them.
//!
//! Each [`Kind`] is one table of [`FieldDef`]s, and everything else derives from that table: what a
//! manifest may say and its JSON Schema, how a live body is read back into the same values, and
//! which keys a change writes. Nothing here does I/O or knows how a manifest or an answer came.

mod body;
mod code;
mod deployment;
mod excerpt;
mod field;
mod fields;
mod guid;
mod held;
mod instant;
mod key;
mod kind;
mod path;
mod release;
mod release_system;
mod status;
mod system;
mod tenant;
mod value;

pub use body::{
    form_of, held_in, id_of, id_of_reference, misfit, read_fields, read_fields_by_id, write_value,
};
pub use code::{Code, CodeError};
pub use excerpt::{Body, Excerpt, Said, find_key, twin};
pub use field::{Choice, Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};
pub use fields::Fields;
pub use guid::{Guid, GuidError};
pub use held::Held;
pub use instant::{Instant, InstantError};
pub use key::Key;
pub use kind::{Collection, Kind};
pub use path::{Path, Ref};
pub use status::{COMPLETED, ENDORSED, LabelError, Labels, PENDING, REJECTED, STATUSES, is_status};
pub use tenant::{StatusRoute, Tenant};
pub use value::FieldValue;
