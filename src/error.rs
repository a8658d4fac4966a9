//! How a run ends: the documented exit codes, and what a failure tells the user.

use crate::apply::Report;
use crate::live::FetchError;
use crate::plutora::{EndpointError, ReadError, TransportError};
use crate::render::{Failed, Mistake};

/// The exit code of the program. The numbers are a contract and are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done; nothing to do counts as done.
    Done = 0,
    /// Plutora was unreachable or refused, a read failed, or there is an error in the program.
    Failed = 1,
    /// There are changes; only with `--detailed-exitcode`.
    Changes = 2,
    /// Bad flags, configuration, manifests, names or plan file.
    Input = 3,
    /// Authentication or permission, before any write.
    Denied = 4,
    /// Refused by a policy, before any write.
    Refused = 5,
    /// The plan is stale and nothing was applied.
    Stale = 6,
    /// Not every planned step was done.
    Incomplete = 7,
    /// The requests that the run or the hour may hold were used up before anything was written, or would be half-way.
    Spent = 8,
    /// Stopped by the user.
    Interrupted = 130,
}

impl Exit {
    /// Returns the exit code of an apply that was carried out.
    ///
    /// Once anything was written, what matters is that not everything was; before that, why.
    pub fn of_report(report: &Report) -> Self {
        if report.interrupted {
            Self::Interrupted
        } else if report.is_complete() {
            Self::Done
        } else if report.wrote_anything() {
            Self::Incomplete
        } else if report.was_denied() {
            Self::Denied
        } else if report.was_stale() {
            Self::Stale
        } else if report.spent {
            Self::Spent
        } else {
            Self::Incomplete
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Returns an error with its causes, which hold what matters.
pub fn causes(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let mut parts: Vec<String> = Vec::new();
    for part in chain.map(ToString::to_string) {
        if !parts.iter().any(|known| known.contains(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}

/// Where the configuration limits requests.
const MAX_REQUESTS: &str = "`limits.maxRequests` in plutora-sync.yaml";

/// A run that ended early: the exit code, what happened, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened: a lower-case fragment, or what is to be printed as it is.
    pub message: Message,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// What a failure prints.
#[derive(Debug)]
pub enum Message {
    /// One sentence, to be printed as an error.
    Sentence(String),
    /// A text that is laid out already, about manifests that have to be mended.
    Rendered {
        /// The text.
        text: String,
        /// What it comes to.
        summary: String,
        /// The same for programs.
        mistakes: Vec<Mistake>,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.message {
            Message::Sentence(text) | Message::Rendered { text, .. } => out.write_str(text),
        }
    }
}

impl Failure {
    /// Makes a failure.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: Message::Sentence(message.into()), hints: Vec::new() }
    }

    /// Makes a failure for bad input.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Exit::Input, message)
    }

    /// Makes the failure of manifests that have to be mended, with a text that is laid out already.
    pub fn mistakes(text: String, summary: String, mistakes: Vec<Mistake>) -> Self {
        let message = Message::Rendered { text, summary, mistakes };
        Self { exit: Exit::Input, message, hints: Vec::new() }
    }

    /// Returns what a report tells of it.
    pub fn told(&self) -> Failed {
        let hints = self.hints.clone();
        match &self.message {
            Message::Sentence(text) => {
                Failed { message: text.clone(), laid_out: None, hints, mistakes: Vec::new() }
            }
            Message::Rendered { text, summary, mistakes } => Failed {
                message: summary.clone(),
                laid_out: Some(text.clone()),
                hints,
                mistakes: mistakes.clone(),
            },
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns it for a command whose requests the configuration alone limits.
    #[must_use]
    pub fn without_flags(self) -> Self {
        let told = |hint: String| {
            let flag = "the limit is set by the flag --max-requests";
            if hint.starts_with(flag) {
                format!("the limit is set by {MAX_REQUESTS}")
            } else {
                hint
            }
        };
        Self { hints: self.hints.into_iter().map(told).collect(), ..self }
    }

    /// Returns it with the URL at which nobody has answered, if that is what has failed.
    #[must_use]
    pub fn at(self, api_url: &str) -> Self {
        let told = |hint| if hint == UNREACHABLE { format!("{hint} {api_url}") } else { hint };
        Self { hints: self.hints.into_iter().map(told).collect(), ..self }
    }

    /// Returns it for a command that has a token and no password.
    #[must_use]
    pub fn of_token(mut self) -> Self {
        let before = self.hints.len();
        self.hints.retain(|hint| !PASSWORD_GRANT.contains(&hint.as_str()));
        if self.hints.len() < before {
            let hint =
                "is PLUTORA_TOKEN of this Plutora, and still good? It lives for about 23 hours";
            self.hints.insert(0, hint.to_owned());
        }
        self
    }

    /// Makes the failure of a run that the user stopped.
    pub fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted")
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        if error.0.iter().any(ReadError::is_denied) {
            let failure = Self::new(Exit::Denied, error.to_string());
            // Who may not do one thing has signed in all the same.
            let is_signed_in = |error: &ReadError| matches!(error, ReadError::Denied { refusal, .. } if refusal.status == 403);
            let grant = PASSWORD_GRANT.into_iter().filter(|_| !error.0.iter().any(is_signed_in));
            let is_elsewhere = error.0.iter().any(|it| matches!(it, ReadError::Connect(_)));
            let elsewhere = is_elsewhere.then_some(UNREACHABLE);
            return grant
                .chain(elsewhere)
                .fold(failure, Self::hint)
                .hint("Plutora may allow API calls only from listed addresses (IP allow-list)")
                .hint("the user's role may have API access turned off");
        }
        let spent = error.0.iter().find_map(|error| {
            if let ReadError::Spent { spent, path: _ } = error { Some(spent) } else { None }
        });
        if let Some(spent) = spent {
            let failure = Self::new(Exit::Spent, spent.to_string());
            return spent.hints().into_iter().fold(failure, Self::hint);
        }
        let failure = Self::new(Exit::Failed, error.to_string())
            .hint("nothing was planned, because what was not read is not known to be in sync");
        let is_unreachable = |error: &ReadError| match error {
            ReadError::Unreachable { .. } | ReadError::Connect(_) => true,
            ReadError::Refused { refusal, .. } => matches!(refusal.status, 300..400 | 404),
            ReadError::Denied { .. }
            | ReadError::Missing { .. }
            | ReadError::Spent { .. }
            | ReadError::Unreadable { .. } => false,
        };
        if error.0.iter().any(is_unreachable) {
            return failure.hint(UNREACHABLE);
        }
        failure
    }
}

/// The hints that a failure has where Plutora refuses the user.
const PASSWORD_GRANT: [&str; 2] = [
    "are client id, client secret, user and password of this Plutora?",
    "a user who signs in by single sign-on needs a local password for the API",
];

/// The hint that a failure has where no answer came, or one as from somewhere else.
const UNREACHABLE: &str = "is this where your Plutora is?";

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        Self::input(error.to_string())
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let exit = match error {
            TransportError::Certificates(_) => Exit::Input,
            TransportError::Client(_) => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}
