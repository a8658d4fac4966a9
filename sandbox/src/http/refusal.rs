//! The ways in which Plutora says no, each with its status and the shape of its body.
//!
//! Statuses and the keys of the bodies are asserted against a real tenant (2019, 2021); texts follow
//! ASP.NET's conventions where no public material quotes one, and are inferred then.

use axum::http::StatusCode;
use indexmap::IndexMap;
use serde_json::{Value, json};
use thiserror::Error;

use super::reply::Reply;

/// What a handler returns: an answer, or the reason why there is none.
pub(crate) type Outcome = Result<Reply, Refusal>;

/// What is wrong with a body, by field: the `modelState` of an answer.
pub(crate) type ModelState = IndexMap<String, Vec<String>>;

/// The key of the broken rules in a `modelState`.
const RULES: &str = "internalServerValidationError";

/// Tells why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("Authorization has been denied for this request.")]
    Unauthorized,
    /// The text is inferred.
    #[error("You do not have the permission for this request.")]
    Forbidden,
    /// The token endpoint has an error shape of its own (inferred from OAuth 2.0, RFC 6749).
    #[error("{error}")]
    Token { status: StatusCode, error: &'static str, description: Option<&'static str> },
    #[error("No HTTP resource was found that matches the request URI '{0}'.")]
    NoSuchRoute(String),
    #[error("The requested resource does not support http method '{0}'.")]
    WrongMethod(String),
    /// The body of this 404 is in no public material; it is taken to be empty.
    #[error("not found")]
    NotFound,
    /// The same from a tenant that says so; the text is inferred.
    #[error("The entity was not found in Plutora")]
    NoSuchObject,
    #[error("{0}")]
    BadRequest(String),
    /// Of the sandbox's own, to keep a stray upload out of the memory.
    #[error("The request is longer than {0} bytes.")]
    TooLong(usize),
    #[error("The request is invalid.")]
    Invalid(ModelState),
    /// A list cannot be filtered as asked, which the API answers as a failure of its own.
    #[error("An error has occurred.")]
    Filter { text: String, exception: &'static str },
    /// A rule of the business is told as a failure, which a tenant may do; the type is inferred.
    #[error("An error has occurred.")]
    Failure(String),
}

impl Refusal {
    /// Refuses a body that breaks rules of the business rather than of its form.
    pub(crate) fn rules(texts: Vec<String>) -> Self {
        Self::Invalid(ModelState::from([(RULES.to_owned(), texts)]))
    }

    /// Gives the texts of the broken rules, where it is about such.
    pub(crate) fn broken_rules(&self) -> Option<&[String]> {
        let Self::Invalid(state) = self else { return None };
        state.get(RULES).map(Vec::as_slice)
    }

    /// Refuses a body for one of its fields, by the key that the field has in a `modelState`.
    pub(crate) fn field(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Invalid(ModelState::from([(key.into(), vec![text.into()])]))
    }

    pub(crate) fn into_reply(self) -> Reply {
        let message = self.to_string();
        match self {
            Self::Unauthorized => says(StatusCode::UNAUTHORIZED, &message),
            Self::Forbidden => says(StatusCode::FORBIDDEN, &message),
            Self::NoSuchObject | Self::NoSuchRoute(_) => says(StatusCode::NOT_FOUND, &message),
            Self::WrongMethod(_) => says(StatusCode::METHOD_NOT_ALLOWED, &message),
            Self::BadRequest(_) => says(StatusCode::BAD_REQUEST, &message),
            Self::TooLong(_) => says(StatusCode::PAYLOAD_TOO_LARGE, &message),
            Self::NotFound => Reply::empty(StatusCode::NOT_FOUND),
            Self::Token { status, error, description } => {
                let mut body = json!({ "error": error });
                if let (Some(text), Value::Object(keys)) = (description, &mut body) {
                    keys.insert("error_description".to_owned(), text.into());
                }
                Reply::json(status, body)
            }
            Self::Invalid(state) => Reply::json(
                StatusCode::BAD_REQUEST,
                json!({ "message": message, "modelState": state }),
            ),
            Self::Filter { text, exception } => failure(&message, &text, exception),
            Self::Failure(text) => failure(&message, &text, "System.Exception"),
        }
    }
}

fn failure(message: &str, text: &str, exception: &str) -> Reply {
    let body = json!({"message": message, "exceptionMessage": text, "exceptionType": exception});
    Reply::json(StatusCode::INTERNAL_SERVER_ERROR, body)
}

fn says(status: StatusCode, message: &str) -> Reply {
    Reply::json(status, json!({ "message": message }))
}
