//! What is written over one connection, and what the answers mean.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;

use super::answer::Answer;
use super::error::{Effect, WriteError};
use super::port::{Tried, Write, Written};
use super::retry::{waits, write_was_turned_away};
use super::session::{Request, Sent, Session, Trouble};
use super::transport::SendError;

/// Writes through a connection.
#[derive(Clone, Debug)]
pub struct Writer(Arc<Session>);

const TOO_LATE: &str = "what it is made from was no longer new when it had its turn,";

impl Writer {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn write(
        &self,
        method: Method,
        (path, body): (&str, &Value),
        mut tried: Tried,
    ) -> Result<Written, WriteError> {
        let name = if method == Method::POST { "POST" } else { "PUT" };
        let request = self.0.request((method, path), &[], Some(body), tried);
        let correlation = &request.correlation;
        let not_done = |cause: String, denied| WriteError::NotDone {
            method: name,
            path: path.to_owned(),
            cause,
            denied,
            correlation: correlation.clone(),
        };
        let in_doubt = |cause: String, effect| WriteError::InDoubt {
            method: name,
            path: path.to_owned(),
            cause,
            effect,
            correlation: correlation.clone(),
        };
        let outdated = |tried| WriteError::Outdated { method: name, path: path.to_owned(), tried };
        let turned_away = |tried: Option<Tried>, cause| match tried {
            Some(tried) => outdated(tried),
            None => not_done(cause, false),
        };
        Err(match self.0.send(&request, &mut tried).await {
            Sent::Spent(spent) => WriteError::spent(name, path, &spent),
            Sent::Outdated => outdated(tried),
            Sent::TooLate => not_done(format!("{TOO_LATE} {} times", tried.late), false),
            Sent::NoToken(error) => not_done(error.to_string(), error.is_denied()),
            Sent::Failed(SendError::NeverSent(cause)) => {
                let waited = self.wait(&request, tried, &Trouble::Failure(&cause)).await;
                turned_away(waited, cause)
            }
            Sent::Failed(SendError::Never(cause)) => not_done(cause, false),
            Sent::Failed(
                SendError::NoAnswer(cause)
                | SendError::CutShort(cause)
                | SendError::TooLarge(cause),
            ) => in_doubt(cause, Effect::Unknown),
            Sent::Answered(answer) if answer.is_success() => match answer.json() {
                Ok(answer) => return Ok(Written { answer, correlation: correlation.clone() }),
                Err(cause) => in_doubt(cause, Effect::Certain),
            },
            Sent::Answered(answer) if write_was_turned_away(answer.status) => {
                let waited = self.wait(&request, tried, &Trouble::Answer(&answer)).await;
                turned_away(waited, self.why_turned_away(&answer))
            }
            Sent::Answered(answer) if answer.status >= 500 => {
                // What is done next, looking or sending again, waits as long as the server asks.
                self.0.hold(&answer);
                in_doubt(answer.refusal().to_string(), Effect::Unknown)
            }
            Sent::Answered(answer) => {
                not_done(answer.refusal().to_string(), matches!(answer.status, 401 | 403))
            }
        })
    }

    /// Says why a write was turned away, and until when, where nobody waits that long.
    fn why_turned_away(&self, answer: &Answer) -> String {
        let refusal = answer.refusal();
        match self.0.asked_too_long() {
            Some(spent) => format!("{refusal}; {spent}"),
            None => refusal.to_string(),
        }
    }

    /// Waits until a write that was turned away may be sent again, and says what it has been through by
    /// then; none if it may not.
    async fn wait(
        &self,
        request: &Request<'_>,
        tried: Tried,
        trouble: &Trouble<'_>,
    ) -> Option<Tried> {
        let mut waits = waits().skip(tried.turned_away);
        let waited = self.0.wait(request, &mut waits, trouble).await;
        // Whoever no longer waits decides what becomes of it.
        let over = waited || self.0.turns.patience.is_lost();
        over.then_some(Tried { turned_away: tried.turned_away + 1, ..tried })
    }
}

impl Write for Writer {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.write(Method::POST, (path, body), tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.write(Method::PUT, (path, body), tried).await
    }
}
