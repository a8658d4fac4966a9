//! One update: read fresh, check, overlay, PUT, read back.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Map, Value};

use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome, Wrote};
use super::overlay::{differences, overlay, written};
use super::place::Place;
use crate::plan::FieldChange;
use crate::plutora::{Correlation, Read, ReadError, Tried, Write, WriteError};
use crate::resource::{FieldDef, Fields, Guid};

/// How often a PUT whose outcome is unknown is looked after and sent again.
const ATTEMPTS: usize = 3;

/// How long a server that failed is left alone; longer where it asks for it.
const PAUSE: Duration = Duration::from_millis(500);

/// An update, with the ids of created objects already in place.
pub(super) struct Update<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) id: Guid,
    pub(super) changes: &'a [FieldChange],
    pub(super) observed: &'a Fields,
    pub(super) changed: Cow<'a, Map<String, Value>>,
    /// Whether it finishes a step that is half done: a stop leaves that to be finished.
    pub(super) finishes: bool,
    /// How long a server that gave no clear answer may still be at work.
    pub(super) settle: Duration,
}

/// What a look at the object has shown.
enum Seen {
    /// It holds what the plan saw, and is to be replaced.
    AsBefore(Map<String, Value>),
    /// The step ends here.
    Ended(Outcome),
}

/// Carries out an update; `fresh` is the object as it was read a moment before, if it was.
///
/// A PUT in doubt is settled by reading, and by reading again once the server has had time to finish:
/// either it took effect, or the object still is what the plan saw and the same PUT is made anew from a
/// fresh body, or somebody else was there. A PUT that had to wait for more than its turn is made anew from a
/// fresh body too: somebody may have been there meanwhile. After a stop it is not made, unless it was never
/// sent and finishes a step.
pub(super) async fn update(
    update: &Update<'_>,
    mut fresh: Option<Map<String, Value>>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
) -> Outcome {
    let (mut doubts, mut tried) = (0, Tried::default());
    loop {
        let read = match fresh.take() {
            Some(body) => Ok(body),
            None => update.place.read(reader, update.id).await,
        };
        let newest = match read {
            Ok(body) => update.place.newest(reader, (update.id, body)).await,
            Err(error) => Err(error),
        };
        let known = match judged(update, newest, doubts > 0) {
            Seen::AsBefore(known) => known,
            // Whoever stops the run breaks off what waits.
            Seen::Ended(Outcome::Failed { wrote: Wrote::Nothing, .. }) if observer.stopped() => {
                return Outcome::NotStarted;
            }
            Seen::Ended(outcome) => return outcome,
        };
        // A stop finishes what is half done, and begins nothing.
        if observer.stopped() && doubts == 0 && !update.finishes {
            return Outcome::NotStarted;
        }
        let error = match write(update, known, (reader, writer), tried).await {
            Ok(outcome) => return outcome,
            Err(WriteError::Outdated { tried: now, .. })
                if !observer.stopped() || (update.finishes && now.is_only_late_since(tried)) =>
            {
                tried = now;
                continue;
            }
            Err(WriteError::Outdated { .. }) if doubts == 0 => return Outcome::NotStarted,
            Err(error @ WriteError::Outdated { .. }) => {
                return Outcome::in_doubt(format!("sent without an answer; then {error}"));
            }
            Err(error) => error,
        };
        doubts += 1;
        tracing::warn!("{error}; looking at the object before anything else");
        match look_after(update, reader, observer).await {
            Seen::Ended(outcome) => return outcome,
            Seen::AsBefore(_) if observer.stopped() => {
                return Outcome::in_doubt(format!(
                    "{error}; it is as it was, and may still change"
                ));
            }
            Seen::AsBefore(_) if doubts == ATTEMPTS => {
                return Outcome::failed(format!("{error}; the object is as it was before"));
            }
            Seen::AsBefore(body) => fresh = Some(body),
        }
    }
}

/// Looks soon after a write whose outcome is unknown and, if nothing has come of it yet, once more when
/// the server has had time to finish. Whoever stops the run waits for neither.
async fn look_after(update: &Update<'_>, reader: &impl Read, observer: &impl Observer) -> Seen {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        () = observer.stop() => {}
    }
    let seen = look(update, reader, true).await;
    if let Seen::Ended(_) = seen {
        return seen;
    }
    tokio::select! {
        () = tokio::time::sleep(update.settle) => {}
        () = observer.stop() => return seen,
    }
    look(update, reader, true).await
}

/// Reads the object and judges it.
async fn look(update: &Update<'_>, reader: &impl Read, sent_before: bool) -> Seen {
    judged(update, update.place.read(reader, update.id).await, sent_before)
}

