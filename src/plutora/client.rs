//! The adapter: tokens, pacing and retries around single exchanges.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::ExponentialBackoff;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use super::answer::Answer;
use super::auth::{Credentials, Tokens};
use super::endpoint::Endpoint;
use super::error::{ConnectError, Effect, ReadError, WriteError};
use super::identity::{Correlation, Identity};
use super::pace::{Pace, Rate};
use super::port::{Get, Read, Write, Written};
use super::retry::{
    LONGEST_WAIT, read_may_succeed_later, retry_after, waits, write_was_turned_away,
};
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
    /// Who we say we are.
    pub identity: Identity,
}

/// A connection to one Plutora.
#[derive(Clone, Debug)]
pub struct Client(Arc<Shared>);

/// Reads through a connection.
#[derive(Clone, Debug)]
pub struct Reader(Arc<Shared>);

/// Writes through a connection.
#[derive(Clone, Debug)]
pub struct Writer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    endpoint: Endpoint,
    tokens: Tokens,
    identity: Identity,
    pace: Mutex<Pace>,
    places: Semaphore,
    requests: AtomicU64,
}

impl Client {
    /// Prepares a connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, TransportError> {
        let Settings { endpoint, credentials, rate, timeout, ca, parallelism, identity } = settings;
        let http = transport::client(&endpoint, timeout, ca.as_deref())?;
        Ok(Self(Arc::new(Shared {
            http,
            endpoint,
            tokens: Tokens::new(credentials),
            identity,
            pace: Mutex::new(Pace::new(rate)),
            places: Semaphore::new(parallelism.clamp(1, Semaphore::MAX_PERMITS)),
            requests: AtomicU64::new(0),
        })))
    }

    /// Returns a reader.
    pub fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.0))
    }

    /// Returns a writer; for the apply command alone.
    pub fn writer(&self) -> Writer {
        Writer(Arc::clone(&self.0))
    }

    /// Returns how many requests were made, without those for tokens and without repetitions.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Returns the e-mail of the user, where the credentials say it.
    pub fn username(&self) -> Option<&str> {
        self.0.tokens.username()
    }

    /// Returns who we say we are.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }
}

/// One request, as it may be sent several times.
struct Request<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<&'a Value>,
    correlation: Correlation,
}

/// Why a request is to be sent again.
enum Trouble<'a> {
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
enum Sent {
    Answered(Answer),
    Failed(SendError),
    NoToken(ConnectError),
}

impl Shared {
    fn request<'a>(
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
    async fn send(&self, request: &Request<'_>) -> Sent {
        let mut renewed = false;
        loop {
            let held = match self.tokens.current(&self.http, &self.endpoint).await {
                Ok(held) => held,
                Err(error) => return Sent::NoToken(error),
            };
            // It fails only when it is closed, and nobody closes it.
            let _place = self.places.acquire().await.ok();
            let start = self.pace().reserve(Instant::now());
            sleep_until(start).await;
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
            let outcome = exchange(builder).await;
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

    /// Waits before another attempt and says why; returns false if there is to be none.
    async fn wait(
        &self,
        request: &Request<'_>,
        waits: &mut ExponentialBackoff,
        trouble: &Trouble<'_>,
    ) -> bool {
        let Some(backoff) = waits.next() else { return false };
        let Request { method, path, correlation, .. } = request;
        let asked = match trouble {
            Trouble::Answer(answer) => asked_wait(answer),
            Trouble::Failure(_) => None,
        };
        match asked {
            Some(asked) if asked > LONGEST_WAIT => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; asked to wait {seconds} s, which is too long");
                return false;
            }
            Some(asked) => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; waiting {seconds} s, as asked");
                self.pace().hold_until(Instant::now() + asked);
            }
            None => {
                tracing::warn!(%correlation, "{method} {path}: {trouble}; trying again in {backoff:.1?}");
                sleep(backoff).await;
            }
        }
        true
    }

