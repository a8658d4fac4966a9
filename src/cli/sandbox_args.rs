//! The flags of `sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use plutora_sandbox::{Habits, Options, Seed, StatusLabels};

/// The heading of what the sandbox lets one choose, as nobody knows it of the real thing.
const OPEN_POINTS: &str = "What no public text settles";

#[derive(Clone, Debug, Args)]
pub(super) struct SandboxArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,
    /// Allow other machines to connect, to an address that is not loopback.
    #[arg(long)]
    allow_remote: bool,
    /// Keep the state in a file, and start from it if it exists.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// What to start from: demo, empty or releases=N.
    #[arg(long, default_value = "demo")]
    seed: Seed,
    /// Milliseconds before each answer.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    latency: u64,
    /// Seconds that a token lives.
    #[arg(long, value_name = "SECONDS", default_value_t = 82_800)]
    token_lifetime: u64,
    #[command(flatten)]
    habits: HabitArgs,
}

#[derive(Clone, Debug, Args)]
struct HabitArgs {
    /// The shape of lists: documented, envelope or array.
    #[arg(long, default_value = "documented")]
    lists: plutora_sandbox::Lists,
    /// The year whose answers are given, where they differ: 2019, 2021 or 2025.
    #[arg(long, value_name = "YEAR", default_value = "2025")]
    dialect: plutora_sandbox::Dialect,
    /// The tenant's labels of deployment statuses, such as Pending=pending1,Completed=Done.
    #[arg(long, value_name = "LABELS", default_value = "", hide_default_value = true)]
    status_labels: StatusLabels,
    /// Whether a system's row in a release keeps a deployment status: kept or ignored.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "kept",
        help_heading = OPEN_POINTS
    )]
    row_status: plutora_sandbox::RowStatus,
    /// What giving a release a parent does to the parent's phases and gates: leaves or copies.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "leaves",
        help_heading = OPEN_POINTS
    )]
    linking: plutora_sandbox::Linking,
    /// What a list of more than 100 rows is that is asked for without a page: cut or whole.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "cut",
        help_heading = OPEN_POINTS
    )]
    bare_arrays: plutora_sandbox::BareArrays,
    /// What a filter's value is that stands without back-ticks: refused or accepted.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "refused",
        help_heading = OPEN_POINTS
    )]
    bare_values: plutora_sandbox::BareValues,
    /// Whether two releases can have one identifier: repeat or unique.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "repeat",
        help_heading = OPEN_POINTS
    )]
    identifiers: plutora_sandbox::Identifiers,
    /// Whether two systems, or two environments, can have one name: repeat or unique.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "repeat",
        help_heading = OPEN_POINTS
    )]
    names: plutora_sandbox::Names,
    /// What a PUT of a release does that leaves out its parent: cleared or kept.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "cleared",
        help_heading = OPEN_POINTS
    )]
    omitted_parent: plutora_sandbox::OmittedParent,
    /// What a PUT does with the custom fields that it carries: ignored or written.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "ignored",
        help_heading = OPEN_POINTS
    )]
    inline_fields: plutora_sandbox::InlineFields,
    /// Whether an Enterprise release can deliver a change: refused or accepted.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "refused",
        help_heading = OPEN_POINTS
    )]
    enterprise_changes: plutora_sandbox::EnterpriseChanges,
    /// What a valid PUT of what is not there answers: 404 or 400.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "404",
        help_heading = OPEN_POINTS
    )]
    unknown_put: plutora_sandbox::UnknownPut,
    /// What asking for a token by a refresh token answers: refused or accepted.
    #[arg(
        long,
        value_name = "BEHAVIOUR",
        default_value = "refused",
        help_heading = OPEN_POINTS
    )]
    refresh_grant: plutora_sandbox::RefreshGrant,
}

impl SandboxArgs {
    /// Returns what they ask for.
    pub(super) fn options(self) -> Options {
        let Self { listen, allow_remote, state, seed, latency, token_lifetime, habits } = self;
        Options {
            listen,
            allow_remote,
            state,
            seed,
            latency: Duration::from_millis(latency),
            token_lifetime: Duration::from_secs(token_lifetime),
            habits: habits.habits(),
        }
    }
}

impl HabitArgs {
    fn habits(self) -> Habits {
        let Self {
            lists,
            dialect,
            row_status,
            linking,
            bare_arrays,
            bare_values,
            identifiers,
            names,
            omitted_parent,
            inline_fields,
            enterprise_changes,
            unknown_put,
            refresh_grant,
            status_labels,
        } = self;
        Habits {
            lists,
            dialect,
            row_status,
            linking,
            bare_arrays,
            bare_values,
            identifiers,
            names,
            omitted_parent,
            inline_fields,
            enterprise_changes,
            unknown_put,
            refresh_grant,
            status_labels,
        }
    }
}
