//! How a tenant calls the deployment statuses: words are stored, labels are shown.
//!
//! A tenant can give each of them a label of its own (asserted against real tenants, 2019, which
//! answered `pending1` and `pending123`).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ParseChoiceError;

/// Maps words of deployment statuses to the tenant's labels; a word without one is its own label.
///
/// Written as `Pending=pending1,Completed=Done`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct StatusLabels(BTreeMap<&'static str, String>);

impl StatusLabels {
    /// The words that can have a label.
    pub const WORDS: &'static [&'static str] =
        &["Pending", "Completed", "Endorsed", "Rejected", "RollbackPending"];

    /// Gives the label of a word.
    pub fn label<'a>(&'a self, word: &'a str) -> &'a str {
        self.0.get(word).map_or(word, String::as_str)
    }

    /// Gives the word that a text stands for: a label in any case or, inferred, the plain word.
    pub(crate) fn word(&self, text: &str) -> Option<&'static str> {
        let find = |wanted: &dyn Fn(&'static str) -> bool| {
            Self::WORDS.iter().copied().find(|word| wanted(word))
        };
        find(&|word| self.label(word).eq_ignore_ascii_case(text))
            .or_else(|| find(&|word| word.eq_ignore_ascii_case(text)))
    }

    fn read(text: &str) -> Result<Self, String> {
        let mut labels = Self::default();
        for pair in text.split(',').filter(|_| !text.trim().is_empty()) {
            let (word, label) = pair.split_once('=').ok_or("a '=' is missing")?;
            let (word, label) = (word.trim(), label.trim());
            let known = Self::WORDS.iter().find(|known| known.eq_ignore_ascii_case(word));
            let known = known.ok_or_else(|| format!("unknown word '{word}'"))?;
            if label.is_empty() {
                return Err(format!("no label for '{word}'"));
            }
            if labels.0.insert(known, label.to_owned()).is_some() {
                return Err(format!("the word '{word}' comes twice"));
            }
        }
        // Two words under one label could not be told apart in an answer.
        for (index, word) in Self::WORDS.iter().enumerate() {
            let label = labels.label(word);
            let others = Self::WORDS.iter().skip(index + 1);
            if others.into_iter().any(|other| labels.label(other).eq_ignore_ascii_case(label)) {
                return Err(format!("the label '{label}' comes twice"));
            }
        }
        Ok(labels)
    }
}

impl fmt::Display for StatusLabels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (word, label)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}{word}={label}")?;
        }
        Ok(())
    }
}

impl From<StatusLabels> for String {
    fn from(labels: StatusLabels) -> Self {
        labels.to_string()
    }
}

impl TryFrom<String> for StatusLabels {
    type Error = ParseChoiceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for StatusLabels {
    type Err = ParseChoiceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).map_err(|reason| ParseChoiceError::StatusLabels {
            text: text.to_owned(),
            reason,
            words: Self::WORDS.join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_survive_their_written_form() {
        for text in ["", "Completed=Done,Pending=pending1", "Rejected=No go"] {
            assert_eq!(text.parse::<StatusLabels>().unwrap().to_string(), text);
        }
        assert_eq!("".parse(), Ok(StatusLabels::default()));
        let spaced: StatusLabels = " pending = p1 , Completed=Done".parse().unwrap();
        assert_eq!(spaced.to_string(), "Completed=Done,Pending=p1");
    }

    #[test]
    fn a_text_is_read_as_a_label_first_and_as_a_word_then() {
        let labels: StatusLabels = "Pending=Completed,Completed=Done".parse().unwrap();
        assert_eq!(labels.label("Completed"), "Done");
        assert_eq!(labels.word("completed"), Some("Pending"));
        assert_eq!(labels.word("DONE"), Some("Completed"));
        assert_eq!(labels.word("pending"), Some("Pending"));
        assert_eq!(labels.word("Shipped"), None);
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        for (text, reason) in [
            ("Shipped=x", "unknown word 'Shipped'"),
            ("Pending", "a '=' is missing"),
            ("Pending=", "no label for 'Pending'"),
            ("Pending=a,pending=b", "the word 'pending' comes twice"),
            ("Pending=a,Completed=A", "the label 'a' comes twice"),
            ("Pending=Completed", "the label 'Completed' comes twice"),
            ("Pending=a,", "a '=' is missing"),
        ] {
            let told = text.parse::<StatusLabels>().unwrap_err().to_string();
            assert!(told.contains(reason) && told.contains("RollbackPending"), "{told}");
        }
    }
}
