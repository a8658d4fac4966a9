//! The `filter` parameter of lists: an expression in, a yes or no for each object out.
//!
//! ``(`name` Contains `pay` or identifier = `REL-1`) and releaseStatusType NotEquals `Draft` ``
//!
//! Documented (vendor help; asserted against a real tenant, 2019): back-ticks around field, operator
//! and value, of which only the value's are needed, if any ([`BareValues`]); the whole expression in double quotes or not;
//! `and` before `or`; parentheses; everything case-insensitive; a field that is not known is a 500.
//! There is no way to write a back-tick inside a value: a value ends at the next one.

mod condition;
mod operator;
mod parse;
mod search;
mod token;

use condition::Condition;
pub(super) use search::Search;
use thiserror::Error;

use super::column::Column;
use crate::choices::{BareValues, Zone};
use crate::data::Object;
use crate::habits::Habits;
use crate::http::Refusal;
use crate::world::Tenant;

/// Says what a filter can be about, and how its values are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) columns: &'static [Column],
    pub(super) bare_values: BareValues,
    /// The tenant's zone, into which a date with another is moved.
    pub(super) zone: Zone,
}

impl Terms {
    /// Gives those of a tenant's list.
    pub(super) fn of(columns: &'static [Column], habits: &Habits) -> Self {
        Self { columns, bare_values: habits.bare_values, zone: habits.zone }
    }
}

/// Holds a filter that is understood; no expression means that everything passes.
#[derive(Debug)]
pub(super) struct Filter(Option<Expression>);

#[derive(Debug)]
enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Holds(Condition),
}

impl Filter {
    /// Reads an expression; a blank one lets everything pass.
    pub(super) fn read(text: &str, terms: Terms) -> Result<Self, FilterError> {
        let text = text.trim();
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let tokens = token::tokens(quoted.unwrap_or(text))?;
        if tokens.is_empty() {
            return Ok(Self(None));
        }
        parse::parse(&tokens, terms).map(|expression| Self(Some(expression)))
    }

    /// Tells whether an object passes.
    pub(super) fn holds(&self, tenant: &Tenant, object: &Object) -> bool {
        self.0.as_ref().is_none_or(|expression| expression.holds(tenant, object))
    }
}

impl Expression {
    fn holds(&self, tenant: &Tenant, object: &Object) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(tenant, object)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(tenant, object)),
            Self::Holds(condition) => condition.holds(tenant, object),
        }
    }
}

/// Tells why a filter is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum FilterError {
    #[error("The filter names an unknown property '{0}'.")]
    UnknownField(String),
    #[error("The filter's operator '{operator}' cannot be used on property '{field}'.")]
    WrongOperator { operator: String, field: &'static str },
    #[error("The filter's value '{value}' is not valid for property '{field}'.")]
    WrongValue { value: String, field: &'static str },
    #[error("The filter is not valid: {0}.")]
    Malformed(String),
}

impl FilterError {
    fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }
}

impl From<FilterError> for Refusal {
    fn from(error: FilterError) -> Self {
        let exception = match error {
            FilterError::UnknownField(_) | FilterError::WrongOperator { .. } => {
                "System.ArgumentException"
            }
            FilterError::WrongValue { .. } | FilterError::Malformed(_) => "System.FormatException",
        };
        Self::Filter { text: error.to_string(), exception }
    }
}

#[cfg(test)]
mod tests;
