//! Progress on a terminal; silence in a pipe.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::Value;
use tokio::time::Instant;

use super::events::Events;
use super::interrupt::Interrupt;
use super::pulse::Pulse;
use super::state::Journal;
use crate::apply::{Answer, Intent, Observer, Outcome};
use crate::plan::Step;
use crate::plutora::{Client, Get, News, Read, ReadError, Reader};
use crate::render::plain;
use crate::resource::Key;

/// A line on stderr that says what is going on, nothing where stderr is no terminal; and in the log, when it
/// began and ended.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    course: Course,
}

/// How something has gone so far.
#[derive(Clone, Debug)]
struct Course {
    client: Client,
    /// How many requests had been made before.
    before: u64,
    begin: Instant,
    /// How many it takes in all, as far as is known.
    expected: Arc<AtomicU64>,
}

/// Reads, and shows how far that is.
#[derive(Debug)]
pub(super) struct Followed<'a> {
    reader: Reader,
    progress: &'a Progress,
}

impl Progress {
    /// Begins a line of something that is about so many objects, and takes so many requests as far as is known;
    /// `client` is asked how many were made.
    pub(super) fn start(
        what: &'static str,
        client: &Client,
        (objects, requests): (u64, u64),
    ) -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(objects), target).with_prefix(what);
        let course = Course {
            client: client.clone(),
            before: client.requests(),
            begin: Instant::now(),
            expected: Arc::new(AtomicU64::new(requests)),
        };
        let told = course.clone();
        let pulse = move |_: &ProgressState, out: &mut dyn fmt::Write| {
            write!(out, "{}", told.pulse()).ok();
        };
        let template = "{spinner} {prefix} [{bar:16}] {pos}/{len} objects: {pulse} {wide_msg}";
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_invalid| ProgressStyle::default_spinner())
            .progress_chars("=> ")
            .with_key("pulse", pulse);
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        tracing::info!(objects, "{what}: begun");
        *shown() = Some(bar.clone());
        Self { bar, what, course }
    }

    /// Returns a reader whose news go on the line.
    pub(super) fn follow(&self) -> Followed<'_> {
        Followed { reader: self.course.client.reader(), progress: self }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        let Self { bar, what, course } = self;
        let (requests, objects) = (course.requests(), bar.position());
        let milliseconds = course.begin.elapsed().as_millis();
        tracing::info!(requests, objects, milliseconds, "{what}: ended");
        bar.finish_and_clear();
        *shown() = None;
    }
}

impl Course {
    fn requests(&self) -> u64 {
        self.client.requests().saturating_sub(self.before)
    }

    fn pulse(&self) -> Pulse {
        let requests = self.requests();
        Pulse {
            requests,
            time: self.begin.elapsed(),
            to_come: self.expected.load(Ordering::Relaxed).saturating_sub(requests),
            waits: self.client.waits(),
        }
    }
}

impl Read for Followed<'_> {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.reader.get(question).await
    }

    fn tell(&self, news: News) {
        let Progress { bar, what: _, course: Course { expected, .. } } = self.progress;
        let change = |by: &dyn Fn(u64) -> u64| {
            expected.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| Some(by(it))).ok();
        };
        match news {
            News::Expected(requests) => change(&|it| it.saturating_add(requests)),
            News::Spared(requests) => change(&|it| it.saturating_sub(requests)),
            News::Known(objects) => bar.inc(objects),
        }
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
