//! The zone of a tenant's clock.

use std::fmt;
use std::str::FromStr;

use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::error::ParseChoiceError;

/// Says in which zone a tenant keeps date-times, which answers give without one.
///
/// No public text tells it. Written as `utc` or an offset such as `+10:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Zone(Offset);

impl Default for Zone {
    fn default() -> Self {
        Self(Offset::UTC)
    }
}

impl Zone {
    pub(crate) fn offset(self) -> Offset {
        self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == Offset::UTC {
            return out.write_str("utc");
        }
        let minutes = self.0.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(out, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

impl FromStr for Zone {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("utc") {
            return Ok(Self::default());
        }
        let noon = format!("2026-11-28T12:00{text}");
        let pieces = DateTimeParser::new().parse_pieces(&noon).ok();
        let offset = pieces.and_then(|pieces| match pieces.offset() {
            Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
            _ => None,
        });
        let whole = offset.filter(|offset| offset.seconds() % 60 == 0);
        whole.map(Self).ok_or_else(|| ParseChoiceError::Zone(text.to_owned()))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.to_string()
    }
}

impl TryFrom<String> for Zone {
    type Error = ParseChoiceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_utc_or_an_offset() {
        for text in ["utc", "+10:00", "-03:30"] {
            assert_eq!(text.parse::<Zone>().unwrap().to_string(), text);
        }
        assert_eq!("+00:00".parse::<Zone>().unwrap().to_string(), "utc");
        for text in ["", "Berlin", "10:00", "+99:00", "Z", "[utc]", "+01:00:01"] {
            let told = text.parse::<Zone>().unwrap_err().to_string();
            assert!(told.contains("utc") && told.contains("+10:00"), "{text}: {told}");
        }
    }
}
