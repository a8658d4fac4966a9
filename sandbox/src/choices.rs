//! The choices of [`crate::Options`] that have a written form: text in, choice out, and back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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

/// Declares a choice among some words: what it is called in errors, and the word of each variant.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        $name:ident called $noun:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl From<$name> for String {
            fn from(choice: $name) -> Self {
                choice.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseChoiceError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl $name {
            /// Every variant, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }

        impl FromStr for $name {
            type Err = ParseChoiceError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err(ParseChoiceError::word(other, $noun, &[$($word),+])),
                }
            }
        }
    };
}

choice! {
    /// Says in which shape lists are answered.
    Lists called "list shape" {
        /// An envelope when the request has a `pageNum`, else a bare array (asserted against a real
        /// tenant, 2019 and 2021).
        Documented = "documented",
        /// Always an envelope, which the vendor announced as the coming default (vendor help, 2019).
        Envelope = "envelope",
        /// Always a bare array, of the page that was asked for.
        Array = "array",
    }
}

choice! {
    /// Says of which year the answers are, where what was seen of real tenants differs by year.
    Dialect called "dialect" {
        /// List rows spell `releaseStatusTypeID` and `parentReleaseID`, and a PUT of a system or a
        /// change answers 201 (asserted against a real tenant, 2019).
        Of2019 = "2019",
        /// A PUT of a system or a change answers 200 (asserted against a real tenant, 2021).
        Of2021 = "2021",
        /// List rows of releases have `releaseStatusMode` (seen in answers of a real tenant, 2025).
        Of2025 = "2025",
    }
}

choice! {
    /// Says whether a system's row in a release has a deployment status.
    ///
    /// That it can be set "for each System within a Release" is documented (vendor help, 2020), but
    /// not by which call, so both tenants are possible.
    RowStatus called "row status" {
        /// It has one, which a PUT of the row sets (inferred).
        Kept = "kept",
        /// It has none, and one that a PUT carries is forgotten.
        Ignored = "ignored",
    }
}

choice! {
    /// Says what setting `parentReleaseId` does with the phases and gates that the parent has already.
    ///
    /// The API "does not support the selection of Phase or Gate migration" (vendor help, 2020), which
    /// can be read either way.
    Linking called "linking" {
        /// Nothing; only what the parent gets later reaches the child.
        Leaves = "leaves",
        /// They appear in the child.
        Copies = "copies",
    }
}

choice! {
    /// Says what a list of more than 100 rows is that is asked for without a page.
    ///
    /// At most 100 records come at a time (vendor help), but old clients rely on the whole.
    BareArrays called "size of bare arrays" {
        /// Its first 100 rows.
        Cut = "cut",
        /// All of it.
        Whole = "whole",
    }
}

choice! {
    /// Says what becomes of a filter's value that stands without back-ticks: every known filter has them,
    /// and the vendor's help can be read either way.
    BareValues called "treatment of values without back-ticks" {
        /// The filter is a failure.
        Refused = "refused",
        /// One word is a value.
        Accepted = "accepted",
    }
}

choice! {
    /// Says what the token endpoint answers to a refresh token, which it gives out (vendor API primer,
    /// 2018) and no public client sends back.
    RefreshGrant called "treatment of refresh tokens" {
        /// 400.
        Refused = "refused",
        /// A new token.
        Accepted = "accepted",
    }
}

choice! {
    /// Says how lists below a release come, such as its systems: a known client asks them for a size and
    /// is answered an array (2021).
    PartLists called "form of lists below a release" {
        /// In pages, as other lists do.
        Paged = "paged",
        /// Whole, as a bare array, whatever page is asked for.
        Whole = "whole",
    }
}

choice! {
    /// Says what a 404 for an id that is not there carries, which no public text tells.
    NotFoundBody called "body of a 404" {
        /// Nothing.
        Empty = "empty",
        /// A message.
        Message = "message",
    }
}

choice! {
    /// Says what a filter is answered that is not understood, such as one by an unknown field: for users,
    /// their groups and organizations it is a 500 (asserted against a real tenant, 2021).
    WrongFilter called "answer to a wrong filter" {
        /// 500, with the exception.
        Failure = "500",
        /// 400, with a message.
        BadRequest = "400",
    }
}

