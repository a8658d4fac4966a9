//! What can go wrong between us and Plutora.

use super::identity::Correlation;
use super::port::Tried;
use super::spent::Spent;

/// Plutora's own answer that it will not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What the body says, on one line.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.status, self.message)
    }
}

/// Why no token could be had, or why it is of no use.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConnectError {
    /// The token endpoint refused the credentials.
    #[error("the token endpoint {url} refused the credentials: {refusal}")]
    Credentials {
        /// The URL that was asked.
        url: String,
        /// What it answered.
        refusal: Refusal,
    },
    /// The token endpoint could not be reached, or answered something else than a token.
    #[error("no token from {url}: {cause}")]
    NoToken {
        /// The URL that was asked.
        url: String,
        /// What happened instead.
        cause: String,
    },
}

impl ConnectError {
    /// Returns whether the credentials were refused.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Credentials { .. })
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// No token.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The API refuses the token, again after a new one, or the user lacks a permission.
    #[error("GET {path} was denied: {refusal} (correlation {correlation})")]
    Denied {
        /// The path.
        path: String,
        /// What came.
        refusal: Refusal,
        /// For Plutora's support.
        correlation: Correlation,
    },
    /// The API answered with another error.
    #[error("GET {path} was refused: {refusal} (correlation {correlation})")]
    Refused {
        /// The path.
        path: String,
        /// What came.
        refusal: Refusal,
        /// For Plutora's support.
        correlation: Correlation,
    },
    /// No whole answer came.
    #[error("GET {path} got no answer: {cause} (correlation {correlation})")]
    Unreachable {
        /// The path.
        path: String,
        /// What happened instead.
        cause: String,
        /// For Plutora's support.
        correlation: Correlation,
    },
    /// It was not sent, because there was no request left to send.
    #[error("GET {path} was not sent: {spent}")]
    Spent {
        /// The path.
        path: String,
        /// What is used up.
        spent: Spent,
    },
    /// It is no longer in the list that it was in.
    #[error("{path} is no longer there")]
    Missing {
        /// The path of the object.
        path: String,
    },
    /// What came makes no sense.
    #[error("GET {path} answered what cannot be read: {cause}{}", said(.correlation.as_ref()))]
    Unreadable {
        /// The path.
        path: String,
        /// What came instead.
        cause: String,
        /// For Plutora's support; none where it shows only in several answers together.
        correlation: Option<Correlation>,
    },
}

fn said(correlation: Option<&Correlation>) -> String {
    correlation.map(|id| format!(" (correlation {id})")).unwrap_or_default()
}

impl ReadError {
    /// Says that an answer makes no sense.
    pub fn unreadable(path: &str, cause: impl Into<String>) -> Self {
        Self::Unreadable { path: path.to_owned(), cause: cause.into(), correlation: None }
    }

    /// Returns the id of the request, where one was sent and its answer can be told apart.
    pub fn correlation(&self) -> Option<&Correlation> {
        match self {
            Self::Denied { correlation, .. }
            | Self::Refused { correlation, .. }
            | Self::Unreachable { correlation, .. } => Some(correlation),
            Self::Unreadable { correlation, .. } => correlation.as_ref(),
            Self::Connect(_) | Self::Missing { .. } | Self::Spent { .. } => None,
        }
    }

    /// Returns whether what was asked for is not there.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Refused { refusal, .. } => refusal.status == 404,
            Self::Missing { .. } => true,
            Self::Connect(_)
            | Self::Denied { .. }
            | Self::Unreachable { .. }
            | Self::Spent { .. }
            | Self::Unreadable { .. } => false,
        }
    }

    /// Returns whether it says something of what was asked for alone. Where no token comes, no answer, or a
    /// server fails, anything else would fare the same.
    pub fn is_of_its_path(&self) -> bool {
        match self {
            Self::Denied { refusal, .. } | Self::Refused { refusal, .. } => {
                matches!(refusal.status, 400 | 403 | 404 | 405 | 410 | 417)
            }
            Self::Missing { .. } | Self::Unreadable { .. } => true,
            Self::Connect(_) | Self::Unreachable { .. } | Self::Spent { .. } => false,
        }
    }

    /// Returns whether the cause is authentication or permission.
    pub fn is_denied(&self) -> bool {
        match self {
            Self::Denied { .. } => true,
            Self::Connect(error) => error.is_denied(),
            Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::Missing { .. }
            | Self::Spent { .. }
            | Self::Unreadable { .. } => false,
        }
    }
}

/// What is known of the effect of a write whose answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The server said that it was carried out; only what it said besides cannot be read.
    Certain,
    /// Nobody knows, and the server may still be at work.
    Unknown,
}

/// Why a write did not succeed, and what that means for the object.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// It was certainly not carried out: never sent, or refused.
    #[error("{method} {path} was not carried out: {cause} (correlation {correlation})")]
    NotDone {
        /// `POST` or `PUT`.
        method: &'static str,
        /// The path.
        path: String,
        /// Why.
        cause: String,
        /// Whether the cause is authentication or permission.
        denied: bool,
        /// For Plutora's support.
        correlation: Correlation,
    },
    /// It was not sent: it could not be noted beforehand, or there was no request left to send.
    #[error("{method} {path} was not sent: {cause}")]
    Unsent {
        /// `POST` or `PUT`.
        method: &'static str,
        /// The path.
        path: String,
        /// Why.
        cause: String,
    },
    /// It was certainly not carried out, and time has passed since its body was made: it may be sent again
    /// by whoever looks first at what it replaces, or would be a second of.
    #[error("{method} {path} had to wait")]
    Outdated {
        /// `POST` or `PUT`.
        method: &'static str,
        /// The path.
        path: String,
        /// What it has been through.
        tried: Tried,
    },
    /// It may or may not have been carried out.
    #[error("{method} {path} has an unknown outcome: {cause} (correlation {correlation})")]
    InDoubt {
        /// `POST` or `PUT`.
        method: &'static str,
        /// The path.
        path: String,
        /// What came instead of a clear answer.
        cause: String,
        /// Whether it took effect.
        effect: Effect,
        /// For Plutora's support.
        correlation: Correlation,
    },
}

impl WriteError {
    /// Says that there was no request left to send.
    pub(super) fn spent(method: &'static str, path: &str, spent: &Spent) -> Self {
        Self::Unsent { method, path: path.to_owned(), cause: spent.to_string() }
    }

    /// Returns the id of the request, where one was sent.
    pub fn correlation(&self) -> Option<&Correlation> {
        match self {
            Self::NotDone { correlation, .. } | Self::InDoubt { correlation, .. } => {
                Some(correlation)
            }
            Self::Unsent { .. } | Self::Outdated { .. } => None,
        }
    }
}
