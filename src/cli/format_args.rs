//! The flags for the format of an answer.

use clap::{Args, ValueEnum};

use super::report_args::{ForgeArg, ReportWord};
use crate::render;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct FormatArgs {
    /// The format of the answer on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        env = "PLUTORA_SYNC_FORMAT"
    )]
    format: FormatArg,
    #[command(flatten)]
    forge: ForgeArgs,
}

/// The same, with the formats that are reports for programs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ReportFormatArgs {
    /// The format of the answer on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        env = "PLUTORA_SYNC_FORMAT"
    )]
    format: ReportWord,
    #[command(flatten)]
    forge: ForgeArgs,
}

#[derive(Debug, Args)]
struct ForgeArgs {
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

impl FormatArgs {
    /// Returns the chosen format.
    pub(super) fn chosen(&self) -> render::Format {
        match self.format {
            FormatArg::Text => render::Format::Text,
            FormatArg::Json => render::Format::Json,
            FormatArg::Markdown => render::Format::Markdown(self.forge()),
        }
    }

    /// Returns where a comment is to be shown.
    pub(super) fn forge(&self) -> render::Forge {
        self.forge.comment_for.into()
    }
}

impl ReportFormatArgs {
    /// Returns the chosen format.
    pub(super) fn chosen(&self) -> render::ReportFormat {
        self.format.format(self.forge.comment_for.into())
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    Text,
    Json,
    Markdown,
}
