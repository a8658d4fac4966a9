//! `plan`: what an apply would do.

use std::fs;
use std::path::Path;

use super::args::{PlanArgs, ReconcileArgs};
use super::config::Config;
use super::environment::Environment;
use super::files::write_file;
use super::manifests::Manifests;
use super::session::Session;
use super::ui::Ui;
use super::{policy, record};
use crate::error::{Exit, Failure};
use crate::render::{self, Format};

pub(super) async fn run(
    args: &PlanArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let ReconcileArgs { input, connection, policy, record, format } = &args.reconcile;
    let config = Config::load(&input.config)?;
    let manifests = Manifests::load(input, &config, environment)?;
    let session =
        Session::open(config, &input.config, connection, &policy.limits, environment).await?;
    let limits = session.limits.clone();
    let looked = match record::load(record, &session.connection.api_url) {
        Ok(record) => session.look(&manifests, &policy.deny, record.as_ref()).await,
        Err(failure) => Err(failure),
    };
    let planned = session.close(looked).await?.planned;
    if let Some(file) = &args.out {
        if is_input(file, &manifests, args) {
            let message =
                format!("{} is one of the files that the plan is made of", file.display());
            return Err(Failure::input(message).hint("give --out another file"));
        }
        write_file(file, &render::plan(Format::Json, &planned))?;
    }
    // What is refused is shown all the same, for somebody has to mend it.
    ui.answer(&render::plan(format.chosen(), &planned))?;
    policy::check(&planned, &limits, planned.requests)?;
    let changes = args.detailed_exitcode && planned.plan.has_changes();
    Ok(if changes { Exit::Changes } else { Exit::Done })
}

/// Tells whether a file is a manifest, the configuration or the state of a sandbox.
fn is_input(file: &Path, manifests: &Manifests, args: &PlanArgs) -> bool {
    let ReconcileArgs { input, connection, .. } = &args.reconcile;
    let Ok(file) = fs::canonicalize(file) else { return false };
    let same = |other: &Path| fs::canonicalize(other).is_ok_and(|other| other == file);
    let mut sources = manifests.sources.iter();
    let others = [Config::file(&input.config), connection.state_file()];
    sources.any(|(_, source)| same(Path::new(&source.name)))
        || others.into_iter().flatten().any(|other| same(&other))
}
