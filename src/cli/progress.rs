//! Progress on a terminal; silence in a pipe.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::Value;
use tokio::time::Instant;

use super::pulse::Pulse;
use crate::plutora::{Client, Get, News, Read, ReadError, Reader};

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
    /// Whether it was known beforehand how many requests and objects it is.
    is_forecast: bool,
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
        Followed { reader: self.course.client.reader(), progress: self, is_forecast: false }
    }

    /// Returns a reader for what was forecast, and whose news are none.
    pub(super) fn reader(&self) -> Followed<'_> {
        Followed { is_forecast: true, ..self.follow() }
    }

    /// Says what is being done.
    pub(super) fn says(&self, what: String) {
        self.bar.set_message(what);
    }

    /// Counts an object that is done.
    pub(super) fn done(&self) {
        self.bar.inc(1);
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
        if self.is_forecast {
            return;
        }
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
