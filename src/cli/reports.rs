//! The reports of a run, which are written at its end, however it ended.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;

use super::args::ReconcileArgs;
use super::environment::Environment;
use super::events::Events;
use super::files::write_file;
use super::outputs;
use super::report_args::{ReportArg, ReportArgs};
use super::session::Session;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::live::Target;
use crate::render::{
    self, Applied, Command, Ended, Forge, Format, Happened, Planned, ReportFormat,
};

/// What to know where the report of an apply cannot be printed.
pub(super) const CARRIED_OUT: &str =
    "the apply itself was carried out; `plan` shows what is left to do";

/// What is known of a run, for those who ask at its end.
#[derive(Debug)]
pub(super) struct Record<'a> {
    command: Command,
    /// The format of the answer.
    format: Format,
    reports: &'a [ReportArg],
    /// Who shows what is written as Markdown.
    forge: Forge,
    events: Events,
    run_id: String,
    started_at: Timestamp,
    facts: RefCell<Facts>,
}

/// What a run finds out one after another.
#[derive(Debug, Default)]
struct Facts {
    target: Option<Target>,
    planned: Option<Rc<Planned>>,
    applied: Option<Rc<Applied>>,
}

impl<'a> Record<'a> {
    /// Begins; refuses reports that cannot be written without something else being lost. `read` and
    /// `written` are files of the command besides those that all commands have.
    pub(super) fn begin(
        command: Command,
        args: &'a ReconcileArgs,
        (read, written): (Option<&Path>, Option<outputs::Output<'_>>),
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let ReportArgs { reports, events } = &args.reports;
        let events = events.as_deref();
        let files = reports.iter().map(|report| ("--report", report.file.as_path()));
        let files = written.into_iter().chain(files).chain(events.map(|file| ("--events", file)));
        outputs::check(&files.collect::<Vec<_>>(), args, read, environment)?;
        let events = Events::begin(events)?;
        let run_id = environment.run().simple().to_string();
        events.tell(&Happened::Began { command, run_id: &run_id });
        Ok(Self {
            command,
            format: args.format.chosen(),
            reports,
            forge: args.format.forge(),
            events,
            run_id,
            started_at: Timestamp::now(),
            facts: RefCell::default(),
        })
    }

    /// Returns what is told while it happens.
    pub(super) fn events(&self) -> &Events {
        &self.events
    }

    /// Notes where, and as whom.
    pub(super) fn connected(&self, session: &Session) {
        let connection = &session.connection;
        let target = connection
            .client
            .username()
            .map(|user| Target { api_url: connection.api_url.clone(), user: user.to_owned() });
        self.facts.borrow_mut().target = target;
    }

    /// Notes what is planned.
    pub(super) fn planned(&self, planned: Planned) -> Rc<Planned> {
        self.events.tell(&Happened::Planned(&planned));
        let planned = Rc::new(planned);
        let mut facts = self.facts.borrow_mut();
        facts.target = Some(planned.plan.target.clone());
        facts.planned = Some(Rc::clone(&planned));
        planned
    }

    /// Notes what came of it.
    pub(super) fn applied(&self, applied: Applied) -> Rc<Applied> {
        self.events.rest(&applied.report);
        let applied = Rc::new(applied);
        self.facts.borrow_mut().applied = Some(Rc::clone(&applied));
        applied
    }

    /// Ends: prints what an apply answers to programs and bots, and writes the reports. What the run
    /// itself came to matters more than what came of that.
    pub(super) fn end(self, outcome: Result<Exit, Failure>, ui: &Ui) -> Result<Exit, Failure> {
        if let Err(failure) = &outcome {
            self.events.tell(&Happened::Failed(&failure.told()));
        }
        let printed = self.answer(&outcome, ui);
        let mut outcome = self.or_else(outcome, printed, ui);
        let ended = self.ended(&outcome);
        for ReportArg { format, file } in self.reports {
            let format = format.format(self.forge);
            let text = render::report(format, &ended);
            warn_of_length(format, &text, &file.display().to_string(), ui);
            // Colours are for terminals, and a file may be printed into the log of a pipeline.
            let text = anstream::adapter::strip_str(&text).to_string();
            outcome = self.or_else(outcome, write_file(file, &render::inert(&text)), ui);
        }
        let exit = *outcome.as_ref().unwrap_or_else(|failure| &failure.exit);
        self.events.tell(&Happened::Ended(exit as u8));
        outcome
    }

    /// Prints the report of an apply that got as far as a plan, or needed none; as text, people have seen it
    /// by now.
    fn answer(&self, outcome: &Result<Exit, Failure>, ui: &Ui) -> Result<(), Failure> {
        let format = match (self.command, self.format) {
            (Command::Plan, _) | (Command::Apply, Format::Text) => return Ok(()),
            (Command::Apply, Format::Json) => ReportFormat::Json,
            (Command::Apply, Format::Markdown(forge)) => ReportFormat::Markdown(forge),
        };
        let ended = self.ended(outcome);
        if ended.planned.is_none() && outcome.is_err() {
            return Ok(());
        }
        let text = render::report(format, &ended);
        warn_of_length(format, &text, "the answer", ui);
        ui.answer(&text).map_err(|failure| match ended.applied {
            Some(_) => failure.hint(CARRIED_OUT),
            None => failure,
        })
    }

    /// Returns what a run came to, and where that is well, what came of something after it.
    fn or_else(
        &self,
        outcome: Result<Exit, Failure>,
        after: Result<(), Failure>,
        ui: &Ui,
    ) -> Result<Exit, Failure> {
        let Err(failure) = after else { return outcome };
        self.events.tell(&Happened::Failed(&failure.told()));
        if let Ok(Exit::Done) = outcome {
            return Err(failure);
        }
        ui.failure(&failure);
        outcome
    }

    fn ended(&self, outcome: &Result<Exit, Failure>) -> Ended {
        let (exit, failure) = match outcome {
            Ok(exit) => (*exit, None),
            Err(failure) => (failure.exit, Some(failure.told())),
        };
        let Facts { target, planned, applied } = &*self.facts.borrow();
        Ended {
            command: self.command,
            run_id: self.run_id.clone(),
            started_at: self.started_at.to_string(),
            target: target.clone(),
            planned: planned.clone(),
            applied: applied.clone(),
            failure,
            exit_code: exit as u8,
        }
    }
}

/// Prints a plan.
pub(super) fn show(format: Format, planned: &Planned, ui: &Ui) -> Result<(), Failure> {
    let text = render::plan(format, planned);
    if let Format::Markdown(forge) = format {
        warn_of_length(ReportFormat::Markdown(forge), &text, "the answer", ui);
    }
    ui.answer(&text)
}

/// Notes that a comment is too long for where it is to be shown, though all but warnings was left out.
fn warn_of_length(format: ReportFormat, text: &str, what: &str, ui: &Ui) {
    if let ReportFormat::Markdown(forge) = format
        && forge.is_exceeded_by(text)
    {
        let most = forge.most();
        ui.note(&format!(
            "{what} is longer than the {most} characters of a comment: no warning is left out"
        ));
    }
}
