//! A plan that is carried out: what is checked before, who consents, and what is noted after.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;

use super::args::ApplyArgs;
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::progress::Progress;
use super::reports::{CARRIED_OUT, Record};
use super::session::Session;
use super::state::State;
use super::ui::Ui;
use super::watch::Watch;
use super::{last_applied, policy};
use crate::apply::{self, Entry, JOURNAL_VERSION, Report, Since, Standing};
use crate::desired::LastApplied;
use crate::error::{Exit, Failure};
use crate::live::{self, About, FetchError, Kept};
use crate::plan::{Step, Summary};
use crate::plutora::{Client, Counting, Endpoints};
use crate::render::{self, Applied, Format, Planned};
use crate::resource::{Key, Referent};

/// A plan that is about to be carried out.
pub(super) struct Planning<'a> {
    pub(super) planned: Rc<Planned>,
    /// Whether it was made by an earlier run.
    pub(super) saved: bool,
    /// The objects that an earlier run of this very plan has created, or may have.
    pub(super) ours: BTreeSet<String>,
    /// What was recorded as applied before.
    pub(super) before: Option<LastApplied>,
    pub(super) manifests: Option<&'a Manifests>,
    pub(super) session: &'a Session,
    pub(super) state: Option<&'a State>,
    pub(super) record: &'a Record<'a>,
}

/// Returns whether many systems are created at once; without filters their ids could not be found.
pub(super) fn in_bulk(args: &ApplyArgs, session: &Session) -> bool {
    args.writing.bulk && !session.connection.whole_lists
}

/// Shows a plan, asks for consent where that is needed, and carries it out.
pub(super) async fn confirm_and_carry_out(
    args: &ApplyArgs,
    planning: &Planning<'_>,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Planning { planned, saved, before, manifests, session, state, record, ours: _ } = planning;
    // In other formats, the record answers at the end.
    let text = args.reconcile.format.chosen() == Format::Text;
    if text {
        ui.answer(&format!("{}\n", render::plan(Format::Text, planned)))?;
    }
    let bulk = in_bulk(args, session);
    tell_of_bulk(planning, bulk, ui);
    let (limits, used) = (&session.limits, session.connection.client.requests());
    if let Err(refusal) = policy::check_apply(planned, limits, used) {
        if !text {
            ui.note(&render::plan(Format::Text, planned));
        }
        return Err(refusal);
    }
    let (since, releases) = if *saved { look_since(planning).await? } else { Default::default() };
    let checks = session.connection.client.requests();
    if since.values().any(|it| matches!(it, Standing::Moved(_))) && !args.skip_stale {
        let report = apply::not_begun(&planned.plan, &since);
        let report = applied(planning, report, (checks, 0), Timestamp::now());
        let applied = record.applied(report);
        if text {
            ui.answer(&render::applied(&applied))?;
        }
        return Err(Failure::new(Exit::Stale, "the plan is stale; nothing was written")
            .hint("plan again, or give --skip-stale to apply the others"));
    }
    // Since a saved plan was made, a release may have become an Enterprise, or may go live sooner.
    let now = (!releases.is_empty()).then(|| standing_now(planned, &releases));
    let planned = now.as_ref().unwrap_or(planned);
    policy::check_apply(planned, limits, checks)?;
    let requests = left_to_do(planned, &since).1;
    // A saved plan is not counted in bulk.
    let in_bulk = (*saved && bulk).then(|| planned.plan.clone().in_bulk().apply_requests());
    let requests = in_bulk.map_or(requests, |in_bulk| requests.min(in_bulk));
    check_hour(requests, &session.connection.client)?;
    if planned.plan.has_writes() && !args.auto_approve {
        if !text {
            ui.note(&render::plan(Format::Text, planned));
        }
        confirm(planned, &session.interrupt, ui).await?;
    }
    // Checking a saved plan took requests, and consent may have taken hours.
    policy::check_apply(planned, limits, session.connection.client.requests())?;
    check_hour(requests, &session.connection.client)?;
    let applied = record.applied(carry_out(planning, (&since, bulk), ui).await?);
    if let Some(state) = state.filter(|_| applied.report.is_complete()) {
        state.clear();
    }
    let recorded = manifests.map_or(Ok(()), |manifests| {
        let api_url = &session.connection.api_url;
        let before = (before.as_ref(), api_url.as_str());
        last_applied::save(&args.reconcile.applied, before, &manifests.desired, &applied.report)
    });
    // Where there was nothing to do, the plan has said so.
    if text && planned.plan.has_changes() {
        ui.answer(&render::applied(&applied)).map_err(|failure| failure.hint(CARRIED_OUT))?;
    }
    let exit = exit_of(&applied.report)?;
    match recorded {
        // What was not done matters more.
        Err(failure) if exit == Exit::Done => Err(failure),
        Ok(()) | Err(_) => Ok(exit),
    }
}

