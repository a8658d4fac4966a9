//! Whole numbers of flags and variables, refused in our words.

#[cfg(feature = "sandbox")]
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

/// Reads a number of something.
pub(super) fn count(text: &str) -> Result<u64, String> {
    within(text, 0..=u64::MAX)
}

/// Reads how many requests may be under way at the same time.
pub(super) fn parallelism(text: &str) -> Result<u16, String> {
    within(text, 1..=256)
}

/// Reads how long a request may take.
pub(super) fn seconds(text: &str) -> Result<u32, String> {
    within(text, 1..=3600)
}

/// Reads a number of something of which there is at least one.
#[cfg(feature = "sandbox")]
pub(super) fn from_one(text: &str) -> Result<NonZeroU32, String> {
    within(text, 1..=u32::MAX.into()).map(|number: u32| NonZeroU32::MIN.saturating_add(number - 1))
}

/// Reads how many of a hundred.
pub(super) fn percent(text: &str) -> Result<u64, String> {
    within(text, 0..=100)
}

fn within<T: TryFrom<u64>>(text: &str, range: RangeInclusive<u64>) -> Result<T, String> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| match (*range.start(), *range.end()) {
        (0, u64::MAX) => "it is no whole number from 0".to_owned(),
        (least, most) => format!("it is no whole number from {least} to {most}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_told_with_the_range() {
        assert_eq!(count("7"), Ok(7));
        for text in ["-1", "1.5", "", "ten", "99999999999999999999"] {
            assert_eq!(count(text), Err("it is no whole number from 0".to_owned()), "{text}");
        }
        assert_eq!((parallelism("256"), seconds("3600")), (Ok(256), Ok(3600)));
        assert!(parallelism("0").unwrap_err().contains("from 1 to 256"));
        assert!(seconds("3601").unwrap_err().contains("from 1 to 3600"));
        assert!(percent("100").is_ok() && percent("101").unwrap_err().contains("from 0 to 100"));
        #[cfg(feature = "sandbox")]
        assert!(from_one("0").is_err() && from_one("6").unwrap().get() == 6);
    }
}
