//! The choices of [`crate::Options`] that have a written form: text in, choice out, and back.

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

/// Says in which shape lists are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// An envelope when the request has a `pageNum`, else a bare array (asserted against a real
    /// tenant, 2019 and 2021).
    Documented,
    /// Always an envelope, which the vendor announced as the coming default (vendor help, 2019).
    Envelope,
    /// Always a bare array, of the page that was asked for.
    Array,
}

impl fmt::Display for Lists {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Documented => "documented",
            Self::Envelope => "envelope",
            Self::Array => "array",
        })
    }
}

impl FromStr for Lists {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "documented" => Ok(Self::Documented),
            "envelope" => Ok(Self::Envelope),
            "array" => Ok(Self::Array),
            other => Err(ParseChoiceError::Lists(other.to_owned())),
        }
    }
}

/// Says of which year the answers are, where what was seen of real tenants differs by year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// List rows spell `releaseStatusTypeID` and `parentReleaseID`, and a PUT of a system or a change
    /// answers 201 (asserted against a real tenant, 2019).
    Of2019,
    /// A PUT of a system or a change answers 200 (asserted against a real tenant, 2021).
    Of2021,
    /// List rows of releases have `releaseStatusMode` (seen in the answers of a real tenant, 2025).
    Of2025,
}

impl fmt::Display for Dialect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Of2019 => "2019",
            Self::Of2021 => "2021",
            Self::Of2025 => "2025",
        })
    }
}

impl FromStr for Dialect {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "2019" => Ok(Self::Of2019),
            "2021" => Ok(Self::Of2021),
            "2025" => Ok(Self::Of2025),
            other => Err(ParseChoiceError::Dialect(other.to_owned())),
        }
    }
}

/// Says whether a system's row in a release has a deployment status.
///
/// That it can be set "for each System within a Release" is documented (vendor help, 2020), but not
/// by which call, so both tenants are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// It has one, which a PUT of the row sets (inferred).
    Kept,
    /// It has none, and one that a PUT carries is forgotten.
    Ignored,
}

impl fmt::Display for RowStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Kept => "kept",
            Self::Ignored => "ignored",
        })
    }
}

impl FromStr for RowStatus {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "kept" => Ok(Self::Kept),
            "ignored" => Ok(Self::Ignored),
            other => Err(ParseChoiceError::RowStatus(other.to_owned())),
        }
    }
}

/// Says what setting `parentReleaseId` does with the phases and gates that the parent has already.
///
/// The API "does not support the selection of Phase or Gate migration" (vendor help, 2020), which
/// can be read either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linking {
    /// Nothing; only what the parent gets later reaches the child.
    Leaves,
    /// They appear in the child.
    Copies,
}

impl fmt::Display for Linking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Leaves => "leaves",
            Self::Copies => "copies",
        })
    }
}

impl FromStr for Linking {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "leaves" => Ok(Self::Leaves),
            "copies" => Ok(Self::Copies),
            other => Err(ParseChoiceError::Linking(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_its_written_form() {
        for seed in [Seed::Demo, Seed::Empty, Seed::Releases(10_000)] {
            assert_eq!(seed.to_string().parse::<Seed>().unwrap(), seed);
        }
        for lists in [Lists::Documented, Lists::Envelope, Lists::Array] {
            assert_eq!(lists.to_string().parse::<Lists>().unwrap(), lists);
        }
        for dialect in [Dialect::Of2019, Dialect::Of2021, Dialect::Of2025] {
            assert_eq!(dialect.to_string().parse::<Dialect>().unwrap(), dialect);
        }
        for row_status in [RowStatus::Kept, RowStatus::Ignored] {
            assert_eq!(row_status.to_string().parse::<RowStatus>().unwrap(), row_status);
        }
        for linking in [Linking::Leaves, Linking::Copies] {
            assert_eq!(linking.to_string().parse::<Linking>().unwrap(), linking);
        }
    }

    #[test]
    fn an_unknown_choice_is_told_the_valid_ones() {
        let text = "releases=many".parse::<Seed>().unwrap_err().to_string();
        assert!(text.contains("'releases=many'") && text.contains("demo, empty or releases=N"));
        assert!("releases=1000001".parse::<Seed>().is_err());
        let text = "rows".parse::<Lists>().unwrap_err().to_string();
        assert!(text.contains("documented, envelope or array"), "{text}");
        let text = "2020".parse::<Dialect>().unwrap_err().to_string();
        assert!(text.contains("2019, 2021 or 2025"), "{text}");
        let text = "Kept?".parse::<RowStatus>().unwrap_err().to_string();
        assert!(text.contains("kept or ignored"), "{text}");
        let text = "moves".parse::<Linking>().unwrap_err().to_string();
        assert!(text.contains("leaves or copies"), "{text}");
    }
}
