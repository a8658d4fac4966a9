//! `plan`: what an apply would do.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::args::PlanArgs;
use super::environment::Environment;
use super::planning::{Planning, prepare};
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::render::{self, Format};

pub(super) async fn run(
    args: &PlanArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let planning = prepare(&args.reconcile, environment).await?;
    let policy = planning.check_policy();
    let Planning { planned, connection, inputs, .. } = planning;
    connection.close().await?;
    if let Some(file) = &args.out {
        let same = |input: &String| fs::canonicalize(input).ok() == fs::canonicalize(file).ok();
        if file.exists() && inputs.iter().any(same) {
            let message =
                format!("{} is one of the files that the plan is made of", file.display());
            return Err(Failure::input(message).hint("give --out another file"));
        }
        write_file(file, &render::plan(Format::Json, &planned))?;
    }
    // What is refused is shown all the same, for somebody has to mend it.
    ui.answer(&render::plan(args.reconcile.format.chosen(), &planned))?;
    policy?;
    let changes = args.detailed_exitcode && planned.plan.has_changes();
    Ok(if changes { Exit::Changes } else { Exit::Done })
}

/// Writes a file whole or not at all; what is no file, such as a pipe, just gets the text.
fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        // A disk that is full is no mistake in a flag.
        let full =
            [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
        let exit = if full.contains(&error.kind()) { Exit::Failed } else { Exit::Input };
        Failure::new(exit, format!("{} cannot be written: {error}", file.display()))
    };
    // The file that a link leads to is the one to replace.
    let file = &fs::canonicalize(file).unwrap_or_else(|_new| file.to_owned());
    if file.exists() && !file.is_file() {
        let opened = fs::OpenOptions::new().write(true).open(file);
        return opened.and_then(|mut it| it.write_all(text.as_bytes())).map_err(failed);
    }
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    // A plan is for others to read, as far as the user's own mask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let written = builder.tempfile_in(folder).and_then(|mut temporary| {
        temporary.write_all(text.as_bytes())?;
        temporary.as_file().sync_all()?;
        temporary.persist(file).map_err(|error| error.error)
    });
    written.map(drop).map_err(failed)
}
