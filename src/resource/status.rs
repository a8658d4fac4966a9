//! Deployment statuses: the words, and the labels that a tenant may show in their place.

use std::collections::BTreeMap;

use super::field::Choice;

/// The words that a manifest may say.
///
/// `Endorsed` is what the completed status of an Enterprise release is called (tests of 2019); it is
/// the same status as `Completed`, on both sides.
pub const STATUSES: [Choice; 5] = [
    Choice { word: PENDING, number: None },
    Choice { word: COMPLETED, number: None },
    Choice { word: ENDORSED, number: None },
    Choice { word: "RollbackPending", number: None },
    Choice { word: REJECTED, number: None },
];

/// What every deployment starts as.
pub const PENDING: &str = "Pending";
/// What is done.
pub const COMPLETED: &str = "Completed";
/// What is done in an Enterprise release.
pub const ENDORSED: &str = "Endorsed";
/// What was turned down.
pub const REJECTED: &str = "Rejected";

/// Returns the one form of a status word that is compared; a word that is none of ours stays.
pub(super) fn canonical(text: &str) -> &str {
    let known = STATUSES.iter().find(|choice| choice.word.eq_ignore_ascii_case(text.trim()));
    match known.map(|choice| choice.word) {
        Some(ENDORSED) => COMPLETED,
        Some(word) => word,
        None => text,
    }
}

/// Returns whether a text is one of the words, exactly as we write them.
pub fn is_status(text: &str) -> bool {
    STATUSES.iter().any(|choice| choice.word == text)
}

/// The labels that a tenant shows and takes in the place of status words (tests of 2019 met some).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<String, String>);

/// Why labels cannot be told apart.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// No such status.
    #[error(
        "`{0}` is no deployment status; there are Pending, Completed, Endorsed, RollbackPending and Rejected"
    )]
    Word(String),
    /// Nothing to read or write.
    #[error("the label of {0} is empty")]
    Empty(String),
    /// It could be read as another status.
    #[error("`{label}` stands for both {one} and {other}")]
    Twice {
        /// The label.
        label: String,
        /// What it stands for.
        one: String,
        /// What it stands for too.
        other: String,
    },
}

impl Labels {
    /// Takes the label of each word that has one of its own.
    pub fn new(labels: BTreeMap<String, String>) -> Result<Self, LabelError> {
        let trimmed = labels.into_iter().map(|(word, label)| (word, label.trim().to_owned()));
        let labels: BTreeMap<String, String> = trimmed.collect();
        for (word, label) in &labels {
            if !is_status(word) {
                return Err(LabelError::Word(word.clone()));
            }
            if label.is_empty() {
                return Err(LabelError::Empty(word.clone()));
            }
            let others = labels.iter().filter(|(other, _)| *other != word);
            let same = others
                .filter(|(_, other)| other.eq_ignore_ascii_case(label))
                .map(|(other, _)| other.as_str())
                .find(|other| canonical(other) != canonical(word));
            let plain = is_status(canonical(label)) && canonical(label) != canonical(word);
            if let Some(other) = same.or(plain.then_some(canonical(label))) {
                let (one, other) = (word.clone(), other.to_owned());
                return Err(LabelError::Twice { label: label.clone(), one, other });
            }
        }
        Ok(Self(labels))
    }

    /// Returns the word that a live label stands for; one that is not mapped stays as it is.
    pub fn word_of<'a>(&'a self, label: &'a str) -> &'a str {
        let mapped = self.0.iter().find(|(_, known)| known.eq_ignore_ascii_case(label.trim()));
        canonical(mapped.map_or(label, |(word, _)| word))
    }

    /// Returns what is written for a word.
    pub fn label_of(&self, word: &str) -> String {
        self.0.get(word).map_or(word, String::as_str).to_owned()
    }

    /// Iterates over the words and their labels.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(word, label)| (word.as_str(), label.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Result<Labels, LabelError> {
        let pairs = pairs.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned()));
        Labels::new(pairs.collect())
    }

    #[test]
    fn a_label_is_read_as_its_word_and_written_in_its_place() {
        let labels = labels(&[("Pending", " pending1 "), ("Endorsed", "Signed off")]).unwrap();
        assert_eq!(labels.word_of("Pending1"), "Pending");
        assert_eq!(labels.word_of("signed off"), "Completed");
        assert_eq!(labels.word_of("endorsed"), "Completed");
        assert_eq!(labels.word_of("pending123"), "pending123", "not mapped: shown as it is");
        assert_eq!(labels.label_of("Endorsed"), "Signed off");
        assert_eq!(labels.label_of("Completed"), "Completed");
    }

    #[test]
    fn labels_that_cannot_be_told_apart_are_refused() {
        let refusal = |pairs: &[(&str, &str)]| labels(pairs).unwrap_err().to_string();
        assert!(refusal(&[("Done", "x")]).contains("`Done` is no deployment status"));
        assert!(refusal(&[("Pending", " ")]).contains("is empty"));
        assert!(refusal(&[("Pending", "x"), ("Rejected", "X")]).contains("stands for both"));
        assert!(refusal(&[("Pending", "completed")]).contains("Pending and Completed"));
        assert!(labels(&[("Completed", "Done"), ("Endorsed", "Done")]).is_ok(), "one status");
    }
}
