//! How something goes on, in a few words.

use std::fmt;
use std::time::Duration;

use crate::plutora::Reason;

/// How far something is.
#[derive(Debug)]
pub(super) struct Pulse {
    /// How many requests it has made.
    pub(super) requests: u64,
    /// How long it has taken.
    pub(super) time: Duration,
    /// How many are to come, as far as is known.
    pub(super) to_come: u64,
    /// For how long it waits, if it does, and why.
    pub(super) waits: Option<(Duration, Reason)>,
}

impl Pulse {
    /// Returns how many requests it has made a second since the first; nobody can tell from too little.
    fn rate(&self) -> Option<f64> {
        let seconds = self.time.as_secs_f64();
        let requests = f64::from(u32::try_from(self.requests.saturating_sub(1)).ok()?);
        (seconds >= 1.0).then_some(requests / seconds)
    }

    /// Says what it waits for, and no more of that.
    pub(super) fn take_wait(&mut self) -> Option<String> {
        self.to_come = if self.waits.is_some() { 0 } else { self.to_come };
        self.waits.take().map(|(wait, reason)| format!("waiting {} {reason}", Spoken(wait)))
    }

    /// Returns how long the rest takes if it goes on as before.
    fn left(&self) -> Option<Duration> {
        let to_come = f64::from(u32::try_from(self.to_come).ok().filter(|it| *it > 0)?);
        Duration::try_from_secs_f64(to_come / self.rate()?).ok()
    }
}

impl fmt::Display for Pulse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "requests {}", self.requests)?;
        if let Some(rate) = self.rate() {
            write!(out, " ({rate:.1}/s)")?;
        }
        if let Some((wait, reason)) = self.waits {
            return write!(out, ", waiting {} {reason}", Spoken(wait));
        }
        match self.left() {
            Some(left) => write!(out, ", {} left", Spoken(left)),
            None => Ok(()),
        }
    }
}

/// A time as one reads it off.
struct Spoken(Duration);

impl fmt::Display for Spoken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_millis().div_ceil(1_000);
        match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
            (0, 0, seconds) => write!(out, "{seconds} s"),
            (0, minutes, seconds) => write!(out, "{minutes} min {seconds} s"),
            (hours, minutes, _) => write!(out, "{hours} h {minutes} min"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_it_is_how_fast_and_what_it_waits_for() {
        let second = Duration::from_secs(1);
        let told = |requests, seconds: u32, to_come, waits| {
            Pulse { requests, time: second * seconds, to_come, waits }.to_string()
        };
        assert_eq!(told(0, 0, 0, None), "requests 0");
        assert_eq!(told(3, 0, 40, None), "requests 3");
        assert_eq!(told(0, 2, 40, None), "requests 0 (0.0/s)");
        assert_eq!(told(12, 2, 0, None), "requests 12 (5.5/s)");
        assert_eq!(told(61, 20, 180, None), "requests 61 (3.0/s), 1 min 0 s left");
        assert_eq!(told(61, 3_600, 120, None), "requests 61 (0.0/s), 2 h 0 min left");
        let waits = Some((second * 90, Reason::Asked));
        assert_eq!(told(6, 1, 9, waits), "requests 6 (5.0/s), waiting 1 min 30 s as Plutora asks");
        let waits = Some((second * 800, Reason::Hour));
        assert_eq!(
            told(6, 1, 9, waits),
            "requests 6 (5.0/s), waiting 13 min 20 s as the hour holds no more requests"
        );
        let mut waiting = Pulse { requests: 6, time: second, to_come: 9, waits };
        let told = waiting.take_wait().unwrap();
        assert_eq!(told, "waiting 13 min 20 s as the hour holds no more requests");
        assert_eq!(waiting.to_string(), "requests 6 (5.0/s)");
    }
}
