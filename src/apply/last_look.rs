//! The last look: what stands above something that was written after it is read once more.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};

use super::executor::Run;
use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome};
use crate::plan::{Step, looked_at_last};
use crate::plutora::{Read, Write};
use crate::resource::Key;

impl<R: Read, W: Write, O: Observer> Run<'_, R, W, O> {
    /// Reads what was written first once more, now that everything is, and judges it by that; returns
    /// whether the user let it come to its end.
    pub(super) async fn look_once_more(&self) -> bool {
        let mut lists: BTreeMap<Key, Vec<&Step>> = BTreeMap::new();
        {
            let ended = self.ended.borrow();
            let outcome = |step: &Step| ended.get(&step.key).map(|(outcome, _)| outcome);
            let steps = &self.plan.steps;
            let again = looked_at_last(steps, |step| outcome(step).is_some_and(Outcome::wrote));
            let is_done = |step: &&Step| matches!(outcome(step), Some(Outcome::Done { .. }));
            for step in steps.iter().filter(|step| again.contains(&step.key)).filter(is_done) {
                let list = step.key.parent().unwrap_or_else(|| step.key.clone());
                lists.entry(list).or_default().push(step);
            }
        }
        let looks = stream::iter(lists.into_values()).map(|steps| self.look_at(steps));
        let looks = looks.buffer_unordered(self.options.parallelism.max(1));
        looks.fold(true, |all, seen| async move { all && seen }).await
    }

    /// Reads objects of one list, which comes once for all of them, and takes note of what it shows.
    async fn look_at(&self, steps: Vec<&Step>) -> bool {
        let mut list = None;
        for step in steps {
            if self.observer.interrupted() {
                return false;
            }
            let before = self.ended.borrow().get(&step.key).map(|(outcome, _)| outcome.clone());
            let Some(Outcome::Done { id, correlation, differs }) = before else { continue };
            let Ok(place) = self.place(step, list.take()) else { continue };
            let body = match place.known(id) {
                Some(body) => Ok(body),
                None => place.read(self.reader, id).await,
            };
            let seen = match (self.ready(step, &place), body) {
                (Ok(ready), Ok(body)) => {
                    let now = ready.differs(&body).into_iter();
                    let differs = now.map(|it| since_then(it, &differs)).collect();
                    Outcome::Done { id, correlation, differs }
                }
                (Err(outcome), _) => outcome,
                (Ok(_), Err(error)) => Outcome::in_doubt(format!(
                    "written and read back, but not read again after what stands below it: {error}"
                )),
            };
            if !matches!(&seen, Outcome::Done { differs: now, .. } if *now == differs) {
                self.observer.looked_again(step, &seen);
            }
            if let Some((outcome, _)) = self.ended.borrow_mut().get_mut(&step.key) {
                *outcome = seen;
            }
            list = place.into_known();
        }
        true
    }
}

/// Tells what the server has made of a field from the start from what became of it later.
fn since_then(difference: Difference, before: &[Difference]) -> Difference {
    let is_new = !before.iter().any(|other| other.def == difference.def);
    if is_new && difference.cause == Cause::Stored {
        return Difference { cause: Cause::Overwritten, ..difference };
    }
    difference
}
