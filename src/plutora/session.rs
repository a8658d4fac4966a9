//! One connection: whose turn it is, tokens, repetitions, and what became of each request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::ExponentialBackoff;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::answer::Answer;
use super::auth::{Credentials, Tokens};
use super::budget::Budget;
use super::endpoint::Endpoint;
use super::error::ConnectError;
use super::identity::{Correlation, Identity};
use super::ledger::Ledger;
use super::pace::{Pace, Turn};
use super::patience::Patience;
use super::rate::{Rate, Share};
use super::retry::{LONGEST_WAIT, asked_wait};
use super::secret::Hidden;
use super::spent::Spent;
use super::token_store::TokenStore;
use super::transport::{self, SendError, TransportError, exchange};
use super::waits::{Reason, Waits};

/// What a connection needs.
#[derive(Debug)]
pub struct Settings {
    /// Where.
    pub endpoint: Endpoint,
    /// As whom.
    pub credentials: Credentials,
    /// Where tokens stay from one run to the next, if anywhere.
    pub tokens: Option<Box<dyn TokenStore>>,
    /// How fast.
    pub rate: Rate,
    /// Which part of that, and of what an hour holds.
    pub share: Share,
    /// Where it is noted what was sent, by whomever; not used if unpaced.
    pub ledger: Arc<dyn Ledger>,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// Further certificates to trust, as PEM.
    pub ca: Option<Vec<u8>>,
    /// How many requests may be under way at the same time.
    pub parallelism: usize,
    /// How many requests may be sent, repetitions included and those for tokens left out.
    pub most_requests: Option<u64>,
    /// Who we say we are.
    pub identity: Identity,
}

/// What all readers and writers of one connection share.
#[derive(Debug)]
pub(super) struct Session {
    http: reqwest::Client,
    endpoint: Endpoint,
    pub(super) tokens: Tokens,
    pub(super) identity: Identity,
    pace: Mutex<Pace>,
    /// Held by the one who waits for its turn, so that all come in order.
    asking: tokio::sync::Mutex<()>,
    waits: Waits,
    places: Semaphore,
    requests: AtomicU64,
    budget: Budget,
    patience: Patience,
}

/// Waits that are shorter are part of the pace, and not worth breaking off.
const LONG: Duration = Duration::from_secs(2);

/// One request, as it may be sent several times.
pub(super) struct Request<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<&'a Value>,
    pub(super) correlation: Correlation,
}

/// Why a request is to be sent again.
pub(super) enum Trouble<'a> {
    Answer(&'a Answer),
    Failure(&'a str),
}

impl std::fmt::Display for Trouble<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer(answer) => write!(out, "{}", answer.refusal()),
            Self::Failure(cause) => out.write_str(cause),
        }
    }
}

/// What came of sending a request, tokens aside.
pub(super) enum Sent {
    Answered(Answer),
    Failed(SendError),
    NoToken(ConnectError),
    /// Nothing, as there was none left to send.
    Spent(Spent),
}

