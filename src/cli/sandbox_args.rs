//! The flags of `sandbox`.

use std::fmt::Display;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use plutora_sandbox::{
    BareArrays, BareValues, Behaviour, BulkAnswers, DeploymentRefusals, Dialect, EnterpriseChanges,
    Fault, Habits, Identifiers, IgnoredItems, InlineFields, LargePages, Linking, Lists, Managers,
    Names, NotFoundBody, OmittedDelivery, OmittedKind, OmittedParent, Options, PartLists,
    PlutoraInfo, RefreshGrant, RetryAfter, RowStatus, Seed, StakeholderIds, StatusLabels,
    StatusRules, UnknownPut, WorkItemIds, WorkItemPut, WrongCredentials, WrongFilter, Zone,
};

use super::files::{small_file, why};
use super::number;
use crate::error::Failure;

/// The headings of the help.
const HABITS: &str =
    "What differs by tenant or year, or is settled by no public text (the first is the default)";
const MISBEHAVING: &str = "What goes wrong";

#[derive(Clone, Debug, Args)]
pub(super) struct SandboxArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:7878", value_parser = address)]
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
    /// Behave as a JSON file says, where no flag says otherwise.
    #[arg(long, value_name = "FILE")]
    behaviour: Option<PathBuf>,
    #[command(flatten)]
    misbehaviour: MisbehaviourArgs,
    #[command(flatten)]
    habits: HabitArgs,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = MISBEHAVING)]
struct MisbehaviourArgs {
    /// Have requests go wrong, such as 'POST /releases skip=2 drop-after'; may be repeated.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// Milliseconds before each answer.
    #[arg(long, value_name = "MILLISECONDS")]
    latency: Option<u64>,
    /// Seconds that a token lives; 82800 by default.
    #[arg(long, value_name = "SECONDS")]
    token_lifetime: Option<u64>,
    /// Requests admitted in any second, such as 6; the others are answered 429.
    #[arg(long, value_name = "REQUESTS", value_parser = number::from_one)]
    per_second: Option<NonZeroU32>,
    /// Requests admitted in any hour, such as 26000.
    #[arg(long, value_name = "REQUESTS", value_parser = number::from_one)]
    per_hour: Option<NonZeroU32>,
    /// How a 429 says when to come again: seconds (the default), date or absent.
    #[arg(long, value_name = "FORM")]
    retry_after: Option<RetryAfter>,
}

