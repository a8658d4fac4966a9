//! The files that a run writes: none of them may be one that it reads, or another that it writes.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::ReconcileArgs;
use super::config::Config;
use super::credentials::credential_files;
use super::discover;
use super::environment::Environment;
use crate::error::Failure;

/// A file that is written, and the flag that names it.
pub(super) type Output<'a> = (&'static str, &'a Path);

/// Refuses files that cannot all be written without one of them, or something that is read, being lost.
/// `also_read` is what the command reads besides manifests.
pub(super) fn check(
    outputs: &[Output<'_>],
    args: &ReconcileArgs,
    also_read: Option<&Path>,
    environment: &Environment,
) -> Result<(), Failure> {
    if outputs.is_empty() {
        return Ok(());
    }
    let inputs = inputs(args, also_read, environment);
    let mut seen: Vec<(PathBuf, Output<'_>)> = Vec::new();
    for (flag, file) in outputs {
        let real = real(file);
        let name = file.display();
        if !folder_of(file).is_dir() {
            let message = format!("{name} cannot be written: there is no folder for it");
            return Err(
                Failure::input(message).hint(format!("make it, or give {flag} another file"))
            );
        }
        if inputs.contains(&real) {
            let message = format!("{name} is one of the files that are read");
            return Err(Failure::input(message).hint(format!("give {flag} another file")));
        }
        if let Some((_, (other, _))) = seen.iter().find(|(known, _)| *known == real) {
            let message = if other == flag {
                format!("{flag} names {name} twice")
            } else {
                format!("{other} and {flag} both name {name}")
            };
            return Err(Failure::input(message).hint("give each a file of its own"));
        }
        seen.push((real, (flag, file)));
    }
    Ok(())
}

/// Returns the manifests, the configuration, the state of a sandbox, what was applied last, credentials and
/// certificates, and what else is read.
fn inputs(
    args: &ReconcileArgs,
    also_read: Option<&Path>,
    environment: &Environment,
) -> Vec<PathBuf> {
    let ReconcileArgs { input, connection, applied, .. } = args;
    let others = [
        Config::file(&input.config),
        connection.state_file(),
        connection.ca_file.clone(),
        applied.last_applied.clone(),
        also_read.map(Path::to_owned),
    ];
    // What is wrong with it is told once it is needed.
    let config = Config::load(&input.config).unwrap_or_default();
    let others = others.into_iter().flatten();
    let others = others.chain(credential_files(environment)).chain(config.ca_files().cloned());
    let others = others.map(|file| real(&file));
    discover::named(&input.files).into_iter().map(|file| real(&file)).chain(others).collect()
}

/// How many links are followed; more lead in a circle.
const LINKS: usize = 40;

/// Returns what tells a file from all others, whether it is there yet or not; a link to one that is not stands
/// for it.
fn real(file: &Path) -> PathBuf {
    let mut file = file.to_owned();
    for _ in 0..LINKS {
        if let Ok(real) = fs::canonicalize(&file) {
            return real;
        }
        let Ok(to) = fs::read_link(&file) else { break };
        file = folder_of(&file).join(to);
    }
    match (fs::canonicalize(folder_of(&file)), file.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => file,
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
