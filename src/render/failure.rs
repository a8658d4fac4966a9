//! Why a run ended early, for people.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::out::{BAD, Out};
use super::safe::{code, code_block};
use super::{Failed, plain};

const HINT: Style = AnsiColor::Cyan.on_default();

/// Returns it as it goes to a terminal.
pub(super) fn text(failed: &Failed) -> String {
    let mut out = Out::default();
    if let Some(laid_out) = &failed.laid_out {
        out.line(laid_out);
    } else {
        let lines: Vec<_> = failed.message.lines().map(plain).collect();
        let lines = lines.join("\n     | ");
        writeln!(out.0, "{BAD}error{BAD:#}: {lines}").ok();
    }
    for hint in &failed.hints {
        writeln!(out.0, "{HINT}hint{HINT:#}: {}", plain(hint)).ok();
    }
    out.0
}

/// Returns the lines of what happened, each as plain text.
pub(super) fn lines(failed: &Failed) -> Vec<String> {
    let whole = match &failed.laid_out {
        Some(laid_out) => anstream::adapter::strip_str(laid_out).to_string(),
        None => failed.message.clone(),
    };
    whole.lines().map(|line| plain(line).into_owned()).collect()
}

/// Returns it as Markdown of at most so many bytes: beyond that the mistakes are listed without their
/// excerpts, and what is too much even so is counted.
pub(super) fn markdown(failed: &Failed, exit_code: u8, most: usize) -> String {
    let mut lines = lines(failed);
    if size(&lines) > most && !failed.mistakes.is_empty() {
        let mistakes = failed.mistakes.iter();
        lines = mistakes
            .map(|it| plain(&format!("{}:{}: {}", it.file, it.line, it.message)).into_owned())
            .chain([plain(&failed.message).into_owned()])
            .collect();
    }
    let mut shown: Vec<String> = Vec::new();
    let mut left = most;
    for line in &lines {
        let line = cut(line, most / 4);
        let Some(rest) = left.checked_sub(line.len() + 1) else { break };
        left = rest;
        shown.push(line);
    }
    if let more @ 1.. = lines.len() - shown.len() {
        shown.push(format!("... and {more} more lines"));
    }
    let mut out = format!("**Failed** with exit code {exit_code}\n\n");
    out.push_str(&code_block("text", &shown.join("\n")));
    out.push('\n');
    for hint in &failed.hints {
        writeln!(out, "- {}", code(&cut(hint, 2_000))).ok();
    }
    if !failed.hints.is_empty() {
        out.push('\n');
    }
    out
}

fn size(lines: &[String]) -> usize {
    lines.iter().map(|line| line.len() + 1).sum()
}

/// Returns the beginning of a line that is longer than anybody reads.
fn cut(line: &str, most: usize) -> String {
    if line.len() <= most {
        return line.to_owned();
    }
    format!("{}...", line.get(..line.floor_char_boundary(most)).unwrap_or_default())
}
