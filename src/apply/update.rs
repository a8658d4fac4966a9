//! One update: read fresh, check, overlay, PUT, read back.

use std::time::Duration;

use serde_json::{Map, Value};

use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome};
use super::overlay::{differences, overlay, written};
use super::place::Place;
use crate::plan::FieldChange;
use crate::plutora::{Correlation, Read, Write, WriteError};
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
    pub(super) changed: &'a Map<String, Value>,
}

/// Carries out an update; `fresh` is the object as it was read a moment before, if it was.
///
/// A PUT in doubt is settled by reading: either it took effect, or the object still is what the
/// plan saw and the same PUT is made anew from a fresh body, or somebody else was there.
pub(super) async fn update(
    update: &Update<'_>,
    mut fresh: Option<Map<String, Value>>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
) -> Outcome {
    let mut doubt: Option<WriteError> = None;
    for number in 0..=ATTEMPTS {
        if doubt.is_some() {
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = observer.stop() => {}
            }
        }
        // The last time, it is only looked at, and so it is once the run was stopped.
        let again = number < ATTEMPTS && !(doubt.is_some() && observer.stopped());
        let writer = again.then_some(writer);
        match attempt(update, fresh.take(), reader, writer, doubt.as_ref()).await {
            Ok(outcome) => return outcome,
            Err(error) => {
                tracing::warn!("{error}; looking at the object before anything else");
                doubt = Some(error);
            }
        }
    }
    doubt.map_or_else(|| Outcome::failed("not tried"), Outcome::from)
}

/// Tries once; fails only with an error that leaves the outcome in doubt.
async fn attempt(
    update: &Update<'_>,
    known: Option<Map<String, Value>>,
    reader: &impl Read,
    writer: Option<&impl Write>,
    doubt: Option<&WriteError>,
) -> Result<Outcome, WriteError> {
    let sent_before = doubt.is_some();
    let read = match known {
        Some(fresh) => Ok(fresh),
        None => update.place.read(reader, update.id).await,
    };
    let fresh = match read {
        Ok(fresh) => fresh,
        Err(error) if sent_before => {
            return Ok(Outcome::in_doubt(format!("sent without an answer; then {error}")));
        }
        Err(error) if error.is_missing() => return Ok(Outcome::Gone),
        Err(error) => return Ok(error.into()),
    };
    let moved = update.moved(&fresh);
    let undone = update.undone(&fresh);
    if undone.is_empty() && (sent_before || !moved.is_empty()) {
        return Ok(if sent_before {
            update.done(&fresh, Cause::Unclear, None)
        } else {
            Outcome::Already(update.id)
        });
    }
    // What somebody has made as it is wanted is no conflict.
    let is_undone = |it: &Difference| undone.iter().any(|other| other.def == it.def);
    let conflicts: Vec<Difference> = moved.into_iter().filter(is_undone).collect();
    if !conflicts.is_empty() {
        return Ok(if sent_before {
            update.done(&fresh, Cause::Unclear, None)
        } else {
            Outcome::Stale(conflicts)
        });
    }
    let Some(writer) = writer else {
        let last = doubt.map(ToString::to_string).unwrap_or_default();
        return Ok(Outcome::failed(format!("{last}; the object is as it was before")));
    };
    let body = Value::Object(overlay(fresh, update.changed));
    let written = match writer.put(&update.place.path_of(update.id), &body).await {
        Ok(written) => written,
        Err(error @ WriteError::InDoubt { .. }) => return Err(error),
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
        let wanted = written(*kind, self.changed, labels);
        differences(&wanted, fresh, Cause::Moved, labels, |_| None)
    }

    /// Returns the outcome of a write that took effect: what was written should be there, and what
    /// is managed besides should still be what the plan saw.
    fn done(
        &self,
        back: &Map<String, Value>,
        cause: Cause,
        correlation: Option<Correlation>,
    ) -> Outcome {
        let after = |def: &FieldDef| Some(self.change(def)?.after.clone());
        let Place { kind, labels, .. } = self.place;
        let expected = written(*kind, self.changed, labels);
        let mut differs = differences(&expected, back, cause, labels, after);
        let others = self.observed.filtered(|def| self.change(def).is_none());
        differs.extend(differences(&others, back, Cause::Moved, labels, |_| None));
        Outcome::Done { id: self.id, correlation, differs }
    }

    fn change(&self, def: &FieldDef) -> Option<&FieldChange> {
        self.changes.iter().find(|change| change.def == def)
    }
}
