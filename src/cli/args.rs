//! Every command, flag and variable.

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::connection_args::ConnectionArgs;
use super::environment::Environment;
use super::format_args::FormatArgs;
use super::limits::LimitArgs;
use super::report_args::{ReportArgs, ReportWord};
#[cfg(feature = "sandbox")]
use super::sandbox_args::SandboxArgs;
use super::truth::truth;
use super::ui::Color;
use crate::resource::Code;

const EXIT_CODES: &str = "\
Exit codes:
  0    done; nothing to do counts as done
  1    Plutora unreachable or refused, a read that failed, or an internal error
  2    only with --detailed-exitcode: there are changes
  3    bad flags, configuration, manifests, names or plan file
  4    authentication or permission, before any write
  5    refused by --deny or a limit, before any write; the message names what lifts it
  6    what was planned has been changed by somebody since, and nothing was applied
  7    not every planned step was done
  8    the requests that the run may make (--max-requests), or those of the hour, were used up,
       or would be half-way
  130  interrupted, or not confirmed";

const CREDENTIALS: &str = "\
Credentials come from variables, never from flags: PLUTORA_CLIENT_ID, PLUTORA_CLIENT_SECRET,
PLUTORA_USERNAME and PLUTORA_PASSWORD, or a ready-made PLUTORA_TOKEN; each also as *_FILE.
Where: PLUTORA_REGION (us, uk, au, eu), or PLUTORA_API_URL and PLUTORA_OAUTH_URL.";

const APPLY_USAGE: &str = "\
plutora-sync apply [OPTIONS] --file <PATH>
       plutora-sync apply [OPTIONS] --plan <FILE>
       plutora-sync apply [OPTIONS] --resume";

/// Keeps releases, their systems and deployment statuses in Plutora as YAML manifests in git say they should be.
#[derive(Debug, Parser)]
#[command(name = "plutora-sync", version, styles = STYLES, after_help = EXIT_CODES)]
pub(super) struct App {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: GlobalArgs,
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check manifests without Plutora.
    Validate(ValidateArgs),
    /// Compare manifests with Plutora and say what an apply would do.
    #[command(after_help = CREDENTIALS)]
    Plan(PlanArgs),
    /// Make Plutora what the manifests say.
    #[command(after_help = CREDENTIALS)]
    Apply(ApplyArgs),
    /// Show a plan file.
    Show(ShowArgs),
    /// Say what is not as declared, and whether Plutora or the manifests have moved.
    #[command(after_help = CREDENTIALS)]
    Drift(DriftArgs),
    /// Say why each call is needed, and what each read is for.
    #[command(after_help = CREDENTIALS)]
    Explain(ExplainArgs),
    /// Print a JSON Schema.
    Schema(SchemaArgs),
    /// Run a local Plutora for trying things out.
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands.
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct GlobalArgs {
    /// Say more on stderr: -v what happens, -vv each request.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// The form of what goes to stderr with -v.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORM",
        default_value = "text",
        env = "PLUTORA_SYNC_LOG_FORMAT"
    )]
    pub(super) log_format: LogFormat,
    /// Print without colours (the variable `NO_COLOR` does it too).
    #[arg(long, global = true, env = "PLUTORA_SYNC_NO_COLOR", value_parser = truth)]
    pub(super) no_color: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Manifests")]
