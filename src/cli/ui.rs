//! The terminal: the answer on stdout, everything else on stderr.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use tokio::sync::oneshot;

use super::progress::beside;
use crate::error::{Exit, Failure, Message};
use crate::render::{inert, plain};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    /// Where a terminal is.
    Auto,
    /// Nowhere.
    Never,
}

/// The two streams.
#[derive(Debug)]
pub(super) struct Ui {
    color: Color,
}

impl Ui {
    pub(super) fn new(color: Color) -> Self {
        Self { color }
    }

    fn choice(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Never => ColorChoice::Never,
        }
    }

    /// Returns whether stderr is a terminal that may be coloured.
    pub(super) fn colors_stderr(&self) -> bool {
        self.color == Color::Auto && io::stderr().is_terminal()
    }

    /// Prints the answer; a reader that has gone away is no failure.
    pub(super) fn answer(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = AutoStream::new(io::stdout().lock(), self.choice());
        match stdout.write_all(inert(text).as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(Exit::Failed, format!("the answer cannot be printed: {error}")))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Prints to stderr; nothing can be done if nobody listens there.
    pub(super) fn note(&self, text: &str) {
        // Not locked before the line is out of the way: what draws it may be waiting for the lock.
        beside(|| {
            let mut stderr = AutoStream::new(io::stderr().lock(), self.choice());
            writeln!(stderr, "{}", inert(text.trim_end_matches('\n'))).ok();
        });
    }

    /// Prints an error; what a server or a file put into it is made harmless.
    pub(super) fn error(&self, message: &str) {
        let lines: Vec<_> = message.lines().map(plain).collect();
        self.note(&format!("{ERROR}error{ERROR:#}: {}", lines.join("\n     | ")));
    }

    pub(super) fn hint(&self, message: &str) {
        self.note(&format!("{HINT}hint{HINT:#}: {}", plain(message)));
    }

    /// Prints why a run failed, and what to do about it.
    pub(super) fn failure(&self, failure: &Failure) {
        match &failure.message {
            Message::Sentence(sentence) => self.error(sentence),
            Message::Rendered { text, .. } => self.note(text),
        }
        for hint in &failure.hints {
            self.hint(hint);
        }
    }

    /// Returns whether somebody can be asked.
    pub(super) fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question that only `yes` answers with yes; the answer comes later, so that a signal
    /// can come in between.
    pub(super) fn confirm(&self, question: &str) -> oneshot::Receiver<bool> {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.choice());
        write!(stderr, "{question} Only `yes` is taken for yes: ").ok();
        stderr.flush().ok();
        let (sender, answer) = oneshot::channel();
        // A thread of its own: it may wait for an answer for as long as the process lives.
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line);
            // Nobody waits for it any more after an interruption.
            sender.send(read.is_ok() && line.trim() == "yes").ok();
        });
        answer
    }
}