choice! {
    /// Says whether the header `Plutora-Info` is looked at, which the vendor's help wants on every call
    /// and in certain characters; nothing visible happens without it (client code).
    PlutoraInfo called "treatment of Plutora-Info" {
        /// It is not.
        Ignored = "ignored",
        /// A request without it, or with other characters, is a 400.
        Checked = "checked",
    }
}

choice! {
    /// Says whether two releases can have one identifier, which no public text settles.
    Identifiers called "use of identifiers" {
        /// They can.
        Repeat = "repeat",
        /// The second is refused.
        Unique = "unique",
    }
}

choice! {
    /// Says whether two systems, or two environments, can have one name; public texts contradict each
    /// other.
    Names called "use of names" {
        /// They can.
        Repeat = "repeat",
        /// The second is refused.
        Unique = "unique",
    }
}

choice! {
    /// Says what a PUT of a release does that leaves out `parentReleaseId`.
    OmittedParent called "treatment of a parent that is left out" {
        /// It takes the release out of its parent: a PUT is a full replacement (vendor help).
        Cleared = "cleared",
        /// Nothing.
        Kept = "kept",
    }
}

choice! {
    /// Says what a PUT of an object does with the custom fields that it carries; client code and tests
    /// of real tenants contradict each other (2018, 2019).
    InlineFields called "treatment of custom fields in a PUT" {
        /// Nothing; they have a path of their own.
        Ignored = "ignored",
        /// It writes them.
        Written = "written",
    }
}

choice! {
    /// Says whether an Enterprise release can be told to deliver a change: it cannot, by the vendor's
    /// help, though one suite tries it.
    EnterpriseChanges called "treatment of changes of an Enterprise" {
        /// That is refused.
        Refused = "refused",
        /// It can.
        Accepted = "accepted",
    }
}

choice! {
    /// Says what a valid PUT of an id that is not there answers, where tests of real tenants leave it
    /// open; that of a release is a 404 in any case (asserted, 2021).
    UnknownPut called "answer to a PUT of what is not there" {
        /// 404.
        NotFound = "404",
        /// 400.
        BadRequest = "400",
    }
}

choice! {
    /// Says how a throttled request is told when to come again.
    #[derive(Default)]
    RetryAfter called "form of Retry-After" {
        /// As a number of seconds.
        #[default]
        Seconds = "seconds",
        /// As a date.
        Date = "date",
        /// Not at all.
        Absent = "absent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survive<
        T: Copy + fmt::Debug + fmt::Display + FromStr<Err = ParseChoiceError> + PartialEq,
    >(
        all: &[T],
    ) {
        for choice in all {
            assert_eq!(choice.to_string().parse::<T>().unwrap(), *choice);
        }
    }

    #[test]
    fn a_choice_survives_its_written_form() {
        survive(&[Seed::Demo, Seed::Empty, Seed::Releases(10_000)]);
        survive(Lists::ALL);
        survive(Dialect::ALL);
        survive(RowStatus::ALL);
        survive(Linking::ALL);
        survive(BareArrays::ALL);
        survive(BareValues::ALL);
        survive(RefreshGrant::ALL);
        survive(RetryAfter::ALL);
        survive(Identifiers::ALL);
        survive(PartLists::ALL);
        survive(NotFoundBody::ALL);
        survive(WrongFilter::ALL);
        survive(PlutoraInfo::ALL);
        survive(Names::ALL);
        survive(OmittedParent::ALL);
        survive(InlineFields::ALL);
        survive(EnterpriseChanges::ALL);
        survive(UnknownPut::ALL);
    }

    #[test]
    fn an_unknown_choice_is_told_the_valid_ones() {
        let text = "releases=many".parse::<Seed>().unwrap_err().to_string();
        assert!(text.contains("'releases=many'") && text.contains("demo, empty or releases=N"));
        assert!("releases=1000001".parse::<Seed>().is_err());
        let text = "rows".parse::<Lists>().unwrap_err().to_string();
        assert_eq!(text, "unknown list shape 'rows': write documented, envelope or array");
        let text = "Kept?".parse::<RowStatus>().unwrap_err().to_string();
        assert_eq!(text, "unknown row status 'Kept?': write kept or ignored");
    }
}
