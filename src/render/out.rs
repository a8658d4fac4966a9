//! Styled text that grows line by line.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

pub(super) const CREATE: Style = AnsiColor::Green.on_default();
pub(super) const UPDATE: Style = AnsiColor::Yellow.on_default();
pub(super) const WARN: Style = AnsiColor::Magenta.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();

/// Gathers text; writing to a String cannot fail.
#[derive(Default)]
pub(super) struct Out(pub(super) String);

impl Out {
    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub(super) fn styled(&mut self, style: Style, text: &str) {
        writeln!(self.0, "{style}{text}{style:#}").ok();
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.styled(BOLD, text);
    }
}
