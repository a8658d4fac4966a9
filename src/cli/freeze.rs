//! Times in which nothing is applied, as people write them.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::plan::Freeze;
use crate::resource::Instant;

/// A time in which nothing is applied.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FreezeWindow {
    /// When it begins: a date, or a date and a time, such as `2026-12-20T18:00`.
    from: String,
    /// When it has ended; a date alone is a part of it.
    to: String,
    /// The zone that both are in, such as `Europe/Berlin` or `+01:00`; UTC by default.
    #[serde(default)]
    zone: Option<String>,
    /// Why, for the message.
    #[serde(default)]
    reason: Option<String>,
}

impl FreezeWindow {
    /// Returns it as points in time.
    pub(super) fn resolve(&self) -> Result<Freeze, String> {
        let Self { from, to, zone, reason } = self;
        let name = zone.as_deref().unwrap_or("UTC");
        let zone = match name {
            "UTC" => TimeZone::UTC,
            name => zone_of(name).ok_or_else(|| {
                format!(
                    "there is no time zone `{name}`; write one of the IANA database such as `Europe/Berlin`, or \
                     an offset such as `+01:00`"
                )
            })?,
        };
        // Where clocks are set back or ahead, the longer time is meant.
        let from_at = zone.to_ambiguous_timestamp(point(from, false)?).earlier();
        let to_at = zone.to_ambiguous_timestamp(point(to, true)?).later();
        let instant = |found: Result<Timestamp, jiff::Error>| {
            found.map(Instant::from).map_err(|_beyond| "it is beyond all calendars".to_owned())
        };
        let (from_at, to_at) = (instant(from_at)?, instant(to_at)?);
        if to_at <= from_at {
            return Err(format!("it begins ({from}) no earlier than it ends ({to})"));
        }
        let reason = reason.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        let written = format!("{from} to {to} {name}{reason}");
        Ok(Freeze { from: from_at, to: to_at, written })
    }
}

/// Finds a zone by its name in the IANA database, or by its offset. What POSIX calls a zone is none: in `UTC+2` its
/// sign is the other way round than anybody reads it.
fn zone_of(name: &str) -> Option<TimeZone> {
    let zone = DateTimeParser::new().parse_time_zone(name).ok()?;
    (zone.iana_name().is_some() || name.starts_with(['+', '-'])).then_some(zone)
}

/// Reads a date or a date and a time; a date alone is its beginning or, as an end, that of the next day.
fn point(text: &str, is_end: bool) -> Result<DateTime, String> {
    let read = || {
        // A zone of its own would be dropped without a word.
        if text.contains('[') {
            return None;
        }
        if let Some((_, time)) = text.split_once(['T', ' ']) {
            return if time.contains(['Z', '+', '-']) { None } else { text.parse().ok() };
        }
        let date: Date = text.parse().ok()?;
        // The last day that there is has no next one.
        let date = if is_end { date.tomorrow().unwrap_or(date) } else { date };
        Some(date.to_datetime(Time::midnight()))
    };
    read().ok_or_else(|| format!("`{text}` is not a date such as 2026-12-20 or 2026-12-20T18:00"))
}

impl FromStr for FreezeWindow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (span, zone) = match text.strip_suffix(']').and_then(|it| it.split_once('[')) {
            Some((span, zone)) => (span, Some(zone.to_owned())),
            None => (text, None),
        };
        let shape = "write FROM/TO or FROM/TO[ZONE]";
        let (from, to) = span.split_once('/').ok_or(shape)?;
        let window =
            Self { from: from.trim().to_owned(), to: to.trim().to_owned(), zone, reason: None };
        window.resolve().map(|_| window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<(String, String), String> {
        let freeze = text.parse::<FreezeWindow>()?.resolve()?;
        Ok((freeze.from.to_string(), freeze.to.to_string()))
    }

    #[test]
    fn a_window_is_in_its_zone_and_its_last_day_is_a_part_of_it() {
        let is = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
        assert_eq!(
            resolved("2026-12-20/2027-01-04"),
            is("2026-12-20T00:00:00Z", "2027-01-05T00:00:00Z")
        );
        assert_eq!(
            resolved("2026-12-20T18:00/2027-01-04T06:30[+01:00]"),
            is("2026-12-20T17:00:00Z", "2027-01-04T05:30:00Z")
        );
        // The day on which clocks are set back has 25 hours.
        assert_eq!(
            resolved("2026-10-25/2026-10-25[Europe/Berlin]"),
            is("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
        );
    }

    #[test]
    fn where_clocks_are_changed_the_longer_time_is_meant() {
        let is = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
        // 02:30 comes twice in October, and not at all in March.
        assert_eq!(
            resolved("2026-10-25T02:30/2026-10-25T02:30[Europe/Berlin]"),
            is("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")
        );
        assert_eq!(
            resolved("2026-03-29T02:30/2026-03-29T03:30[Europe/Berlin]"),
            is("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")
        );
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for (text, why) in [
            ("2026-12-20", "FROM/TO"),
            ("2026-12-20/2026-12-21[UTC]x", "is not a date"),
            ("2026-12-20[UTC]/2026-12-21", "is not a date"),
            ("2026-12-20/x", "`x` is not a date"),
            ("2026-12-20T10:00Z/2026-12-21", "is not a date"),
            ("2026-12-21/2026-12-20", "no earlier than it ends"),
            ("2026-12-21T10:00/2026-12-21T10:00", "no earlier than it ends"),
            ("2026-12-20/2026-12-21[UTC+2]", "no time zone `UTC+2`"),
            ("2026-12-20/2026-12-21[CET-1CEST]", "no time zone `CET-1CEST`"),
            ("2026-12-20/2026-12-21[Mars/Base]", "no time zone `Mars/Base`"),
        ] {
            let error = resolved(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
