//! Points in time, as manifests and Plutora write them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};
use jiff::tz::{Offset, TimeZone};

/// A point in time at millisecond precision.
///
/// Plutora answers without a zone and keeps about three milliseconds (SQL datetime), so a finer
/// comparison would find differences that no write can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

/// The refusal of a text that is no point in time.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a date such as 2026-12-05T22:00:00Z or 2026-12-05")]
pub struct InstantError(String);

impl Instant {
    /// Reads RFC 3339, or a date-time without a zone, or a date alone; the last two are UTC.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        Self::read(text).ok_or_else(|| InstantError(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        // Pieces, because a civil date-time accepts an offset and silently drops it.
        let pieces = DateTimeParser::new().parse_pieces(text.trim()).ok()?;
        if pieces.time_zone_annotation().is_some() {
            return None;
        }
        let offset = match pieces.offset() {
            None | Some(PiecesOffset::Zulu) => Offset::UTC,
            // RFC 3339 has hours of a day.
            Some(PiecesOffset::Numeric(it)) if it.offset().seconds().abs() < 86_400 => it.offset(),
            Some(_) => return None,
        };
        let civil = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
        let instant = TimeZone::fixed(offset).to_timestamp(civil).ok()?;
        Some(Self(instant.as_millisecond()))
    }

    /// Returns the instant so many days of 24 hours later, or the last one there is.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Self {
        let milliseconds = i64::try_from(days).ok().and_then(|days| days.checked_mul(86_400_000));
        Self(self.0.saturating_add(milliseconds.unwrap_or(i64::MAX)))
    }

    /// Returns the beginning of its day in UTC.
    #[must_use]
    pub fn day_start(self) -> Self {
        Self(self.0 - self.0.rem_euclid(86_400_000))
    }

    /// Returns the day in UTC, such as `2026-12-05`.
    pub fn day(self) -> String {
        self.to_string().chars().take_while(|character| *character != 'T').collect()
    }

    /// Returns the form that is sent: UTC with a `Z`, which Plutora accepts (tests of 2021).
    pub fn to_wire(self) -> String {
        self.to_string()
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(out, "{instant}"),
            // Not reachable from `parse`, whose instants come from this very type.
            Err(_) => write!(out, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_instant_are_equal() {
        let reference = Instant::parse("2026-12-05T22:00:00Z").unwrap();
        for text in [
            "2026-12-05T22:00:00",
            "2026-12-05T22:00:00.0000001",
            "2026-12-05T23:30:00+01:30",
            "2026-12-05 22:00:00",
            "2026-12-05T22:00",
        ] {
            assert_eq!(Instant::parse(text).unwrap(), reference, "{text}");
        }
        assert_eq!(Instant::parse("2026-12-05").unwrap().to_string(), "2026-12-05T00:00:00Z");
    }

    #[test]
    fn a_fraction_counts_to_the_millisecond() {
        let short = Instant::parse("2018-10-03T04:08:17.48").unwrap();
        assert_eq!(short.to_string(), "2018-10-03T04:08:17.48Z");
        assert_ne!(short, Instant::parse("2018-10-03T04:08:17.481").unwrap());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "soon",
            "2026-12-05T22:00:00+25:00",
            "2026-13-01",
            "2026-02-30",
            "12:00",
            "2026-12-05T22:00:00[Europe/Berlin]",
        ] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
    }
}
