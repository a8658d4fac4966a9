//! One condition of a filter: a column, an operator and the values to compare with.
//!
//! Dates without a time compare by the day, in every operator (asserted against a real tenant for
//! equality, 2019; inferred for the others). A field without a value equals nothing, so that it
//! passes only the operators that deny (inferred).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::FilterError;
use super::operator::Operator;
use crate::choices::Zone;
use crate::data::{Object, stored_date};
use crate::list::column::{Column, Kind};
use crate::world::Tenant;

#[derive(Debug)]
pub(super) struct Condition {
    column: Column,
    operator: Operator,
    operands: Vec<Operand>,
}

#[derive(Debug, PartialEq)]
enum Operand {
    Text(String),
    /// Any of a list of texts, which may be long.
    Texts(BTreeSet<String>),
    Number(f64),
    Day(Date),
    Instant(DateTime),
}

impl Condition {
    pub(super) fn new(
        column: Column,
        operator: Operator,
        written: &str,
        value: &str,
        zone: Zone,
    ) -> Result<Self, FilterError> {
        if !operator.fits(column.kind) {
            let operator = written.to_owned();
            return Err(FilterError::WrongOperator { operator, field: column.name });
        }
        if column.kind == Kind::Text && operator.takes_list() {
            let texts = value.split(',').map(|text| text.trim().to_lowercase()).collect();
            return Ok(Self { column, operator, operands: vec![Operand::Texts(texts)] });
        }
        let values: Vec<&str> = match (operator.takes_value(), operator.takes_list()) {
            (false, _) => Vec::new(),
            (true, false) => vec![value],
            (true, true) => value.split(',').map(str::trim).collect(),
        };
        let wrong = |value: &&str| FilterError::WrongValue {
            value: (*value).to_owned(),
            field: column.name,
        };
        let operands: Result<Vec<Operand>, FilterError> = values
            .iter()
            .map(|value| Operand::read(column.kind, value, zone).ok_or_else(|| wrong(value)))
            .collect();
        Ok(Self { column, operator, operands: operands? })
    }

    pub(super) fn holds(&self, tenant: &Tenant, object: &Object) -> bool {
        let value = &*self.column.read(tenant, object);
        let compares = |accept: fn(Ordering) -> bool| {
            self.operands.iter().any(|operand| operand.compare(value).is_some_and(accept))
        };
        let reads = |accept: fn(&str, &str) -> bool| {
            self.operands.iter().any(|operand| operand.is_part(value, accept))
        };
        match self.operator {
            Operator::Equals | Operator::IsWithin => compares(Ordering::is_eq),
            Operator::NotEquals | Operator::NotWithin => !compares(Ordering::is_eq),
            Operator::GreaterThan => compares(Ordering::is_gt),
            Operator::GreaterOrEqual => compares(Ordering::is_ge),
            Operator::LessThan => compares(Ordering::is_lt),
            Operator::LessOrEqual => compares(Ordering::is_le),
            Operator::Contains => reads(|text, part| text.contains(part)),
            Operator::NotContains => !reads(|text, part| text.contains(part)),
            Operator::StartsWith => reads(|text, part| text.starts_with(part)),
            Operator::HasValue => has_value(value),
            Operator::HasNoValue => !has_value(value),
        }
    }
}

impl Operand {
    fn read(kind: Kind, text: &str, zone: Zone) -> Option<Self> {
        match kind {
            Kind::Text => Some(Self::Text(text.to_lowercase())),
            Kind::Number => text.trim().parse().ok().map(Self::Number),
            Kind::Moment => match day(text.trim()) {
                Some(day) => Some(Self::Day(day)),
                None => zone.read(text).map(Self::Instant),
            },
        }
    }

    /// Tells how a field's value stands to this one; `None` where the two cannot be compared.
    fn compare(&self, value: &Value) -> Option<Ordering> {
        match self {
            Self::Text(wanted) => Some(plain(value)?.cmp(wanted)),
            Self::Texts(wanted) => wanted.contains(&plain(value)?).then_some(Ordering::Equal),
            Self::Number(wanted) => value.as_f64()?.partial_cmp(wanted),
            Self::Day(wanted) => Some(stored_date(value.as_str()?)?.date().cmp(wanted)),
            Self::Instant(wanted) => Some(stored_date(value.as_str()?)?.cmp(wanted)),
        }
    }

    fn is_part(&self, value: &Value, accept: fn(&str, &str) -> bool) -> bool {
        match (self, plain(value)) {
            (Self::Text(part), Some(text)) => accept(&text, part),
            _ => false,
        }
    }
}

/// Reads a day in one of the four documented forms:
/// `YYYY/MM/DD`, `YYYY-MM-DD`, `MM/DD/YYYY`, `DD-MM-YYYY`.
fn day(text: &str) -> Option<Date> {
    let sign = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(sign).collect();
    let [first, second, third] = parts.try_into().ok()?;
    let (year, month, day) = match (first.len(), sign) {
        (4, _) => (first, second, third),
        (_, '/') => (third, first, second),
        _ => (third, second, first),
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Gives a value's text as comparisons see it; null, arrays and objects have none.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(rows) => !rows.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_every_documented_form() {
        let wanted = Date::new(2026, 11, 28).ok();
        for text in ["2026/11/28", "2026-11-28", "11/28/2026", "28-11-2026"] {
            assert_eq!(day(text), wanted, "{text}");
        }
        for text in ["", "2026-11", "28/11/2026", "2026-11-28T00:00:00", "a-b-c"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