impl Session {
    /// Prepares a connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, TransportError> {
        let Settings {
            endpoint,
            credentials,
            tokens,
            rate,
            share,
            ledger,
            timeout,
            ca,
            parallelism,
            most_requests,
            identity,
        } = settings;
        Ok(Self {
            http: transport::client(&endpoint, timeout, ca.as_deref())?,
            endpoint,
            tokens: Tokens::new(credentials, tokens),
            identity,
            pace: Mutex::new(Pace::new(rate, share, ledger)),
            asking: tokio::sync::Mutex::default(),
            waits: Waits::default(),
            places: Semaphore::new(parallelism.clamp(1, Semaphore::MAX_PERMITS)),
            requests: AtomicU64::new(0),
            budget: Budget::new(most_requests),
            patience: Patience::new(),
        })
    }

    /// Breaks off every wait before a repetition, and those that a server has asked for.
    pub(super) fn wait_no_longer(&self) {
        self.patience.lose();
    }

    /// Returns how many requests were made, without those for tokens and without repetitions.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns whether a request was not sent because the run may make no more.
    pub(super) fn is_spent(&self) -> bool {
        self.budget.is_spent()
    }

    /// Returns for how long nothing is sent, where that is worth telling, and why.
    pub(super) fn waits(&self) -> Option<(Duration, Reason)> {
        self.waits.longest(Instant::now())
    }

    /// Counts a request and gives it its id.
    pub(super) fn request<'a>(
        &self,
        method: Method,
        path: &'a str,
        query: &'a [(&'static str, String)],
        body: Option<&'a Value>,
    ) -> Request<'a> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Request { method, path, query, body, correlation: self.identity.next() }
    }

    /// Sends in its turn; a 401 is answered by one new token.
    pub(super) async fn send(&self, request: &Request<'_>) -> Sent {
        let mut renewed = false;
        loop {
            let held = match self.tokens.current(&self.http, &self.endpoint, &self.patience).await {
                Ok(held) => held,
                Err(error) => return Sent::NoToken(error),
            };
            if !self.budget.take() {
                return Sent::Spent(Spent::Run(self.budget.most()));
            }
            let _place = match self.turn().await {
                Ok(place) => place,
                Err(spent) => return Sent::Spent(spent),
            };
            let url = self.endpoint.api_url(request.path);
            let mut builder = self
                .http
                .request(request.method.clone(), url)
                .query(request.query)
                .bearer_auth(held.token.expose())
                .header("Plutora-Info", self.identity.header(&request.correlation));
            if let Some(body) = request.body {
                builder = builder.json(body);
            }
            let started = Instant::now();
            let outcome = exchange(builder, Hidden::new([held.token.clone()])).await;
            log(request, &outcome, started);
            if let Ok(answer) = &outcome {
                self.pace().answered(answer.status, started, Instant::now());
            }
            match outcome {
                Ok(answer) if answer.status == 401 && !renewed => {
                    renewed = true;
                    if !self.tokens.forget(&held).await {
                        return Sent::Answered(answer);
                    }
                }
                Ok(answer) => return Sent::Answered(answer),
                Err(error) => return Sent::Failed(error),
            }
        }
    }

    /// Waits for a place among the requests under way, and then for its turn.
    pub(super) async fn turn(&self) -> Result<Option<SemaphorePermit<'_>>, Spent> {
        // It fails only when it is closed, and nobody closes it.
        let place = self.places.acquire().await.ok();
        let _first = self.asking.lock().await;
        loop {
            let now = Instant::now();
            let turn = self.pace().ask(now);
            let Turn::NotBefore(at, reason) = turn else { return Ok(place) };
            let wait = at.saturating_duration_since(now);
            if reason == Reason::Hour && wait > LONGEST_WAIT {
                return Err(self.full(wait));
            }
            if wait <= LONG {
                sleep_until(at).await;
                continue;
            }
            let seconds = wait.as_secs();
            match reason {
                Reason::Hour => tracing::warn!("waiting {seconds} s, {reason}"),
                Reason::Again | Reason::Pace | Reason::Asked => {
                    tracing::info!("waiting {seconds} s, {reason}");
                }
            }
            let _waiting = self.waits.begin(at, reason);
            if self.patience.wait_until(at).await {
                continue;
            }
            if reason == Reason::Hour {
                return Err(self.full(at.saturating_duration_since(Instant::now())));
            }
            self.pace().hurry(Instant::now());
            return Ok(place);
        }
    }

    /// Says that the hour holds no more requests, and begins nothing further.
    fn full(&self, wait: Duration) -> Spent {
        self.budget.refuse();
        let free_at = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
        Spent::Hour { most: self.pace().most(), free_at }
    }

    /// Waits before another attempt and says why; returns false if there is to be none.
    pub(super) async fn wait(
        &self,
        request: &Request<'_>,
        waits: &mut ExponentialBackoff,
        trouble: &Trouble<'_>,
    ) -> bool {
        let Some(backoff) = waits.next() else { return false };
        let Request { method, path, correlation, .. } = request;
        let asked = match trouble {
            Trouble::Answer(answer) => asked_wait(answer, Timestamp::now()),
            Trouble::Failure(_) => None,
        };
        match asked {
            Some(asked) if asked > LONGEST_WAIT => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; asked to wait {seconds} s, which is too long");
                false
            }
            Some(asked) => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; waiting {seconds} s, as asked");
                let now = Instant::now();
                self.pace().hold(now, asked);
                let _waiting = self.waits.begin(now + asked, Reason::Asked);
                self.patience.wait_until(now + asked).await
            }
            None => {
                tracing::warn!(%correlation, "{method} {path}: {trouble}; trying again in {backoff:.1?}");
                let _waiting = self.waits.begin(Instant::now() + backoff, Reason::Again);
                self.patience.wait(backoff).await
            }
        }
    }

    /// Holds every further request back for as long as an answer asks, within reason.
    pub(super) fn hold(&self, answer: &Answer) {
        if let Some(asked) =
            asked_wait(answer, Timestamp::now()).filter(|asked| *asked <= LONGEST_WAIT)
        {
            self.pace().hold(Instant::now(), asked);
        }
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(request: &Request<'_>, outcome: &Result<Answer, SendError>, started: Instant) {
    let Request { method, path, query, body: _, correlation } = request;
    let milliseconds = started.elapsed().as_millis();
    match outcome {
        Ok(answer) => {
            let status = answer.status;
            tracing::debug!(%method, path, ?query, status, milliseconds, %correlation, "answered");
        }
        Err(error) => {
            tracing::debug!(%method, path, ?query, ?error, milliseconds, %correlation, "failed");
        }
    }
}
