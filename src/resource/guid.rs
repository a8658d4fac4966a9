//! Ids that Plutora makes.

use std::fmt;

use uuid::Uuid;

/// The id of a live object; always written lower-case and hyphenated, so safe in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guid(Uuid);

/// The refusal of an id that is not a GUID.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a GUID such as `d95f23e4-52a1-e811-8146-029a1f64cdff`")]
pub struct GuidError(String);

impl Guid {
    /// Reads an id, in any case.
    pub fn parse(text: &str) -> Result<Self, GuidError> {
        match Uuid::try_parse(text) {
            Ok(uuid) if !uuid.is_nil() => Ok(Self(uuid)),
            Ok(_) | Err(_) => Err(GuidError(text.to_owned())),
        }
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.hyphenated())
    }
}
