//! Who follows an apply, and may stop it.

use serde_json::Value;

use super::outcome::Outcome;
use crate::plan::{Method, Step};
use crate::plutora::{Tried, Write, WriteError, Written};
use crate::resource::Key;

/// Watches a plan being carried out, and may stop it between two steps.
pub trait Observer {
    /// A step begins.
    fn started(&self, step: &Step);
    /// A step ended.
    fn finished(&self, step: &Step, outcome: &Outcome);
    /// A step that has finished came to something else, as a last look shows.
    fn looked_again(&self, _step: &Step, _outcome: &Outcome) {}
    /// Returns whether to begin no further step.
    fn stopped(&self) -> bool;
    /// Returns whether that is so because the user wants it.
    fn interrupted(&self) -> bool {
        self.stopped()
    }
    /// Waits until that is so; for ever if it never is.
    fn stop(&self) -> impl Future<Output = ()>;
    /// A call is about to be made; it is not made if this fails. Returns a number for its answer.
    fn intends(&self, _intent: &Intent<'_>) -> Result<u64, String> {
        Ok(0)
    }
    /// The call with this number was answered, or not.
    fn answered(&self, _number: u64, _answer: Answer) {}
}

/// A call that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The object that it is for.
    pub key: &'a Key,
    /// How.
    pub method: Method,
    /// Where.
    pub path: &'a str,
    /// The whole body.
    pub body: &'a Value,
}

/// What is known of a call after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was carried out.
    Done,
    /// It was certainly not.
    NotDone,
    /// Nobody knows.
    InDoubt,
}

/// Writes what is for one object, and tells an observer before and after each call.
pub(super) struct Followed<'a, W, O> {
    pub(super) writer: &'a W,
    pub(super) observer: &'a O,
    pub(super) key: &'a Key,
}

impl<W: Write, O: Observer> Followed<'_, W, O> {
    async fn write(
        &self,
        method: Method,
        (path, body): (&str, &Value),
        tried: Tried,
    ) -> Result<Written, WriteError> {
        let intent = Intent { key: self.key, method, path, body };
        let number = self.observer.intends(&intent).map_err(|cause| WriteError::Unsent {
            method: method.word(),
            path: path.to_owned(),
            cause,
        })?;
        let written = match method {
            Method::Post => self.writer.post(path, body, tried).await,
            Method::Put => self.writer.put(path, body, tried).await,
        };
        self.observer.answered(number, Answer::of(&written));
        written
    }
}

impl<W: Write, O: Observer> Write for Followed<'_, W, O> {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.write(Method::Post, (path, body), tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.write(Method::Put, (path, body), tried).await
    }
}

impl Answer {
    fn of(written: &Result<Written, WriteError>) -> Self {
        match written {
            Ok(_) => Self::Done,
            Err(
                WriteError::NotDone { .. }
                | WriteError::Unsent { .. }
                | WriteError::Outdated { .. },
            ) => Self::NotDone,
            Err(WriteError::InDoubt { .. }) => Self::InDoubt,
        }
    }
}
