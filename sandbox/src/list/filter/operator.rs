//! The operators of filters and the ways to write them.

use crate::list::column::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    Contains,
    NotContains,
    StartsWith,
    GreaterThan,
    GreaterOrEqual,
    LessThan,
    LessOrEqual,
    IsWithin,
    NotWithin,
    HasValue,
    HasNoValue,
}

/// Every spelling, in lower case and without spaces, because spaced forms are the same words.
const SPELLINGS: [(&str, Operator); 25] = [
    ("equals", Operator::Equals),
    ("=", Operator::Equals),
    ("notequals", Operator::NotEquals),
    ("!=", Operator::NotEquals),
    ("contains", Operator::Contains),
    ("~", Operator::Contains),
    ("notcontains", Operator::NotContains),
    ("!~", Operator::NotContains),
    ("startswith", Operator::StartsWith),
    ("greaterthan", Operator::GreaterThan),
    (">", Operator::GreaterThan),
    ("greaterorequal", Operator::GreaterOrEqual),
    ("greaterorequals", Operator::GreaterOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("lessthan", Operator::LessThan),
    ("<", Operator::LessThan),
    ("lessorequal", Operator::LessOrEqual),
    ("lessorequals", Operator::LessOrEqual),
    ("<=", Operator::LessOrEqual),
    ("iswithin", Operator::IsWithin),
    ("notwithin", Operator::NotWithin),
    ("hasvalue", Operator::HasValue),
    ("!∅", Operator::HasValue),
    ("hasnovalue", Operator::HasNoValue),
    ("∅", Operator::HasNoValue),
];

impl Operator {
    /// Reads an operator, as word or symbol, spaced or not, in any case.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect::<String>().to_lowercase();
        SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, operator)| *operator)
    }

    pub(super) fn takes_value(self) -> bool {
        !matches!(self, Self::HasValue | Self::HasNoValue)
    }

    pub(super) fn takes_list(self) -> bool {
        matches!(self, Self::IsWithin | Self::NotWithin)
    }

    /// Tells whether values of a kind can be asked this (vendor help).
    pub(super) fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Contains | Self::NotContains | Self::StartsWith => kind == Kind::Text,
            Self::GreaterThan | Self::GreaterOrEqual | Self::LessThan | Self::LessOrEqual => {
                kind != Kind::Text
            }
            Self::Equals
            | Self::NotEquals
            | Self::IsWithin
            | Self::NotWithin
            | Self::HasValue
            | Self::HasNoValue => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_case_do_not_matter() {
        assert_eq!(Operator::read("Not  Equals"), Some(Operator::NotEquals));
        assert_eq!(Operator::read("GREATER OR EQUAL"), Some(Operator::GreaterOrEqual));
        assert_eq!(Operator::read(" has no value "), Some(Operator::HasNoValue));
        assert_eq!(Operator::read("resembles"), None);
    }
}
