//! `schema`, `completions` and `man`: what is made from the definitions themselves.

use super::args::{self, CompletionsArgs, ManArgs, SchemaArgs, SchemaOf};
use super::config;
use super::environment::Environment;
use super::files::why;
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::{manifest, render};

pub(super) fn schema(args: &SchemaArgs, ui: &Ui) -> Result<Exit, Failure> {
    let schema = match args.of {
        SchemaOf::Manifest => manifest::schema(),
        SchemaOf::Plan => render::plan_schema(),
        SchemaOf::Report => render::report_schema(),
        SchemaOf::Drift => render::drift_schema(),
        SchemaOf::LastApplied => render::last_applied_schema(),
        SchemaOf::Events => render::events_schema(),
        SchemaOf::Config => config::schema(),
    };
    ui.answer(&render::pretty(&schema))?;
    Ok(Exit::Done)
}

pub(super) fn completions(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let mut command = args::command(&Environment::default());
    clap_complete::generate(args.shell, &mut command, "plutora-sync", &mut script);
    ui.answer(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

pub(super) fn man(args: &ManArgs, ui: &Ui) -> Result<Exit, Failure> {
    let command = args::command(&Environment::default());
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Failed, format!("the manual pages cannot be written: {}", why(&error)))
    };
    if let Some(folder) = &args.out {
        if folder.exists() && !folder.is_dir() {
            return Err(Failure::input(format!("{} is no folder", folder.display())));
        }
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(command, folder).map_err(failed)?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(failed)?;
        ui.answer(&String::from_utf8_lossy(&page))?;
    }
    Ok(Exit::Done)
}
