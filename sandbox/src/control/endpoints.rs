//! The handlers under `/__sandbox`.
#![expect(clippy::unnecessary_wraps, reason = "all handlers of a route table have one type")]

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::data::now;
use crate::entity::Entity;
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::world::World;

/// Answers all entries of the journal, the oldest first.
pub(crate) fn journal(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::ok(world.journal.to_json()))
}

/// Empties the journal.
pub(crate) fn clear_journal(world: &mut World, _call: &Call) -> Outcome {
    world.journal.clear();
    Ok(done())
}

/// Makes every token invalid that was given out so far.
pub(crate) fn revoke_tokens(world: &mut World, _call: &Call) -> Outcome {
    world.sessions.revoke_all();
    Ok(done())
}

/// Answers everything that is stored, as it is stored.
pub(crate) fn state(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::ok(json!(world.tenant.data)))
}

/// Adds fault rules.
pub(crate) fn add_faults(world: &mut World, call: &Call) -> Outcome {
    let rules = call.json().cloned().unwrap_or_default();
    world.faults.add(rules).map_err(Refusal::BadRequest)?;
    Ok(done())
}

/// Drops all fault rules.
pub(crate) fn clear_faults(world: &mut World, _call: &Call) -> Outcome {
    world.faults.clear();
    Ok(done())
}

/// Lays keys over a stored object, unchecked, and answers it as it is stored.
///
/// It stands for somebody's edit in the user interface, and for fields that nobody documented.
pub(crate) fn edit<E: Entity>(world: &mut World, call: &Call) -> Outcome {
    let data = &mut world.tenant.data;
    let id = call.captured("id").to_ascii_lowercase();
    let mut object = data.get(E::COLLECTION, &id).ok_or(Refusal::NotFound)?.clone();
    let Some(Value::Object(changes)) = call.json() else {
        return Err(Refusal::BadRequest("the body is not a JSON object".to_owned()));
    };
    if let Some(modified) = object.get_mut("lastModifiedDate") {
        *modified = now().into();
    }
    for (key, value) in changes {
        let stored = object.keys().find(|stored| stored.eq_ignore_ascii_case(key)).cloned();
        object.insert(stored.unwrap_or_else(|| key.clone()), value.clone());
    }
    // The id is the object's place, so no edit can change it.
    object.insert("id".to_owned(), id.into());
    data.put(E::COLLECTION, object.clone());
    Ok(Reply::ok(Value::Object(object)))
}

fn done() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
}
