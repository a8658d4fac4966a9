//! The five handlers of a resource, written once for all of them.

use axum::http::StatusCode;
use uuid::Uuid;

use super::body::Body;
use super::describe::{AfterPut, Entity};
use super::write::{build, detail};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Listed, page_of};
use crate::world::Tenant;

/// Answers `GET` on a collection.
pub(crate) fn list<L: Listed>(tenant: &mut Tenant, call: &Call) -> Outcome {
    page_of::<L>(tenant, call, tenant.data.all(L::COLLECTION))
}

/// Answers `GET` on an object.
pub(crate) fn read<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let object = tenant.data.get(E::COLLECTION, &id(call)).ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(detail::<E>(&tenant.data, object)))
}

/// Answers `POST` on a collection; ids are the server's, so one in the body is ignored.
pub(crate) fn create<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let body = Body::read(call, E::MODEL)?;
    let mut before = E::initial();
    before.insert("id".to_owned(), Uuid::new_v4().to_string().into());
    let object = build::<E>(&tenant.data, &body, &before)?;
    let answer = detail::<E>(&tenant.data, &object);
    tenant.data.put(E::COLLECTION, object);
    Ok(Reply::created(answer))
}

/// Answers `PUT` on an object.
///
/// A body that is none is told first, then an id that contradicts the address, then an invalid body,
/// then an unknown id. Each of them is asserted against a real tenant (2021), and that an unknown id
/// with an empty body is a 400; the rest of the order is inferred.
pub(crate) fn replace<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let body = Body::read(call, E::MODEL)?;
    let id = id(call);
    let sent_id = body.value("id").map(|sent| sent.as_str().unwrap_or_default());
    if sent_id.is_some_and(|sent| !sent.eq_ignore_ascii_case(&id)) {
        let text = "The id of the body differs from the id of the address.";
        return Err(Refusal::BadRequest(text.to_owned()));
    }
    let Some(before) = tenant.data.get(E::COLLECTION, &id) else {
        build::<E>(&tenant.data, &body, &E::initial())?;
        return Err(Refusal::NotFound);
    };
    let object = build::<E>(&tenant.data, &body, before)?;
    let reply = match E::AFTER_PUT {
        AfterPut::Detail => Reply::ok(detail::<E>(&tenant.data, &object)),
        AfterPut::Nothing => Reply::empty(StatusCode::NO_CONTENT),
    };
    tenant.data.put(E::COLLECTION, object);
    Ok(reply)
}

/// Answers `DELETE` on an object.
pub(crate) fn delete<E: Entity>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let id = id(call);
    if !tenant.data.remove(E::COLLECTION, &id) {
        return Err(Refusal::NotFound);
    }
    E::deleted(&mut tenant.data, &id);
    Ok(Reply::empty(StatusCode::OK))
}

fn id(call: &Call) -> String {
    call.captured("id").to_ascii_lowercase()
}