/// Returns what a run comes to; that it ended after its last write and before its last look is a failure,
/// of which its steps say nothing.
fn exit_of(report: &Report) -> Result<Exit, Failure> {
    let exit = Exit::of_report(report);
    if !report.unseen {
        return Ok(exit);
    }
    let why = if report.interrupted { "interrupted" } else { "the run may make no more requests" };
    let message =
        format!("{why}: not all that was written was looked at again when the rest was written");
    Err(Failure::new(exit, message).hint("`plan` shows whether anything is left to do"))
}

/// A plan that was made before is left as it is, and so is its forecast.
fn tell_of_bulk(Planning { planned, saved, .. }: &Planning<'_>, bulk: bool, ui: &Ui) {
    if *saved && bulk {
        let in_bulk = planned.plan.clone().in_bulk().apply_requests();
        let less = planned.plan.apply_requests().saturating_sub(in_bulk);
        ui.note(&format!("--bulk saves {less} requests; the plan's forecast is without it"));
    }
}

async fn confirm(planned: &Planned, interrupt: &Interrupt, ui: &Ui) -> Result<(), Failure> {
    if !Ui::can_ask() {
        return Err(Failure::input("there is something to do, and nobody to ask: no terminal")
            .hint("give --auto-approve to apply without asking"));
    }
    let answer = ui.confirm(&format!("Apply this to {}?", planned.plan.target.api_url));
    let confirmed = tokio::select! {
        answer = answer => answer.unwrap_or(false),
        () = interrupt.times(1) => {
            ui.note("");
            false
        }
    };
    if confirmed {
        return Ok(());
    }
    Err(Failure::new(Exit::Interrupted, "not confirmed; nothing was written"))
}

/// Looks at what became of the objects of a saved plan, of what they refer to, and of the releases that limits
/// are about; the user may stop it at any time.
async fn look_since(planning: &Planning<'_>) -> Result<(Since, Releases), Failure> {
    let Planning { planned, ours, session, .. } = planning;
    let Session { connection, interrupt, limits, .. } = session;
    let (plan, Summary { create, update, .. }) = (&planned.plan, planned.plan.summary());
    let progress = Progress::start("checking the plan", &connection.client, (create + update, 0));
    let reader = Counting::new(progress.follow());
    let look = async {
        let mut since = apply::since(plan, ours, &reader, connection.options()).await?;
        let about = limits.are_about_releases().then(|| plan.releases());
        let about: BTreeSet<String> =
            about.into_iter().flatten().map(|id| id.to_string()).collect();
        let mut ids: BTreeMap<Referent, BTreeSet<String>> = BTreeMap::new();
        for meant in plan.meant() {
            ids.entry(meant.referent).or_default().insert(meant.id.to_string());
        }
        if !about.is_empty() {
            ids.entry(Referent::Release).or_default().extend(about.iter().cloned());
        }
        let kept = Kept::nothing();
        let scope = connection.scope(&plan.target.user, &kept);
        let called = live::called(&reader, &scope, &ids, &about).await?;
        apply::renamed(plan, &called, &mut since);
        Ok((since, called.releases))
    };
    let looked = tokio::select! {
        looked = look => looked.map_err(|error: FetchError| Failure::from(error)),
        () = interrupt.times(1) => Err(Failure::interrupted()),
    };
    progress.finish();
    looked
}

/// What is known of releases, by their ids.
type Releases = BTreeMap<String, About>;

