//! Who follows an apply, and stops it when the user wants that.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::events::Events;
use super::interrupt::Interrupt;
use super::progress::Progress;
use super::state::Journal;
use crate::apply::{Answer, Intent, Observer, Outcome};
use crate::plan::Step;
use crate::plutora::Client;
use crate::render::plain;
use crate::resource::Key;

/// Follows an apply: on the line, in the log, the journal and the events, and for the user's wish to stop.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    progress: &'a Progress,
    client: &'a Client,
    interrupt: &'a Interrupt,
    journal: Option<&'a Journal>,
    events: &'a Events,
    under_way: RefCell<BTreeSet<Key>>,
    ended: RefCell<Vec<(Key, Outcome)>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        progress: &'a Progress,
        client: &'a Client,
        interrupt: &'a Interrupt,
        (journal, events): (Option<&'a Journal>, &'a Events),
    ) -> Self {
        let (under_way, ended) = (RefCell::default(), RefCell::default());
        Self { progress, client, interrupt, journal, events, under_way, ended }
    }

    /// Returns what is known when everything is dropped at once.
    pub(super) fn account(&self) -> String {
        let under_way: Vec<String> =
            self.under_way.borrow().iter().map(ToString::to_string).collect();
        let ended = self.ended.borrow();
        let ended: Vec<String> =
            ended.iter().map(|(key, it)| format!("{key} ({})", it.word())).collect();
        let list = |objects: &[String]| match objects {
            [] => "nothing".to_owned(),
            objects => objects.join(", "),
        };
        format!(
            "stopped at once; ended before: {}; under way, with an unknown outcome: {}",
            list(&ended),
            list(&under_way)
        )
    }
}

impl Watch<'_> {
    /// Returns what ended how, and what is under way.
    pub(super) fn so_far(&self) -> (Vec<(Key, Outcome)>, BTreeSet<Key>) {
        (self.ended.borrow().clone(), self.under_way.borrow().clone())
    }
}

impl Observer for Watch<'_> {
    fn started(&self, step: &Step) {
        let key = step.key.to_string();
        self.progress.says(format!("{} {}", step.action.word(), plain(&key)));
        // A step whose object was created among many has begun with that.
        if !self.under_way.borrow_mut().insert(step.key.clone()) {
            return;
        }
        self.events.started(step);
        tracing::info!(object = %step.key, action = step.action.word(), "started");
    }

    fn finished(&self, step: &Step, outcome: &Outcome) {
        self.progress.done();
        self.under_way.borrow_mut().remove(&step.key);
        self.ended.borrow_mut().push((step.key.clone(), outcome.clone()));
        self.events.finished(&step.key, outcome);
        tracing::info!(object = %step.key, outcome = outcome.word(), "finished");
        if let Some(journal) = self.journal {
            journal.ended(&step.key, outcome);
        }
    }

    fn looked_again(&self, step: &Step, outcome: &Outcome) {
        self.ended.borrow_mut().retain(|(key, _)| *key != step.key);
        self.ended.borrow_mut().push((step.key.clone(), outcome.clone()));
        self.events.looked_again(&step.key, outcome);
        tracing::info!(object = %step.key, outcome = outcome.word(), "looked at again");
        if let Some(journal) = self.journal {
            journal.ended(&step.key, outcome);
        }
    }

    fn intends(&self, intent: &Intent<'_>) -> Result<u64, String> {
        self.journal.map_or(Ok(0), |journal| journal.intends(intent))
    }

    fn answered(&self, number: u64, answer: Answer) {
        if let Some(journal) = self.journal {
            journal.answered(number, answer);
        }
    }

    fn stopped(&self) -> bool {
        self.interrupted() || self.client.is_spent()
    }

    fn interrupted(&self) -> bool {
        self.interrupt.happened()
    }

    async fn stop(&self) {
        self.interrupt.times(1).await;
    }
}
