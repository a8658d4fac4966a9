//! How many requests a second, and which part of them.

use std::str::FromStr;
use std::time::Duration;

use super::hour::MOST;

/// How many requests a second may start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// As fast as they come.
    Unpaced,
    /// One request per interval.
    Every(Duration),
}

/// The refusal of a text that is no rate.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a number of requests a second, such as 5.5; 0 means unpaced")]
pub struct RateError(String);

impl Rate {
    /// The default, 5.5 a second.
    ///
    /// Vendor staff wrote that six a second are enforced. At this spacing seven requests take 1.09
    /// seconds, so the receiver counts no seven in a second while the network delays them
    /// unevenly by less than 90 ms; and an hour holds 19,800 of the 26,000 that one key has.
    pub const DEFAULT: Self = Self::Every(Self::SHORTEST);

    /// The time between two requests at the default rate: the least that Plutora takes, with a margin.
    pub(super) const SHORTEST: Duration = Duration::from_nanos(181_818_182);

    /// Returns how many requests a second that is for a share of it; none where they are not paced.
    pub fn per_second_of(self, share: Share) -> Option<f64> {
        match self {
            Self::Unpaced => None,
            Self::Every(interval) => Some(1.0 / share.of_pace(interval).as_secs_f64()),
        }
    }

    /// Takes a number of requests a second, or says why it is none.
    pub fn new(number: f64) -> Result<Self, RateError> {
        Self::per_second(number).ok_or_else(|| RateError(number.to_string()))
    }

    /// Takes a number of requests a second; 0 means unpaced.
    pub fn per_second(number: f64) -> Option<Self> {
        if number == 0.0 {
            return Some(Self::Unpaced);
        }
        if !number.is_finite() || number < 0.001 {
            return None;
        }
        Some(Self::Every(Duration::from_secs_f64(1.0 / number)))
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let number = text.trim().parse().map_err(|_error| RateError(text.to_owned()))?;
        Self::new(number).map_err(|_error| RateError(text.to_owned()))
    }
}

/// The part of what one key may send that one run may use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

/// The refusal of a text that is no share.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no share: it is above 0 and at most 1, such as 0.5")]
pub struct ShareError(String);

impl Share {
    /// All of it.
    pub const ALL: Self = Self(1.0);

    /// Takes a number above 0 and at most 1.
    pub fn new(number: f64) -> Result<Self, ShareError> {
        let is_share = number > 0.0 && number <= 1.0;
        if is_share { Ok(Self(number)) } else { Err(ShareError(number.to_string())) }
    }

    /// Returns how many requests of an hour it is.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of 26,000"
    )]
    pub(super) fn of_hour(self) -> u64 {
        ((MOST as f64 * self.0) as u64).max(1)
    }

    /// Returns the time between two requests of it, where it is `interval` between two of all.
    pub(super) fn of_pace(self, interval: Duration) -> Duration {
        let seconds = interval.as_secs_f64() / self.0;
        Duration::try_from_secs_f64(seconds).map_or(SLOWEST, |it| it.min(SLOWEST))
    }
}

/// Nobody waits for a year.
const SLOWEST: Duration = Duration::from_hours(24 * 365);

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let refused = || ShareError(text.to_owned());
        let number = text.trim().parse().map_err(|_error| refused())?;
        Self::new(number).map_err(|_error| refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_from_text() {
        assert_eq!("0".parse::<Rate>().unwrap(), Rate::Unpaced);
        assert_eq!("4".parse::<Rate>().unwrap(), Rate::Every(Duration::from_millis(250)));
        for text in ["", "-1", "fast", "inf", "NaN", "1e-9"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_parts_of_the_rate_and_of_the_hour() {
        let half: Share = "0.5".parse().unwrap();
        assert_eq!((half.of_hour(), Share::ALL.of_hour()), (13_000, 26_000));
        assert_eq!(half.of_pace(Duration::from_secs(1)), Duration::from_secs(2));
        let least: Share = "1e-300".parse().unwrap();
        assert_eq!((least.of_hour(), least.of_pace(Duration::from_secs(1))), (1, SLOWEST));
        for text in ["0", "-0.5", "1.01", "NaN", "inf", "half", ""] {
            let error = text.parse::<Share>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
