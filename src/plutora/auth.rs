//! Tokens: getting one, keeping it, and knowing when it is due.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::answer::Answer;
use super::endpoint::Endpoint;
use super::error::ConnectError;
use super::retry::{LONGEST_WAIT, asked_wait, read_may_succeed_later, waits};
use super::secret::{Hidden, Secret};
use super::token_store::{KeptToken, TokenStore, Whose};
use super::transport::{SendError, exchange};
use super::turns::Turns;
use super::waits::Reason;

/// How long a token lives when the answer does not say (vendor help, 2020).
const DEFAULT_LIFETIME: Duration = Duration::from_hours(23);

/// Beyond it, what is said of a token's life makes no sense.
pub(super) const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365);

/// What a token is had with.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A token that somebody else got.
    Token(Secret),
    /// The password grant, the only one that Plutora documents.
    Password(PasswordGrant),
}

/// What the password grant needs.
#[derive(Clone, Debug)]
pub struct PasswordGrant {
    /// From Plutora's settings, under integrations.
    pub client_id: String,
    /// From the same page.
    pub client_secret: Secret,
    /// The user's e-mail.
    pub username: String,
    /// The user's local password; single sign-on has none.
    pub password: Secret,
}

impl Credentials {
    /// Returns what tells the key whose requests are counted from others; no secret.
    pub fn key(&self) -> String {
        match self {
            Self::Token(token) => {
                let hash = Sha256::digest(token.expose().as_bytes());
                let hash = hash.iter().take(8).map(|byte| format!("{byte:02x}"));
                format!("token {}", hash.collect::<String>())
            }
            Self::Password(grant) => format!("client {}", grant.client_id),
        }
    }
}

impl Held {
    /// Returns the number of the token.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns whether another one is to be had for the next request.
    pub(super) fn is_due(&self) -> bool {
        is_due(self.due, Instant::now())
    }
}

impl PasswordGrant {
    fn hidden(&self) -> Hidden {
        Hidden::new([self.client_secret.clone(), self.password.clone()])
    }
}

/// A token in use, and which one it is.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) token: Secret,
    generation: u64,
    due: Option<Instant>,
}

/// How long a failure to get a token stands for all requests that wait for one.
const FAILURE_STANDS: Duration = Duration::from_mins(1);

/// Keeps one token for all requests of a run.
#[derive(Debug)]
pub(super) struct Tokens {
    credentials: Credentials,
    store: Option<Box<dyn TokenStore>>,
    slot: Mutex<Slot>,
    /// The number of the token that is in use.
    generation: AtomicU64,
}

/// The token, or why there is none.
#[derive(Debug, Default)]
struct Slot {
    held: Option<Held>,
    failed: Option<(Instant, ConnectError)>,
    /// Whether the last one was refused, so that none that is kept is to be trusted.
    refused: bool,
}

impl Tokens {
    pub(super) fn new(credentials: Credentials, store: Option<Box<dyn TokenStore>>) -> Self {
        Self { credentials, store, slot: Mutex::default(), generation: AtomicU64::new(0) }
    }

    /// Returns the number of the token that is in use; each new one has the next.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// Returns what tells the key from others.
    pub(super) fn key(&self) -> String {
        self.credentials.key()
    }

    /// Returns the grant that tokens are got by; none where somebody else got the token.
    pub(super) fn grant(&self) -> Option<&PasswordGrant> {
        match &self.credentials {
            Credentials::Token(_) => None,
            Credentials::Password(grant) => Some(grant),
        }
    }

