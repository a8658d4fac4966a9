//! What a handler answers, before it is bytes.

use axum::http::StatusCode;
use serde_json::Value;

/// Holds a status and, where there is one, a JSON body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
    /// Whether the answer names the tenant's company, as answers to a known user do.
    pub(crate) names_company: bool,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(body), names_company: false }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn created(body: Value) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, body: None, names_company: false }
    }
}
