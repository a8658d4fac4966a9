//! The tokens given out, each with its user and its end; they are never saved.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

/// Holds the tokens that are still good.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// How long tokens are good that are given out from now on.
    pub(crate) lifetime: Duration,
    live: BTreeMap<String, Session>,
    /// The users by refresh tokens, each good for once.
    refresh: BTreeMap<String, String>,
}

/// Holds what is given out for credentials.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

#[derive(Debug)]
struct Session {
    user: String,
    /// `None` for an end too far off to be counted.
    ends: Option<Instant>,
}

impl Session {
    fn is_over(&self, now: Instant) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

impl Sessions {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { lifetime, live: BTreeMap::new(), refresh: BTreeMap::new() }
    }

    /// Gives out a new token; those given out before stay good until their own end.
    pub(crate) fn open(&mut self, user: &str) -> Opened {
        let now = Instant::now();
        self.live.retain(|_, session| !session.is_over(now));
        let (token, refresh_token) = (opaque(), opaque());
        let session = Session { user: user.to_owned(), ends: now.checked_add(self.lifetime) };
        self.live.insert(token.clone(), session);
        self.refresh.insert(refresh_token.clone(), user.to_owned());
        Opened { token, refresh_token }
    }

    /// Gives the user of a refresh token, which is used up by that.
    pub(crate) fn refreshed(&mut self, refresh_token: &str) -> Option<String> {
        self.refresh.remove(refresh_token)
    }

    /// Gives the user of a token that is known and not over.
    pub(crate) fn user(&self, token: &str) -> Option<&str> {
        let session = self.live.get(token)?;
        (!session.is_over(Instant::now())).then_some(session.user.as_str())
    }

    pub(crate) fn revoke_all(&mut self) {
        self.live.clear();
        self.refresh.clear();
    }
}

/// Makes a text that nobody can guess and that means nothing.
fn opaque() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_it_ends_or_is_revoked() {
        let mut sessions = Sessions::new(Duration::MAX);
        let first = sessions.open("jane@example.com").token;
        let second = sessions.open("jane@example.com").token;
        assert_ne!(first, second);
        assert_eq!(sessions.user(&first), Some("jane@example.com"));
        assert_eq!(sessions.user("guess"), None);
        sessions.revoke_all();
        assert_eq!(sessions.user(&second), None);

        let mut over_at_once = Sessions::new(Duration::ZERO);
        let token = over_at_once.open("jane@example.com").token;
        assert_eq!(over_at_once.user(&token), None);
    }
}
