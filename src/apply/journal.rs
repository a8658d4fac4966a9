//! The journal of a run: what it was about to write and what came of it, so that the next run knows
//! what a run that was killed may have left under way.
//!
//! It helps to wait, and to know what runs of the same plan have created; live state says what is done, and a
//! journal that is lost, damaged or contradicted is no error.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the format.
pub const JOURNAL_VERSION: &str = "1.2";

/// How long a request is taken to last in a journal whose beginning is damaged.
const UNKNOWN_TIMEOUT: Duration = Duration::from_secs(30);

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A run began.
    Began {
        /// The version of the format.
        format_version: String,
        /// When.
        at: Timestamp,
        /// The id of the run, as sent to Plutora.
        run: String,
        /// The base of the API.
        api_url: String,
        /// The digest of the plan that it carries out.
        plan_digest: String,
        /// How long one of its requests may take.
        timeout_seconds: u64,
        /// The objects that runs of the same plan before it have created, or may have.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        created: BTreeSet<String>,
        /// The objects that these have seen as declared.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        done: BTreeSet<String>,
    },
    /// A call is about to be made.
    Intends {
        /// Its number within the run.
        number: u64,
        /// When.
        at: Timestamp,
        /// The object.
        object: String,
        /// `POST` or `PUT`.
        method: String,
        /// Where.
        path: String,
        /// The digest of the body.
        body: String,
    },
    /// It was answered, or not.
    Answered {
        /// The number of the call.
        number: u64,
        /// `done`, `not-done` or `in-doubt`.
        answer: String,
    },
    /// A step ended; whatever it had in doubt is settled, unless its outcome is in doubt.
    Ended {
        /// The object.
        object: String,
        /// The word of its outcome.
        outcome: String,
    },
}

/// What an earlier run has left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Its id; none where the journal does not say it.
    pub run: Option<String>,
    /// When it began.
    pub began: Option<Timestamp>,
    /// How long one of its requests may take; none where the journal does not say it.
    timeout: Option<Duration>,
    /// The digest of the plan that it carried out.
    pub plan_digest: Option<String>,
    /// The objects, by number of the call, of which nobody knows what came.
    pub in_doubt: BTreeMap<u64, String>,
    /// The objects that it created, or may have created.
    pub created: BTreeSet<String>,
    /// The objects whose steps were done.
    pub done: BTreeSet<String>,
    /// The objects that it was about to create, by number of the call that has no answer yet.
    creating: BTreeMap<u64, String>,
}

/// What earlier runs of one plan have done of it, as far as their journals say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The objects that they created, or may have created.
    pub created: BTreeSet<String>,
    /// The objects whose steps were done, and that were as declared when they were read back.
    pub done: BTreeSet<String>,
}

impl Unfinished {
    /// Returns what it says of what its plan has come to.
    pub fn earlier(&self) -> Earlier {
        Earlier { created: self.created.clone(), done: self.done.clone() }
    }