    /// Returns a token that is not due, getting one if there is none.
    ///
    /// The requests of a run wait for one token together. If it cannot be had they all fail:
    /// asking again for each would send a wrong password often enough to lock an account.
    pub(super) async fn current(
        &self,
        http: &reqwest::Client,
        endpoint: &Endpoint,
        turns: &Turns,
    ) -> Result<Held, ConnectError> {
        let mut slot = self.slot.lock().await;
        let now = Instant::now();
        if let Some(held) = slot.held.as_ref().filter(|held| !is_due(held.due, now)) {
            return Ok(held.clone());
        }
        if let Some((at, error)) = &slot.failed
            && now.duration_since(*at) < FAILURE_STANDS
        {
            return Err(error.clone());
        }
        let (token, due) = match &self.credentials {
            Credentials::Token(token) => (token.clone(), None),
            Credentials::Password(grant) => {
                let kept = if slot.refused { None } else { self.kept(grant, endpoint) };
                let (token, left) = match kept {
                    Some(kept) => kept,
                    None => match request(grant, http, endpoint, turns).await {
                        Ok((token, lifetime)) => {
                            let left = usable(lifetime);
                            self.keep(grant, endpoint, (&token, left));
                            (token, left)
                        }
                        Err(error) => {
                            slot.failed = Some((Instant::now(), error.clone()));
                            return Err(error);
                        }
                    },
                };
                (token, Some(Instant::now() + left))
            }
        };
        slot.refused = false;
        let generation = self.generation.fetch_add(1, Ordering::Relaxed) + 1;
        let new = Held { token, generation, due };
        slot.held = Some(new.clone());
        Ok(new)
    }

    /// Returns for how long the token will be used; none where nobody knows, or there is none yet.
    pub(super) fn lasts(&self) -> Option<Duration> {
        let due = self.slot.try_lock().ok()?.held.as_ref()?.due?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Forgets a token that was refused, unless another request has already; returns whether a
    /// new one can be had.
    pub(super) async fn forget(&self, refused: &Held) -> bool {
        if matches!(self.credentials, Credentials::Token(_)) {
            return false;
        }
        let mut slot = self.slot.lock().await;
        if slot.held.as_ref().is_some_and(|held| held.generation == refused.generation) {
            slot.held = None;
            slot.refused = true;
            if let Some(store) = &self.store {
                store.forget();
            }
        }
        true
    }

    /// Returns a token that an earlier run has got, and for how long it may be used.
    fn kept(&self, grant: &PasswordGrant, endpoint: &Endpoint) -> Option<(Secret, Duration)> {
        let kept = self.store.as_ref()?.load()?;
        let kept = kept.of(&Whose::new(endpoint, grant), Timestamp::now())?;
        tracing::debug!("a token of an earlier run is used");
        Some(kept)
    }

    fn keep(&self, grant: &PasswordGrant, endpoint: &Endpoint, (token, left): (&Secret, Duration)) {
        let Some(store) = &self.store else { return };
        let whose = Whose::new(endpoint, grant);
        if let Some(kept) = KeptToken::new(whose, token, left, Timestamp::now()) {
            store.keep(&kept);
        }
    }
}

/// Asks for a token; that changes nothing in Plutora, so it is repeated like a read.
async fn request(
    grant: &PasswordGrant,
    http: &reqwest::Client,
    endpoint: &Endpoint,
    turns: &Turns,
) -> Result<(Secret, Option<u64>), ConnectError> {
    let form = [
        ("client_id", grant.client_id.as_str()),
        ("client_secret", grant.client_secret.expose()),
        ("grant_type", "password"),
        ("username", grant.username.as_str()),
        ("password", grant.password.expose()),
    ];
    let url = endpoint.token_url();
    let mut waits = waits();
    loop {
        let outcome = exchange(http.post(url.clone()).form(&form), grant.hidden()).await;
        let status = outcome.as_ref().ok().map(|answer| answer.status);
        tracing::debug!(%url, status, "asked for a token");
        let passing = match &outcome {
            Ok(answer) => read_may_succeed_later(answer.status, false),
            Err(SendError::Never(_) | SendError::TooLarge(_)) => false,
            Err(SendError::NeverSent(_) | SendError::NoAnswer(_) | SendError::CutShort(_)) => true,
        };
        let Some(wait) = waits.next().filter(|_| passing) else {
            return read_token(url.as_str(), outcome);
        };
        let (trouble, asked) = match &outcome {
            Ok(answer) => {
                (answer.refusal_of_token().to_string(), asked_wait(answer, Timestamp::now()))
            }
            Err(error) => (error.cause().to_owned(), None),
        };
        let (wait, reason) = asked.map_or((wait, Reason::Again), |asked| (asked, Reason::Asked));
        if wait > LONGEST_WAIT {
            let seconds = wait.as_secs();
            tracing::warn!("POST {url}: {trouble}; asked to wait {seconds} s, which is too long");
            turns.pace().hold(Instant::now(), wait);
            return read_token(url.as_str(), outcome);
        }
        tracing::warn!("POST {url}: {trouble}; trying again in {wait:.1?}");
        let end = Instant::now() + wait;
        let _waiting = turns.begin(end, reason);
        if !turns.patience.wait_until(end).await {
            return read_token(url.as_str(), outcome);
        }
    }
}

fn read_token(
    url: &str,
    outcome: Result<Answer, SendError>,
) -> Result<(Secret, Option<u64>), ConnectError> {
    let no_token = |cause| ConnectError::NoToken { url: url.to_owned(), cause };
    let answer = outcome.map_err(|error| no_token(error.into_cause()))?;
    if !answer.is_success() {
        let refusal = answer.refusal_of_token();
        return Err(match answer.status {
            400 | 401 | 403 => ConnectError::Credentials { url: url.to_owned(), refusal },
            // What knows no such path is another server, or another part of this one.
            _ => no_token(refusal.to_string()),
        });
    }
    // The body is never quoted: it may hold a token.
    let body: Value = serde_json::from_slice(&answer.body)
        .map_err(|_error| no_token(format!("the answer is not JSON, but {}", answer.form())))?;
    let token = body.get("access_token").and_then(Value::as_str).filter(|text| !text.is_empty());
    let token = token.ok_or_else(|| no_token("the answer holds no access_token".into()))?;
    Ok((Secret::new(token.to_owned()), body.get("expires_in").and_then(Value::as_u64)))
}

/// Returns how long a token may be used: nine tenths of the life that the answer states.
fn usable(expires_in: Option<u64>) -> Duration {
    let lifetime = expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs);
    lifetime.min(LONGEST_LIFE) * 9 / 10
}

