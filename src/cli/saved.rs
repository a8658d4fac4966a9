//! A plan that was made and approved before.

use std::path::Path;

use super::args::ReconcileArgs;
use super::config::Config;
use super::connection::Connection;
use super::discover::small_file;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::planning::Planning;
use crate::error::{Exit, Failure};
use crate::render::{self, Planned};

/// The largest plan file, in bytes: that of some 30,000 objects. In memory it takes twenty times as much.
const MOST_BYTES: u64 = 64 << 20;

/// Reads a plan file.
pub(super) fn read(file: &Path) -> Result<Planned, Failure> {
    let name = file.display();
    let text = small_file(file, MOST_BYTES)
        .map_err(|error| Failure::input(format!("{name} cannot be read: {error}")))?;
    render::read_plan(&text)
        .map_err(|error| Failure::input(format!("{name} cannot be used: {error}")))
}

/// Reads a plan, and connects to where it was made for; nothing is asked of Plutora yet.
pub(super) async fn prepare(
    file: &Path,
    args: &ReconcileArgs,
    environment: &Environment,
) -> Result<Planning, Failure> {
    let ReconcileArgs { input, connection, policy, format: _ } = args;
    let mut planned = read(file)?;
    let config = Config::load(&input.config)?;
    if !input.files.is_empty() {
        let manifests = Manifests::load(input, &config, environment)?;
        if manifests.desired.digest() != planned.plan.manifest_digest {
            let message =
                format!("the manifests are not those that {} was made of", file.display());
            return Err(Failure::new(Exit::Stale, message)
                .hint("plan again, or leave -f out to apply what was planned"));
        }
    }
    let interrupt = Interrupt::listen()?;
    let profile = config.profile(&input.config)?;
    let connection = Connection::open(connection, &profile, environment).await?;
    let target = &planned.plan.target.api_url;
    if connection.api_url != *target {
        let message =
            format!("{} was made for {target}, and this is {}", file.display(), connection.api_url);
        connection.close().await.ok();
        return Err(
            Failure::input(message).hint("connect to where the plan was made, or plan again")
        );
    }
    planned.denied.extend(config.denied(&policy.deny));
    Ok(Planning { planned, connection, interrupt, inputs: Vec::new() })
}
