//! Creating many at once: an array in, and what became of each.
//!
//! That `/systems/bulk` answers 200 and messages without ids, and refuses a second system of a name or
//! alias with these texts, is asserted against a real tenant (2021); its word for a success is inferred.
//! Of `/releases/bulk` only the existence is known (vendor help, 2020), and of `/changes/bulk` that it
//! answers 200 and an array (asserted, 2021): what each row is answered ([`BulkAnswers`]), and that the
//! others are made all the same, is inferred.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::System;
use super::parts::text;
use crate::choices::BulkAnswers;
use crate::entity::{Body, Entity, detail, make};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::Listed as _;
use crate::world::Tenant;

/// Answers `POST /releases/bulk` and `POST /changes/bulk`.
pub(crate) fn create_each<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let mut answers = Vec::new();
    for row in rows(call)? {
        let made = make::<E>(tenant, call, &Body::of(&row));
        match (made, tenant.habits.bulk_answers) {
            (Ok(made), BulkAnswers::Objects) => answers.push(detail::<E>(tenant, &made)),
            (Ok(made), BulkAnswers::Messages) => {
                answers.push(format!("{} has been created", text(&made, "name")).into());
            }
            (Err(refusal), BulkAnswers::Objects) => {
                let text = refusal.to_string();
                let body = refusal.into_reply().body;
                answers.push(body.unwrap_or_else(|| json!({ "message": text })));
            }
            (Err(refusal), BulkAnswers::Messages) => {
                answers.extend(texts(refusal).into_iter().map(Value::from));
            }
        }
    }
    Ok(Reply::ok(answers.into()))
}

/// Answers `POST /systems/bulk`.
pub(crate) fn systems(tenant: &mut Tenant, call: &Call) -> Outcome {
    let all = || tenant.data.all(System::COLLECTION);
    let mut names: BTreeSet<String> = all().map(|it| text(it, "name").to_lowercase()).collect();
    let mut used: BTreeSet<String> = all().flat_map(|it| aliases(it.get("systemAlias"))).collect();
    let mut messages: Vec<String> = Vec::new();
    for row in rows(call)? {
        let body = Body::of(&row);
        // As a system's name is read, which may be a number.
        let name = match body.value("name") {
            Some(Value::String(name)) => name.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let alias = body.value("systemAlias");
        let twice = names_in(alias).find(|name| used.contains(&name.to_lowercase()));
        let not = "This System has not been created";
        messages.extend(if names.contains(&name.to_lowercase()) {
            vec![format!("Duplicate System Name of {name}. {not}")]
        } else if let Some(twice) = twice {
            vec![format!("Duplicate System Alias Name {twice}. {not}")]
        } else {
            match make::<System>(tenant, call, &body) {
                Ok(system) => {
                    names.insert(name.to_lowercase());
                    used.extend(aliases(alias));
                    vec![format!("System {} has been created", text(&system, "name"))]
                }
                Err(refusal) => texts(refusal),
            }
        });
    }
    Ok(Reply::ok(json!(messages)))
}

fn rows(call: &Call) -> Result<Vec<Map<String, Value>>, Refusal> {
    let rows = call.json().and_then(Value::as_array);
    let rows = rows.and_then(|rows| rows.iter().map(|row| row.as_object().cloned()).collect());
    rows.ok_or_else(|| {
        Refusal::field("bulk", "The request body is missing or is not an array of JSON objects.")
    })
}

/// Gives the names of aliases in lower case.
fn aliases(rows: Option<&Value>) -> Vec<String> {
    names_in(rows).map(str::to_lowercase).collect()
}

fn names_in(rows: Option<&Value>) -> impl Iterator<Item = &str> {
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| row.get("name")?.as_str())
}

/// Gives what a refusal says, field by field.
fn texts(refusal: Refusal) -> Vec<String> {
    let text = refusal.to_string();
    if let Refusal::Invalid(state) = refusal {
        return state.into_values().flatten().collect();
    }
    vec![text]
}
