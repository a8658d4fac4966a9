//! Even spacing of requests.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

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
    pub const DEFAULT: Self = Self::Every(Duration::from_nanos(181_818_182));

    /// Returns how many requests a second that is; none where they are not paced.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Unpaced => None,
            Self::Every(interval) => Some(1.0 / interval.as_secs_f64()),
        }
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
        Self::per_second(number).ok_or_else(|| RateError(text.to_owned()))
    }
}

/// When the next request may start.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    next: Option<Instant>,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, next: None }
    }

    /// Takes the next place and returns when it is: now or later.
    pub(super) fn reserve(&mut self, now: Instant) -> Instant {
        let place = self.next.map_or(now, |next| next.max(now));
        if let Rate::Every(interval) = self.rate {
            self.next = Some(place + interval);
        }
        place
    }

    /// Moves all places that are not taken yet behind an instant that the server asked for.
    pub(super) fn hold_until(&mut self, instant: Instant) {
        self.next = Some(self.next.map_or(instant, |next| next.max(instant)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_ever_holds_a_seventh_request() {
        let start = Instant::now();
        let mut pace = Pace::new(Rate::DEFAULT);
        let places: Vec<Duration> = (0..200).map(|_| pace.reserve(start) - start).collect();
        for window in places.windows(7) {
            assert!(window[6].abs_diff(window[0]) > Duration::from_millis(1_090));
        }
    }

    #[test]
    fn an_idle_time_earns_no_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(Rate::per_second(2.0).unwrap());
        pace.reserve(start);
        let later = start + Duration::from_mins(1);
        assert_eq!(pace.reserve(later), later);
        assert_eq!(pace.reserve(later), later + Duration::from_millis(500));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_holds_everyone() {
        let start = Instant::now();
        let mut pace = Pace::new(Rate::Unpaced);
        assert_eq!(pace.reserve(start), start);
        pace.hold_until(start + Duration::from_secs(3));
        assert_eq!(pace.reserve(start), start + Duration::from_secs(3));
    }

    #[test]
    fn rates_are_read_from_text() {
        assert_eq!("0".parse::<Rate>().unwrap(), Rate::Unpaced);
        assert_eq!("4".parse::<Rate>().unwrap(), Rate::Every(Duration::from_millis(250)));
        for text in ["", "-1", "fast", "inf", "NaN", "1e-9"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
