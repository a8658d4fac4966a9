//! One creation: POST, find out what came of it, read back.

use std::time::Duration;

use serde_json::{Map, Value};

use super::outcome::Outcome;
use super::overlay::{differences, expected};
use crate::live::{find_by_key, read_detail};
use crate::plan::{Call, FieldChange};
use crate::plutora::{Correlation, Read, ReadError, Write, WriteError};
use crate::resource::{Fields, Guid, Key, find_key};

/// How often a creation is sent, if it was certainly not carried out before.
const ATTEMPTS: usize = 2;

/// A creation, with the ids of created objects already in place.
pub(super) struct Creation<'a> {
    pub(super) key: &'a Key,
    pub(super) changes: &'a [FieldChange],
    pub(super) call: &'a Call,
    pub(super) body: Map<String, Value>,
    /// How long a server that gave no answer may still be at work.
    pub(super) settle: Duration,
}

/// What is known of a creation after it was sent.
enum Sent {
    /// It took effect.
    Created(Guid, Option<Correlation>),
    /// It certainly did not, and may be sent again.
    NotCreated(WriteError),
    /// The step ends here.
    Ended(Outcome),
}

/// Carries out a creation.
///
/// A POST is never repeated blindly. After anything but a clear answer the natural key is looked
/// up; where no answer came at all, it is looked up again once the server has had time to finish.
pub(super) async fn create(
    creation: &Creation<'_>,
    reader: &impl Read,
    writer: &impl Write,
) -> Outcome {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        match send(creation, reader, writer).await {
            Sent::Created(id, correlation) => {
                return read_back(creation, reader, id, correlation).await;
            }
            Sent::NotCreated(error) => last = Some(error),
            Sent::Ended(outcome) => return outcome,
        }
    }
    Outcome::failed(last.map(|error| error.to_string()).unwrap_or_default())
}

async fn send(creation: &Creation<'_>, reader: &impl Read, writer: &impl Write) -> Sent {
    let body = Value::Object(creation.body.clone());
    let error = match writer.post(&creation.call.path, &body).await {
        Ok(written) => match id_of(&written.answer) {
            Some(id) => return Sent::Created(id, Some(written.correlation)),
            None => WriteError::InDoubt {
                method: "POST",
                path: creation.call.path.clone(),
                cause: "the answer holds no id".into(),
                answered: true,
                correlation: written.correlation,
            },
        },
        Err(error) => error,
    };
    let WriteError::InDoubt { answered, .. } = &error else {
        return Sent::Ended(error.into());
    };
    tracing::warn!("{error}; looking {} up before anything else", creation.key);
    let wait = if *answered { None } else { Some(creation.settle) };
    match look_up(creation.key, reader, wait).await {
        Ok(ids) => match ids.as_slice() {
            [] => Sent::NotCreated(error),
            [id] => Sent::Created(*id, None),
            _ => Sent::Ended(Outcome::in_doubt(format!("{error}; several exist now"))),
        },
        Err(unread) => Sent::Ended(Outcome::in_doubt(format!("{error}; then {unread}"))),
    }
}

async fn look_up(
    key: &Key,
    reader: &impl Read,
    wait: Option<Duration>,
) -> Result<Vec<Guid>, ReadError> {
    let now = find_by_key(reader, key).await?;
    match wait {
        Some(wait) if now.is_empty() => {
            tokio::time::sleep(wait).await;
            find_by_key(reader, key).await
        }
        Some(_) | None => Ok(now),
    }
}

async fn read_back(
    creation: &Creation<'_>,
    reader: &impl Read,
    id: Guid,
    correlation: Option<Correlation>,
) -> Outcome {
    let kind = creation.key.kind;
    let wanted = expected(kind, &Fields::new(kind), &creation.body);
    match read_detail(reader, &kind.path_of(id)).await {
        Ok(body) => {
            let differs =
                differences(kind, &wanted, creation.changes, &body, |change| &change.after);
            Outcome::Done { id, correlation, differs }
        }
        Err(error) => Outcome::in_doubt(format!("created as {id}, but not read back: {error}")),
    }
}

fn id_of(answer: &Value) -> Option<Guid> {
    let body = answer.as_object()?;
    Guid::parse(body.get(find_key(body, "id")?)?.as_str()?).ok()
}
