//! Loading manifests, and the command that does nothing else.

use super::args::{InputArgs, ValidateArgs};
use super::config::Config;
use super::discover;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::ui::Ui;
use crate::desired::{self, Desired};
use crate::error::{Exit, Failure};
use crate::manifest::{self, Diagnostics, Sources};
use crate::render;
use crate::resource::Kind;

/// What the manifests declare, with the texts for showing places in them.
#[derive(Debug)]
pub(super) struct Manifests {
    pub(super) sources: Sources,
    pub(super) desired: Desired,
}

impl Manifests {
    /// Reads the configuration, and checks all that `-f` names, as [`Self::load`] does; the user may stop
    /// it at any time.
    pub(super) async fn load_all(
        args: &InputArgs,
        environment: &Environment,
        interrupt: &Interrupt,
    ) -> Result<(Config, Self), Failure> {
        let (args, environment) = (args.clone(), environment.clone());
        let work = move || {
            let config = Config::load(&args.config)?;
            let manifests = Self::load(&args, &config, &environment)?;
            Ok((config, manifests))
        };
        interrupt.or_done(work).await
    }

    /// Reads and checks all that `-f` names.
    pub(super) fn load(
        args: &InputArgs,
        config: &Config,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let sources = discover::read(&args.files, config.max_file_bytes())?;
        let reading = manifest::read(&sources, &config.variables(environment)?);
        let desired =
            desired::build(reading, &sources).map_err(|found| refused(&found, &sources))?;
        if desired.is_empty() {
            let paths: Vec<String> =
                args.files.iter().map(|path| path.display().to_string()).collect();
            let message = format!("there is no document in {}", paths.join(", "));
            let failure = Failure::input(message);
            return Err(if args.files.iter().any(|path| path.is_dir()) {
                failure.hint("folders are searched for files that end in .yaml or .yml")
            } else {
                failure.hint("what was read is empty, or holds nothing but comments")
            });
        }
        Ok(Self { sources, desired })
    }
}

/// Makes the failure for manifests that have to be mended.
pub(super) fn refused(found: &Diagnostics, sources: &Sources) -> Failure {
    to_mend("the manifests have", found, sources)
}

/// Makes the failure for texts that have to be mended; `what` says which, with its verb.
pub(super) fn to_mend(what: &str, found: &Diagnostics, sources: &Sources) -> Failure {
    let number = found.count();
    let noun = if number == 1 { "error" } else { "errors" };
    // Reading stops where no more are kept.
    let least = if found.is_full() { "at least " } else { "" };
    let summary = format!("{least}{number} {noun}");
    let text = render::diagnostics(found, sources) + &summary;
    let summary = format!("{what} to be mended: {summary}");
    Failure::mistakes(text, summary, render::mistakes(found, sources))
}

/// Checks manifests without Plutora.
pub(super) fn validate(
    args: &ValidateArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let config = Config::load(&args.input.config)?;
    let manifests = Manifests::load(&args.input, &config, environment)?;
    let desired = &manifests.desired;
    if !desired.notes.is_empty() {
        ui.note(render::notes(&desired.notes, &manifests.sources).trim_end());
    }
    let objects = Kind::ALL.into_iter().map(|kind| (kind.name(), desired.count(kind)));
    let counts: Vec<String> = objects
        .chain([("DeploymentStatus", desired.count_statuses())])
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| match (number, word.ends_with('s')) {
            (1, _) => format!("1 {word}"),
            (_, true) => format!("{number} {word}es"),
            (_, false) => format!("{number} {word}s"),
        })
        .collect();
    ui.answer(&format!("Valid: {}.\n", counts.join(", ")))?;
    Ok(Exit::Done)
}