/// Declares the flags of a tenant's habits, each of which may be left out.
macro_rules! habit_args {
    ($(#[doc = $doc:literal] $(#[arg($more:ident = $is:literal)])? $name:ident: $choice:ty,)+) => {
        #[derive(Clone, Debug, Args)]
        #[command(next_help_heading = HABITS)]
        struct HabitArgs {
            $(#[doc = $doc] #[arg(long, value_name = "CHOICE" $(, $more = $is)?)] $name: Option<$choice>,)+
        }

        impl HabitArgs {
            fn lay_over(self, habits: &mut Habits) {
                $(lay(self.$name, &mut habits.$name);)+
            }
        }
    };
}

habit_args! {
    /// The shape of lists: documented, envelope or array.
    lists: Lists,
    /// The year whose answers are given, where they differ: 2025, 2021 or 2019.
    dialect: Dialect,
    /// The tenant's labels of deployment statuses, such as Pending=pending1,Completed=Done.
    status_labels: StatusLabels,
    /// Whether a system's row in a release keeps a deployment status: kept or ignored.
    row_status: RowStatus,
    /// What giving a release a parent does to the parent's phases and gates: leaves or copies.
    linking: Linking,
    /// What a list of more than 100 rows is that is asked for without a page: cut or whole.
    bare_arrays: BareArrays,
    /// What becomes of a filter's value that stands without back-ticks: refused or accepted.
    bare_values: BareValues,
    /// How lists below a release come: paged or whole.
    part_lists: PartLists,
    /// What a 404 for an id that is not there carries: empty or message.
    not_found_body: NotFoundBody,
    /// What a filter is answered that is not understood: 500 or 400.
    wrong_filter: WrongFilter,
    /// What becomes of a request without a proper header Plutora-Info: ignored or checked.
    plutora_info: PlutoraInfo,
    /// What a refresh token is good for: refused or accepted.
    refresh_grant: RefreshGrant,
    /// Whether two releases can have one identifier: repeat or unique.
    identifiers: Identifiers,
    /// Whether two systems, or two environments, can have one name: repeat or unique.
    names: Names,
    /// What a PUT of a release does that leaves out its parent: cleared or kept.
    omitted_parent: OmittedParent,
    /// What a PUT does with the custom fields that it carries: ignored or written.
    inline_fields: InlineFields,
    /// Whether an Enterprise release can deliver a change: refused or accepted.
    enterprise_changes: EnterpriseChanges,
    /// What a valid PUT of what is not there answers: 404 or 400.
    unknown_put: UnknownPut,
    /// What a page of more than 100 records is that is asked for: cut or granted.
    large_pages: LargePages,
    /// What wrong credentials are answered: 400 or 401.
    wrong_credentials: WrongCredentials,
    /// What a PUT of a phase or gate answers: 201 or 200.
    work_item_put: WorkItemPut,
    /// With which status a deployment date is refused: 400 or 500.
    deployment_refusals: DeploymentRefusals,
    /// What making many releases or changes at once answers: objects or messages.
    bulk_answers: BulkAnswers,
    /// Which deployment statuses may be set: strict or loose.
    status_rules: StatusRules,
    /// Whether a release needs a manager: optional or required.
    managers: Managers,
    /// By which id a path names a stakeholder: any, row or member.
    stakeholder_ids: StakeholderIds,
    /// Of what an activity's work item is the id: any, items or names.
    work_item_ids: WorkItemIds,
    /// What isIgnore does in a POST to an Enterprise: dropped or kept.
    ignored_items: IgnoredItems,
    /// What a PUT of a change does that leaves out its delivery date: cleared or kept.
    omitted_delivery: OmittedDelivery,
    /// What a PUT of a release does that leaves out its kind: kept or cleared.
    omitted_kind: OmittedKind,
    /// The zone in which date-times are kept: utc, or an offset such as +10:00.
    #[arg(allow_hyphen_values = true)]
    zone: Zone,
}

impl SandboxArgs {
    /// Returns what they ask for: what the file says, and the flags over it.
    pub(super) fn options(self) -> Result<Options, Failure> {
        let Self { listen, allow_remote, state, seed, behaviour, misbehaviour, habits } = self;
        let mut behaviour = behaviour.as_deref().map_or_else(|| Ok(Behaviour::default()), read)?;
        misbehaviour.lay_over(&mut behaviour);
        habits.lay_over(&mut behaviour.habits);
        Ok(Options { listen, allow_remote, state, seed, behaviour })
    }
}

impl MisbehaviourArgs {
    fn lay_over(self, behaviour: &mut Behaviour) {
        let Self { fault, latency, token_lifetime, per_second, per_hour, retry_after } = self;
        behaviour.faults.extend(fault);
        lay(latency, &mut behaviour.latency_milliseconds);
        lay(token_lifetime, &mut behaviour.token_lifetime_seconds);
        lay(per_second.map(Some), &mut behaviour.throttle.per_second);
        lay(per_hour.map(Some), &mut behaviour.throttle.per_hour);
        lay(retry_after, &mut behaviour.throttle.retry_after);
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let address = text.parse().ok();
    address.ok_or_else(|| "it is no address and port, such as 127.0.0.1:7878".to_owned())
}

fn lay<T>(given: Option<T>, place: &mut T) {
    if let Some(given) = given {
        *place = given;
    }
}

fn read(file: &Path) -> Result<Behaviour, Failure> {
    let failed = |reason: &dyn Display| {
        Failure::input(format!("the behaviour {}: {reason}", file.display()))
    };
    let text = small_file(file, 1 << 20).map_err(|error| failed(&why(&error)))?;
    Behaviour::default().overlaid(&text).map_err(|error| failed(&error))
}
