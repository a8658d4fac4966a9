//! `show`: a plan file in any format.

use super::args::ShowArgs;
use super::saved;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::render;

pub(super) fn run(args: &ShowArgs, ui: &Ui) -> Result<Exit, Failure> {
    let planned = saved::read(&args.file)?;
    ui.answer(&render::plan(args.format.chosen(), &planned))?;
    Ok(Exit::Done)
}
