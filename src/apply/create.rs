//! The first half of a creation: POST, and find out what came of it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome};
use super::overlay::{differences, written};
use super::place::Place;
use crate::live::Worth;
use crate::plan::FieldChange;
use crate::plutora::{Correlation, Effect, Read, ReadError, Tried, Write, WriteError, Written};
use crate::resource::{FieldDef, FieldType, Fields, Guid, Key, Kind, id_of};

/// How often a creation is sent, if it was certainly not carried out before.
const ATTEMPTS: usize = 2;

/// A creation, with the ids of created objects already in place.
pub(super) struct Creation<'a> {
    pub(super) key: &'a Key,
    pub(super) place: &'a Place<'a>,
    pub(super) changes: &'a [FieldChange],
    /// Whether to look for the object before anything else, where the list is not known; after a wait it is
    /// looked for anyway.
    pub(super) looks_first: bool,
    pub(super) body: Map<String, Value>,
    /// What a replacement sets right after the creation.
    pub(super) then: Option<Map<String, Value>>,
    /// The object, if it is created and the rest is to be done.
    pub(super) half: Option<Created>,
    /// How long a server that gave no clear answer may still be at work.
    pub(super) settle: Duration,
    /// What a filter has to be worth where a creation may have come; none where no filter is to be trusted.
    pub(super) sure: Option<Worth>,
}

/// An object that was created, and is to be read back.
#[derive(Clone, Debug)]
pub(super) struct Created {
    pub(super) id: Guid,
    /// The id of the request that did it; none where an earlier run did, or that got no answer.
    pub(super) correlation: Option<Correlation>,
    /// What the server answered.
    pub(super) answer: Value,
}

impl Created {
    /// An object of which nobody knows who created it, or how.
    pub(super) fn found(id: Guid) -> Self {
        Self { id, correlation: None, answer: Value::Null }
    }
}

/// What came of the first half of a creation.
pub(super) enum Begun {
    /// The object is there.
    Created(Created),
    /// The step ends here.
    Ended(Outcome),
}

/// What is known of a creation after it was sent.
enum Sent {
    /// It took effect.
    Created(Created),
    /// It did not, as far as can be seen after waiting, and may be sent again.
    NotCreated(String),
    /// It did certainly not, and had to wait: somebody else may have been faster.
    Outdated(Tried),
    /// The step ends here.
    Ended(Outcome),
}

/// Creates an object.
///
/// A POST is never repeated blindly. After anything but a clear answer the natural key is looked
/// up, and looked up again once the server has had time to finish; and so it is where the POST had to wait.
pub(super) async fn begin(
    creation: &Creation<'_>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
) -> Begun {
    if let Some(half) = &creation.half {
        return Begun::Created(half.clone());
    }
    let known = creation.place.known_by(&creation.natural_key());
    let mut there = match known {
        Some(ids) => Ok(ids),
        None if creation.looks_first => creation.look(reader, Some(Worth::Found)).await,
        None => Ok(Vec::new()),
    };
    let (mut doubts, mut tried) = (0, Tried::default());
    loop {
        match there {
            Ok(ids) => match ids.as_slice() {
                [] => {}
                // What was sent before, and not found, has come after all.
                [id] if doubts > 0 => return Begun::Created(Created::found(*id)),
                _ => return Begun::Ended(Outcome::Appeared(ids)),
            },
            Err(error) if doubts > 0 => {
                let error = format!("sent without an answer; then {error}");
                return Begun::Ended(Outcome::in_doubt(error));
            }
            Err(_) if observer.stopped() => return Begun::Ended(Outcome::NotStarted),
            Err(error) => return Begun::Ended(error.into()),
        }
        if observer.stopped() && doubts == 0 {
            return Begun::Ended(Outcome::NotStarted);
        }
        there = match send(creation, (reader, writer), observer, tried).await {
            Sent::Created(created) => return Begun::Created(created),
            Sent::NotCreated(error) if observer.stopped() => {
                let error = format!("{error}; it is not there yet, and may still come");
                return Begun::Ended(Outcome::in_doubt(error));
            }
            Sent::NotCreated(error) => {
                doubts += 1;
                if doubts == ATTEMPTS {
                    let error = format!("{error}; it does not exist after that");
                    return Begun::Ended(Outcome::failed(error));
                }
                Ok(Vec::new())
            }
            Sent::Outdated(_) if observer.stopped() && doubts == 0 => {
                return Begun::Ended(Outcome::NotStarted);
            }
            Sent::Outdated(_) if observer.stopped() => {
                let error = "sent without an answer, and then stopped";
                return Begun::Ended(Outcome::in_doubt(error));
            }
            Sent::Outdated(before) => {
                tried = before;
                creation.look(reader, creation.enough(doubts)).await
            }
            Sent::Ended(outcome) => return Begun::Ended(outcome),
        };
    }
}

