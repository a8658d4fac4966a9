//! The handlers under `/__sandbox`.
#![expect(clippy::unnecessary_wraps, reason = "all handlers of a route table have one type")]

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data::{Object, now};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::Listed;
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
pub(crate) fn edit<L: Listed>(world: &mut World, call: &Call) -> Outcome {
    let data = &mut world.tenant.data;
    let id = call.captured_id("id");
    let mut object = data.get(L::COLLECTION, &id).ok_or(Refusal::NotFound)?.clone();
    let changes = object_of(call)?;
    if let Some(modified) = object.get_mut("lastModifiedDate") {
        *modified = now().into();
    }
    for (key, value) in changes {
        let stored = object.keys().find(|stored| stored.eq_ignore_ascii_case(key)).cloned();
        object.insert(stored.unwrap_or_else(|| key.clone()), value.clone());
    }
    // The id is the object's place, so no edit can change it.
    object.insert("id".to_owned(), id.into());
    data.put(L::COLLECTION, object.clone());
    Ok(Reply::ok(Value::Object(object)))
}

/// Stores an object as it is, unchecked, and answers it; one without an id gets one.
///
/// It makes what no call of the API makes, such as a system that is linked twice.
pub(crate) fn insert<L: Listed>(world: &mut World, call: &Call) -> Outcome {
    let mut object = object_of(call)?.clone();
    if object.get("id").and_then(Value::as_str).is_none_or(str::is_empty) {
        object.insert("id".to_owned(), Uuid::new_v4().to_string().into());
    }
    world.tenant.data.put(L::COLLECTION, object.clone());
    Ok(Reply::ok(Value::Object(object)))
}

fn object_of(call: &Call) -> Result<&Object, Refusal> {
    let no_object = || Refusal::BadRequest("the body is not a JSON object".to_owned());
    call.json().and_then(Value::as_object).ok_or_else(no_object)
}

fn done() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
}