    /// Reads a journal. A line that cannot be read, as the last of a killed run, is left out.
    pub fn read(text: &str) -> Self {
        let mut past = Self::default();
        for entry in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            past.take(entry);
        }
        past
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Began { at, run, plan_digest, timeout_seconds, created, done, .. } => {
                let timeout = Some(Duration::from_secs(timeout_seconds));
                let plan_digest = Some(plan_digest);
                *self = Self {
                    run: Some(run),
                    began: Some(at),
                    timeout,
                    plan_digest,
                    created,
                    done,
                    ..Self::default()
                };
            }
            Entry::Intends { number, object, method, .. } => {
                if method == "POST" && self.created.insert(object.clone()) {
                    self.creating.insert(number, object.clone());
                }
                self.in_doubt.insert(number, object);
            }
            Entry::Answered { number, answer } => {
                if answer != "in-doubt" {
                    self.in_doubt.remove(&number);
                }
                // The first creation of an object alone: of one before, more is known than of this.
                if let Some(object) = self.creating.remove(&number).filter(|_| answer == "not-done")
                {
                    self.created.remove(&object);
                }
            }
            Entry::Ended { object, outcome } => {
                if outcome != "in-doubt" {
                    self.in_doubt.retain(|_, of| *of != object);
                }
                match outcome.as_str() {
                    "done" | "already" => {
                        self.done.insert(object);
                    }
                    // A last look has found that the server made something else of it.
                    "differs" => {
                        self.done.remove(&object);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Returns how long the server may still be at work on what is in doubt: one request time-out.
    ///
    /// It counts from now. A call that was noted may have waited for its turn, for a token, or for a
    /// server that wanted to be asked again later, and nobody knows when its sender died.
    pub fn settles_in(&self) -> Duration {
        if self.in_doubt.is_empty() {
            return Duration::ZERO;
        }
        self.timeout.unwrap_or(UNKNOWN_TIMEOUT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn began() -> Entry {
        Entry::Began {
            format_version: JOURNAL_VERSION.into(),
            at: at(0),
            run: "r".into(),
            api_url: "https://x.example.com".into(),
            plan_digest: "sha256:0".into(),
            timeout_seconds: 30,
            created: BTreeSet::new(),
            done: BTreeSet::new(),
        }
    }

    fn intends(number: u64, object: &str, second: i64) -> Entry {
        intends_by("POST", number, object, second)
    }

    fn intends_by(method: &str, number: u64, object: &str, second: i64) -> Entry {
        Entry::Intends {
            number,
            at: at(second),
            object: object.into(),
            method: method.into(),
            path: "/systems".into(),
            body: "sha256:1".into(),
        }
    }

    fn answered(number: u64, answer: &str) -> Entry {
        Entry::Answered { number, answer: answer.into() }
    }

    fn text(entries: &[Entry]) -> String {
        entries.iter().map(|entry| serde_json::to_string(entry).unwrap() + "\n").collect()
    }

    #[test]
    fn what_was_not_answered_is_in_doubt_until_its_step_ended() {
        let entries = [
            began(),
            intends(1, "System/A", 1),
            answered(1, "done"),
            intends(2, "System/B", 2),
            answered(2, "in-doubt"),
            intends(3, "System/C", 3),
            intends(4, "System/D", 4),
            answered(4, "in-doubt"),
            Entry::Ended { object: "System/D".into(), outcome: "done".into() },
            intends(5, "System/E", 5),
            answered(5, "in-doubt"),
            Entry::Ended { object: "System/E".into(), outcome: "in-doubt".into() },
        ];
        let left: Vec<u64> = Unfinished::read(&text(&entries)).in_doubt.into_keys().collect();
        assert_eq!(left, [2, 3, 5]);
    }

    #[test]
    fn a_server_is_given_one_time_out_for_what_is_in_doubt() {
        let settles_in = |entries: &[Entry]| Unfinished::read(&text(entries)).settles_in();
        assert_eq!(settles_in(&[began()]), Duration::ZERO);
        assert_eq!(settles_in(&[began(), intends(1, "A", 1)]), Duration::from_secs(30));
        assert_eq!(settles_in(&[intends(1, "A", 1)]), UNKNOWN_TIMEOUT, "its beginning is lost");
        let answered = [began(), intends(1, "A", 1), answered(1, "not-done")];
        assert_eq!(settles_in(&answered), Duration::ZERO);
    }

    #[test]
    fn what_was_created_or_may_have_been_is_known() {
        let entries = [
            began(),
            intends(1, "A", 1),
            answered(1, "done"),
            intends(2, "B", 2),
            answered(2, "not-done"),
            intends(3, "C", 3),
            // Its status is turned away; and a creation in doubt is sent again, and turned away then.
            intends_by("PUT", 4, "A", 4),
            answered(4, "not-done"),
            intends(5, "D", 5),
            answered(5, "in-doubt"),
            intends(6, "D", 6),
            answered(6, "not-done"),
            intends(7, "E", 7),
            answered(7, "not-done"),
            intends(8, "E", 8),
            answered(8, "done"),
        ];
        let created = Unfinished::read(&text(&entries)).created;
        assert_eq!(created.into_iter().collect::<Vec<_>>(), ["A", "C", "D", "E"]);
    }

    #[test]
    fn a_journal_that_is_cut_or_foreign_is_read_as_far_as_it_goes() {
        let whole = text(&[began(), intends(1, "A", 1), intends(2, "B", 2), answered(1, "done")]);
        for cut in 0..=whole.len() {
            let past = Unfinished::read(whole.get(..cut).unwrap());
            assert!(past.in_doubt.len() <= 2);
        }
        assert_eq!(Unfinished::read("\u{0}\n{}\n{\"entry\":\"later\"}\n"), Unfinished::default());
    }
}
