//! Why a request was not sent: there was none left to send.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::hour::MOST;

/// What is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The requests that the run may make, which are these.
    Run(u64),
    /// Those of an hour.
    Hour {
        /// How many it may hold.
        most: u64,
        /// When it holds another.
        free_at: Timestamp,
    },
    /// Those that Plutora takes, as it has asked to be left alone for longer than a run waits.
    Asked {
        /// Until when.
        until: Timestamp,
    },
}

impl Spent {
    /// Makes it of how long Plutora has asked to wait.
    pub(super) fn asked(wait: Duration) -> Self {
        Self::Asked { until: Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX) }
    }

    /// Returns what to do about it.
    pub fn hints(&self) -> Vec<String> {
        let again = "run it again then: what is done stays done, and the rest is planned anew";
        match self {
            Self::Run(_) => vec!["the limit is set by the flag --max-requests, its variable PLUTORA_SYNC_MAX_REQUESTS, or `limits.maxRequests` in plutora-sync.yaml".into()],
            Self::Hour { most, free_at: _ } if *most < MOST => vec![
                again.into(),
                "the share is set by the flag --budget-share, or `budgetShare` in the profile".into(),
            ],
            Self::Hour { most: _, free_at: _ } => vec![
                again.into(),
                "--rate 0 counts no requests, for a Plutora without this limit".into(),
            ],
            Self::Asked { until: _ } => vec![again.into()],
        }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(most) => write!(
                out,
                "the {most} requests that the run may make, repetitions included, are used up"
            ),
            Self::Hour { most, free_at } => {
                let whose = if *most < MOST { "this run" } else { "one key" };
                write!(
                    out,
                    "the {most} requests that {whose} may make in an hour are used up; the next may be sent at {free_at:.0}"
                )
            }
            Self::Asked { until } => {
                write!(
                    out,
                    "Plutora has asked to send nothing before {until:.0}, which is too long to wait"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_hour_is_told_with_its_end_and_what_lifts_it() {
        let free_at = "2026-11-28T10:20:30.4Z".parse().unwrap();
        let whole = Spent::Hour { most: MOST, free_at };
        assert_eq!(
            whole.to_string(),
            "the 26000 requests that one key may make in an hour are used up; the next may be sent at 2026-11-28T10:20:30Z"
        );
        assert!(whole.hints().iter().any(|hint| hint.contains("--rate 0")));
        let share = Spent::Hour { most: 2_600, free_at };
        assert!(share.to_string().contains("the 2600 requests that this run may make in an hour"));
        assert!(share.hints().iter().any(|hint| hint.contains("--budget-share")));
    }
}