async fn carry_out(
    planning: &Planning<'_>,
    (since, bulk): (&Since, bool),
    ui: &Ui,
) -> Result<Applied, Failure> {
    let Planning { planned, saved, session, state, record, .. } = planning;
    let Session { connection, interrupt, .. } = session;
    let client = &connection.client;
    let (started_at, before) = (Timestamp::now(), client.requests());
    let journal = match state.filter(|_| planned.plan.has_writes()) {
        Some(state) => {
            let plan = render::plan(Format::Json, planned);
            Some(state.begin(&plan, &began(planning, started_at))?)
        }
        None => None,
    };
    let progress = Progress::start("applying", client, left_to_do(planned, since));
    let options = connection.options();
    let watch = Watch::new(&progress, client, interrupt, (journal.as_ref(), record.events()));
    let (reader, writer) = (Counting::new(progress.reader()), Counting::new(client.writer()));
    let by_endpoint = || {
        let both = [reader.endpoints(), writer.endpoints()];
        both.into_iter().flatten().collect::<Endpoints>()
    };
    // Of a saved plan, what this run has asked before is what checking took.
    let reads = if *saved { before } else { planned.requests };
    let account = |report| Applied {
        by_endpoint: by_endpoint(),
        ..applied(planning, report, (reads, client.requests() - before), started_at)
    };
    let run = async {
        let (plan, both) = (&planned.plan, (&reader, &writer));
        if !bulk {
            return apply::run(plan, since, both, options, &watch).await;
        }
        let since = apply::in_bulk(plan, since, both, options, &watch).await;
        apply::run(plan, &since, both, options, &watch).await
    };
    let report = tokio::select! {
        report = run => report,
        () = stop_at_once(interrupt, client, ui) => {
            progress.finish();
            let (ended, under_way) = watch.so_far();
            let report = apply::broken_off(&planned.plan, since, &ended, &under_way);
            record.applied(account(report));
            return Err(Failure::new(Exit::Interrupted, watch.account())
                .hint("run apply again: it finds out what was done and does the rest"));
        }
    };
    progress.finish();
    Ok(account(report))
}

/// Returns a plan with what limits look at as it is now, too.
fn standing_now(planned: &Planned, releases: &Releases) -> Planned {
    let mut planned = planned.clone();
    planned.plan.stand_now(releases);
    planned
}

/// Refuses to begin what would have to stop half-way, because the hour holds too many requests.
fn check_hour(requests: u64, client: &Client) -> Result<(), Failure> {
    let Some(at) = client.can_begin_at(requests) else { return Ok(()) };
    let message = format!(
        "the hour holds too many requests: begun before {at:.0}, this apply would have to stop half-way"
    );
    Err(Failure::new(Exit::Spent, message)
        .hint("run it again then; nothing was written to Plutora"))
}

/// Returns how many objects are left to be written, and how many requests that takes.
fn left_to_do(planned: &Planned, since: &Since) -> (u64, u64) {
    let is_left = |step: &&Step| {
        let ended = matches!(since.get(&step.key), Some(Standing::Already(_) | Standing::Moved(_)));
        step.writes() && !ended
    };
    let left = planned.plan.steps.iter().filter(is_left);
    left.fold((0, 0), |(objects, requests), step| {
        (objects + 1, step.requests.saturating_add(requests))
    })
}

/// Returns the first line of the journal.
fn began(planning: &Planning<'_>, at: Timestamp) -> Entry {
    let connection = &planning.session.connection;
    Entry::Began {
        format_version: JOURNAL_VERSION.to_owned(),
        at,
        run: connection.client.identity().run().simple().to_string(),
        api_url: connection.api_url.clone(),
        plan_digest: render::plan_digest(&planning.planned),
        timeout_seconds: connection.timeout.as_secs(),
    }
}

/// Says how a report came about; `reads` went before the first write, `writes` are the rest.
fn applied(
    planning: &Planning<'_>,
    report: Report,
    (reads, writes): (u64, u64),
    started_at: Timestamp,
) -> Applied {
    let Planning { planned, session: Session { connection, .. }, .. } = planning;
    let written = |key: &Key| report.steps.iter().any(|it| it.key == *key && it.outcome.wrote());
    let warnings = planned.plan.warnings.iter().filter(|it| written(&it.key)).cloned().collect();
    Applied {
        warnings,
        report,
        target: planned.plan.target.clone(),
        plan_digest: render::plan_digest(planned),
        run_id: connection.client.identity().run().simple().to_string(),
        plan_requests: reads,
        saved: planning.saved,
        repetitions: connection.client.repetitions(),
        forecast: planned.plan.apply_requests(),
        requests: writes,
        by_endpoint: Endpoints::new(),
        // Of a saved plan another run has counted them.
        plan_by_endpoint: if planning.saved {
            Endpoints::new()
        } else {
            planned.spent.by_endpoint.clone()
        },
        started_at: started_at.to_string(),
    }
}

/// The first request to stop lets the steps under way end, and waits for no server that asks to be asked
/// again later; the second does not.
async fn stop_at_once(interrupt: &Interrupt, client: &Client, ui: &Ui) {
    interrupt.times(1).await;
    client.wait_no_longer();
    ui.note("stopping after the steps that are under way; once more stops at once");
    interrupt.times(2).await;
}
