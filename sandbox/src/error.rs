//! What can go wrong around a sandbox; what goes wrong inside it is an HTTP answer.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

/// Tells why a sandbox did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is reachable from other machines.
    #[error(
        "{0} is not a loopback address and the sandbox's credentials are public: \
         listen on 127.0.0.1, or allow other machines (--allow-remote)"
    )]
    NotLoopback(SocketAddr),
    /// The address could not be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The state file is no good.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Tells why a sandbox did not stop cleanly.
#[derive(Debug, Error)]
pub enum StopError {
    /// The last state could not be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The task that writes the state file died.
    #[error("the state file was not completed, because its writer failed")]
    Writer(#[source] tokio::task::JoinError),
}

/// Tells what is wrong with a state file.
#[derive(Debug, Error)]
pub enum StateError {
    /// The file exists and cannot be read.
    #[error("cannot read the state file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The content is not what a sandbox wrote.
    #[error(
        "the state file {} is damaged ({detail}): restore it, or move it away to start afresh",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The content was written by a newer sandbox.
    #[error(
        "the state file {} has format version {found} and this sandbox knows {known}: \
         use the newer sandbox that wrote it, or move the file away to start afresh",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version that the file states.
        found: u64,
        /// The version of this sandbox.
        known: u64,
    },
    /// The file cannot be written.
    #[error("cannot write the state file {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Tells what a choice's text should have been.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseChoiceError {
    /// Not a seed.
    #[error("unknown seed '{text}': write demo, empty or releases=N, with N up to {most}")]
    Seed {
        /// The text found.
        text: String,
        /// The largest number of releases.
        most: usize,
    },
    /// None of the words of a choice.
    #[error("unknown {noun} '{text}': write {words}")]
    Word {
        /// The text found.
        text: String,
        /// What was to be chosen.
        noun: &'static str,
        /// The words that there are.
        words: String,
    },
    /// Not a zone.
    #[error("unknown zone '{0}': write utc or an offset such as +10:00")]
    Zone(String),
    /// Not labels of deployment statuses.
    #[error(
        "bad status labels '{text}' ({reason}): write WORD=LABEL,... with a word out of {words}"
    )]
    StatusLabels {
        /// The text found.
        text: String,
        /// What is wrong with it.
        reason: String,
        /// The words that can have a label.
        words: String,
    },
}

impl ParseChoiceError {
    pub(crate) fn word(text: &str, noun: &'static str, words: &[&str]) -> Self {
        let words = match words {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            words => words.concat(),
        };
        Self::Word { text: text.to_owned(), noun, words }
    }
}
