//! The body of `POST …/filter`: conditions in one of two forms, and an order.
//!
//! ```json
//! {"searchFilters": [{"property": "identifier", "direction": "ASC", "value": "REL-1", "operator": "Equals"}]}
//! {"expandoObject": {"Left": {"Left": "name", "Operator": "StartsWith", "Right": "Pay"},
//!                    "Operator": "AND", "Right": {"Left": "id", "Operator": "Equals", "Right": "…"}}}
//! ```
//!
//! Both forms, that several filters must all hold, and that a direction sorts by its property, are
//! documented (vendor help) or asserted against a real tenant (2019, 2021). Keys come in any case. What
//! other clients send besides (`values`, `page`, `pageSize`) is ignored. That both forms in one body
//! must hold together is inferred, and so is that a condition without an operator means equality.

use std::cmp::Ordering;

use serde_json::Value;

use super::condition::Condition;
use super::operator::Operator;
use super::parse::{DEEPEST, column_named};
use super::{Expression, Filter, FilterError, Terms};
use crate::choices::Zone;
use crate::data::Object;
use crate::list::column::Column;
use crate::world::Tenant;

/// Holds what a search asks for.
#[derive(Debug)]
pub(in crate::list) struct Search {
    filter: Filter,
    /// The columns to sort by, and whether downwards.
    order: Vec<(Column, bool)>,
}

impl Search {
    /// Reads the two keys of a search.
    pub(in crate::list) fn read(
        filters: Option<&Value>,
        expando: Option<&Value>,
        terms: Terms,
    ) -> Result<Self, FilterError> {
        let (mut parts, mut order) = (Vec::new(), Vec::new());
        for row in filters.and_then(Value::as_array).into_iter().flatten() {
            let property = text(key(row, "property"));
            let column = column_named(&property, terms.columns)?;
            if let Some(direction) = key(row, "direction").and_then(Value::as_str) {
                order.push((column, direction.eq_ignore_ascii_case("desc")));
            }
            parts.push(condition(column, key(row, "operator"), key(row, "value"), terms.zone)?);
        }
        if let Some(node) = expando.filter(|node| node.as_object().is_some_and(|it| !it.is_empty()))
        {
            parts.push(expression(node, terms, 0)?);
        }
        Ok(Self { filter: Filter(Some(Expression::All(parts))), order })
    }

    /// Keeps what passes, in the order that is asked for.
    pub(in crate::list) fn carry_out<'a>(
        &self,
        tenant: &'a Tenant,
        objects: impl Iterator<Item = &'a Object>,
    ) -> Vec<&'a Object> {
        let mut found: Vec<&Object> =
            objects.filter(|object| self.filter.holds(tenant, object)).collect();
        found.sort_by(|one, other| self.compare(tenant, one, other));
        found
    }

    fn compare(&self, tenant: &Tenant, one: &Object, other: &Object) -> Ordering {
        let compared = self.order.iter().map(|(column, down)| {
            let order =
                rank(&column.read(tenant, one)).partial_cmp(&rank(&column.read(tenant, other)));
            let order = order.unwrap_or(Ordering::Equal);
            if *down { order.reverse() } else { order }
        });
        compared.fold(Ordering::Equal, Ordering::then)
    }
}

/// Gives what a value is sorted by: nothing comes first, dates are texts that sort by time.
fn rank(value: &Value) -> (Option<f64>, String) {
    (value.as_f64(), text(Some(value)).to_lowercase())
}

/// Reads a node of the second form: two nodes joined, or a condition.
fn expression(node: &Value, terms: Terms, depth: usize) -> Result<Expression, FilterError> {
    if depth > DEEPEST {
        return Err(FilterError::malformed("it is nested too deeply"));
    }
    let (left, right) = (key(node, "left"), key(node, "right"));
    let word = text(key(node, "operator")).to_lowercase();
    let sides = || -> Result<Vec<Expression>, FilterError> {
        [left, right]
            .map(|it| expression(it.unwrap_or(&Value::Null), terms, depth + 1))
            .into_iter()
            .collect()
    };
    match word.as_str() {
        "and" => Ok(Expression::All(sides()?)),
        "or" => Ok(Expression::Any(sides()?)),
        _ => condition(
            column_named(&text(left), terms.columns)?,
            key(node, "operator"),
            right,
            terms.zone,
        ),
    }
}

fn condition(
    column: Column,
    operator: Option<&Value>,
    value: Option<&Value>,
    zone: Zone,
) -> Result<Expression, FilterError> {
    if value.is_some_and(|value| value.is_array() || value.is_object()) {
        return Err(FilterError::malformed("a value is neither a text nor a number"));
    }
    let written = operator.map_or_else(|| "Equals".to_owned(), |it| text(Some(it)));
    let operator = Operator::read(&written)
        .ok_or_else(|| FilterError::malformed(format!("'{written}' is no operator")))?;
    Condition::new(column, operator, &written, &text(value), zone).map(Expression::Holds)
}

/// Gives the value of a key in any case; null is as good as absent.
fn key<'a>(row: &'a Value, name: &str) -> Option<&'a Value> {
    let mut keys = row.as_object()?.iter();
    keys.find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null()).map(|(_, it)| it)
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}
