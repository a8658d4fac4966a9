//! What every command that asks Plutora goes through: connect, read, plan.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::args::ConfigArgs;
use super::cache::Cache;
use super::config::Config;
use super::connection::Connection;
use super::connection_args::ConnectionArgs;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::limits::LimitArgs;
use super::manifests::{Manifests, refused};
use super::progress::Progress;
use crate::desired::LastApplied;
use crate::error::Failure;
use crate::live::{self, FetchError, Live, Scope};
use crate::plan::{Limits, Plan, mistakes, plan};
use crate::plutora::{Asked, Counting, Read};
use crate::render::{Planned, Spent};
use crate::resource::Code;

/// A connection, and how it was come by.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) config: Config,
    pub(super) connection: Connection,
    pub(super) interrupt: Interrupt,
    /// What the run may not do.
    pub(super) limits: Limits,
    /// Whether flags set limits too.
    has_flags: bool,
    pub(super) cache: Cache,
}

/// A plan, and what it was made of.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) planned: Planned,
    pub(super) live: Live,
    pub(super) asked: Asked,
}

impl Session {
    /// Connects; a sandbox is started, nothing else is sent. A command without flags for `limits` obeys
    /// those of the configuration.
    pub(super) async fn open(
        (config, interrupt): (Config, Interrupt),
        chosen: &ConfigArgs,
        connection: &ConnectionArgs,
        limits: Option<&LimitArgs>,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let has_flags = limits.is_some();
        let limits = config.limits(limits.unwrap_or(&LimitArgs::default()))?;
        let profile = config.profile(chosen)?;
        let reading = &connection.reading;
        let connection =
            Connection::open(connection, &profile, limits.requests, environment).await?;
        let cache = Cache::open(reading, &config.cache, &connection, environment)?;
        Ok(Self { config, connection, interrupt, limits, has_flags, cache })
    }

    /// Ends the connection; what the command came to matters more than how a sandbox ended.
    pub(super) async fn close<T>(self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        let closed = self.connection.close().await;
        outcome.and_then(|value| closed.map(|()| value))
    }

    /// Reads and plans, and says what of what was `applied` last is no longer declared; the user may stop
    /// it at any time.
    pub(super) async fn look(
        &self,
        manifests: &Manifests,
        deny: &[Code],
        applied: Option<&LastApplied>,
    ) -> Result<Looked, Failure> {
        let looked = tokio::select! {
            looked = self.read_and_plan(manifests) => {
                let looked = looked.map_err(|failure| failure.at(&self.connection.api_url));
                let has_token = self.connection.client.username().is_none();
                let looked = looked.map_err(|it| if has_token { it.of_token() } else { it });
                looked.map_err(|it| if self.has_flags { it } else { it.without_flags() })?
            }
            () = self.interrupt.times(1) => return Err(Failure::interrupted()),
        };
        let renames = looked.planned.plan.renames();
        let removed = applied.map(|it| it.renamed(&renames).no_longer_declared(&manifests.desired));
        let removed = removed.unwrap_or_default();
        let planned = Planned { denied: self.config.denied(deny), removed, ..looked.planned };
        Ok(Looked { planned, ..looked })
    }

    async fn read_and_plan(&self, manifests: &Manifests) -> Result<Looked, Failure> {
        let started_at = Timestamp::now();
        let client = &self.connection.client;
        let objects = manifests.desired.iter().count() as u64;
        let progress = Progress::start("reading Plutora", client, (objects, 0));
        let reader = Counting::new(progress.follow());
        let planned = self.plan_of(&reader, manifests).await;
        progress.finish();
        let (plan, live) = planned?;
        let outlook = self.connection.outlook(plan.apply_requests());
        let planned = Planned {
            plan,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            requests: client.requests(),
            started_at: started_at.to_string(),
            denied: BTreeSet::new(),
            removed: Vec::new(),
            frozen: None,
            spent: Spent { by_endpoint: reader.endpoints(), ..outlook },
        };
        Ok(Looked { planned, live, asked: reader.into_asked() })
    }

    /// Reads and plans; what a move of a release puts at stake is read only once a plan shows a move.
    async fn plan_of(
        &self,
        reader: &impl Read,
        manifests: &Manifests,
    ) -> Result<(Plan, Live), Failure> {
        let Manifests { desired, sources } = manifests;
        let Connection { client, parallelism, .. } = &self.connection;
        let user = match client.username() {
            Some(user) => user.to_owned(),
            None => live::whoami(reader).await.map_err(FetchError::from)?,
        };
        let kept = self.cache.of(&user);
        let scope = self.connection.scope(&user, &kept);
        let live = read(reader, manifests, &scope).await;
        // What was read is as good where something else could not be.
        self.cache.put(&user, &kept);
        let mut live = live?;
        let planned = |live: &Live| plan(desired, live).map_err(|found| refused(&found, sources));
        let mut plan = planned(&live);
        let written = plan.as_ref().ok().map(Plan::refers_to);
        // What is refused may be so for names that are others by now.
        let matters = |list| written.as_ref().is_none_or(|written| written.contains(&list));
        if live::renew(reader, desired, &scope, matters, &mut live).await? {
            self.cache.put(&user, &kept);
            plan = planned(&live);
        }
        let plan = plan?;
        let at_stake = plan.at_stake();
        if at_stake.is_empty() {
            return Ok((plan, live));
        }
        live.work_items = live::fetch_work_items(reader, &at_stake, (&kept, *parallelism)).await?;
        self.cache.put(&user, &kept);
        Ok((planned(&live)?, live))
    }
}

/// Reads live state, unless the lists show already that there will be no plan.
async fn read(
    reader: &impl Read,
    Manifests { desired, sources }: &Manifests,
    scope: &Scope<'_>,
) -> Result<Live, Failure> {
    let lists = live::lists(reader, desired, scope).await?;
    let found = mistakes(desired, &lists.outline(desired, scope)?);
    if !found.is_empty() {
        return Err(refused(&found, sources));
    }
    Ok(live::fetch(reader, desired, scope, lists).await?)
}
