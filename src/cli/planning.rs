//! The way that plan, apply and explain have in common: load, connect, read, plan.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::args::{ConnectionArgs, InputArgs, PolicyArgs, ReconcileArgs};
use super::config::Config;
use super::connection::Connection;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::manifests::{Manifests, refused};
use super::progress::Progress;
use crate::error::{Exit, Failure};
use crate::live::{self, Asked, Counting, Live, Scope};
use crate::manifest::ACKNOWLEDGE;
use crate::plan::{Plan, Warning, plan};
use crate::plutora::Read;
use crate::render::Planned;

/// A plan, and the connection that it was made over.
#[derive(Debug)]
pub(super) struct Planning {
    pub(super) planned: Planned,
    pub(super) connection: Connection,
    pub(super) interrupt: Interrupt,
    /// The files that the manifests came from.
    pub(super) inputs: Vec<String>,
}

impl Planning {
    /// Refuses a plan with a warning that is denied and that no manifest acknowledges.
    pub(super) fn check_policy(&self) -> Result<(), Failure> {
        let denied = |warning: &&Warning| self.planned.is_denied(warning);
        let denied: Vec<&Warning> = self.planned.plan.warnings.iter().filter(denied).collect();
        let Some(first) = denied.first() else { return Ok(()) };
        let objects: Vec<String> =
            denied.iter().map(|it| format!("{} of {}", it.code, it.key)).collect();
        let message =
            format!("warnings that are denied: {}; nothing was written", objects.join(", "));
        Err(Failure::new(Exit::Refused, message)
            .hint(format!(
                "acknowledge one in its manifest: metadata.annotations: {{{ACKNOWLEDGE}: {}}}",
                first.code
            ))
            .hint("or lift it: the flag --deny, its variable PLUTORA_SYNC_DENY, or `deny` in plutora-sync.yaml"))
    }
}

/// A plan, and what it was made of.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) planning: Planning,
    pub(super) manifests: Manifests,
    pub(super) live: Live,
    pub(super) asked: Asked,
}

/// Loads the manifests, connects, reads and plans; the user may stop it at any time.
pub(super) async fn prepare(
    args: &ReconcileArgs,
    environment: &Environment,
) -> Result<Planning, Failure> {
    let ReconcileArgs { input, connection, policy, format: _ } = args;
    Ok(look(input, connection, policy, environment).await?.planning)
}

/// Does so and keeps what the plan was made of.
pub(super) async fn look(
    input: &InputArgs,
    connection: &ConnectionArgs,
    policy: &PolicyArgs,
    environment: &Environment,
) -> Result<Look, Failure> {
    let started_at = Timestamp::now();
    let config = Config::load(&input.config)?;
    let manifests = Manifests::load(input, &config, environment)?;
    let interrupt = Interrupt::listen()?;
    let profile = config.profile(&input.config)?;
    #[cfg(feature = "sandbox")]
    let state = connection.state_file();
    #[cfg(not(feature = "sandbox"))]
    let state = None;
    let connection = Connection::open(connection, &profile, environment).await?;
    let read = tokio::select! {
        read = read_and_plan(&manifests, &connection, started_at) => read,
        () = interrupt.times(1) => Err(Failure::interrupted()),
    };
    match read {
        Ok((planned, live, asked)) => {
            let planned = Planned { denied: config.denied(&policy.deny), ..planned };
            let sources = manifests.sources.iter().map(|(_, source)| source.name.clone());
            let others = [Config::file(&input.config), state];
            let others = others.into_iter().flatten().map(|file| file.display().to_string());
            let inputs = sources.chain(others).collect();
            let planning = Planning { planned, connection, interrupt, inputs };
            Ok(Look { planning, manifests, live, asked })
        }
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
) -> Result<(Planned, Live, Asked), Failure> {
    let Connection { client, api_url, parallelism, tenant, .. } = connection;
    let progress = Progress::start("reading Plutora", client);
    let (reader, user) = (Counting::new(client.reader()), client.username());
    let scope = Scope { api_url, user, tenant, parallelism: *parallelism };
    let planned = plan_of(&reader, manifests, scope).await;
    progress.finish();
    let (plan, live) = planned?;
    let planned = Planned {
        plan,
        tool_version: env!("CARGO_PKG_VERSION").into(),
        requests: client.requests(),
        started_at: started_at.to_string(),
        denied: BTreeSet::new(),
    };
    Ok((planned, live, reader.into_asked()))
}

/// Reads and plans; what a move of a release puts at stake is read only once a plan shows a move.
async fn plan_of(
    reader: &impl Read,
    manifests: &Manifests,
    scope: Scope<'_>,
) -> Result<(Plan, Live), Failure> {
    let Manifests { desired, sources } = manifests;
    let parallelism = scope.parallelism;
    let planned = |live: &Live| plan(desired, live).map_err(|found| refused(&found, sources));
    let mut live = live::fetch(reader, desired, scope).await?;
    let plan = planned(&live)?;
    let at_stake = plan.at_stake();
    if at_stake.is_empty() {
        return Ok((plan, live));
    }
    live.work_items = live::fetch_work_items(reader, &at_stake, parallelism).await?;
    Ok((planned(&live)?, live))
}