async fn send(
    creation: &Creation<'_>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
    tried: Tried,
) -> Sent {
    let body = Value::Object(creation.body.clone());
    let tried = tried.made_at(creation.place.looked_at());
    let (error, created) = match writer.post(&creation.place.collection, &body, tried).await {
        Ok(done) => match creation.id_in(&done.answer) {
            Some(id) => {
                if !creation.looks_first {
                    creation.place.adds_unseen();
                }
                let Written { answer, correlation } = done;
                return Sent::Created(Created { id, correlation: Some(correlation), answer });
            }
            None => ("it was created, but the answer holds no id".to_owned(), true),
        },
        Err(error @ (WriteError::NotDone { .. } | WriteError::Unsent { .. })) => {
            return Sent::Ended(error.into());
        }
        Err(WriteError::Outdated { tried, .. }) => return Sent::Outdated(tried),
        Err(error @ WriteError::InDoubt { effect, .. }) => {
            (error.to_string(), effect == Effect::Certain)
        }
    };
    tracing::warn!("{error}; looking {} up before anything else", creation.key);
    match look_up(creation, reader, observer).await {
        Ok(ids) => match ids.as_slice() {
            [id] => Sent::Created(Created::found(*id)),
            [] if created => Sent::Ended(Outcome::in_doubt(format!("{error}; it is not found"))),
            [] => Sent::NotCreated(error),
            _ => Sent::Ended(Outcome::in_doubt(format!("{error}; several exist now"))),
        },
        Err(unread) => Sent::Ended(Outcome::in_doubt(format!("{error}; then {unread}"))),
    }
}

/// Looks an object up, and once more when the server has had time to finish: an answer may have
/// been lost, or a gateway may have given up, while the creation is still under way.
/// Whoever stops the run does not wait for that.
async fn look_up(
    creation: &Creation<'_>,
    reader: &impl Read,
    observer: &impl Observer,
) -> Result<Vec<Guid>, ReadError> {
    let now = creation.look(reader, creation.sure).await?;
    if !now.is_empty() {
        return Ok(now);
    }
    tokio::select! {
        () = tokio::time::sleep(creation.settle) => {}
        () = observer.stop() => {}
    }
    creation.look(reader, creation.sure).await
}

impl Creation<'_> {
    /// Returns what a filter has to be worth that looks whether somebody was faster: whatever it is worth, as the
    /// plan was not content with it, unless a creation was sent that may have come.
    fn enough(&self, doubts: usize) -> Option<Worth> {
        if doubts > 0 { self.sure } else { Some(Worth::Found) }
    }

    /// Asks for objects with the natural key, by a filter where one is worth `enough`.
    async fn look(
        &self,
        reader: &impl Read,
        enough: Option<Worth>,
    ) -> Result<Vec<Guid>, ReadError> {
        self.place.find(reader, &self.natural_key(), enough).await
    }

    pub(super) fn natural_key(&self) -> String {
        let kind = self.place.kind;
        match kind {
            // A row has no name of its own; within a release it is told by its system.
            Kind::ReleaseSystem => {
                id_of(kind, &self.body).map(|id| id.to_string()).unwrap_or_default()
            }
            Kind::System | Kind::Release | Kind::Deployment => self.key.own_name(),
        }
    }

    /// Returns the id of what was created; that of a system in a release is known beforehand.
    fn id_in(&self, answer: &Value) -> Option<Guid> {
        let kind = self.place.kind;
        match kind {
            Kind::ReleaseSystem => id_of(kind, &self.body),
            Kind::System | Kind::Release | Kind::Deployment => id_of(kind, answer.as_object()?),
        }
    }

    /// Returns what of an object is not as it should be after all of the creation.
    pub(super) fn differs(&self, body: &Map<String, Value>, cause: Cause) -> Vec<Difference> {
        let mut differs = self.stored(&self.body, body, cause);
        match &self.then {
            Some(then) => differs.extend(self.stored(then, body, Cause::Stored)),
            None => differs.extend(self.differences(&self.initial(), body, Cause::Initial)),
        }
        differs
    }

    /// Returns what of an object is not what was sent.
    pub(super) fn stored(
        &self,
        sent: &Map<String, Value>,
        body: &Map<String, Value>,
        cause: Cause,
    ) -> Vec<Difference> {
        let expected = written(self.place.kind, sent, self.place.labels);
        self.differences(&expected, body, cause)
    }

    fn differences(
        &self,
        expected: &Fields,
        body: &Map<String, Value>,
        cause: Cause,
    ) -> Vec<Difference> {
        let after = |def: &FieldDef| {
            let change = self.changes.iter().find(|change| change.def == def)?;
            Some(change.after.clone())
        };
        differences(expected, body, cause, self.place.labels, after)
    }

    /// Returns the status that a new one has anyway, where that is the one asked for.
    fn initial(&self) -> Fields {
        let mut initial = Fields::new(self.place.kind);
        for change in self.changes.iter().filter(|it| it.def.ty == FieldType::Status) {
            initial.set(change.def, change.after.clone());
        }
        initial
    }
}
