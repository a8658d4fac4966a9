//! What a run writes beside its answer, as flags.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::render::{Forge, ReportFormat};

#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportArgs {
    /// Write a report to a file too, also when the run fails: FORMAT is text, json, markdown,
    /// junit or sarif; repeatable, or several with commas between them.
    #[arg(
        long = "report",
        value_name = "FORMAT=PATH",
        value_delimiter = ',',
        env = "PLUTORA_SYNC_REPORT"
    )]
    pub(super) reports: Vec<ReportArg>,
    /// Write what happens to a file while it happens, one JSON object a line.
    #[arg(long, value_name = "FILE", env = "PLUTORA_SYNC_EVENTS")]
    pub(super) events: Option<PathBuf>,
}

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct ReportArg {
    pub(super) format: ReportWord,
    pub(super) file: PathBuf,
}

/// The word of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportWord {
    Text,
    Json,
    Markdown,
    Junit,
    Sarif,
}

impl ReportWord {
    /// Returns the format; `forge` is who shows Markdown.
    pub(super) fn format(self, forge: Forge) -> ReportFormat {
        match self {
            Self::Text => ReportFormat::Text,
            Self::Json => ReportFormat::Json,
            Self::Markdown => ReportFormat::Markdown(forge),
            Self::Junit => ReportFormat::Junit,
            Self::Sarif => ReportFormat::Sarif,
        }
    }
}

impl FromStr for ReportArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = ReportWord::value_variants().iter().filter_map(ReportWord::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        let Some((word, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err(format!("write FORMAT=PATH; FORMAT is one of {}", words.join(", ")));
        };
        let format = ReportWord::from_str(word, false);
        let format = format.map_err(|_unknown| {
            format!("there is no format `{word}`; there are {}", words.join(", "))
        })?;
        if path == "-" {
            return Err("stdout is what --format is about; name a file".to_owned());
        }
        Ok(Self { format, file: PathBuf::from(path) })
    }
}

/// The words of what shows comments.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ForgeArg {
    Github,
    Gitlab,
    AzureDevops,
    Bitbucket,
}

impl From<ForgeArg> for Forge {
    fn from(arg: ForgeArg) -> Self {
        match arg {
            ForgeArg::Github => Self::GitHub,
            ForgeArg::Gitlab => Self::GitLab,
            ForgeArg::AzureDevops => Self::AzureDevOps,
            ForgeArg::Bitbucket => Self::Bitbucket,
        }
    }
}
