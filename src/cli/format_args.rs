//! The flags for the format of an answer.

use clap::{Args, ValueEnum};

use super::report_args::{ForgeArg, ReportWord};
use crate::render;

/// The format of an answer, of those that `F` has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct FormatArgs<F = FormatArg>
where
    F: ValueEnum + Send + Sync + 'static,
{
    /// The format of the answer on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        env = "PLUTORA_SYNC_FORMAT"
    )]
    format: F,
    /// Where a comment in Markdown is to be shown, which says what it may hold, and how long it may be:
    /// beyond that details are left out, then names, and never a warning.
    #[arg(
        long,
        value_enum,
        value_name = "FORGE",
        default_value = "github",
        env = "PLUTORA_SYNC_COMMENT_FOR"
    )]
    comment_for: ForgeArg,
}

impl<F: ValueEnum + Send + Sync + 'static> FormatArgs<F> {
    /// Returns where a comment is to be shown.
    pub(super) fn forge(&self) -> render::Forge {
        self.comment_for.into()
    }
}

impl FormatArgs {
    /// Returns the chosen format.
    pub(super) fn chosen(&self) -> render::Format {
        match self.format {
            FormatArg::Text => render::Format::Text,
            FormatArg::Json => render::Format::Json,
            FormatArg::Markdown => render::Format::Markdown(self.forge()),
        }
    }
}

impl FormatArgs<ReportWord> {
    /// Returns the chosen format, which may be one for programs.
    pub(super) fn chosen_report(&self) -> render::ReportFormat {
        self.format.format(self.forge())
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormatArg {
    Text,
    Json,
    Markdown,
}
