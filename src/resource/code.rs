//! The codes of warnings, which manifests acknowledge and policies deny.

use std::fmt;
use std::str::FromStr;

/// The stable code of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A release's parent is set, changed or cleared, and phases and gates are not migrated.
    Ps101,
}

/// The refusal of a text that is no code.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no warning of plutora-sync; there is {words}", words = words())]
pub struct CodeError(String);

impl Code {
    /// Every code.
    pub const ALL: [Self; 1] = [Self::Ps101];

    /// Returns the code as manifests, flags and plans write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ps101 => "PS101",
        }
    }

    /// Returns what it says of any object: the sentence of the vendor's help (2020).
    pub fn about(self) -> &'static str {
        match self {
            Self::Ps101 => {
                "the API cannot migrate phases and gates: activities, criteria, TECRs, bookings and \
                 approvals that hang on them stay as they are"
            }
        }
    }
}

fn words() -> String {
    Code::ALL.map(Code::word).join(", ")
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let known = Self::ALL.into_iter().find(|code| code.word() == text);
        known.ok_or_else(|| CodeError(text.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}
