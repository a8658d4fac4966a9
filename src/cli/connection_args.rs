//! The flags of every command that asks Plutora.

use std::path::PathBuf;

use clap::Args;

use super::number;
use super::truth::truth;
use crate::plutora::{Rate, Share};

#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct ConnectionArgs {
    /// Requests a second, a decimal; 0 is unpaced [default: 5.5].
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_RATE", allow_negative_numbers = true)]
    pub(super) rate: Option<Rate>,
    /// The part of the rate, and of the 26,000 requests of an hour, that this run may use; above 0 and at
    /// most 1 [default: 1].
    #[arg(long, value_name = "FRACTION", env = "PLUTORA_SYNC_BUDGET_SHARE")]
    pub(super) budget_share: Option<Share>,
    /// Requests that may be under way at the same time [default: 8].
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_PARALLELISM", allow_negative_numbers = true, value_parser = number::parallelism)]
    pub(super) parallelism: Option<u16>,
    /// Seconds that one request may take [default: 30].
    #[arg(long, value_name = "SECONDS", env = "PLUTORA_SYNC_TIMEOUT", allow_negative_numbers = true, value_parser = number::seconds)]
    pub(super) timeout: Option<u32>,
    /// Further certificates to trust, in PEM form.
    #[arg(long, value_name = "FILE", env = "PLUTORA_SYNC_CA_FILE")]
    pub(super) ca_file: Option<PathBuf>,
    /// Use a local Plutora inside this process, in memory or kept in a file; the variable may also
    /// say `true` for in memory, or `false`.
    #[cfg(feature = "sandbox")]
    #[arg(
        long,
        value_name = "STATE_FILE",
        num_args = 0..=1,
        require_equals = true,
        env = "PLUTORA_SYNC_SANDBOX"
    )]
    #[expect(clippy::option_option, reason = "clap's way to say: a flag whose value is optional")]
    pub(super) sandbox: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub(super) reading: ReadingArgs,
    #[command(flatten)]
    pub(super) state: StateArgs,
}

/// What is read, and what of it is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct ReadingArgs {
    #[arg(
        long,
        value_name = "DIR",
        env = "PLUTORA_SYNC_CACHE_DIR",
        help = "The folder in which what was read is kept for the next plan [default: plutora-sync in $XDG_CACHE_HOME or ~/.cache]"
    )]
    pub(super) cache_dir: Option<PathBuf>,
    /// Read everything anew, and keep nothing.
    #[arg(long, env = "PLUTORA_SYNC_NO_CACHE", value_parser = truth)]
    pub(super) no_cache: bool,
    /// Read lists whole, even where asking by filter for the few that are named takes fewer requests.
    #[arg(long, env = "PLUTORA_SYNC_WHOLE_LISTS", value_parser = truth)]
    pub(super) whole_lists: bool,
}

impl ConnectionArgs {
    /// Returns the file that a sandbox keeps its state in.
    #[cfg(feature = "sandbox")]
    pub(super) fn state_file(&self) -> Option<PathBuf> {
        self.sandbox.clone().flatten()
    }

    /// Returns none: there is no sandbox in this binary.
    #[cfg(not(feature = "sandbox"))]
    #[expect(clippy::unused_self, reason = "the same shape as with a sandbox")]
    pub(super) fn state_file(&self) -> Option<PathBuf> {
        None
    }
}

/// What runs remember.
#[derive(Debug, Args)]
#[command(next_help_heading = "State")]
pub(super) struct StateArgs {
    #[arg(
        long,
        value_name = "DIR",
        env = "PLUTORA_SYNC_STATE_DIR",
        help = "The folder of what runs remember: the requests of the hour, the token, and the journal and lock of an apply [default: plutora-sync in $XDG_STATE_HOME or ~/.local/state]"
    )]
    pub(super) state_dir: Option<PathBuf>,
    /// Get a token of this run's own, and keep none for the next.
    #[arg(long, env = "PLUTORA_SYNC_NO_TOKEN_CACHE", value_parser = truth)]
    pub(super) no_token_cache: bool,
}
