//! When to ask again, as plain functions of what happened.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::answer::Answer;

/// How long a server may make us wait; beyond it, it is better to fail and say so.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// Returns the waits before each further attempt: half a second, doubling, with jitter.
pub(super) fn waits() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(20))
        .with_max_times(5)
        .with_jitter()
        .build()
}

/// Returns whether a read may succeed when it is asked again.
///
/// A 500 on a filtered list is the answer to a filter that the server does not know (asserted for
/// users and organizations, 2021), and comes again each time.
pub(super) fn read_may_succeed_later(status: u16, filtered: bool) -> bool {
    match status {
        408 | 425 | 429 | 502..=504 => true,
        500 => !filtered,
        _ => false,
    }
}

/// Returns whether a status says that a write was turned away before anything was done.
pub(super) fn write_was_turned_away(status: u16) -> bool {
    status == 429
}

/// Returns how long an answer asks to wait: by the server's own clock where it tells the time, because
/// ours may be wrong.
pub(super) fn asked_wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let theirs = answer.date.as_deref().and_then(date);
    retry_after(answer.retry_after.as_deref()?, theirs.unwrap_or(now))
}

/// Reads a `Retry-After` header: seconds, or a date.
fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = date(header)?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn date(header: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(header.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plutora::secret::Hidden;

    #[test]
    fn a_clock_that_jumps_asks_for_no_other_wait() {
        let answer = |date: Option<&str>| Answer {
            status: 429,
            retry_after: Some("Sat, 28 Nov 2026 10:00:30 GMT".into()),
            date: date.map(str::to_owned),
            content_type: String::new(),
            location: None,
            body: Vec::new(),
            hidden: Hidden::default(),
        };
        let theirs = answer(Some("Sat, 28 Nov 2026 10:00:00 GMT"));
        for ours in ["2026-11-28T10:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
            assert_eq!(asked_wait(&theirs, ours.parse().unwrap()), Some(Duration::from_secs(30)));
        }
        let ours = "2026-11-28T10:00:20Z".parse().unwrap();
        for unknown in [None, Some("noon")] {
            assert_eq!(asked_wait(&answer(unknown), ours), Some(Duration::from_secs(10)));
        }
    }

    #[test]
    fn only_what_may_pass_is_asked_again() {
        assert!(read_may_succeed_later(429, false));
        assert!(read_may_succeed_later(503, true));
        assert!(read_may_succeed_later(500, false));
        assert!(!read_may_succeed_later(500, true));
        assert!(!read_may_succeed_later(404, false));
        assert!(!read_may_succeed_later(501, false));
    }

    #[test]
    fn a_write_is_repeated_only_when_it_was_turned_away() {
        assert!(write_was_turned_away(429));
        for status in [400, 408, 500, 502, 503, 504] {
            assert!(!write_was_turned_away(status), "{status}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::from_mins(2)));
        assert_eq!(
            retry_after("Tue, 24 Nov 2026 08:00:30 GMT", now),
            Some(Duration::from_secs(30))
        );
        assert_eq!(retry_after("Tue, 24 Nov 2026 07:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<Duration> = waits().collect();
        assert_eq!(waits.len(), 5);
        assert!(waits.iter().all(|wait| *wait >= Duration::from_millis(500)));
    }
}
