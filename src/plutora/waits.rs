//! What a connection waits for, for those who look on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A request is to be sent again.
    Again,
    /// The pace is slow.
    Pace,
    /// Plutora has asked for it.
    Asked,
    /// The hour holds no more requests.
    Hour,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Again => "before trying again",
            Self::Pace => "to keep the rate",
            Self::Asked => "as Plutora asks",
            Self::Hour => "as the hour holds no more requests",
        })
    }
}

/// All waits at one time.
#[derive(Debug, Default)]
pub(super) struct Waits(Mutex<All>);

/// Their ends and reasons, by the order in which they began.
#[derive(Debug, Default)]
struct All {
    begun: u64,
    waits: BTreeMap<u64, (Instant, Reason)>,
}

/// A wait; it is over when this goes.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    waits: &'a Waits,
    number: u64,
}

impl Waits {
    /// Notes that somebody waits.
    pub(super) fn begin(&self, until: Instant, reason: Reason) -> Waiting<'_> {
        let mut all = self.all();
        all.begun += 1;
        let number = all.begun;
        all.waits.insert(number, (until, reason));
        Waiting { waits: self, number }
    }

    /// Returns the wait that ends last, and how long it still is.
    pub(super) fn longest(&self, now: Instant) -> Option<(Duration, Reason)> {
        let all = self.all();
        let (until, reason) = all.waits.values().max()?;
        Some((until.saturating_duration_since(now), *reason))
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waits.all().waits.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_that_ends_last_is_told_while_it_lasts() {
        let (now, waits) = (Instant::now(), Waits::default());
        let second = Duration::from_secs(1);
        let again = waits.begin(now + second, Reason::Again);
        let asked = waits.begin(now + second * 9, Reason::Asked);
        assert_eq!(waits.longest(now + second * 2), Some((second * 7, Reason::Asked)));
        drop(asked);
        assert_eq!(waits.longest(now + second * 2), Some((Duration::ZERO, Reason::Again)));
        drop(again);
        assert_eq!(waits.longest(now), None);
    }
}
