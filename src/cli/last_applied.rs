//! The file that says what was applied last.

use std::collections::BTreeMap;
use std::io;

use super::args::LastAppliedArgs;
use super::files::{small_file, why, write_file};
use crate::apply::{Outcome, Report};
use crate::desired::{Desired, Done, LastApplied};
use crate::error::Failure;
use crate::plan::Plan;
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
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            if folder.is_some_and(|folder| !folder.is_dir()) {
                let message = format!(
                    "there is no folder for {}, where --last-applied says that it is",
                    file.display()
                );
                return Err(Failure::input(message));
            }
            tracing::info!(file = %file.display(), "nothing was recorded yet");
            return Ok(None);
        }
        Err(error) => {
            return Err(Failure::input(format!(
                "{} cannot be read: {}",
                file.display(),
                why(&error)
            )));
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

/// Records what was applied, in the file that a flag names; `before` is what it held.
pub(super) fn save(
    args: &LastAppliedArgs,
    (before, api_url): (Option<&LastApplied>, &str),
    desired: &Desired,
    (plan, report): (&Plan, &Report),
) -> Result<(), Failure> {
    let Some(file) = &args.last_applied else { return Ok(()) };
    let none = LastApplied::default();
    let before = before.unwrap_or(&none);
    let outcomes: BTreeMap<&Key, &Outcome> =
        report.steps.iter().map(|step| (&step.key, &step.outcome)).collect();
    let done = |key: &Key| match outcomes.get(key) {
        // What was in sync has no outcome.
        None | Some(Outcome::Already(_)) => Done::Yes,
        Some(Outcome::Done { differs, .. }) if differs.is_empty() => Done::Yes,
        Some(Outcome::Done { differs, .. }) => {
            Done::But(differs.iter().map(|it| it.def.name).collect())
        }
        Some(
            Outcome::Failed { .. }
            | Outcome::Stale(_)
            | Outcome::Appeared(_)
            | Outcome::Gone
            | Outcome::Skipped(_)
            | Outcome::Blocked(_)
            | Outcome::NotStarted,
        ) => Done::No,
    };
    let is_renamed = |key: &Key| match done(key) {
        Done::Yes => true,
        Done::But(differs) => !differs.contains(&key.kind.key_field().name),
        Done::No => false,
    };
    let renames = plan.renames().into_iter().filter(|(_, new)| is_renamed(new)).collect();
    let record = LastApplied::after(&before.renamed(&renames), api_url, desired, &done);
    write_file(file, &render::last_applied(&record)).map_err(|failure| {
        failure.hint("the apply itself was carried out; only what it applied is not recorded")
    })
}
