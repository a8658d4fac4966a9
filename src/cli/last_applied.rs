//! The file that says what was applied last.

use std::io;

use super::args::LastAppliedArgs;
use super::files::{small_file, write_file};
use crate::apply::Report;
use crate::desired::{Desired, LastApplied};
use crate::error::Failure;
use crate::render;
use crate::resource::Key;

/// The largest record, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Reads the record that a flag names; none where no flag names one, or there is none yet.
pub(super) fn load(args: &LastAppliedArgs, api_url: &str) -> Result<Option<LastApplied>, Failure> {
    let Some(file) = &args.last_applied else { return Ok(None) };
    let text = match small_file(file, MOST_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::info!(file = %file.display(), "nothing was recorded yet");
            return Ok(None);
        }
        Err(error) => {
            return Err(Failure::input(format!("{} cannot be read: {error}", file.display())));
        }
    };
    let record = render::read_last_applied(&text)
        .map_err(|error| Failure::input(format!("{} cannot be used: {error}", file.display())))?;
    if record.api_url != api_url {
        let message = format!(
            "{} says what was applied to {}, and this is {api_url}",
            file.display(),
            record.api_url
        );
        return Err(
            Failure::input(message).hint("give --last-applied another file for each Plutora")
        );
    }
    Ok(Some(record))
}

/// Records what was applied, in the file that a flag names.
pub(super) fn save(
    args: &LastAppliedArgs,
    api_url: &str,
    desired: &Desired,
    report: &Report,
) -> Result<(), Failure> {
    let Some(file) = &args.last_applied else { return Ok(()) };
    let before = load(args, api_url)?.unwrap_or_default();
    let undone = |key: &Key| {
        let step = report.steps.iter().find(|step| step.key == *key);
        step.is_some_and(|step| !step.outcome.is_complete())
    };
    let record = LastApplied::after(&before, api_url, desired, undone);
    write_file(file, &render::last_applied(&record)).map_err(|failure| {
        failure.hint("the apply itself was carried out; only what it applied is not recorded")
    })
}
