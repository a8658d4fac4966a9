//! How many requests one key has sent in the last hour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many requests one key may send in an hour (vendor help, 2020).
pub(super) const MOST: u64 = 26_000;

/// How finely requests are counted, in milliseconds.
pub(super) const SLOT: i64 = 10_000;

const HOUR: i64 = 3_600_000;

/// Requests counted by the slot of time in which they were sent, in milliseconds of any one clock.
///
/// A slot counts as if all of it had been sent at its end and had travelled as long as a slot is, so
/// whatever hour a receiver looks at holds no more than was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Hour(BTreeMap<i64, u32>);

impl Hour {
    /// Counts a request that is sent now.
    pub(super) fn count(&mut self, now: i64) {
        self.forget_until(now);
        let slot = self.0.entry(now.div_euclid(SLOT)).or_default();
        *slot = slot.saturating_add(1);
    }

    /// Returns when another request may be sent if an hour holds so many: now or later.
    pub(super) fn free_at(&mut self, now: i64, most: u64) -> i64 {
        self.forget_until(now);
        let mut sent: u64 = self.0.values().map(|count| u64::from(*count)).sum();
        let mut free = now;
        for (slot, count) in &self.0 {
            if sent < most {
                break;
            }
            sent -= u64::from(*count);
            free = forgotten_at(*slot);
        }
        free
    }

    /// Returns the longest that any of so many requests would have to wait for its place, if they were sent
    /// from now on at an interval.
    pub(super) fn longest_wait(
        &self,
        now: i64,
        (requests, interval): (u64, i64),
        most: u64,
    ) -> i64 {
        let mut hour = self.clone();
        let (mut at, mut longest) = (now, 0);
        for _ in 0..requests {
            let free = hour.free_at(at, most);
            longest = longest.max(free.saturating_sub(at));
            hour.count(free);
            at = free.saturating_add(interval);
        }
        longest
    }

    /// Returns how many requests are counted.
    #[cfg(test)]
    pub(super) fn counted(&self) -> u64 {
        self.0.values().map(|count| u64::from(*count)).sum()
    }

    /// Moves all requests to another time by the same distance; where that is no whole number of slots they
    /// become younger.
    pub(super) fn shift(&mut self, by: i64) {
        let slots = by.div_euclid(SLOT) + i64::from(by.rem_euclid(SLOT) > 0);
        let moved = std::mem::take(&mut self.0).into_iter();
        self.0 = moved.map(|(slot, count)| (slot.saturating_add(slots), count)).collect();
    }

    /// Takes what is said to be sent later than now for sent now.
    pub(super) fn nothing_after(&mut self, now: i64) {
        let this = now.div_euclid(SLOT);
        while let Some(last) = self.0.last_entry().filter(|last| *last.key() > this) {
            let count = last.remove();
            let slot = self.0.entry(this).or_default();
            *slot = slot.saturating_add(count);
        }
    }

    /// What nothing counts any more is not kept, which bounds the size.
    fn forget_until(&mut self, now: i64) {
        while let Some(first) = self.0.first_entry().filter(|it| forgotten_at(*it.key()) <= now) {
            first.remove();
        }
    }
}

/// Returns when a slot counts no longer.
fn forgotten_at(slot: i64) -> i64 {
    slot.saturating_add(2).saturating_mul(SLOT).saturating_add(HOUR)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_hour_is_free_once_its_first_requests_are_older() {
        let mut hour = Hour::default();
        assert_eq!(hour.free_at(5, 1), 5);
        for at in [0, 9_999, 10_000] {
            hour.count(at);
        }
        assert_eq!(hour.free_at(10_000, 4), 10_000);
        assert_eq!(hour.free_at(10_000, 3), HOUR + 2 * SLOT);
        assert_eq!(hour.free_at(10_000, 1), HOUR + 3 * SLOT);
        assert_eq!(hour.free_at(HOUR + 2 * SLOT, 2), HOUR + 2 * SLOT);
    }

    #[test]
    fn the_longest_wait_is_that_for_what_was_sent_before() {
        let mut hour = Hour::default();
        (0..100).for_each(|_| hour.count(0));
        let longest = |hour: &Hour, now, requests| hour.longest_wait(now, (requests, 1_000), 103);
        assert_eq!(longest(&hour, 0, 3), 0);
        // The fourth comes after three intervals, and waits for the hundred to be forgotten.
        assert_eq!(longest(&hour, 0, 4), HOUR + 2 * SLOT - 3_000);
        assert_eq!(longest(&hour, HOUR, 4), 2 * SLOT - 3_000);
        assert_eq!(longest(&hour, HOUR + 2 * SLOT, 103), 0);
        assert_eq!(longest(&Hour::default(), 0, 0), 0);
    }

    #[test]
    fn it_keeps_no_more_than_an_hour() {
        let mut hour = Hour::default();
        (0..40_000).for_each(|second| hour.count(second * 1_000));
        assert!(hour.0.len() <= 363, "{}", hour.0.len());
    }

    #[test]
    fn a_shift_makes_nothing_older_than_it_is() {
        let of = |slot| Hour(BTreeMap::from([(slot, 1)]));
        for (by, slot) in [(0, 7), (1, 8), (SLOT, 8), (-1, 7), (-SLOT, 6), (-SLOT - 1, 6)] {
            let mut hour = of(7);
            hour.shift(by);
            assert_eq!(hour, of(slot), "{by}");
        }
        let mut hour = of(9);
        hour.nothing_after(8 * SLOT);
        assert_eq!(hour, of(8));
    }

    proptest! {
        #[test]
        fn no_hour_ever_holds_more(gaps in prop::collection::vec(0_i64..400_000, 1..200), most in 1_u64..9) {
            let mut hour = Hour::default();
            let (mut now, mut sent) = (0, Vec::new());
            for gap in gaps {
                now = hour.free_at(now + gap, most);
                hour.count(now);
                sent.push(now);
            }
            for (index, first) in sent.iter().enumerate() {
                let within = sent[index..].iter().take_while(|it| **it - first <= HOUR).count();
                prop_assert!(within as u64 <= most);
            }
        }
    }
}
