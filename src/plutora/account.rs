//! What all runs of one key have sent, and when the next of them may send.

use serde::{Deserialize, Serialize};

use super::hour::{Hour, MOST, SLOT};
use super::retry::LONGEST_WAIT;
use super::second::Second;

/// The requests of one key: those of the last hour, and the next free place of the pace. Times are in
/// milliseconds of the clock on the wall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// When it was last looked at.
    at: i64,
    /// How far everything here was moved, all in all, because the clock was set to another time.
    moved: i64,
    /// When the next request may be sent.
    next: i64,
    /// When the last one was.
    #[serde(default)]
    last: i64,
    /// Until when Plutora has asked to be left alone.
    held: i64,
    hour: Hour,
    #[serde(default)]
    second: Second,
}

/// What tells a request from others, whatever becomes of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken(i64);

/// What one who asks for a place gets; waits are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The place.
    Now,
    /// The pace leaves none before.
    In(i64),
    /// Plutora has asked to wait.
    HeldFor(i64),
    /// The hour has none before.
    FullFor(i64),
}

impl Account {
    /// Takes a place if one is free, and counts the request for which it is.
    ///
    /// Who may be `early` need not wait for the place, only for so long after the last request; then two
    /// intervals follow it, so that the rate stays.
    pub(super) fn take(&mut self, now: i64, interval: i64, early: Option<i64>) -> Place {
        let now = self.look(now);
        if self.held > now {
            return Place::HeldFor(self.held - now);
        }
        let free = self.hour.free_at(now, MOST);
        if free > now {
            return Place::FullFor(free - now);
        }
        let soonest = early.map(|after| self.last.saturating_add(after));
        let place = self.next.min(soonest.unwrap_or(i64::MAX));
        let full = self.second.full_for(now, interval).unwrap_or_default();
        let wait = full.max(place.saturating_sub(now));
        if wait > 0 {
            return Place::In(wait);
        }
        self.count(now, interval);
        Place::Now
    }

    /// Counts a request that is sent whether or not a place is free, and has the next one wait.
    pub(super) fn count(&mut self, now: i64, interval: i64) {
        let now = self.look(now);
        self.next = self.next.max(now).saturating_add(interval);
        self.last = now;
        self.hour.count(now);
        self.second.count(now);
    }

    /// Returns the request that was counted last.
    pub(super) fn taken(&self) -> Taken {
        Taken(self.last.saturating_sub(self.moved))
    }

    /// Has a request wait for its connection.
    pub(super) fn connecting(&mut self, now: i64, Taken(taken): Taken) {
        let now = self.look(now);
        self.second.connecting(taken.saturating_add(self.moved), now);
    }

    /// Has it go.
    pub(super) fn connected(&mut self, now: i64, Taken(taken): Taken) {
        let now = self.look(now);
        self.second.connected(taken.saturating_add(self.moved), now);
    }

    /// Leaves Plutora alone for some time.
    pub(super) fn hold(&mut self, now: i64, time: i64) {
        let now = self.look(now);
        self.held = self.held.max(now.saturating_add(time.min(HOUR)));
    }

    /// Returns the longest that any of so many requests would have to wait for the hour, if they were sent from
    /// now on at an interval.
    pub(super) fn longest_wait(&mut self, now: i64, requests: (u64, i64)) -> i64 {
        let now = self.look(now);
        self.hour.longest_wait(now, requests, MOST)
    }

    /// Returns by how much the clock was set back since anybody looked last, if that shows.
    pub(super) fn set_back(&self, now: i64) -> Option<i64> {
        let by = self.at.saturating_sub(now);
        (by > SLOT).then_some(by)
    }

    /// Returns how far everything was moved; who sees the clock jump may see that another run did it.
    pub(super) fn moved(&self) -> i64 {
        self.moved
    }

    /// Moves everything that is noted along with a clock that has jumped.
    pub(super) fn shift(&mut self, by: i64) {
        self.moved = self.moved.saturating_add(by);
        self.at = self.at.saturating_add(by);
        self.next = self.next.saturating_add(by);
        self.last = self.last.saturating_add(by);
        self.held = self.held.saturating_add(by);
        self.hour.shift(by);
        self.second.shift(by);
    }

    /// Returns how many requests are counted.
    #[cfg(test)]
    pub(super) fn counted(&self) -> u64 {
        self.hour.counted()
    }

