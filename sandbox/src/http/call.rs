//! One request, read once: what every handler asks about it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use serde_json::Value;

use super::{form, path};

/// Where the sandbox answers about itself, outside of Plutora's API.
const CONTROL: &str = "__sandbox";

/// Says which page of a list is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// The one that the request asks for.
    AsAsked,
    /// That of a request which does not ask for any.
    Ignored,
    /// The one before, under the number that was asked for.
    Repeated,
    /// One that begins so many rows later, or earlier.
    Shifted(i64),
}

/// Holds a request with everything decoded that handlers need.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path as it was sent, for the journal.
    pub(crate) path: String,
    /// The query as it was sent, without its question mark.
    pub(crate) query: String,
    pub(crate) segments: Vec<String>,
    /// Which page is answered.
    pub(crate) paging: Paging,
    /// The e-mail of the user behind the token; empty before that is known.
    pub(crate) user: String,
    headers: HeaderMap,
    body: Bytes,
    json: Option<Value>,
    parameters: Vec<(String, String)>,
    captured: BTreeMap<&'static str, String>,
}

impl Call {
    pub(crate) fn new(parts: Parts, body: Bytes) -> Self {
        let Parts { method, uri, headers, .. } = parts;
        let query = uri.query().unwrap_or_default().to_owned();
        Self {
            segments: path::segments(uri.path()),
            path: uri.path().to_owned(),
            parameters: decode_pairs(query.as_bytes()),
            json: read_json(&headers, &body),
            captured: BTreeMap::new(),
            paging: Paging::AsAsked,
            user: String::new(),
            method,
            query,
            headers,
            body,
        }
    }

    pub(crate) fn is_control(&self) -> bool {
        self.segments.first().is_some_and(|segment| segment.eq_ignore_ascii_case(CONTROL))
    }

    /// Tells whether it is for the host that gives out tokens, which is another than that of the API.
    pub(crate) fn is_about_tokens(&self) -> bool {
        self.segments.first().is_some_and(|segment| segment.eq_ignore_ascii_case("oauth"))
    }

    /// Tells whether a page of another site asks, which a browser says.
    pub(crate) fn comes_from_elsewhere(&self) -> bool {
        let host = self.header(header::HOST.as_str()).unwrap_or_default();
        let origin = self.header(header::ORIGIN.as_str());
        origin.is_some_and(|origin| origin.split_once("://").is_none_or(|(_, from)| from != host))
    }

    pub(crate) fn is_write(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&self.method)
    }

    /// Gives a query parameter, whose name may be in any case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.parameters, name)
    }

    /// Gives the part of the path that the route calls `name`.
    pub(crate) fn captured(&self, name: &str) -> &str {
        self.captured.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Gives an id from the path in the case in which ids are stored.
    pub(crate) fn captured_id(&self, name: &str) -> String {
        self.captured(name).to_ascii_lowercase()
    }

    pub(crate) fn capture(&mut self, parts: BTreeMap<&'static str, String>) {
        self.captured = parts;
    }

    /// Gives the body, where it is JSON, whatever its content type, or a form that says so.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.json.as_ref()
    }

    /// Reads the body as a form; empty fields, as old clients append them, fall out.
    pub(crate) fn form(&self) -> Form {
        Form(decode_pairs(&self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Gives the token of an `Authorization: bearer ...` header; the scheme may be in any case.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Gives the address as the client saw it, without its query.
    pub(crate) fn address(&self) -> String {
        format!("http://{}{}", self.header(header::HOST.as_str()).unwrap_or_default(), self.path)
    }
}

/// Holds the fields of a form body.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn field(&self, name: &str) -> &str {
        find(&self.0, name).unwrap_or_default()
    }
}

fn read_json(headers: &HeaderMap, body: &Bytes) -> Option<Value> {
    let is_form = || {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let (kind, _) = kind.split_once(';').unwrap_or((kind, ""));
        Some(kind.trim().eq_ignore_ascii_case(form::CONTENT_TYPE))
    };
    // .NET reads a text past its byte order mark.
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let json = serde_json::from_slice(text).ok();
    json.or_else(|| {
        let is_form = is_form()? && !body.is_empty();
        is_form.then(|| form::to_json(&decode_pairs(body)))
    })
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn decode_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}
