//! The requests that may count in this second.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::transport::CONNECT_TIMEOUT;

/// How many requests a second takes (vendor staff, 2019).
const MOST: i64 = 6;

/// How long a request counts from when it goes, in milliseconds: a second, and by how much the network may delay it more
/// than those after it. At the usual pace six take a little longer.
const SECOND: i64 = 1_080;

/// After how long one that waits for a connection is asked about again.
const SOON: i64 = 50;

/// When each of the last requests was taken, and until when it counts.
///
/// Most go when they are taken. One that waits for its connection goes nobody knows when, so it counts from then on until
/// a second after the connection is made; others find the second that much fuller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Second(BTreeMap<i64, i64>);

impl Second {
    /// Returns for how long the second is full for runs that leave so much between two requests; those that leave less
    /// than the second needs do not look.
    pub(super) fn full_for(&self, now: i64, interval: i64) -> Option<i64> {
        let keeps_to_it = interval.saturating_mul(MOST) > SECOND;
        let mut ends: Vec<i64> = self.0.values().copied().filter(|end| *end > now).collect();
        let most = usize::try_from(MOST).ok().filter(|_| keeps_to_it)?;
        let first = ends.len().checked_sub(most)?;
        ends.sort_unstable();
        let wait = ends.get(first)? - now;
        // It may be over sooner.
        Some(if wait > SECOND { SOON } else { wait })
    }

    /// Counts a request that goes now, and forgets those that count no more.
    pub(super) fn count(&mut self, now: i64) {
        let latest = now.saturating_add(longest());
        self.0.retain(|_, end| (now..=latest).contains(end));
        self.0.insert(now, now.saturating_add(SECOND));
    }

    /// Has one that was taken at some time wait for a connection.
    pub(super) fn connecting(&mut self, taken: i64, now: i64) {
        self.0.insert(taken, now.saturating_add(longest()));
    }

    /// Has it go.
    pub(super) fn connected(&mut self, taken: i64, now: i64) {
        self.0.insert(taken, now.saturating_add(SECOND));
    }

    /// Moves all along with a clock that has jumped.
    pub(super) fn shift(&mut self, by: i64) {
        let moved = |time: i64| time.saturating_add(by);
        self.0 = self.0.iter().map(|(taken, end)| (moved(*taken), moved(*end))).collect();
    }
}

/// How long a request counts at most: a run that was killed lets go of none.
fn longest() -> i64 {
    i64::try_from(CONNECT_TIMEOUT.as_millis()).unwrap_or(i64::MAX).saturating_add(SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: i64 = 182;

    #[test]
    fn at_the_usual_pace_it_is_never_full() {
        let mut second = Second::default();
        for number in 0..100 {
            assert_eq!(second.full_for(number * PACE, PACE), None, "{number}");
            second.count(number * PACE);
            assert!(second.0.len() <= 6);
        }
    }

    #[test]
    fn what_waits_for_its_connection_counts_until_a_second_after() {
        let mut second = Second::default();
        second.count(0);
        second.connecting(0, 0);
        (1..=5).for_each(|number| second.count(number * PACE));
        assert_eq!(second.full_for(6 * PACE, PACE), Some(PACE + SECOND - 6 * PACE));
        assert_eq!(second.full_for(6 * PACE, 150), None, "who is faster does not look");
        second.count(7 * PACE);
        // All others have gone, and it may be soon that one does.
        (8..=11).for_each(|number| second.count(number * PACE));
        second.connected(0, 2_000);
        assert_eq!(second.full_for(2_002, PACE), Some(7 * PACE + SECOND - 2_002));
        assert_eq!(second.full_for(12 * PACE, PACE), Some(7 * PACE + SECOND - 12 * PACE));
    }

    #[test]
    fn nobody_waits_for_long_for_runs_that_are_no_more() {
        let mut second = Second::default();
        for taken in 0..6 {
            second.count(taken);
            second.connecting(taken, taken);
        }
        assert_eq!(second.full_for(10, PACE), Some(SOON));
        assert_eq!(second.full_for(12_000, PACE), None);
        second.connecting(7, i64::MAX - 5);
        second.count(12_000);
        assert_eq!(second.0.len(), 1, "nor for what makes no sense");
    }
}
