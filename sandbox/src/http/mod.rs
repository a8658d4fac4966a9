//! HTTP: from the bytes of a request to a handler, and from its reply to bytes.

mod call;
mod dispatch;
mod form;
mod gate;
mod page;
mod path;
mod refusal;
mod reply;
mod route;
mod routes;
mod serve;
mod wire;

pub(crate) use call::{Call, Paging};
pub(crate) use dispatch::pascal;
pub(crate) use gate::Gate;
pub(crate) use path::segments;
pub(crate) use refusal::{ModelState, Outcome, Refusal};
pub(crate) use reply::Reply;
#[cfg(test)]
pub(crate) use routes::{API, OPEN};
pub(crate) use serve::{App, router};
pub(crate) use wire::Answer;
