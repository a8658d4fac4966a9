//! What the rest of the program asks of Plutora.

use serde_json::Value;
use tokio::time::Instant;

use super::error::{ReadError, WriteError};
use super::identity::Correlation;

/// A question: a path below the API's base and a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Such as `/releases`; ids in it are GUIDs and lookup types are words of our own.
    pub path: String,
    /// Names and values, not yet encoded.
    pub query: Vec<(&'static str, String)>,
}

impl Get {
    /// Asks for a path without a query.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), query: Vec::new() }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Returns whether the question carries a filter expression.
    pub fn is_filtered(&self) -> bool {
        self.query.iter().any(|(name, _)| *name == "filter")
    }
}

/// How far a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// So many more requests are to come, as far as is known.
    Expected(u64),
    /// So many of those are not needed after all.
    Spared(u64),
    /// So many more objects are known.
    Known(u64),
}

/// Reads Plutora.
pub trait Read {
    /// Asks once, as far as the caller can tell; returns the JSON that came.
    fn get(&self, question: &Get) -> impl Future<Output = Result<Value, ReadError>>;

    /// Tells those who look on, if there are any, how far a reading is.
    fn tell(&self, _news: News) {}
}

/// What a write that was carried out answered.
#[derive(Clone, Debug)]
pub struct Written {
    /// The JSON that came, null for an empty body.
    pub answer: Value,
    /// The id of the request.
    pub correlation: Correlation,
}

/// What a write has been through before, without an effect; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// How often it was turned away.
    pub(super) turned_away: usize,
    /// How often it was not sent because something else had to be waited for.
    pub(super) late: usize,
    /// Whether it has had a new token.
    pub(super) renewed: bool,
    /// When that was known from which its body is made; the moment of sending, where nobody says.
    pub(super) made_at: Option<Instant>,
}

impl Tried {
    /// Returns what it has been through when it was not sent once more, because something else had to be
    /// waited for.
    #[must_use]
    pub fn late_once_more(self) -> Self {
        Self { late: self.late + 1, ..self }
    }

    /// Returns the same for a body that is made from what was known then.
    #[must_use]
    pub fn made_at(self, known: Instant) -> Self {
        Self { made_at: Some(known), ..self }
    }

    /// Returns when that was known from which its body is made, if anybody has said.
    pub fn known_at(self) -> Option<Instant> {
        self.made_at
    }

    /// Returns whether that is all that came upon it since `before`.
    pub(crate) fn is_only_late_since(self, before: Self) -> bool {
        let Self { late, made_at, .. } = before;
        self.late > late && Self { late, made_at, ..self } == before
    }

    /// Returns whether it was sent, and not carried out.
    pub(super) fn was_sent(self) -> bool {
        self.turned_away > 0 || self.renewed
    }
}

/// Writes Plutora.
///
/// A write waits for its turn at the pace and for nothing else: where it has to, it is not sent, or not again,
/// and fails with [`WriteError::Outdated`] when the wait is over.
pub trait Write {
    /// Creates an object below a collection.
    fn post(
        &self,
        path: &str,
        body: &Value,
        tried: Tried,
    ) -> impl Future<Output = Result<Written, WriteError>>;

    /// Replaces an object whole.
    fn put(
        &self,
        path: &str,
        body: &Value,
        tried: Tried,
    ) -> impl Future<Output = Result<Written, WriteError>>;
}
