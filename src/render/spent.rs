//! What a run took, and what there is for the one to come.

use crate::live::{CanBegin, Endpoints};
use crate::plan::HOURLY_REQUESTS;

/// What planning took, and what pace and token make of an apply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spent {
    /// How many requests each endpoint had.
    pub by_endpoint: Endpoints,
    /// How often planning has sent one again.
    pub repetitions: u64,
    /// How many requests a second may be made; none where they are not paced.
    pub rate: Option<f64>,
    /// For how many seconds the token will be used; none where nobody knows.
    pub token_seconds: Option<u64>,
    /// When an apply can begin without having to stop half-way for what the hour holds.
    pub can_begin: CanBegin,
}

/// Less than this is not worth a sentence.
const SHORT: f64 = 10.0;

impl Spent {
    /// Returns how many requests a second may be made, to a thousandth.
    pub fn per_second(&self) -> Option<f64> {
        Some((self.rate? * 1_000.0).round() / 1_000.0)
    }

    /// Returns how many seconds so many requests take at least.
    #[expect(clippy::cast_precision_loss, reason = "an estimate of seconds")]
    pub fn least_seconds(&self, requests: u64) -> Option<f64> {
        let seconds = requests as f64 / self.rate?;
        Some((seconds * 10.0).round() / 10.0)
    }

    /// Returns whether the token lasts for so many requests.
    #[expect(clippy::cast_precision_loss, reason = "an estimate of seconds")]
    pub fn token_outlives(&self, requests: u64) -> Option<bool> {
        Some(self.token_seconds? as f64 >= self.least_seconds(requests)?)
    }

    /// Says how long an apply takes, where that is long, and that it cannot begin, where it cannot.
    pub(super) fn outlook(&self, requests: u64) -> Option<String> {
        let full = match self.can_begin {
            CanBegin::Now => None,
            CanBegin::At(at) => Some(format!(
                "Begun before {at:.0}, it would have to stop half-way: the hour holds too many requests."
            )),
            CanBegin::Never => Some(
                "At this rate it would have to stop half-way: no hour holds so many.".to_owned(),
            ),
        };
        let time = self.time(requests);
        (full.is_some() || time.is_some())
            .then(|| time.into_iter().chain(full).collect::<Vec<_>>().join(" "))
    }

    fn time(&self, requests: u64) -> Option<String> {
        let seconds = self.least_seconds(requests).filter(|seconds| *seconds >= SHORT)?;
        let rate = self.rate?;
        let mut text =
            format!("The apply takes at least {} at {rate:.1} requests a second", span(seconds));
        if requests > HOURLY_REQUESTS {
            text.push_str(", and more than the requests of an hour");
        }
        if self.token_outlives(requests) == Some(false) {
            text.push_str("; the token ends before, and another will be asked for");
        }
        Some(text + ".")
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of a run are few, and never negative"
)]
pub(super) fn span(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_applies_are_announced_and_short_ones_are_not() {
        let spent = Spent { rate: Some(5.5), token_seconds: Some(600), ..Spent::default() };
        assert_eq!(spent.outlook(50), None);
        assert_eq!(
            spent.outlook(1_100).unwrap(),
            "The apply takes at least 3 min 20 s at 5.5 requests a second."
        );
        assert_eq!(
            spent.outlook(30_000).unwrap(),
            "The apply takes at least 1 h 30 min at 5.5 requests a second, and more than the requests of an \
             hour; the token ends before, and another will be asked for."
        );
        assert_eq!(Spent::default().outlook(30_000), None, "nothing is paced");
        let at = |can_begin| Spent { can_begin, ..spent.clone() }.outlook(50).unwrap();
        assert_eq!(
            at(CanBegin::At("2026-11-28T10:20:30.4Z".parse().unwrap())),
            "Begun before 2026-11-28T10:20:30Z, it would have to stop half-way: the hour holds too many requests."
        );
        assert_eq!(
            at(CanBegin::Never),
            "At this rate it would have to stop half-way: no hour holds so many."
        );
        assert_eq!(spent.token_outlives(3_300), Some(true));
        assert_eq!(spent.token_outlives(3_301), Some(false));
    }
}
