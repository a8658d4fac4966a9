//! The handlers under `/__sandbox`.
#![expect(clippy::unnecessary_wraps, reason = "all handlers of a route table have one type")]

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Fault;
use super::edit::Collection;
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

/// Answers how the sandbox behaves.
pub(crate) fn behaviour(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::ok(json!(world.behaviour())))
}

/// Changes how the sandbox behaves, in what the body names.
pub(crate) fn behave(world: &mut World, call: &Call) -> Outcome {
    let behaviour = world.behaviour().with(object_of(call)?.clone());
    world.behave(behaviour.map_err(|error| Refusal::BadRequest(error.to_string()))?);
    Ok(Reply::ok(json!(world.behaviour())))
}

/// Adds faults, all of them or, where one is not understood, none.
pub(crate) fn add_faults(world: &mut World, call: &Call) -> Outcome {
    let faults = call.json().and_then(Value::as_array).cloned();
    let faults = faults.ok_or_else(|| Refusal::BadRequest("not an array of faults".to_owned()))?;
    let faults: Result<Vec<Fault>, _> = faults.into_iter().map(Fault::try_from).collect();
    world.faults.add(faults.map_err(|error| Refusal::BadRequest(error.to_string()))?);
    Ok(done())
}

/// Drops all faults.
pub(crate) fn clear_faults(world: &mut World, _call: &Call) -> Outcome {
    world.faults.clear();
    Ok(done())
}

/// Lays keys over a stored object, unchecked, and answers it as it is stored.
///
/// It stands for somebody's edit in the user interface, and for fields that nobody documented.
pub(crate) fn edit(world: &mut World, call: &Call) -> Outcome {
    let (collection, keys) = (collection(call)?, object_of(call)?);
    let edited = collection.set(&mut world.tenant, &call.captured_id("id"), keys);
    edited.map(|object| Reply::ok(object.into())).ok_or(Refusal::NotFound)
}

/// Stores an object as it is, unchecked, and answers it; one without an id gets one.
///
/// It makes what no call of the API makes, such as a system that is linked twice.
pub(crate) fn insert(world: &mut World, call: &Call) -> Outcome {
    let object = collection(call)?.insert(&mut world.tenant.data, object_of(call)?.clone());
    Ok(Reply::ok(object.into()))
}

/// Removes an object, unchecked.
pub(crate) fn remove(world: &mut World, call: &Call) -> Outcome {
    let removed = collection(call)?.delete(&mut world.tenant.data, &call.captured_id("id"));
    removed.map(|()| done()).ok_or(Refusal::NotFound)
}

fn collection(call: &Call) -> Result<Collection, Refusal> {
    Collection::named(call.captured("collection")).ok_or(Refusal::NotFound)
}

fn object_of(call: &Call) -> Result<&Map<String, Value>, Refusal> {
    let no_object = || Refusal::BadRequest("the body is not a JSON object".to_owned());
    call.json().and_then(Value::as_object).ok_or_else(no_object)
}

fn done() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
}
