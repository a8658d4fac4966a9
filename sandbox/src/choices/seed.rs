//! What a sandbox starts from.

use std::fmt;
use std::str::FromStr;

use crate::error::ParseChoiceError;

/// Says what a sandbox without a state file holds.
///
/// Organizations, users and lookups are there in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// A small bank: eight systems and a year of releases.
    Demo,
    /// Neither systems nor releases.
    Empty,
    /// The given number of releases, and a tenth as many systems.
    Releases(usize),
}

impl Seed {
    /// More would only fill the memory.
    const MOST_RELEASES: usize = 1_000_000;
}

impl fmt::Display for Seed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => out.write_str("demo"),
            Self::Empty => out.write_str("empty"),
            Self::Releases(count) => write!(out, "releases={count}"),
        }
    }
}

impl FromStr for Seed {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown =
            || ParseChoiceError::Seed { text: text.to_owned(), most: Self::MOST_RELEASES };
        match text {
            "demo" => Ok(Self::Demo),
            "empty" => Ok(Self::Empty),
            other => other
                .strip_prefix("releases=")
                .and_then(|count| count.parse().ok())
                .filter(|count| *count <= Self::MOST_RELEASES)
                .map(Self::Releases)
                .ok_or_else(unknown),
        }
    }
}