    /// Returns the time in this account, where it never goes back: by a little it stands still, and by more
    /// everything that is noted goes back too.
    fn look(&mut self, now: i64) -> i64 {
        if let Some(by) = self.set_back(now) {
            self.shift(-by);
        }
        let now = now.max(self.at);
        self.at = now;
        // No sound account says such things, and no one waits for them.
        let latest = now.saturating_add(longest());
        for (time, latest) in [
            (&mut self.next, latest),
            (&mut self.last, latest),
            (&mut self.held, now.saturating_add(HOUR)),
        ] {
            if *time > latest {
                *time = now;
            }
        }
        self.hour.nothing_after(now);
        now
    }
}

/// How long all runs of a key leave Plutora alone at most: what it counts, it counts by the hour.
const HOUR: i64 = 3_600_000;

fn longest() -> i64 {
    i64::try_from(LONGEST_WAIT.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;
    const MINUTE: i64 = 60_000;

    fn full(now: i64) -> Account {
        let mut account = Account::default();
        (0..MOST).for_each(|_| account.count(now, 0));
        account
    }

    #[test]
    fn places_are_spaced_whoever_asks() {
        let mut account = Account::default();
        assert_eq!(account.take(NOW, 182, None), Place::Now);
        assert_eq!(account.take(NOW + 100, 500, None), Place::In(82));
        assert_eq!(account.take(NOW + 182, 500, None), Place::Now);
        assert_eq!(account.take(NOW + 183, 182, None), Place::In(499));
    }

    #[test]
    fn a_full_hour_says_when_it_is_free() {
        let mut account = full(NOW);
        let Place::FullFor(wait) = account.take(NOW + MINUTE, 1, None) else {
            panic!("it is full")
        };
        assert!((59 * MINUTE..60 * MINUTE).contains(&wait), "{wait}");
        assert_eq!(account.take(NOW + MINUTE + wait, 1, None), Place::Now);
    }

    #[test]
    fn what_plutora_asks_holds_everyone_for_an_hour_at_most() {
        let mut account = Account::default();
        account.hold(NOW, 3_000);
        assert_eq!(account.take(NOW, 182, None), Place::HeldFor(3_000));
        account.hold(NOW, 99 * MINUTE);
        assert_eq!(account.take(NOW + 1, 182, None), Place::HeldFor(60 * MINUTE - 1));
    }

    #[test]
    fn a_clock_that_is_set_back_costs_no_wait_and_loses_no_request() {
        for back in [1, SLOT, SLOT + 1, MINUTE, 600 * MINUTE, NOW] {
            let mut account = Account::default();
            assert_eq!(account.take(NOW, 182, None), Place::Now);
            let Place::In(wait) = account.take(NOW - back, 182, None) else { panic!("{back}") };
            assert!(wait <= 182 + SLOT, "{back}: {wait}");

            let mut account = full(NOW);
            let place = account.take(NOW - back, 182, None);
            assert!(
                matches!(place, Place::FullFor(wait) if wait >= 60 * MINUTE),
                "{back}: {place:?}"
            );
        }
    }

    #[test]
    fn a_clock_that_jumps_ahead_frees_no_hour() {
        for ahead in [SLOT + 1, 77 * MINUTE, 60 * 24 * MINUTE] {
            let mut account = full(NOW);
            account.shift(ahead);
            let place = account.take(NOW + ahead, 182, None);
            assert!(
                matches!(place, Place::FullFor(wait) if wait >= 60 * MINUTE),
                "{ahead}: {place:?}"
            );
        }
    }

    #[test]
    fn an_account_that_makes_no_sense_makes_nobody_wait() {
        let wild = format!(
            r#"{{"at": 0, "moved": 0, "next": {}, "held": {}, "hour": {{"{}": 3}}}}"#,
            i64::MAX,
            i64::MAX,
            i64::MAX
        );
        let mut account: Account = serde_json::from_str(&wild).unwrap();
        assert_eq!(account.take(NOW, 182, None), Place::Now);
        let ahead =
            format!(r#"{{"at": {}, "moved": 0, "next": 0, "held": 0, "hour": {{}}}}"#, i64::MAX);
        let mut account: Account = serde_json::from_str(&ahead).unwrap();
        assert_eq!(account.take(NOW, 182, None), Place::Now);
    }
}
