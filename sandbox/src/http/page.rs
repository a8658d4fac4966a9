//! `/swagger`: the API description, and a page to read it and to send requests from.
//!
//! Plutora has its description there too (vendor help, 2020), with a field for the token. The page needs
//! nothing but this server.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use super::wire::Answer;
use crate::description::DESCRIPTION;
use crate::options::Credentials;

/// The description as JSON, which pages and generators read; a test reads it, so it is never empty.
static JSON: LazyLock<Bytes> = LazyLock::new(|| {
    let description: Option<Value> = serde_yaml::from_str(DESCRIPTION).ok();
    description.map(|description| description.to_string().into()).unwrap_or_default()
});

/// Answers a request for the page and its parts; `None` is one for something else.
pub(super) fn answer(call: &Call) -> Option<Answer> {
    let segments: Vec<String> = call.segments.iter().map(|part| part.to_lowercase()).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (kind, body) = match segments.as_slice() {
        ["swagger"] | ["swagger", "ui", "index"] => {
            ("text/html", Bytes::from_static(include_bytes!("../../page/index.html")))
        }
        ["swagger", "page.css"] => {
            ("text/css", Bytes::from_static(include_bytes!("../../page/page.css")))
        }
        ["swagger", "page.js"] => {
            ("text/javascript", Bytes::from_static(include_bytes!("../../page/page.js")))
        }
        ["swagger", "docs", "v1"] => ("application/json", JSON.clone()),
        ["swagger", "demo"] => ("application/json", demo().to_string().into()),
        _ => return None,
    };
    if call.method != Method::GET {
        return Some(Answer::of(&Reply::empty(StatusCode::METHOD_NOT_ALLOWED)));
    }
    let kind = HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok()?;
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]);
    Some(Answer { status: StatusCode::OK, headers, body })
}

/// Gives the credentials that every sandbox knows, by the names of the token endpoint.
fn demo() -> Value {
    let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
    json!({
        "client_id": client_id,
        "client_secret": client_secret,
        "username": username,
        "password": password,
    })
}
