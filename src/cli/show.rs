//! `show`: a plan file in any format.

use std::rc::Rc;

use super::args::ShowArgs;
use super::reports::show;
use super::saved;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::render::{self, Command, Ended, Format, Planned, ReportFormat};

pub(super) fn run(args: &ShowArgs, ui: &Ui) -> Result<Exit, Failure> {
    let planned = saved::read(&args.file)?;
    match args.format.chosen_report() {
        ReportFormat::Text => show(Format::Text, &planned, ui)?,
        ReportFormat::Json => show(Format::Json, &planned, ui)?,
        ReportFormat::Markdown(forge) => show(Format::Markdown(forge), &planned, ui)?,
        format @ (ReportFormat::Junit | ReportFormat::Sarif) => {
            ui.answer(&render::report(format, &as_it_ended(planned)))?;
        }
    }
    Ok(Exit::Done)
}

/// Returns the run that has made a plan, as far as the plan tells of it.
fn as_it_ended(planned: Planned) -> Ended {
    Ended {
        command: Command::Plan,
        // Which run it was, it does not say; but which plan.
        run_id: render::plan_digest(&planned),
        started_at: planned.started_at.clone(),
        target: Some(planned.plan.target.clone()),
        planned: Some(Rc::new(planned)),
        applied: None,
        failure: None,
        exit_code: Exit::Done as u8,
    }
}
