//! One connection: tokens, repetitions, and what became of each request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::answer::Answer;
use super::auth::{Credentials, Held, Tokens};
use super::budget::Budget;
use super::endpoint::Endpoint;
use super::error::ConnectError;
use super::identity::{Correlation, Identity};
use super::ledger::Ledger;
use super::pace::Pace;
use super::port::Tried;
use super::rate::{Rate, Share};
use super::retry::{LONGEST_WAIT, asked_wait};
use super::secret::Hidden;
use super::spent::Spent;
use super::token_store::TokenStore;
use super::transport::{self, SendError, TransportError, exchange};
use super::turns::{NoTurn, Turns};
use super::waits::Reason;

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
    pub(super) turns: Turns,
    requests: AtomicU64,
    repetitions: AtomicU64,
    budget: Budget,
}

/// One request, as it may be sent several times.
pub(super) struct Request<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'static str, String)],
    body: Option<&'a Value>,
    pub(super) correlation: Correlation,
    /// Whether it was sent before, and so counts no more.
    counted: AtomicBool,
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
    /// Nothing, or nothing that was heard, and time has passed since the body was made.
    Outdated,
    /// The same, and that too often.
    TooLate,
}

/// How often a write may have to wait for something else. Each time the object is looked at once more, and
/// what a look takes of an hour that is full may be what the write waits for.
const MOST_LATE: usize = 20;

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
        let turns = Turns::new(Pace::new(rate, share, ledger), parallelism);
        let connecting = turns.connecting();
        Ok(Self {
            http: transport::client(&endpoint, timeout, ca.as_deref(), connecting.as_ref())?,
            endpoint,
            tokens: Tokens::new(credentials, tokens),
            identity,
            turns,
            requests: AtomicU64::new(0),
            repetitions: AtomicU64::new(0),
            budget: Budget::new(most_requests),
        })
    }

    /// Returns how many requests were made, without those for tokens and without repetitions.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns how often a request was sent again.
    pub(super) fn repetitions(&self) -> u64 {
        self.repetitions.load(Ordering::Relaxed)
    }

    /// Returns whether a request was not sent because the run may make no more.
    pub(super) fn is_spent(&self) -> bool {
        self.budget.is_spent()
    }

    /// Gives a request its id; one that was sent before under another counts no more.
    pub(super) fn request<'a>(
        &self,
        (method, path): (Method, &'a str),
        query: &'a [(&'static str, String)],
        body: Option<&'a Value>,
        tried: Tried,
    ) -> Request<'a> {
        let counted = AtomicBool::new(tried.was_sent());
        let correlation = self.identity.next();
        Request { method, path, query, body, correlation, counted }
    }

    /// Sends in its turn; a 401 is answered by one new token, however often the request is `tried`.
    ///
    /// What is written was made from what was read a moment ago. Where it had to wait for anything but the
    /// pace, it is not sent, or not again: whoever made it has to look first.
    pub(super) async fn send(&self, request: &Request<'_>, tried: &mut Tried) -> Sent {
        loop {
            let (held, _place) = match self.turn(request.body.is_some(), tried).await {
                Ok(turn) => turn,
                Err(sent) => return sent,
            };
            let before = request.counted.swap(true, Ordering::Relaxed);
            let counter = if before { &self.repetitions } else { &self.requests };
            counter.fetch_add(1, Ordering::Relaxed);
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
                self.turns.pace().answered(answer.status, started, Instant::now());
            }
            match outcome {
                Ok(answer) if answer.status == 401 && !tried.renewed => {
                    tried.renewed = true;
                    if !self.tokens.forget(&held).await {
                        return Sent::Answered(answer);
                    }
                    // Another request may have the new one by now, and that took its time too.
                    if request.body.is_some() {
                        return Sent::Outdated;
                    }
                }
                Ok(answer) => return Sent::Answered(answer),
                Err(error) => return Sent::Failed(error),
            }
        }
    }

    /// Waits for a token and a turn.
    async fn turn(
        &self,
        writes: bool,
        tried: &mut Tried,
    ) -> Result<(Held, Option<SemaphorePermit<'_>>), Sent> {
        let before = self.tokens.generation();
        let held = self.tokens.current(&self.http, &self.endpoint, &self.turns).await;
        let gave_up = writes && self.turns.patience.is_lost();
        let held = held.map_err(|error| match self.asked_too_long() {
            _ if gave_up => Sent::Outdated,
            Some(spent) => {
                self.budget.refuse();
                Sent::Spent(spent)
            }
            None => Sent::NoToken(error),
        })?;
        if held.generation() != before {
            // Where each request takes a new token, waiting for one is what it takes to send.
            if writes && !held.is_due() {
                return Err(late(tried));
            }
        }
        if !self.budget.take() {
            return Err(Sent::Spent(Spent::Run(self.budget.most())));
        }
        let made = writes.then(|| tried.known_at().unwrap_or_else(Instant::now));
        let no_turn = match self.turns.take(made).await {
            Ok(place) => return Ok((held, place)),
            Err(no_turn) => no_turn,
        };
        self.budget.give_back();
        Err(match no_turn {
            NoTurn::Full(spent) => {
                self.budget.refuse();
                Sent::Spent(spent)
            }
            NoTurn::Passed => late(tried),
            NoTurn::BrokenOff => Sent::Failed(SendError::NeverSent(
                "Plutora asks to wait, and the run was stopped".into(),
            )),
        })
    }

    /// Waits before another attempt and says why; returns false if there is to be none.
    pub(super) async fn wait(
        &self,
        request: &Request<'_>,
        waits: &mut impl Iterator<Item = Duration>,
        trouble: &Trouble<'_>,
    ) -> bool {
        let is_lost = self.turns.patience.is_lost();
        let Some(backoff) = waits.next().filter(|_| !is_lost) else {
            if let Trouble::Answer(answer) = trouble {
                self.hold(answer);
            }
            return false;
        };
        let Request { method, path, correlation, .. } = request;
        let asked = match trouble {
            Trouble::Answer(answer) => asked_wait(answer, Timestamp::now()),
            Trouble::Failure(_) => None,
        };
        match asked {
            Some(asked) if asked > LONGEST_WAIT => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; asked to wait {seconds} s, which is too long");
                self.turns.pace().hold(Instant::now(), asked);
                false
            }
            Some(asked) => {
                let seconds = asked.as_secs();
                tracing::warn!(%correlation, "{method} {path}: {trouble}; waiting {seconds} s, as asked");
                let now = Instant::now();
                self.turns.pace().hold(now, asked);
                self.turns.tells();
                let _waiting = self.turns.begin(now + asked, Reason::Asked);
                self.turns.patience.wait_until(now + asked).await
            }
            None => {
                tracing::warn!(%correlation, "{method} {path}: {trouble}; trying again in {backoff:.1?}");
                let _waiting = self.turns.begin(Instant::now() + backoff, Reason::Again);
                self.turns.patience.wait(backoff).await
            }
        }
    }

    /// Returns until when Plutora has asked to be left alone, where nobody waits that long.
    pub(super) fn asked_too_long(&self) -> Option<Spent> {
        let wait = self.turns.pace().held_for(Instant::now()).filter(|it| *it > LONGEST_WAIT)?;
        Some(Spent::asked(wait))
    }

    /// Holds every further request back for as long as an answer asks.
    pub(super) fn hold(&self, answer: &Answer) {
        if let Some(asked) = asked_wait(answer, Timestamp::now()) {
            self.turns.pace().hold(Instant::now(), asked);
        }
    }
}

/// Counts a wait of a write for something else than its turn.
fn late(tried: &mut Tried) -> Sent {
    if tried.late >= MOST_LATE {
        return Sent::TooLate;
    }
    *tried = tried.late_once_more();
    Sent::Outdated
}

fn log(request: &Request<'_>, outcome: &Result<Answer, SendError>, started: Instant) {
    let Request { method, path, query, body: _, correlation, counted: _ } = request;
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
