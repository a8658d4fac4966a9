//! Going slower when Plutora is busy.

use std::time::Duration;

use tokio::time::Instant;

/// The part of the rate that is used, in eighths.
///
/// An answer that Plutora is busy halves it; each further row of successes adds an eighth.
#[derive(Debug)]
pub(super) struct Slowdown {
    eighths: u32,
    successes: u32,
    /// When it was last halved.
    since: Option<Instant>,
}

const ALL: u32 = 8;

/// How many answers that all is well add an eighth.
const ROW: u32 = 10;

impl Slowdown {
    pub(super) fn new() -> Self {
        Self { eighths: ALL, successes: 0, since: None }
    }

    /// Takes note that Plutora was too busy for a request that was sent at some time; returns whether the
    /// rate is another now.
    ///
    /// What was sent before the last such answer tells nothing of the rate since.
    pub(super) fn busy(&mut self, sent: Instant, now: Instant) -> bool {
        self.successes = 0;
        if self.since.is_some_and(|since| sent < since) {
            return false;
        }
        self.since = Some(now);
        let before = self.eighths;
        self.eighths = (self.eighths / 2).max(1);
        self.eighths != before
    }

    /// Takes note of an answer that all is well.
    pub(super) fn well(&mut self) {
        if self.eighths == ALL {
            return;
        }
        self.successes += 1;
        if self.successes == ROW {
            self.successes = 0;
            self.eighths += 1;
        }
    }

    /// Returns the time from one request to the next, where it is `interval` at full rate.
    pub(super) fn of(&self, interval: Duration) -> Duration {
        interval * ALL / self.eighths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_refusal_halves_the_rate_and_successes_bring_it_back() {
        let start = Instant::now();
        let mut slowdown = Slowdown::new();
        for (second, (slower, seconds)) in
            [(true, 2), (true, 4), (true, 8), (false, 8)].into_iter().enumerate()
        {
            let at = start + SECOND * u32::try_from(second).unwrap();
            assert_eq!(slowdown.busy(at, at + SECOND), slower);
            assert_eq!(slowdown.of(SECOND), SECOND * seconds);
        }
        let mut last = slowdown.of(SECOND);
        for row in 2..=ALL {
            (1..ROW).for_each(|_| slowdown.well());
            assert_eq!(slowdown.of(SECOND), last);
            slowdown.well();
            last = slowdown.of(SECOND);
            assert_eq!(last, SECOND * ALL / row);
        }
        (0..99).for_each(|_| slowdown.well());
        assert_eq!(slowdown.of(SECOND), SECOND);
    }

    #[test]
    fn requests_that_were_under_way_together_halve_it_once() {
        let start = Instant::now();
        let mut slowdown = Slowdown::new();
        assert!(slowdown.busy(start, start + SECOND));
        assert!(!slowdown.busy(start + SECOND / 2, start + SECOND * 2));
        assert_eq!(slowdown.of(SECOND), SECOND * 2);
        assert!(slowdown.busy(start + SECOND, start + SECOND * 3));
    }

    #[test]
    fn a_refusal_begins_the_row_anew() {
        let start = Instant::now();
        let mut slowdown = Slowdown::new();
        slowdown.busy(start, start + SECOND);
        (1..ROW).for_each(|_| slowdown.well());
        slowdown.busy(start, start + SECOND * 2);
        slowdown.well();
        assert_eq!(slowdown.of(SECOND), SECOND * 2);
    }
}
