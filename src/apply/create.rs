//! One creation: POST, find out what came of it, read back.

use std::time::Duration;

use serde_json::{Map, Value};

use super::outcome::{Cause, Outcome};
use super::overlay::{differences, written};
use crate::live::{can_be_filtered, find_by_key, read_detail};
use crate::plan::{Call, FieldChange};
use crate::plutora::{Correlation, Effect, Read, ReadError, Write, WriteError};
use crate::resource::{FieldDef, Guid, Key, find_key};

/// How often a creation is sent, if it was certainly not carried out before.
const ATTEMPTS: usize = 2;

/// A creation, with the ids of created objects already in place.
pub(super) struct Creation<'a> {
    pub(super) key: &'a Key,
    pub(super) changes: &'a [FieldChange],
    pub(super) call: &'a Call,
    pub(super) body: Map<String, Value>,
    /// How long a server that gave no clear answer may still be at work.
    pub(super) settle: Duration,
}

/// What is known of a creation after it was sent.
enum Sent {
    /// It took effect.
    Created(Guid, Option<Correlation>),
    /// It did not, as far as can be seen after waiting, and may be sent again.
    NotCreated(String),
    /// The step ends here.
    Ended(Outcome),
}

/// Carries out a creation.
///
/// A POST is never repeated blindly. After anything but a clear answer the natural key is looked
/// up, and looked up again once the server has had time to finish.
pub(super) async fn create(
    creation: &Creation<'_>,
    reader: &impl Read,
    writer: &impl Write,
) -> Outcome {
    if can_be_filtered(&creation.key.name) {
        // Minutes may have passed since the plan, at a prompt for one.
        match find_by_key(reader, creation.key).await {
            Ok(ids) if ids.is_empty() => {}
            Ok(ids) => return Outcome::Appeared(ids),
            Err(error) => return error.into(),
        }
    }
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
    Outcome::failed(format!("{}; it does not exist after that", last.unwrap_or_default()))
}

async fn send(creation: &Creation<'_>, reader: &impl Read, writer: &impl Write) -> Sent {
    let body = Value::Object(creation.body.clone());
    let (error, created) = match writer.post(&creation.call.path, &body).await {
        Ok(done) => match id_of(&done.answer) {
            Some(id) => return Sent::Created(id, Some(done.correlation)),
            None => ("it was created, but the answer holds no id".to_owned(), true),
        },
        Err(error @ WriteError::NotDone { .. }) => return Sent::Ended(error.into()),
        Err(error @ WriteError::InDoubt { effect, .. }) => {
            (error.to_string(), effect == Effect::Certain)
        }
    };
    tracing::warn!("{error}; looking {} up before anything else", creation.key);
    match look_up(creation.key, reader, creation.settle).await {
        Ok(ids) => match ids.as_slice() {
            [id] => Sent::Created(*id, None),
            [] if created => Sent::Ended(Outcome::in_doubt(format!("{error}; it is not found"))),
            [] => Sent::NotCreated(error),
            _ => Sent::Ended(Outcome::in_doubt(format!("{error}; several exist now"))),
        },
        Err(unread) => Sent::Ended(Outcome::in_doubt(format!("{error}; then {unread}"))),
    }
}

/// Looks an object up, and once more when the server has had time to finish: an answer may have
/// been lost, or a gateway may have given up, while the creation is still under way.
async fn look_up(key: &Key, reader: &impl Read, settle: Duration) -> Result<Vec<Guid>, ReadError> {
    let now = find_by_key(reader, key).await?;
    if !now.is_empty() {
        return Ok(now);
    }
    tokio::time::sleep(settle).await;
    find_by_key(reader, key).await
}

async fn read_back(
    creation: &Creation<'_>,
    reader: &impl Read,
    id: Guid,
    correlation: Option<Correlation>,
) -> Outcome {
    let kind = creation.key.kind;
    match read_detail(reader, &kind.path_of(id)).await {
        Ok(body) => {
            let after = |def: &FieldDef| {
                let change = creation.changes.iter().find(|change| change.def == def)?;
                Some(change.after.clone())
            };
            let wanted = written(kind, &creation.body);
            let differs = differences(&wanted, &body, Cause::Stored, after);
            Outcome::Done { id, correlation, differs }
        }
        Err(error) => Outcome::in_doubt(format!("created as {id}, but not read back: {error}")),
    }
}

fn id_of(answer: &Value) -> Option<Guid> {
    let body = answer.as_object()?;
    Guid::parse(body.get(find_key(body, "id")?)?.as_str()?).ok()
}
