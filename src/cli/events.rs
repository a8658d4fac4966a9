//! The file that tells what happens while it happens.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::apply::{Outcome, Report};
use crate::error::Failure;
use crate::plan::Step;
use crate::render::{self, Happened};
use crate::resource::Key;

/// The events of a run, which go nowhere if nobody asked for them.
#[derive(Debug)]
pub(super) struct Events {
    path: PathBuf,
    /// None also after a line that could not be written: a gap would be taken for silence.
    file: RefCell<Option<File>>,
    finished: RefCell<BTreeSet<Key>>,
}

impl Events {
    /// Begins the file; what was in it is gone.
    pub(super) fn begin(path: Option<&Path>) -> Result<Self, Failure> {
        let file = path.map(File::create).transpose().map_err(|error| {
            let name = path.unwrap_or(Path::new("")).display();
            Failure::input(format!("{name} cannot be written: {error}"))
        })?;
        let path = path.unwrap_or(Path::new("")).to_owned();
        Ok(Self { path, file: RefCell::new(file), finished: RefCell::default() })
    }

    /// Tells what happened. An apply goes on where that cannot be: its events are not what it is for.
    pub(super) fn tell(&self, happened: &Happened<'_>) {
        let mut file = self.file.borrow_mut();
        let Some(open) = file.as_mut() else { return };
        let lines = render::events(happened, &Timestamp::now().to_string());
        if let Err(error) = open.write_all(render::inert(&lines).as_bytes()) {
            tracing::warn!("{} gets no further events: {error}", self.path.display());
            *file = None;
        }
    }

    pub(super) fn started(&self, step: &Step) {
        self.tell(&Happened::StepStarted(step));
    }

    pub(super) fn finished(&self, key: &Key, outcome: &Outcome) {
        if self.finished.borrow_mut().insert(key.clone()) {
            self.tell(&Happened::StepFinished(key, outcome));
        }
    }

    /// Tells what a step that has finished came to after all.
    pub(super) fn looked_again(&self, key: &Key, outcome: &Outcome) {
        self.tell(&Happened::StepFinished(key, outcome));
    }

    /// Tells of the steps that nobody saw begin: those that were blocked, stale or skipped.
    pub(super) fn rest(&self, report: &Report) {
        for step in &report.steps {
            self.finished(&step.key, &step.outcome);
        }
    }
}
