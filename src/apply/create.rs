//! One creation: POST, find out what came of it, set what a creation cannot, read back.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Map, Value};

use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome, Wrote};
use super::overlay::{differences, set_since, written};
use super::place::Place;
use super::update::{Update, update};
use crate::live::Worth;
use crate::plan::FieldChange;
use crate::plutora::{Correlation, Effect, Read, ReadError, Tried, Write, WriteError};
use crate::resource::{FieldDef, FieldType, Fields, Guid, Key, Kind, id_of, read_fields_by_id};

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
    /// The object, if it is created and the rest is to be done, and the id of the request that did it.
    pub(super) half: Option<(Guid, Option<Correlation>)>,
    /// How long a server that gave no clear answer may still be at work.
    pub(super) settle: Duration,
    /// What a filter has to be worth where a creation may have come; none where no filter is to be trusted.
    pub(super) sure: Option<Worth>,
}

/// What is known of a creation after it was sent.
enum Sent {
    /// It took effect.
    Created(Guid, Option<Correlation>),
    /// It did not, as far as can be seen after waiting, and may be sent again.
    NotCreated(String),
    /// It did certainly not, and had to wait: somebody else may have been faster.
    Outdated(Tried),
    /// The step ends here.
    Ended(Outcome),
}

/// Carries out a creation.
///
/// A POST is never repeated blindly. After anything but a clear answer the natural key is looked
/// up, and looked up again once the server has had time to finish; and so it is where the POST had to wait.
pub(super) async fn create(
    creation: &Creation<'_>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
) -> Outcome {
    if let Some(half) = &creation.half {
        return finish(creation, (reader, writer), observer, half.clone()).await;
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
                [id] if doubts > 0 => {
                    return finish(creation, (reader, writer), observer, (*id, None)).await;
                }
                _ => return Outcome::Appeared(ids),
            },
            Err(error) if doubts > 0 => {
                return Outcome::in_doubt(format!("sent without an answer; then {error}"));
            }
            Err(_) if observer.stopped() => return Outcome::NotStarted,
            Err(error) => return error.into(),
        }
        if observer.stopped() && doubts == 0 {
            return Outcome::NotStarted;
        }
        there = match send(creation, (reader, writer), observer, tried).await {
            Sent::Created(id, correlation) => {
                return finish(creation, (reader, writer), observer, (id, correlation)).await;
            }
            Sent::NotCreated(error) if observer.stopped() => {
                let error = format!("{error}; it is not there yet, and may still come");
                return Outcome::in_doubt(error);
            }
            Sent::NotCreated(error) => {
                doubts += 1;
                if doubts == ATTEMPTS {
                    return Outcome::failed(format!("{error}; it does not exist after that"));
                }
                Ok(Vec::new())
            }
            Sent::Outdated(_) if observer.stopped() && doubts == 0 => return Outcome::NotStarted,
            Sent::Outdated(_) if observer.stopped() => {
                return Outcome::in_doubt("sent without an answer, and then stopped");
            }
            Sent::Outdated(before) => {
                tried = before;
                creation.look(reader, creation.enough(doubts)).await
            }
            Sent::Ended(outcome) => return outcome,
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
            Some(id) => return Sent::Created(id, Some(done.correlation)),
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

/// Reads what was created, and sets what a creation cannot.
async fn finish(
    creation: &Creation<'_>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
    (id, correlation): (Guid, Option<Correlation>),
) -> Outcome {
    let fresh = match creation.place.read(reader, id).await {
        Ok(fresh) => fresh,
        Err(error) => {
            return Outcome::in_doubt(format!("created as {id}, but not read back: {error}"));
        }
    };
    if let Some(twice) = creation.twice(id, correlation.clone()) {
        return twice;
    }
    // What an earlier run has created, or one that got no answer, somebody may have changed since.
    let cause = if correlation.is_some() { Cause::Stored } else { Cause::Unclear };
    let Some(then) = &creation.then else {
        return Outcome::Done { id, correlation, differs: creation.differs(&fresh, cause) };
    };
    let differs = creation.stored(&creation.body, &fresh, cause);
    let Place { kind, labels, .. } = creation.place;
    let done = || Outcome::Done { id, correlation: correlation.clone(), differs: differs.clone() };
    if let Some(ended) = creation.ended_meanwhile(then, &fresh, done) {
        return ended;
    }
    // What it is called is not written, and looked at again: somebody may rename what is a moment old.
    let key = std::iter::once(kind.key_field());
    let set = kind.fields().iter().filter(|def| then.contains_key(def.key)).chain(key);
    let before = read_fields_by_id(*kind, &fresh, set, labels);
    let Creation { place, changes, settle, .. } = creation;
    let settle = *settle;
    let changed = Cow::Borrowed(then);
    let finishes = true;
    let setting = Update { place, id, changes, observed: &before, changed, finishes, settle };
    match update(&setting, Some(fresh), (reader, writer), observer).await {
        Outcome::Done { differs: mut last, .. } => {
            // Setting the rest may have changed what the creation has set.
            let now = place.known(id).map_or(differs, |body| creation.differs(&body, cause));
            let is_news = |it: &Difference| last.iter().all(|other| other.def != it.def);
            let news: Vec<Difference> = now.into_iter().filter(is_news).collect();
            last.extend(news);
            Outcome::Done { id, correlation, differs: last }
        }
        Outcome::Failed { error, wrote, denied, correlation } => {
            let (word, wrote) = match wrote {
                Wrote::Perhaps => ("may not be", Wrote::Perhaps),
                Wrote::Nothing | Wrote::Partly => ("is not", Wrote::Partly),
            };
            let error = format!("created as {id}, but its status {word} set: {error}");
            Outcome::Failed { error, wrote, denied, correlation }
        }
        Outcome::Already(_) => Outcome::Done { id, correlation, differs },
        Outcome::NotStarted => Outcome::Failed {
            error: format!("created as {id}, but its status is not set: stopped before its turn"),
            wrote: Wrote::Partly,
            denied: false,
            correlation,
        },
        other @ (Outcome::Stale(_)
        | Outcome::Appeared(_)
        | Outcome::Gone
        | Outcome::Skipped(_)
        | Outcome::Blocked(_)) => other,
    }
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

    /// Returns how a step ends that an earlier run has begun, if somebody has set the rest since, or it is all
    /// there. (Of one that this run has just made nobody asks that: a tenant's label for Pending may be unknown.)
    fn ended_meanwhile(
        &self,
        then: &Map<String, Value>,
        fresh: &Map<String, Value>,
        done: impl FnOnce() -> Outcome,
    ) -> Option<Outcome> {
        self.half.as_ref()?;
        let moved = set_since(then, self.place.kind, fresh, self.place.labels);
        if !moved.is_empty() {
            return Some(Outcome::Stale(moved));
        }
        self.stored(then, fresh, Cause::Stored).is_empty().then(done)
    }

    /// Returns what is said of a creation whose list has another of its name, as it shows once it is read back.
    fn twice(&self, id: Guid, correlation: Option<Correlation>) -> Option<Outcome> {
        let of_its_name = self.place.known_by(&self.natural_key())?;
        let others = of_its_name.iter().filter(|it| **it != id);
        let others: Vec<String> = others.map(ToString::to_string).collect();
        let error = format!(
            "created as {id}, and its list has another of its name, {}: remove one of them in Plutora",
            others.join(", ")
        );
        let wrote = Wrote::Partly;
        (!others.is_empty()).then_some(Outcome::Failed { error, wrote, denied: false, correlation })
    }

    fn natural_key(&self) -> String {
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
    fn stored(
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
