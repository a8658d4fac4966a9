//! From a reply to bytes, and to the broken answers that a fault rule asks for.

use std::io;
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream;

use super::reply::Reply;
use crate::choices::RetryAfter;
use crate::control::Throttled;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Holds an answer as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Renders what a handler replied.
    pub(crate) fn of(reply: &Reply) -> Self {
        let mut headers = HeaderMap::new();
        if reply.names_company {
            // Asserted on answers of a real tenant (2021); the value is the sandbox's own.
            headers.insert("x-plutora-user-company", HeaderValue::from_static("Corporation"));
        }
        let Some(body) = &reply.body else {
            return Self { status: reply.status, headers, body: Bytes::new() };
        };
        headers.insert(header::CONTENT_TYPE, JSON);
        Self { status: reply.status, headers, body: body.to_string().into() }
    }

    /// Takes the body away and leaves the status.
    pub(crate) fn without_body(mut self) -> Self {
        self.body = Bytes::new();
        self
    }

    /// Cuts the body in the middle; the length that HTTP states is that of what is left.
    pub(crate) fn cut(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// Spoils the body, so that it is no JSON from its first byte on.
    pub(crate) fn malformed(mut self) -> Self {
        self.body = [b"<!", &*self.body].concat().into();
        self
    }

    /// Tells that a request was not admitted.
    pub(crate) fn throttled(throttled: Throttled, retry_after: RetryAfter) -> Self {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, TEXT)]);
        let wait = retry_after.header(throttled.wait, SystemTime::now());
        if let Some(wait) = wait.and_then(|wait| wait.parse().ok()) {
            headers.insert(header::RETRY_AFTER, wait);
        }
        Self { status: StatusCode::TOO_MANY_REQUESTS, headers, body: throttled.text.into() }
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Closes the connection without an answer.
///
/// A body that fails before its first byte makes hyper give up the connection while the status line
/// is still in its buffer, so nothing at all reaches the client.
pub(crate) fn no_answer() -> Response {
    let failure = io::Error::other("the sandbox was told to drop this connection");
    let broken: [Result<Bytes, io::Error>; 1] = [Err(failure)];
    Response::new(Body::from_stream(stream::iter(broken)))
}