pub(super) struct InputArgs {
    /// A manifest, a folder of them, a glob, or - for stdin; repeatable. Hidden files and folders
    /// are left out.
    #[arg(short, long = "file", value_name = "PATH", required = true, env = "PLUTORA_SYNC_FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// The configuration [default: plutora-sync.yaml in this folder or one above].
    #[arg(long, value_name = "FILE", env = "PLUTORA_SYNC_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// The profile of the configuration to use.
    #[arg(long, value_name = "NAME", env = "PLUTORA_SYNC_PROFILE")]
    pub(super) profile: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// What plan and apply have in common.
#[derive(Debug, Args)]
pub(super) struct ReconcileArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) applied: LastAppliedArgs,
    #[command(flatten)]
    pub(super) format: FormatArgs,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub(super) struct PolicyArgs {
    /// Refuse a plan that has a warning with this code, such as PS101, which no manifest
    /// acknowledges; repeatable.
    #[arg(long, value_name = "CODE", value_delimiter = ',', env = "PLUTORA_SYNC_DENY")]
    pub(super) deny: Vec<Code>,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) reconcile: ReconcileArgs,
    /// Write the plan to a file, as JSON.
    #[arg(long, value_name = "FILE", env = "PLUTORA_SYNC_OUT")]
    pub(super) out: Option<PathBuf>,
    /// End with exit code 2 if there are changes.
    #[arg(long, env = "PLUTORA_SYNC_DETAILED_EXITCODE", value_parser = truth)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    pub(super) reconcile: ReconcileArgs,
    /// Carry out a plan that `plan --out` wrote, if nobody has changed since what it is about; no
    /// manifests are needed then, and those that are given must be those of the plan.
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Saved plans",
        group = "kept",
        env = "PLUTORA_SYNC_PLAN"
    )]
    pub(super) plan: Option<PathBuf>,
    /// Leave out what somebody has changed since, and what needs it, and apply the others.
    #[arg(long, help_heading = "Saved plans", requires = "kept", env = "PLUTORA_SYNC_SKIP_STALE", value_parser = truth)]
    pub(super) skip_stale: bool,
    /// Finish the apply of this Plutora that was cut off or left something undone: carry out what is
    /// left of its plan.
    #[arg(long, help_heading = "Saved plans", group = "kept", env = "PLUTORA_SYNC_RESUME", value_parser = truth)]
    pub(super) resume: bool,
    #[command(flatten)]
    pub(super) writing: WritingArgs,
    /// Write without asking; needed where there is no terminal.
    #[arg(long, help_heading = "Policy", env = "PLUTORA_SYNC_AUTO_APPROVE", value_parser = truth)]
    pub(super) auto_approve: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
pub(super) struct WritingArgs {
    /// Create new systems a hundred at once, which takes a third of the requests.
    #[arg(long, env = "PLUTORA_SYNC_BULK", value_parser = truth)]
    pub(super) bulk: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// A file that `plan --out` wrote.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) format: FormatArgs<ReportWord>,
}

#[derive(Debug, Args)]
pub(super) struct DriftArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
    #[command(flatten)]
    pub(super) applied: LastAppliedArgs,
    #[command(flatten)]
    pub(super) format: FormatArgs,
    /// End with exit code 2 if something is not as declared.
    #[arg(long, env = "PLUTORA_SYNC_DETAILED_EXITCODE", value_parser = truth)]
    pub(super) detailed_exitcode: bool,
}

/// What was applied last, in a file of the user's.
#[derive(Debug, Args)]
#[command(next_help_heading = "State")]
pub(super) struct LastAppliedArgs {
    /// The file in which apply records what it applied, one for each set of manifests, so that plan and drift
    /// can tell what is no longer declared, and drift what was edited in Plutora.
    #[arg(long, value_name = "FILE", env = "PLUTORA_SYNC_LAST_APPLIED")]
    pub(super) last_applied: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// An object as plans name it, such as `Release/REL-2026.12`; repeatable [default: all that differ].
    #[arg(value_name = "KIND/NAME")]
    pub(super) objects: Vec<String>,
    /// Say how each list was read, and what the other ways would have taken.
    #[arg(long, env = "PLUTORA_SYNC_READS", value_parser = truth)]
    pub(super) reads: bool,
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Of what.
    #[arg(value_enum, default_value = "manifest")]
    pub(super) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// A manifest document.
    Manifest,
    /// What `plan --format json` prints.
    Plan,
    /// What `apply --format json` prints, and `--report json=PATH` writes.
    Report,
    /// What `drift --format json` prints.
    Drift,
    /// The file of --last-applied.
    LastApplied,
    /// A line of what --events writes.
    Events,
    /// The file plutora-sync.yaml.
    Config,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write a page for each command into this folder.
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
}

/// Returns the command line; a variable that is empty counts as not set.
pub(super) fn command(environment: &Environment) -> clap::Command {
    let command = App::command().mut_subcommand("apply", |apply| {
        // A saved plan holds all that the manifests say.
        apply.override_usage(APPLY_USAGE).mut_arg("files", |files| {
            files.required(false).required_unless_present_any(["plan", "resume"])
        })
    });
    forget_empty(command, environment)
}

fn forget_empty(command: clap::Command, environment: &Environment) -> clap::Command {
    command
        .mut_args(|arg| {
            let name = arg.get_env().map(|name| name.to_string_lossy().into_owned());
            match name {
                Some(name) if environment.is_empty(&name) => arg.env(None::<&str>),
                _ => arg.hide_env_values(true),
            }
        })
        .mut_subcommands(|command| forget_empty(command, environment))
}

impl GlobalArgs {
    /// Returns whether to colour what goes to a terminal.
    pub(super) fn color(&self, environment: &Environment) -> Color {
        if self.no_color || environment.get("NO_COLOR").is_some() {
            Color::Never
        } else {
            Color::Auto
        }
    }
}
