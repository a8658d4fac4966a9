//! Date-times as Plutora takes and gives them: text in, normal text out.
//!
//! Requests may carry zone-less date-times, `Z`, an offset, a fraction of up to seven digits or a date
//! alone (asserted against a real tenant, 2019 and 2021). Answers are zone-less, with the fraction's
//! trailing zeros trimmed. In which zone they are is in no public text ([`Zone`]); that a fraction is cut to
//! milliseconds, as an SQL `datetime` roughly does, is inferred.

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::choices::Zone;

impl Zone {
    /// Reads a date-time in any of the accepted forms, as the time on the tenant's clock.
    pub(crate) fn read(self, text: &str) -> Option<DateTime> {
        let text = text.trim();
        // What other clocks write (`20261128`, a zone by its name) is read by no .NET of that time.
        if text.contains('[') || !text.get(4..).is_some_and(|rest| rest.starts_with('-')) {
            return None;
        }
        // A zoned text is tried first: the zone-less reading would refuse a `Z` but ignore an offset.
        match text.parse::<Timestamp>() {
            Ok(instant) => Some(self.offset().to_datetime(instant)),
            // A zone that leads out of the calendar leaves none to read.
            Err(_) if names_zone(text) => None,
            Err(_) => text.parse::<DateTime>().ok(),
        }
        .filter(|moment| moment.year() >= 1)
    }

    /// Turns an accepted date-time into the form in which it is stored and answered.
    pub(crate) fn accept(self, text: &str) -> Option<String> {
        self.read(text).and_then(normal)
    }

    /// Gives the current time in the form in which it is stored and answered.
    pub(crate) fn now(self) -> String {
        normal(self.offset().to_datetime(Timestamp::now())).unwrap_or_default()
    }
}

/// Reads a date-time as it is stored, on the tenant's clock.
pub(crate) fn stored(text: &str) -> Option<DateTime> {
    Zone::default().read(text)
}

/// Tells whether something like a zone stands behind the date.
fn names_zone(text: &str) -> bool {
    text.get("2026-11-28".len()..).is_some_and(|time| time.contains(['+', '-', 'Z', 'z']))
}

/// `None` is unreachable in practice: a whole number of milliseconds is always a valid fraction.
fn normal(moment: DateTime) -> Option<String> {
    let whole = i32::from(moment.millisecond()) * 1_000_000;
    moment.with().subsec_nanosecond(whole).build().ok().map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accepted_form_has_one_normal_form() {
        for (sent, stored) in [
            ("2026-11-28T22:00:00", "2026-11-28T22:00:00"),
            ("2026-11-28T22:00:00Z", "2026-11-28T22:00:00"),
            ("2026-11-28T22:00:00.000Z", "2026-11-28T22:00:00"),
            ("2026-11-28T23:30:00+01:30", "2026-11-28T22:00:00"),
            ("2026-11-28T20:00:00-0200", "2026-11-28T22:00:00"),
            ("2026-11-28", "2026-11-28T00:00:00"),
            ("2018-10-03T04:08:17.480", "2018-10-03T04:08:17.48"),
            ("2017-01-09T03:17:38.9137257+00:00", "2017-01-09T03:17:38.913"),
            ("2026-11-28 22:00", "2026-11-28T22:00:00"),
        ] {
            assert_eq!(Zone::default().accept(sent).as_deref(), Some(stored), "{sent}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for sent in
            ["", "tomorrow", "2026-13-01", "2026-02-30T00:00:00", "28.11.2026"].into_iter().chain([
                "9999-12-31T23:59:59-10:00",
                "0000-01-01",
                "-000001-01-01T00:00:00",
                "20261128",
                "2026-11-28T10:00:00[Europe/Prague]",
            ])
        {
            assert_eq!(Zone::default().accept(sent), None, "{sent}");
        }
    }

    #[test]
    fn now_is_in_normal_form() {
        let now = Zone::default().now();
        assert_eq!(Zone::default().accept(&now), Some(now));
    }

    #[test]
    fn what_names_a_zone_is_moved_to_the_clock_of_the_tenant() {
        let brisbane: Zone = "+10:00".parse().unwrap();
        for (sent, stored) in [
            ("2026-11-28T22:00:00", "2026-11-28T22:00:00"),
            ("2026-11-28", "2026-11-28T00:00:00"),
            ("2026-11-28T22:00:00Z", "2026-11-29T08:00:00"),
            ("2026-11-28T22:00:00+10:00", "2026-11-28T22:00:00"),
        ] {
            assert_eq!(brisbane.accept(sent).as_deref(), Some(stored), "{sent}");
        }
        assert!(brisbane.now() > Zone::default().now());
    }
}
