//! One update: read fresh, check, overlay, PUT, read back.

use serde_json::{Map, Value};

use super::outcome::Outcome;
use super::overlay::{differences, expected, overlay};
use crate::live::read_detail;
use crate::plan::{Call, FieldChange};
use crate::plutora::{Read, ReadError, Write, WriteError};
use crate::resource::{FieldValue, Fields, Guid, Kind};

/// How often a PUT whose outcome is unknown is looked after and sent again.
const ATTEMPTS: usize = 3;

/// An update, with the ids of created objects already in place.
pub(super) struct Update<'a> {
    pub(super) kind: Kind,
    pub(super) id: Guid,
    pub(super) changes: &'a [FieldChange],
    pub(super) call: &'a Call,
    pub(super) observed: &'a Fields,
    pub(super) changed: Map<String, Value>,
}

/// Carries out an update.
///
/// A PUT in doubt is settled by reading: either it took effect, or the object still is what the
/// plan saw and the same PUT is made anew from a fresh body, or somebody else was there.
pub(super) async fn update(
    update: &Update<'_>,
    reader: &impl Read,
    writer: &impl Write,
) -> Outcome {
    let mut doubt = None;
    for _ in 0..ATTEMPTS {
        match attempt(update, reader, writer, doubt.is_some()).await {
            Ok(outcome) => return outcome,
            Err(error) => {
                tracing::warn!("{error}; looking at the object before anything else");
                doubt = Some(error);
            }
        }
    }
    Outcome::in_doubt(doubt.map(|error| error.to_string()).unwrap_or_default())
}

/// Tries once; fails only with an error that leaves the outcome in doubt.
async fn attempt(
    update: &Update<'_>,
    reader: &impl Read,
    writer: &impl Write,
    sent_before: bool,
) -> Result<Outcome, WriteError> {
    let Update { kind, id, changes, call, observed, ref changed } = *update;
    let wanted = expected(kind, observed, changed);
    let fresh = match read_detail(reader, &call.path).await {
        Ok(fresh) => fresh,
        Err(error) => return Ok(unreadable(&error, sent_before)),
    };
    let moved = moved(update, &fresh);
    if !moved.is_empty() {
        let done = differences(kind, &only_changed(&wanted, changes), changes, &fresh, after);
        if sent_before && done.is_empty() {
            let differs = differences(kind, &wanted, changes, &fresh, after);
            return Ok(Outcome::Done { id, correlation: None, differs });
        }
        return Ok(Outcome::Stale(moved));
    }
    let body = Value::Object(overlay(fresh, changed));
    let written = match writer.put(&call.path, &body).await {
        Ok(written) => written,
        Err(error @ WriteError::InDoubt { .. }) => return Err(error),
        Err(error @ WriteError::NotDone { .. }) => return Ok(error.into()),
    };
    Ok(match read_detail(reader, &call.path).await {
        Ok(back) => {
            let differs = differences(kind, &wanted, changes, &back, after);
            Outcome::Done { id, correlation: Some(written.correlation), differs }
        }
        Err(error) => unreadable(&error, true),
    })
}

/// Returns the changed fields that no longer hold what the plan saw.
fn moved(update: &Update<'_>, fresh: &Map<String, Value>) -> Vec<super::outcome::Difference> {
    let planned = only_changed(update.observed, update.changes);
    differences(update.kind, &planned, update.changes, fresh, |change| &change.before)
}

fn only_changed(fields: &Fields, changes: &[FieldChange]) -> Fields {
    fields.filtered(|def| changes.iter().any(|change| change.def == def))
}

fn after(change: &FieldChange) -> &FieldValue {
    &change.after
}

fn unreadable(error: &ReadError, sent_before: bool) -> Outcome {
    if sent_before {
        Outcome::in_doubt(format!("written, but not read back: {error}"))
    } else {
        error.clone().into()
    }
}
