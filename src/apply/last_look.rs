//! The last look: what stands above something that was written after it is read once more.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};

use super::executor::Run;
use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome, Wrote};
use crate::plan::{Step, looked_at_last};
use crate::plutora::{Read, ReadError, Write};
use crate::resource::{Key, Kind};

impl<R: Read, W: Write, O: Observer> Run<'_, R, W, O> {
    /// Reads once more what stands above something that was written, now that everything is, and judges it
    /// by that; returns whether the run was left to come to its end.
    pub(super) async fn look_once_more(&self) -> bool {
        let mut lists: BTreeMap<(Kind, Key), Vec<&Step>> = BTreeMap::new();
        {
            let ended = self.ended.borrow();
            let outcome = |step: &Step| ended.get(&step.key).map(|(outcome, _)| outcome);
            let steps = &self.plan.steps;
            let is_there = |step: &Step| outcome(step).is_some_and(|it| it.id().is_some());
            let written = |step: &Step| outcome(step).is_some_and(Outcome::wrote);
            let again = looked_at_last(steps, is_there, written);
            for step in steps.iter().filter(|step| again.contains(&step.key)) {
                let list = step.key.parent().unwrap_or_else(|| step.key.clone());
                lists.entry((step.key.kind, list)).or_default().push(step);
            }
        }
        let looks = stream::iter(lists.into_values()).map(|steps| self.look_at(steps));
        let looks = looks.buffer_unordered(self.options.parallelism.max(1));
        looks.fold(true, |all, seen| async move { all && seen }).await
    }

    /// Reads objects of one list, which comes once for all of them, and takes note of what it shows; not
    /// once the run is stopped.
    async fn look_at(&self, steps: Vec<&Step>) -> bool {
        let list = OnceCell::new();
        let mut failed: Option<ReadError> = None;
        for step in steps {
            let before = self.ended.borrow().get(&step.key).map(|(outcome, _)| outcome.clone());
            let Some(before) = before else { continue };
            let Some(id) = before.id() else { continue };
            let Ok(place) = self.place(step) else { continue };
            let place = list.get_or_init(|| place);
            let body = match (place.known(id), &failed) {
                (Some(body), _) => Ok(body),
                (None, _) if self.observer.stopped() => return false,
                (None, Some(error)) => Err(error.clone()),
                (None, None) => place.read(self.reader, id).await,
            };
            let seen = match (self.ready(step, place), body) {
                (Ok(ready), Ok(body)) => before.looked_at(ready.differs(&body)),
                // Whoever stops a run breaks off what waits for its turn.
                (_, Err(_)) if self.observer.stopped() => return false,
                (_, Err(error)) => {
                    let unread = before.unread(&error);
                    failed = (!error.is_missing()).then_some(error);
                    unread
                }
                (Err(outcome), _) => outcome,
            };
            let is_news = seen.word() != before.word() || seen.parts().2 != before.parts().2;
            if is_news {
                self.observer.looked_again(step, &seen);
            }
            if let Some((outcome, _)) = self.ended.borrow_mut().get_mut(&step.key) {
                *outcome = seen;
            }
        }
        true
    }
}

impl Outcome {
    /// Returns what an outcome comes to when a last look shows what differs.
    fn looked_at(&self, differs: Vec<Difference>) -> Self {
        let (Some(id), correlation, before) = self.parts() else { return self.clone() };
        if matches!(self, Self::Already(_)) && differs.is_empty() {
            return self.clone();
        }
        let correlation = correlation.cloned();
        let differs = differs.into_iter().map(|it| since_then(it, before)).collect();
        Self::Done { id, correlation, differs }
    }

    /// Returns what an outcome comes to when it cannot be looked at again.
    fn unread(&self, error: &ReadError) -> Self {
        let error = if error.is_missing() {
            "it was there, and is gone since what stands below it was written".to_owned()
        } else {
            format!("it was there, but not read again after what stands below it: {error}")
        };
        let correlation = self.parts().1.cloned();
        Self::Failed { error, wrote: Wrote::Perhaps, denied: false, correlation }
    }
}

/// Tells what was so when it was read back from what became of a field later.
fn since_then(difference: Difference, before: &[Difference]) -> Difference {
    let known = before.iter().find(|other| other.def == difference.def);
    let cause = match (known, difference.cause) {
        (Some(known), _) => known.cause,
        (None, Cause::Stored | Cause::Initial) => Cause::Overwritten,
        (
            None,
            cause @ (Cause::Moved
            | Cause::Renamed
            | Cause::Retyped
            | Cause::Overwritten
            | Cause::Unclear),
        ) => cause,
    };
    Difference { cause, ..difference }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::FieldValue;

    fn of(field: &str, cause: Cause) -> Difference {
        let def = Kind::Release.field(field).unwrap();
        let (expected, found) = (FieldValue::text("a"), FieldValue::text("b"));
        Difference { def, cause, expected, found, desired: None }
    }

    #[test]
    fn what_was_so_before_has_the_cause_that_it_had() {
        let before = [of("summary", Cause::Unclear)];
        let now = |field, cause| since_then(of(field, cause), &before).cause;
        assert_eq!(now("summary", Cause::Stored), Cause::Unclear);
        assert_eq!(now("location", Cause::Stored), Cause::Overwritten);
        assert_eq!(now("location", Cause::Initial), Cause::Overwritten);
        assert_eq!(now("location", Cause::Moved), Cause::Moved, "it was not written");
    }
}