    /// Holds every further request back for as long as an answer asks, within reason.
    fn hold(&self, answer: &Answer) {
        if let Some(asked) = asked_wait(answer).filter(|asked| *asked <= LONGEST_WAIT) {
            self.pace().hold_until(Instant::now() + asked);
        }
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, method: Method, path: &str, body: &Value) -> Result<Written, WriteError> {
        let name = if method == Method::POST { "POST" } else { "PUT" };
        let request = self.request(method, path, &[], Some(body));
        let correlation = &request.correlation;
        let not_done = |cause: String, denied| WriteError::NotDone {
            method: name,
            path: path.to_owned(),
            cause,
            denied,
            correlation: correlation.clone(),
        };
        let in_doubt = |cause: String, effect| WriteError::InDoubt {
            method: name,
            path: path.to_owned(),
            cause,
            effect,
            correlation: correlation.clone(),
        };
        let mut waits = waits();
        loop {
            match self.send(&request).await {
                Sent::NoToken(error) => {
                    let denied = matches!(error, ConnectError::Credentials { .. });
                    return Err(not_done(error.to_string(), denied));
                }
                Sent::Failed(SendError::NeverSent(cause)) => {
                    if !self.wait(&request, &mut waits, &Trouble::Failure(&cause)).await {
                        return Err(not_done(cause, false));
                    }
                }
                Sent::Failed(SendError::Untrusted(cause)) => return Err(not_done(cause, false)),
                Sent::Failed(SendError::NoAnswer(cause) | SendError::CutShort(cause)) => {
                    return Err(in_doubt(cause, Effect::Unknown));
                }
                Sent::Answered(answer) if answer.is_success() => {
                    return match answer.json() {
                        Ok(answer) => Ok(Written { answer, correlation: correlation.clone() }),
                        Err(cause) => Err(in_doubt(cause, Effect::Certain)),
                    };
                }
                Sent::Answered(answer) if write_was_turned_away(answer.status) => {
                    if !self.wait(&request, &mut waits, &Trouble::Answer(&answer)).await {
                        return Err(not_done(answer.refusal().to_string(), false));
                    }
                }
                Sent::Answered(answer) if answer.status >= 500 => {
                    // What is done next, looking or sending again, waits as long as the server asks.
                    self.hold(&answer);
                    return Err(in_doubt(answer.refusal().to_string(), Effect::Unknown));
                }
                Sent::Answered(answer) => {
                    let denied = matches!(answer.status, 401 | 403);
                    return Err(not_done(answer.refusal().to_string(), denied));
                }
            }
        }
    }
}

fn asked_wait(answer: &Answer) -> Option<Duration> {
    retry_after(answer.retry_after.as_deref()?, Timestamp::now())
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

impl Read for Reader {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let Get { path, query } = question;
        let request = self.0.request(Method::GET, path, query, None);
        let correlation = || request.correlation.clone();
        let mut waits = waits();
        loop {
            match self.0.send(&request).await {
                Sent::NoToken(error) => return Err(error.into()),
                Sent::Answered(answer) if answer.is_success() => {
                    return answer.json().map_err(|cause| ReadError::unreadable(path, cause));
                }
                Sent::Answered(answer) => {
                    let passing = read_may_succeed_later(answer.status, question.is_filtered());
                    let trouble = Trouble::Answer(&answer);
                    if passing && self.0.wait(&request, &mut waits, &trouble).await {
                        continue;
                    }
                    let (path, refusal) = (path.clone(), answer.refusal());
                    return Err(match answer.status {
                        401 | 403 => {
                            ReadError::Denied { path, refusal, correlation: correlation() }
                        }
                        _ => ReadError::Refused { path, refusal, correlation: correlation() },
                    });
                }
                Sent::Failed(error) => {
                    let passing = !matches!(error, SendError::Untrusted(_));
                    let cause = error.into_cause();
                    let trouble = Trouble::Failure(&cause);
                    if !(passing && self.0.wait(&request, &mut waits, &trouble).await) {
                        let (path, correlation) = (path.clone(), correlation());
                        return Err(ReadError::Unreachable { path, cause, correlation });
                    }
                }
            }
        }
    }
}

impl Write for Writer {
    async fn post(&self, path: &str, body: &Value) -> Result<Written, WriteError> {
        self.0.write(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: &Value) -> Result<Written, WriteError> {
        self.0.write(Method::PUT, path, body).await
    }
}