fn is_due(due: Option<Instant>, now: Instant) -> bool {
    due.is_some_and(|due| now >= due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_late_refusal_of_an_old_token_does_not_cost_the_new_one() {
        let grant = PasswordGrant {
            client_id: String::new(),
            client_secret: Secret::new(String::new()),
            username: String::new(),
            password: Secret::new(String::new()),
        };
        let tokens = Tokens::new(Credentials::Password(grant), None);
        let held = |generation| Held { token: Secret::new("t".into()), generation, due: None };
        tokens.slot.lock().await.held = Some(held(2));

        assert!(tokens.forget(&held(1)).await);
        assert!(tokens.slot.lock().await.held.is_some(), "another request has renewed it already");
        assert!(tokens.forget(&held(2)).await);
        assert!(tokens.slot.lock().await.held.is_none());

        let ready_made = Tokens::new(Credentials::Token(Secret::new("t".into())), None);
        assert!(!ready_made.forget(&held(1)).await, "nobody can renew it");
    }

    #[test]
    fn a_token_is_due_at_nine_tenths_of_its_stated_life() {
        let now = Instant::now();
        assert_eq!(usable(Some(1_200)), Duration::from_mins(18));
        assert_eq!(usable(None), Duration::from_hours(23) * 9 / 10);
        assert!(is_due(Some(now), now) && !is_due(Some(now + Duration::from_secs(1)), now));
        assert!(!is_due(None, now));
        // A life beyond all reason must not overflow.
        assert!(now + usable(Some(u64::MAX)) > now);
    }
}
