//! The vocabulary: kinds, their fields, and the values that stand in them.
//!
//! Each kind is one table of [`FieldDef`]s, and everything else derives from that table: what a
//! manifest may say and its JSON Schema, how a live body is read back into the same values, and
//! which keys a change writes. Nothing here does I/O or knows how a manifest or an answer came.

mod body;
mod field;
mod fields;
mod guid;
mod instant;
mod key;
mod kind;
mod release;
mod system;
mod value;

pub use body::{find_key, id_of_reference, read_fields, read_fields_by_id, write_value};
pub use field::{Choice, Emptiness, FieldDef, FieldType, InRows, OnCreate, Referent};
pub use fields::Fields;
pub use guid::{Guid, GuidError};
pub use instant::{Instant, InstantError};
pub use key::Key;
pub use kind::Kind;
pub use value::FieldValue;
