//! `show`: a plan file in any format.

use super::args::ShowArgs;
use super::reports::show;
use super::saved;
use super::ui::Ui;
use crate::error::{Exit, Failure};

pub(super) fn run(args: &ShowArgs, ui: &Ui) -> Result<Exit, Failure> {
    let planned = saved::read(&args.file)?;
    show(args.format.chosen(), &planned, ui)?;
    Ok(Exit::Done)
}
