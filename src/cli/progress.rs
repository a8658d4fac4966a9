//! Progress on a terminal; silence in a pipe.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::Value;
use tokio::time::Instant;

use super::pulse::Pulse;
use crate::plutora::{Client, Get, News, Read, ReadError, Reader};

/// A line on stderr that says what is going on, nothing where stderr is no terminal; and in the log, when it
/// began and ended.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    course: Course,
}

/// How something has gone so far.
#[derive(Clone, Debug)]
struct Course {
    what: &'static str,
    client: Client,
    /// How many requests had been made before.
    before: u64,
    begin: Instant,
    /// How many it takes in all, as far as is known.
    expected: Arc<AtomicU64>,
    /// What is being done.
    now: Arc<Mutex<String>>,
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
        let bar = ProgressBar::with_draw_target(Some(objects), target);
        let course = Course {
            what,
            client: client.clone(),
            before: client.requests(),
            begin: Instant::now(),
            expected: Arc::new(AtomicU64::new(requests)),
            now: Arc::default(),
        };
        let (told, is_wide) = (course.clone(), columns() >= WIDE);
        let line = move |state: &ProgressState, out: &mut dyn fmt::Write| {
            let room = columns().saturating_sub(if is_wide { BESIDE + BAR } else { BESIDE });
            let line = told.line((state.pos(), state.len().unwrap_or_default()));
            write!(out, "{}", truncate_str(&line, room, "")).ok();
        };
        let template = if is_wide { "{spinner} [{bar:16}] {line}" } else { "{spinner} {line}" };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_invalid| ProgressStyle::default_spinner())
            .progress_chars("=> ")
            .with_key("line", line);
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        tracing::info!(objects, "{what}: begun");
        *shown() = Some(bar.clone());
        Self { bar, course }
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
        *self.course.now() = what;
    }

    /// Counts an object that is done.
    pub(super) fn done(&self) {
        self.bar.inc(1);
    }

    /// Takes the line away, unless that is done.
    pub(super) fn finish(&self) {
        let Self { bar, course } = self;
        if bar.is_finished() {
            return;
        }
        let (what, requests, objects) = (course.what, course.requests(), bar.position());
        let milliseconds = course.begin.elapsed().as_millis();
        tracing::info!(requests, objects, milliseconds, "{what}: ended");
        bar.finish_and_clear();
        *shown() = None;
    }
}

/// Whoever is stopped leaves no line behind.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// On how wide a terminal there is room for a bar.
const WIDE: usize = 80;

/// What a bar takes, and what the spinner does.
const BAR: usize = 19;
const BESIDE: usize = 2;

/// Returns how wide the terminal is, which may change at any time.
fn columns() -> usize {
    Term::stderr().size().1.into()
}

impl Course {
    fn requests(&self) -> u64 {
        self.client.requests().saturating_sub(self.before)
    }

    /// Returns the line, of so many objects that are done and so many in all.
    fn line(&self, (done, objects): (u64, u64)) -> String {
        let (what, mut pulse, now) = (self.what, self.pulse(), self.now());
        // First of all, so that it stands in a line of 80 columns.
        if let Some(wait) = pulse.take_wait() {
            return format!("{what}: {wait}; {done}/{objects} objects: {pulse} {now}");
        }
        format!("{what} {done}/{objects} objects: {pulse} {now}")
    }

    fn now(&self) -> MutexGuard<'_, String> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
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
        let Progress { bar, course: Course { expected, .. } } = self.progress;
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