/// Judges what a look at the object has shown, if it did.
fn judged(
    update: &Update<'_>,
    read: Result<Map<String, Value>, ReadError>,
    sent_before: bool,
) -> Seen {
    match read {
        Ok(body) => judge(update, body, sent_before),
        Err(error) if sent_before => {
            Seen::Ended(Outcome::in_doubt(format!("sent without an answer; then {error}")))
        }
        Err(error) if error.is_missing() => Seen::Ended(Outcome::Gone),
        Err(error) => Seen::Ended(error.into()),
    }
}

/// Decides whether an object is to be replaced.
fn judge(update: &Update<'_>, body: Map<String, Value>, sent_before: bool) -> Seen {
    let moved = update.moved(&body);
    let undone = update.undone(&body);
    if undone.is_empty() && (sent_before || !moved.is_empty()) {
        return Seen::Ended(if sent_before {
            update.done(&body, Cause::Unclear, None)
        } else {
            Outcome::Already(update.id)
        });
    }
    // What somebody has made as it is wanted is no conflict.
    let is_undone = |it: &Difference| undone.iter().any(|other| other.def == it.def);
    let conflicts: Vec<Difference> = moved.into_iter().filter(is_undone).collect();
    if conflicts.is_empty() {
        return Seen::AsBefore(body);
    }
    Seen::Ended(if sent_before {
        update.done(&body, Cause::Unclear, None)
    } else {
        Outcome::Stale(conflicts)
    })
}

/// Replaces the object and reads it back; fails only with an error after which it is to be looked at.
async fn write(
    update: &Update<'_>,
    fresh: Map<String, Value>,
    (reader, writer): (&impl Read, &impl Write),
    tried: Tried,
) -> Result<Outcome, WriteError> {
    let body = Value::Object(overlay(fresh, &update.changed));
    let tried = tried.made_at(update.place.looked_at());
    let written = match writer.put(&update.place.path_of(update.id), &body, tried).await {
        Ok(written) => written,
        Err(error @ (WriteError::InDoubt { .. } | WriteError::Outdated { .. })) => {
            return Err(error);
        }
        Err(error @ (WriteError::NotDone { .. } | WriteError::Unsent { .. })) => {
            return Ok(error.into());
        }
    };
    Ok(match update.place.read(reader, update.id).await {
        Ok(back) => update.done(&back, Cause::Stored, Some(written.correlation)),
        Err(error) => Outcome::in_doubt(format!("written, but not read back: {error}")),
    })
}

impl Update<'_> {
    /// Returns the changed fields that no longer hold what the plan saw.
    fn moved(&self, fresh: &Map<String, Value>) -> Vec<Difference> {
        let planned = self.observed.filtered(|def| self.change(def).is_some());
        let before = |def: &FieldDef| Some(self.change(def)?.before.clone());
        let moved = differences(&planned, fresh, Cause::Moved, self.place.labels, before);
        let desired = |def: &FieldDef| Some(self.change(def)?.after.clone());
        moved.into_iter().map(|it| Difference { desired: desired(it.def), ..it }).collect()
    }

    /// Returns the changed fields that do not hold what is wanted.
    fn undone(&self, fresh: &Map<String, Value>) -> Vec<Difference> {
        let Place { kind, labels, .. } = self.place;
        let wanted = written(*kind, &self.changed, labels);
        differences(&wanted, fresh, Cause::Moved, labels, |_| None)
    }

    /// Returns the outcome of a write that took effect.
    fn done(
        &self,
        back: &Map<String, Value>,
        cause: Cause,
        correlation: Option<Correlation>,
    ) -> Outcome {
        Outcome::Done { id: self.id, correlation, differs: self.differs(back, cause) }
    }

    /// Returns what is not as it should be after the write: what was written should be there, for a
    /// difference of which `cause` is given, and what is managed besides should still be what the plan saw.
    pub(super) fn differs(&self, back: &Map<String, Value>, cause: Cause) -> Vec<Difference> {
        let after = |def: &FieldDef| Some(self.change(def)?.after.clone());
        let Place { kind, labels, .. } = self.place;
        let expected = written(*kind, &self.changed, labels);
        let mut differs = differences(&expected, back, cause, labels, after);
        let others = self.observed.filtered(|def| self.change(def).is_none());
        differs.extend(differences(&others, back, Cause::Moved, labels, |_| None));
        differs
    }

    fn change(&self, def: &FieldDef) -> Option<&FieldChange> {
        self.changes.iter().find(|change| change.def == def)
    }
}
