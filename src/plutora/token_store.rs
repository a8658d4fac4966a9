//! Tokens that stay from one run to the next.

use std::fmt::Debug;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::auth::{LONGEST_LIFE, PasswordGrant};
use super::endpoint::Endpoint;
use super::secret::Secret;

/// Keeps the token of one user of one Plutora where no other user of this machine can read it.
pub trait TokenStore: Debug + Send + Sync {
    /// Returns what was kept last, if it can be trusted.
    fn load(&self) -> Option<KeptToken>;
    /// Keeps a token; one that cannot be kept is asked for again by the next run.
    fn keep(&self, token: &KeptToken);
    /// Forgets what is kept.
    fn forget(&self);
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Whose {
    url: String,
    client_id: String,
    username: String,
}

impl Whose {
    /// Names the user of a Plutora.
    pub(super) fn new(endpoint: &Endpoint, grant: &PasswordGrant) -> Self {
        let url = endpoint.token_url().to_string();
        Self { url, client_id: grant.client_id.clone(), username: grant.username.clone() }
    }
}

/// A token as it is kept.
pub struct KeptToken(Kept);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    whose: Whose,
    token: String,
    /// From when on it is not to be used.
    due: Timestamp,
}

impl KeptToken {
    /// Reads what was kept; nothing that was written by others is an error.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// Returns the text to keep, which holds the token.
    pub fn written(&self) -> Option<String> {
        serde_json::to_string(&self.0).ok()
    }

    pub(super) fn new(
        whose: Whose,
        token: &Secret,
        left: Duration,
        now: Timestamp,
    ) -> Option<Self> {
        let due = now.checked_add(SignedDuration::try_from(left).ok()?).ok()?;
        Some(Self(Kept { whose, token: token.expose().to_owned(), due }))
    }

    /// Returns the token and for how long it may be used, if it is this user's and not due.
    pub(super) fn of(self, user: &Whose, now: Timestamp) -> Option<(Secret, Duration)> {
        let Kept { whose, token, due } = self.0;
        let left = Duration::try_from(due.duration_since(now)).ok()?;
        // No header can hold what is no line of visible signs.
        let sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let usable = whose == *user && !left.is_zero() && left <= LONGEST_LIFE && sound;
        usable.then(|| (Secret::new(token), left))
    }
}

impl Debug for KeptToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("KeptToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn whose(url: &str, client_id: &str, username: &str) -> Whose {
        let [url, client_id, username] = [url, client_id, username].map(str::to_owned);
        Whose { url, client_id, username }
    }

    #[test]
    fn a_token_is_for_its_user_and_its_time() {
        let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let ours = whose("u", "c", "n");
        let token = Secret::new("hunter2".into());
        let kept = KeptToken::new(ours.clone(), &token, HOUR, now).unwrap();
        assert!(!format!("{kept:?}").contains("hunter2"));
        let text = kept.written().unwrap();
        let used = |user: &Whose, minutes: i64| {
            let then = now + SignedDuration::from_mins(minutes);
            KeptToken::read(&text).unwrap().of(user, then)
        };
        let (token, left) = used(&ours, 20).unwrap();
        assert_eq!((token.expose(), left), ("hunter2", Duration::from_mins(40)));
        for minutes in [60, 61, -60 * 24 * 366] {
            assert!(used(&ours, minutes).is_none(), "{minutes}");
        }
        for other in [whose("x", "c", "n"), whose("u", "x", "n"), whose("u", "c", "x")] {
            assert!(used(&other, 20).is_none(), "{other:?}");
        }
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in ["", "{}", "null", "\u{0}", r#"{"token": "t"}"#] {
            assert!(KeptToken::read(text).is_none(), "{text}");
        }
        let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        for token in ["", "a b", "a\nb", "ä"] {
            let ours = whose("u", "c", "n");
            let kept = KeptToken::new(ours.clone(), &Secret::new(token.into()), HOUR, now).unwrap();
            assert!(kept.of(&ours, now).is_none(), "{token}");
        }
    }
}
