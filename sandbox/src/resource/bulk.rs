//! Creating many at once: an array in, and what became of each.
//!
//! That `/systems/bulk` answers 200 and messages without ids, and refuses a second system of a name or
//! alias with these texts, is asserted against a real tenant (2021); its word for a success is inferred.
//! Of `/releases/bulk` only the existence is known (vendor help, 2020), and of `/changes/bulk` that it
//! answers 200 and an array (asserted, 2021): that each row is answered with what was made or why not,
//! and that the others are made all the same, is inferred.

use serde_json::{Value, json};

use super::System;
use super::parts::text;
use crate::data::{Data, Object};
use crate::entity::{Body, Entity, detail, make};
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::Listed as _;
use crate::world::Tenant;

/// Answers `POST /releases/bulk` and `POST /changes/bulk`.
pub(crate) fn create_each<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut answers = Vec::new();
    for row in rows(call)? {
        answers.push(match make::<E>(tenant, call, &Body::of(&row)) {
            Ok(made) => detail::<E>(tenant, &made),
            Err(refusal) => refusal.into_reply().body.unwrap_or_default(),
        });
    }
    Ok(Reply::ok(answers.into()))
}

/// Answers `POST /systems/bulk`.
pub(crate) fn systems(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut messages: Vec<String> = Vec::new();
    for row in rows(call)? {
        let body = Body::of(&row);
        let name = body.value("name").and_then(Value::as_str).unwrap_or_default();
        let twice = duplicate(&tenant.data, name, &aliases(body.value("systemAlias")));
        messages.extend(match twice {
            Some(text) => vec![text],
            None => match make::<System>(tenant, call, &body) {
                Ok(system) => vec![format!("System {} has been created", text(&system, "name"))],
                Err(refusal) => texts(refusal),
            },
        });
    }
    Ok(Reply::ok(json!(messages)))
}

fn rows(call: &Call) -> Result<Vec<Object>, Refusal> {
    let rows = call.json().and_then(Value::as_array);
    let rows = rows.and_then(|rows| rows.iter().map(|row| row.as_object().cloned()).collect());
    rows.ok_or_else(|| {
        let text = "The request body is missing or is not an array of JSON objects.".to_owned();
        Refusal::Invalid(ModelState::from([("bulk".to_owned(), vec![text])]))
    })
}

fn duplicate(data: &Data, name: &str, wanted: &[String]) -> Option<String> {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    if data.all(System::COLLECTION).any(|system| same(text(system, "name"), name)) {
        return Some(format!("Duplicate System Name of {name}. This System has not been created"));
    }
    let used: Vec<String> =
        data.all(System::COLLECTION).flat_map(|it| aliases(it.get("systemAlias"))).collect();
    let twice = wanted.iter().find(|alias| used.iter().any(|it| same(it, alias)))?;
    Some(format!("Duplicate System Alias Name {twice}. This System has not been created"))
}

fn aliases(rows: Option<&Value>) -> Vec<String> {
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| Some(row.get("name")?.as_str()?.to_owned())).collect()
}

/// Gives what a refusal says, field by field.
fn texts(refusal: Refusal) -> Vec<String> {
    let text = refusal.to_string();
    if let Refusal::Invalid(state) = refusal {
        return state.into_values().flatten().collect();
    }
    vec![text]
}
