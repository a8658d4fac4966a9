//! Progress on a terminal; silence in a pipe.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::events::Events;
use super::interrupt::Interrupt;
use super::pulse::Pulse;
use super::state::Journal;
use crate::apply::{Answer, Intent, Observer, Outcome};
use crate::plan::Step;
use crate::plutora::Client;
use crate::render::plain;
use crate::resource::Key;

/// A line on stderr that says what is going on, nothing where stderr is no terminal; and in the log, when it
/// began and ended.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    client: Client,
    /// How many requests had been made before.
    before: u64,
    begin: Instant,
}

impl Progress {
    /// Begins a line; `client` is asked how many requests were made.
    pub(super) fn start(what: &'static str, client: &Client) -> Self {
        Self::of(what, client, None)
    }

    /// Begins a line of something of which it is known how many parts it has.
    pub(super) fn start_of(what: &'static str, client: &Client, parts: u64) -> Self {
        Self::of(what, client, Some(parts))
    }

    fn of(what: &'static str, client: &Client, parts: Option<u64>) -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(parts, target).with_prefix(what);
        let (begin, before) = (Instant::now(), client.requests());
        let progress = Self { bar, what, client: client.clone(), before, begin };
        let template = match parts {
            None => "{spinner} {prefix}: {pulse} {wide_msg}",
            Some(_) => "{spinner} {prefix} [{bar:20}] {pos}/{len}: {pulse} {wide_msg}",
        };
        let asked = progress.client.clone();
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_invalid| ProgressStyle::default_spinner())
            .progress_chars("=> ")
            .with_key(
                "pulse",
                move |bar: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                    let pulse = Pulse {
                        requests: asked.requests().saturating_sub(before),
                        time: begin.elapsed(),
                        done: bar.len().map(|parts| (bar.pos(), parts)),
                        waits: asked.waits(),
                    };
                    write!(out, "{pulse}").ok();
                },
            );
        progress.bar.set_style(style);
        progress.bar.enable_steady_tick(Duration::from_millis(100));
        tracing::info!(parts, "{what}: begun");
        *shown() = Some(progress.bar.clone());
        progress
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        let Self { bar, what, client, before, begin } = self;
        let requests = client.requests().saturating_sub(*before);
        let milliseconds = begin.elapsed().as_millis();
        tracing::info!(
            requests,
            parts = bar.length().map(|_| bar.position()),
            milliseconds,
            "{what}: ended"
        );
        bar.finish_and_clear();
        *shown() = None;
    }
}

/// The line that is on the terminal, if there is one.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn shown() -> MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes something else to the terminal, with the line out of its way.
pub(super) fn beside<T>(write: impl FnOnce() -> T) -> T {
    let bar = shown().clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

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
        self.progress.bar.set_message(format!("{} {}", step.action.word(), plain(&key)));
        // A step whose object was created among many has begun with that.
        if !self.under_way.borrow_mut().insert(step.key.clone()) {
            return;
        }
        self.events.started(step);
        tracing::info!(object = %step.key, action = step.action.word(), "started");
    }

    fn finished(&self, step: &Step, outcome: &Outcome) {
        self.progress.bar.inc(1);
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
