//! The five handlers of a resource, written once for all of them.
//!
//! A resource whose objects are parts of another, such as the phases of a release, has the ids of the
//! whole in its paths ([`Listed::SCOPE`]). Where the whole does not exist, everything is a 404.

use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::body::Body;
use super::describe::Entity;
use super::write::{Write, build, detail};
use crate::choices::UnknownPut;
use crate::data::{Data, Object};
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::{Asked, Listed, found_by, page_of};
use crate::world::Tenant;

/// Answers `GET` on a collection.
pub(crate) fn list<L: Listed>(tenant: &mut Tenant, call: &Call) -> Outcome {
    find_whole::<L>(&tenant.data, call)?;
    let objects = tenant.data.all(L::COLLECTION).filter(|object| is_part::<L>(object, call));
    let mut objects: Vec<&Object> = objects.collect();
    if let Some(key) = L::ORDER {
        objects.sort_by_key(|object| object.get(key).and_then(Value::as_u64).unwrap_or(u64::MAX));
    }
    page_of::<L>(tenant, call, objects.into_iter())
}

/// Answers `POST …/filter`.
pub(crate) fn search<L: Listed>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let body = Body::read(call, "filter")?;
    let wrong = [
        ("searchFilters", Value::is_array as fn(&Value) -> bool),
        ("expandoObject", Value::is_object),
    ]
    .into_iter()
    .filter(|(key, fits)| body.value(key).is_some_and(|value| !fits(value)));
    let wrong: ModelState = wrong
        .map(|(key, _)| {
            (format!("filter.{key}"), vec![format!("Error converting value for '{key}'.")])
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    let asked = Asked {
        filters: body.value("searchFilters"),
        expando: body.value("expandoObject"),
        page: body.value("pageNum"),
        size: body.value("recordsPerPage"),
        paging: call.paging,
    };
    found_by::<L>(tenant, &asked, tenant.data.all(L::COLLECTION))
}

/// Answers `GET` on an object.
pub(crate) fn read<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    find_whole::<E>(&tenant.data, call)?;
    let object = find::<E>(&tenant.data, call).ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(detail::<E>(tenant, object)))
}

/// Answers `POST` on a collection; ids are the server's, so one in the body is ignored.
pub(crate) fn create<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    find_whole::<E>(&tenant.data, call)?;
    let body = Body::read(call, E::MODEL)?;
    let object = make::<E>(tenant, call, &body)?;
    Ok(E::AFTER_POST.reply(&tenant.habits, detail::<E>(tenant, &object)))
}

/// Makes a new object of a body.
pub(crate) fn make<E: Entity>(
    tenant: &mut Tenant,
    call: &Call,
    body: &Body<'_>,
) -> Result<Object, Refusal> {
    let mut before = blank::<E>(call);
    before.insert("id".to_owned(), Uuid::new_v4().to_string().into());
    let object = build::<E>(tenant, &Write { body, before: &before, creates: true })?;
    tenant.data.put(E::COLLECTION, object.clone());
    E::created(tenant, &object);
    Ok(object)
}

/// Answers `PUT` on an object.
///
/// A body that is none is told first, then an id that contradicts the address, then an invalid body,
/// then an unknown id. Each of them is asserted against a real tenant (2021), and that an unknown id
/// with an empty body is a 400; the rest of the order is inferred.
pub(crate) fn replace<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    find_whole::<E>(&tenant.data, call)?;
    let body = Body::read(call, E::MODEL)?;
    let sent_id = body.value(E::KEY).map(|sent| sent.as_str().unwrap_or_default());
    if sent_id.is_some_and(|sent| !sent.eq_ignore_ascii_case(call.captured(E::KEY))) {
        let text = "The id of the body differs from the id of the address.";
        return Err(Refusal::BadRequest(text.to_owned()));
    }
    let Some(before) = find::<E>(&tenant.data, call).cloned() else {
        let write = Write { body: &body, before: &blank::<E>(call), creates: false };
        build::<E>(tenant, &write)?;
        let is_open = !E::UNKNOWN_PUT_IS_404;
        return Err(if is_open && tenant.habits.unknown_put == UnknownPut::BadRequest {
            Refusal::BadRequest("The entity was not found in Plutora".to_owned())
        } else {
            Refusal::NotFound
        });
    };
    replace_found::<E>(tenant, &body, &before)
}

/// Answers `PUT` on an object that was found.
pub(crate) fn replace_found<E: Entity>(
    tenant: &mut Tenant,
    body: &Body<'_>,
    before: &Object,
) -> Outcome {
    let object = build::<E>(tenant, &Write { body, before, creates: false })?;
    tenant.data.put(E::COLLECTION, object.clone());
    E::replaced(tenant, before, &object);
    Ok(E::AFTER_PUT.reply(&tenant.habits, detail::<E>(tenant, &object)))
}

/// Answers `DELETE` on an object.
pub(crate) fn delete<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let data = &mut tenant.data;
    find_whole::<E>(data, call)?;
    let object = find::<E>(data, call).ok_or(Refusal::NotFound)?.clone();
    if let Some(text) = E::kept_by(data, &object) {
        return Err(Refusal::rules(vec![text.to_owned()]));
    }
    data.remove(E::COLLECTION, object.get("id").and_then(Value::as_str).unwrap_or_default());
    E::deleted(data, &object);
    Ok(Reply::empty(StatusCode::OK))
}

fn find_whole<L: Listed>(data: &Data, call: &Call) -> Result<(), Refusal> {
    if L::has_whole(data, call) { Ok(()) } else { Err(Refusal::NotFound) }
}

/// Tells whether an object is a part of what the path names; an id that it does not name fits all.
fn is_part<L: Listed>(object: &Object, call: &Call) -> bool {
    L::SCOPE.iter().all(|key| {
        let wanted = call.captured_id(key);
        wanted.is_empty() || object.get(key).and_then(Value::as_str) == Some(&wanted)
    })
}

/// Finds the object that the path names; of two under one key, which no POST makes, the first.
fn find<'a, E: Entity>(data: &'a Data, call: &Call) -> Option<&'a Object> {
    let id = call.captured_id(E::KEY);
    if E::KEY == "id" {
        return data.get(E::COLLECTION, &id).filter(|object| is_part::<E>(object, call));
    }
    data.all(E::COLLECTION).find(|object| {
        object.get(E::KEY).and_then(Value::as_str) == Some(&id) && is_part::<E>(object, call)
    })
}

/// Gives what is known of an object before anything was sent.
fn blank<E: Entity>(call: &Call) -> Object {
    let mut object = E::initial();
    for key in E::SCOPE.iter().chain(&[E::KEY]) {
        let id = call.captured_id(key);
        if !id.is_empty() {
            object.insert((*key).to_owned(), id.into());
        }
    }
    object
}
