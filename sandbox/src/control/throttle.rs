//! The throttle: how many requests are admitted, and what the others are told.
//!
//! 26,000 requests an hour for one key are documented (vendor help, 2020), and that six a second are
//! enforced strictly was said by the vendor's staff (2019). How a throttled request is answered is in no
//! public text: the 429, its text and `Retry-After` follow what .NET services of that time did, and the
//! windows are the strictest that can be meant: any second and any hour.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::{Deserialize, Serialize};

use crate::choices::RetryAfter;

/// Says how many requests of the API a sandbox admits; without a number, all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Throttle {
    /// In any second.
    pub per_second: Option<NonZeroU32>,
    /// In any hour.
    pub per_hour: Option<NonZeroU32>,
    /// How a request that is not admitted is told when to come again.
    pub retry_after: RetryAfter,
}

impl Throttle {
    /// Gives each limit with its window, and the name of that.
    fn limits(&self) -> impl Iterator<Item = (usize, Duration, &'static str)> {
        let Self { per_second, per_hour, retry_after: _ } = self;
        let windows = [
            (per_second, Duration::from_secs(1), "Second"),
            (per_hour, Duration::from_hours(1), "Hour"),
        ];
        windows.into_iter().filter_map(|(limit, window, name)| {
            Some((usize::try_from(limit.as_ref()?.get()).ok()?, window, name))
        })
    }
}

/// Counts the requests that were admitted.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    pub(crate) throttle: Throttle,
    /// When each was, the latest last; no more of them than the largest limit needs.
    admitted: VecDeque<Instant>,
}

/// Tells why a request was not admitted, and for how long none will be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Throttled {
    pub(crate) text: String,
    pub(crate) wait: Duration,
}

impl Admission {
    /// Admits a request, which is counted then, or not.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<(), Throttled> {
        let most = self.throttle.limits().map(|(limit, ..)| limit).max().unwrap_or(0);
        for (limit, window, name) in self.throttle.limits() {
            // The one that has to leave the window before another can come.
            let first = self.admitted.len().checked_sub(limit).and_then(|at| self.admitted.get(at));
            let wait = first.map(|first| (*first + window).saturating_duration_since(now));
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                let text =
                    format!("API calls quota exceeded! maximum admitted {limit} per {name}.");
                return Err(Throttled { text, wait });
            }
        }
        self.admitted.push_back(now);
        while self.admitted.len() > most {
            self.admitted.pop_front();
        }
        Ok(())
    }
}

impl RetryAfter {
    /// Gives the header's value for a wait that begins now.
    pub(crate) fn header(self, wait: Duration, now: SystemTime) -> Option<String> {
        match self {
            Self::Seconds => Some(wait.as_millis().div_ceil(1000).to_string()),
            Self::Date => {
                // A date has no fraction of a second, so it is the next whole one.
                let then = now.checked_add(wait)?.duration_since(UNIX_EPOCH).ok()?;
                let then = i64::try_from(then.as_millis().div_ceil(1000)).ok()?;
                let then = Timestamp::from_second(then).ok()?;
                rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&then).ok()
            }
            Self::Absent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(per_second: u32, per_hour: u32) -> Admission {
        let [per_second, per_hour] = [per_second, per_hour].map(NonZeroU32::new);
        let throttle = Throttle { per_second, per_hour, ..Throttle::default() };
        Admission { throttle, ..Admission::default() }
    }

    #[test]
    fn no_second_and_no_hour_holds_more_than_its_limit() {
        let start = Instant::now();
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let mut admission = throttle(2, 3);
        let wait = |outcome: Result<(), Throttled>| outcome.map_err(|it| it.wait.as_millis());
        assert_eq!(wait(admission.admit(at(0))), Ok(()));
        assert_eq!(wait(admission.admit(at(600))), Ok(()));
        assert_eq!(wait(admission.admit(at(900))), Err(100));
        assert_eq!(wait(admission.admit(at(999))), Err(1));
        assert_eq!(wait(admission.admit(at(1000))), Ok(()), "what was refused is not counted");
        let refused = admission.admit(at(5000)).unwrap_err();
        assert!(refused.text.ends_with("maximum admitted 3 per Hour."), "{}", refused.text);
        assert_eq!(refused.wait, Duration::from_secs(3595));
        assert_eq!(wait(admission.admit(at(3_600_000))), Ok(()));
        assert_eq!(admission.admitted.len(), 3, "no more is kept than is needed");
    }

    #[test]
    fn without_limits_everything_is_admitted_and_nothing_kept() {
        let mut admission = Admission::default();
        let now = Instant::now();
        assert!((0..1000).all(|_| admission.admit(now).is_ok()));
        assert!(admission.admitted.is_empty());
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_or_as_a_date() {
        let wait = Duration::from_millis(1200);
        let now = UNIX_EPOCH + Duration::from_millis(900);
        let header = |form: RetryAfter| form.header(wait, now);
        assert_eq!(header(RetryAfter::Seconds).as_deref(), Some("2"));
        assert_eq!(header(RetryAfter::Date).as_deref(), Some("Thu, 01 Jan 1970 00:00:03 GMT"));
        assert_eq!(header(RetryAfter::Absent), None);
    }
}
