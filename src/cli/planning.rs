//! The way that plan and apply have in common: load, connect, read, plan.

use jiff::Timestamp;

use super::args::ReconcileArgs;
use super::config::Config;
use super::connection::Connection;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::manifests::{Manifests, refused};
use super::progress::Progress;
use crate::error::Failure;
use crate::live;
use crate::plan::plan;
use crate::render::Planned;

/// A plan, and the connection that it was made over.
#[derive(Debug)]
pub(super) struct Planning {
    pub(super) planned: Planned,
    pub(super) connection: Connection,
    pub(super) interrupt: Interrupt,
}

/// Loads the manifests, connects, reads and plans; the user may stop it at any time.
pub(super) async fn prepare(
    args: &ReconcileArgs,
    environment: &Environment,
) -> Result<Planning, Failure> {
    let ReconcileArgs { input, connection, format: _ } = args;
    let started_at = Timestamp::now();
    let config = Config::load(&input.config)?;
    let manifests = Manifests::load(input, &config, environment)?;
    let interrupt = Interrupt::listen()?;
    let profile = config.profile(&input.config)?;
    let connection = Connection::open(connection, &profile, environment).await?;
    let planned = tokio::select! {
        planned = read_and_plan(&manifests, &connection, started_at) => planned,
        () = interrupt.times(1) => Err(Failure::interrupted()),
    };
    match planned {
        Ok(planned) => Ok(Planning { planned, connection, interrupt }),
        Err(failure) => {
            // Why there is no plan matters more than how the sandbox ended.
            connection.close().await.ok();
            Err(failure)
        }
    }
}

async fn read_and_plan(
    manifests: &Manifests,
    connection: &Connection,
    started_at: Timestamp,
) -> Result<Planned, Failure> {
    let Connection { client, api_url, parallelism, .. } = connection;
    let progress = Progress::start("reading Plutora", client);
    let (reader, user) = (client.reader(), client.username());
    let live = live::fetch(&reader, &manifests.desired, api_url.clone(), user, *parallelism).await;
    progress.finish();
    let plan =
        plan(&manifests.desired, &live?).map_err(|found| refused(&found, &manifests.sources))?;
    Ok(Planned {
        plan,
        tool_version: env!("CARGO_PKG_VERSION").into(),
        requests: client.requests(),
        started_at: started_at.to_string(),
    })
}
