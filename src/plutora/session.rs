//! One connection: whose turn it is, tokens, repetitions, and what became of each request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
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
use super::pace::{Pace, Rate};
use super::patience::Patience;
use super::retry::{LONGEST_WAIT, asked_wait};
use super::secret::Hidden;
use super::transport::{self, SendError, TransportError, exchange};

/// What a connection needs.
#[derive(Debug)]
pub struct Settings {
    /// Where.
    pub endpoint: Endpoint,
    /// As whom.
    pub credentials: Credentials,
    /// How fast.
    pub rate: Rate,
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
    /// Nothing, as the run may make no more requests than these.
    Spent(u64),
}

impl Session {
    /// Prepares a connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, TransportError> {
        let Settings {
            endpoint,
            credentials,
            rate,
            timeout,
            ca,
            parallelism,
            most_requests,
            identity,
        } = settings;
        Ok(Self {
            http: transport::client(&endpoint, timeout, ca.as_deref())?,
            endpoint,
            tokens: Tokens::new(credentials),
            identity,
            pace: Mutex::new(Pace::new(rate)),
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
                return Sent::Spent(self.budget.most());
            }
            let _place = self.turn().await;
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

    /// Waits for a place among the requests under way, and then for the pace.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // It fails only when it is closed, and nobody closes it.
        let place = self.places.acquire().await.ok();
        let now = Instant::now();
        let start = self.pace().reserve(now);
        if start > now + LONG {
            self.patience.wait_until(start).await;
        } else {
            sleep_until(start).await;
        }
        place
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
                let end = Instant::now() + asked;
                self.pace().hold_until(end);
                self.patience.wait_until(end).await
            }
            None => {
                tracing::warn!(%correlation, "{method} {path}: {trouble}; trying again in {backoff:.1?}");
                self.patience.wait(backoff).await
            }
        }
    }

    /// Holds every further request back for as long as an answer asks, within reason.
    pub(super) fn hold(&self, answer: &Answer) {
        if let Some(asked) =
            asked_wait(answer, Timestamp::now()).filter(|asked| *asked <= LONGEST_WAIT)
        {
            self.pace().hold_until(Instant::now() + asked);
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
