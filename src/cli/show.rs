//! `show`: a plan file in any format.

use std::fs;

use super::args::ShowArgs;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::render;

pub(super) fn run(args: &ShowArgs, ui: &Ui) -> Result<Exit, Failure> {
    let name = args.file.display();
    let text = fs::read_to_string(&args.file)
        .map_err(|error| Failure::input(format!("{name} cannot be read: {error}")))?;
    let planned = render::read_plan(&text)
        .map_err(|error| Failure::input(format!("{name} cannot be used: {error}")))?;
    ui.answer(&render::plan(args.format.chosen(), &planned))?;
    Ok(Exit::Done)
}
