//! The choices of a sandbox that have a written form: text in, choice out, and back.

/// Declares a choice among some words: what it is called in errors, and the word of each variant.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        $name:ident called $noun:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
        )]
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
            type Error = $crate::error::ParseChoiceError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl $name {
            /// Every variant, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::ParseChoiceError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::error::ParseChoiceError::word(other, $noun, &[$($word),+])),
                }
            }
        }
    };
}

mod answers;
mod lists;
mod objects;
mod seed;
mod zone;

pub use answers::{
    BulkAnswers, DeploymentRefusals, Dialect, NotFoundBody, PlutoraInfo, RefreshGrant, RetryAfter,
    UnknownPut, WorkItemPut, WrongCredentials,
};
pub use lists::{BareArrays, BareValues, LargePages, Lists, PartLists, WrongFilter};
pub use objects::{
    EnterpriseChanges, Identifiers, IgnoredItems, InlineFields, Linking, Managers, Names,
    OmittedDelivery, OmittedKind, OmittedParent, RowStatus, StakeholderIds, StatusRules,
    WorkItemIds,
};
pub use seed::Seed;
pub use zone::Zone;

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::str::FromStr;

    use super::*;
    use crate::error::ParseChoiceError;

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
        survive(LargePages::ALL);
        survive(WrongCredentials::ALL);
        survive(WorkItemPut::ALL);
        survive(DeploymentRefusals::ALL);
        survive(BulkAnswers::ALL);
        survive(Managers::ALL);
        survive(StakeholderIds::ALL);
        survive(WorkItemIds::ALL);
        survive(IgnoredItems::ALL);
        survive(StatusRules::ALL);
        survive(OmittedDelivery::ALL);
        survive(OmittedKind::ALL);
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
