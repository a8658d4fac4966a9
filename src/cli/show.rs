//! `show`: a plan file in any format.

use std::rc::Rc;

use super::args::ShowArgs;
use super::policy;
use super::reports::show;
use super::saved;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::plan::Limits;
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
    // Of what a run may not do, a plan keeps which warnings refuse it.
    let refused = policy::check(&planned, &Limits::default(), 0).err();
    Ended {
        command: Command::Plan,
        // Which run it was, it does not say; but which plan.
        run_id: render::plan_digest(&planned),
        started_at: planned.started_at.clone(),
        target: Some(planned.plan.target.clone()),
        planned: Some(Rc::new(planned)),
        applied: None,
        exit_code: refused.as_ref().map_or(Exit::Done, |failure| failure.exit) as u8,
        failure: refused.map(|failure| failure.told()),
    }
}
