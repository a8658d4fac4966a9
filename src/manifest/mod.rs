//! From the text of manifests to typed documents, with the place of everything.
//!
//! Texts come in as values ([`Sources`]) and so do variables; nothing here reads a file, the
//! environment or the network. All that is wrong comes out at once, as [`Diagnostic`]s.

mod diagnostic;
mod document;
mod field;
mod lines;
mod reader;
mod schema;
mod source;
mod spec;
mod suggest;
mod variables;

pub use diagnostic::{Diagnostic, Diagnostics, Place, Spot};
pub use document::{ACKNOWLEDGE, API_VERSION, Claim, Declaration, Document, DocumentKind, PROTECT};
pub use reader::{Reading, read};
pub use schema::schema;
pub use source::{Source, SourceId, Sources};
pub use suggest::{closest, listed};
pub use variables::Variables;
