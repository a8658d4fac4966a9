//! From flags, variables and the profile to a connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::connection_args::ConnectionArgs;
use super::credentials::credentials;
use super::embedded::Embedded;
use super::environment::Environment;
use super::files::{small_file, why};
use super::profile::Profile;
use super::remembered::Remembered;
use super::target::endpoint;
use crate::apply::Options;
use crate::error::Failure;
use crate::live::{Kept, Scope};
use crate::plutora::{
    Alone, Client, Identity, Ledger, Rate, Settings, Share, TokenStore, TransportError,
};
use crate::render::Spent;
use crate::resource::{Labels, Tenant};

/// The largest file of certificates, in bytes.
const MOST_BYTES: u64 = 4 << 20;

const PARALLELISM: u16 = 8;
const TIMEOUT_SECONDS: u32 = 30;

/// A connection, and the sandbox behind it if it is one.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) api_url: String,
    pub(super) parallelism: usize,
    pub(super) timeout: Duration,
    pub(super) tenant: Tenant,
    /// What tells this Plutora from others in what is kept about it; none for a sandbox in memory, of
    /// which nothing stays.
    pub(super) kept_as: Option<String>,
    rate: Rate,
    share: Share,
    /// Whether lists are read whole.
    pub(super) whole_lists: bool,
    embedded: Option<Embedded>,
}

impl Connection {
    /// Prepares a connection; a sandbox is started, nothing else is sent.
    pub(super) async fn open(
        args: &ConnectionArgs,
        profile: &Profile,
        most_requests: Option<u64>,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let parallelism = args.parallelism.or(profile.parallelism).unwrap_or(PARALLELISM);
        let seconds = args.timeout.or(profile.timeout).unwrap_or(TIMEOUT_SECONDS);
        let timeout = Duration::from_secs(seconds.into());
        let embedded = Embedded::start(args).await?;
        let ca = args.ca_file.as_ref().or(profile.ca_file.as_ref());
        let ca = ca.filter(|_| embedded.is_none());
        // A sandbox overrides everything that says where, as whom and how fast.
        let ((endpoint, credentials), rate) = if let Some(sandbox) = &embedded {
            (sandbox.access()?, Rate::Unpaced)
        } else {
            let access = (endpoint(profile, environment)?, credentials(environment)?);
            (access, rate(args, profile)?)
        };
        let api_url = match &embedded {
            // The port is another each time, and the same manifests make the same plan.
            Some(_) => "sandbox".to_owned(),
            None => endpoint.to_string(),
        };
        let kept_as = kept_as(embedded.is_some(), args, &api_url);
        let (ledger, tokens): (Arc<dyn Ledger>, Option<Box<dyn TokenStore>>) = if embedded.is_some()
        {
            (Arc::new(Alone::new()), None)
        } else {
            let remembered = Remembered::new(&args.state, environment, &endpoint, &credentials);
            (remembered.ledger(rate), remembered.tokens(profile))
        };
        let share = share(args, profile)?;
        if embedded.is_none() {
            tell_of_a_share_of_nothing(rate, share);
        }
        let client = Client::new(Settings {
            endpoint,
            credentials,
            tokens,
            rate,
            share,
            ledger,
            timeout,
            ca: ca.map(|file| read_ca(file)).transpose()?,
            parallelism: parallelism.into(),
            most_requests,
            identity: Identity::new(environment.run()),
        });
        let client = client.map_err(|error| failed(error, ca.map(PathBuf::as_path)))?;
        Ok(Self {
            client,
            api_url,
            parallelism: parallelism.into(),
            timeout,
            tenant: tenant(profile, embedded.is_some())?,
            kept_as,
            rate,
            share,
            whole_lists: args.reading.whole_lists || profile.whole_lists,
            embedded,
        })
    }

    /// Returns what there is for so many requests to come.
    pub(super) fn outlook(&self, requests: u64) -> Spent {
        let (rate, token_seconds) =
            (self.rate.per_second_of(self.share), self.client.token_seconds());
        let can_begin = self.client.can_begin(requests);
        let repetitions = self.client.repetitions();
        Spent { repetitions, rate, token_seconds, can_begin, ..Spent::default() }
    }

    /// Returns from where a user reads, and how.
    pub(super) fn scope<'a>(&'a self, user: &'a str, kept: &'a Kept) -> Scope<'a> {
        let Self { api_url, tenant, parallelism, whole_lists, .. } = self;
        let (parallelism, whole_lists) = (*parallelism, *whole_lists);
        Scope { api_url, user, tenant, parallelism, kept, whole_lists }
    }

    /// Returns how plans are carried out.
    pub(super) fn options(&self) -> Options {
        let Self { parallelism, timeout, whole_lists, .. } = self;
        Options { parallelism: *parallelism, settle: *timeout, whole_lists: *whole_lists }
    }

    /// Returns whether what is asked is a sandbox inside this process.
    pub(super) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// Ends the connection; a sandbox has its state in its file then.
    pub(super) async fn close(self) -> Result<(), Failure> {
        match self.embedded {
            Some(sandbox) => sandbox.stop().await,
            None => Ok(()),
        }
    }
}

/// Returns what is particular to the tenant; its labels are not the sandbox's.
fn tenant(profile: &Profile, is_embedded: bool) -> Result<Tenant, Failure> {
    let tenant = profile.tenant()?;
    if is_embedded && tenant.labels != Labels::default() {
        tracing::warn!(
            "`statusLabels` of the profile are those of another tenant than the sandbox"
        );
        return Ok(Tenant { labels: Labels::default(), ..tenant });
    }
    Ok(tenant)
}

/// Returns by what a run knows what it keeps of its Plutora; none where nothing is kept.
fn kept_as(is_embedded: bool, args: &ConnectionArgs, api_url: &str) -> Option<String> {
    if !is_embedded {
        return Some(api_url.to_owned());
    }
    let file = args.state_file()?;
    let file = std::path::absolute(&file).unwrap_or(file);
    Some(format!("sandbox {}", file.display()))
}

fn tell_of_a_share_of_nothing(rate: Rate, share: Share) {
    if rate == Rate::Unpaced && share != Share::ALL {
        tracing::warn!(
            "the budget share counts for nothing: with --rate 0 no request is paced or counted"
        );
    }
}

fn rate(args: &ConnectionArgs, profile: &Profile) -> Result<Rate, Failure> {
    match (args.rate, profile.rate) {
        (Some(rate), _) => Ok(rate),
        (None, Some(number)) => Rate::new(number).map_err(|it| Failure::input(it.to_string())),
        (None, None) => Ok(Rate::DEFAULT),
    }
}

fn share(args: &ConnectionArgs, profile: &Profile) -> Result<Share, Failure> {
    match (args.budget_share, profile.budget_share) {
        (Some(share), _) => Ok(share),
        (None, Some(number)) => Share::new(number).map_err(|it| Failure::input(it.to_string())),
        (None, None) => Ok(Share::ALL),
    }
}

/// Says why no client could be made; `ca` is the file of further certificates.
fn failed(error: TransportError, ca: Option<&Path>) -> Failure {
    match (error, ca) {
        (TransportError::Certificates(cause), Some(file)) => {
            Failure::input(format!("the CA file {}: {cause}", file.display()))
        }
        (error, _) => error.into(),
    }
}

fn read_ca(file: &Path) -> Result<Vec<u8>, Failure> {
    small_file(file, MOST_BYTES).map(String::into_bytes).map_err(|error| {
        Failure::input(format!("the CA file {} cannot be read: {}", file.display(), why(&error)))
    })
}
