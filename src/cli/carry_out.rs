//! A plan that is carried out: what is checked before, who consents, and what is noted after.

use std::rc::Rc;

use jiff::Timestamp;

use super::args::ApplyArgs;
use super::check::{as_of_now, check, left};
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::progress::Progress;
use super::reports::{CARRIED_OUT, Record};
use super::session::Session;
use super::state::State;
use super::ui::Ui;
use super::watch::Watch;
use super::{last_applied, policy};
use crate::apply::{self, Checked, Earlier, Entry, JOURNAL_VERSION, Report, Since, Standing};
use crate::desired::LastApplied;
use crate::error::{Exit, Failure};
use crate::live::Keeping;
use crate::plan::{InBulk, Summary};
use crate::plutora::{CanBegin, Client, Counting, Endpoints};
use crate::render::{self, Applied, Format, Planned};
use crate::resource::Key;

/// A plan that is about to be carried out.
pub(super) struct Planning<'a> {
    pub(super) planned: Rc<Planned>,
    /// Whether it was made by an earlier run.
    pub(super) saved: bool,
    /// How many systems are created at once, where that is wished.
    pub(super) bulk: Option<InBulk>,
    /// What earlier runs of this very plan have done of it.
    pub(super) earlier: Earlier,
    /// What was recorded as applied before.
    pub(super) before: Option<LastApplied>,
    pub(super) manifests: Option<&'a Manifests>,
    pub(super) session: &'a Session,
    pub(super) state: Option<&'a State>,
    /// Whether the state of an earlier run is let alone.
    pub(super) keeps_state: bool,
    pub(super) record: &'a Record<'a>,
}

/// Shows a plan, asks for consent where that is needed, and carries it out.
pub(super) async fn confirm_and_carry_out(
    args: &ApplyArgs,
    planning: &Planning<'_>,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Planning { planned, saved, before, manifests, session, state, record, .. } = planning;
    // In other formats, the record answers at the end.
    let text = args.reconcile.format.chosen() == Format::Text;
    if text {
        ui.answer(&format!("{}\n", render::plan(Format::Text, planned)))?;
    }
    tell_of_bulk(planning, ui);
    let checked = if *saved { check(planning).await? } else { Checked::default() };
    let since = &checked.since;
    if since.values().any(|it| matches!(it, Standing::Moved(_))) && !args.skip_stale {
        let report = apply::not_begun(&planned.plan, since);
        let used = session.connection.client.requests();
        let report = applied(planning, report, (used, 0), Timestamp::now());
        let applied = record.applied(report);
        if text {
            ui.answer(&render::applied(&applied))?;
        }
        return Err(Failure::new(Exit::Stale, "the plan is stale; nothing was written")
            .hint("plan again, or give --skip-stale to apply the others"));
    }
    // Its forecast is of the run that made it.
    let left = saved.then(|| left(planned, &checked));
    let left = left.map(|it| Planned { plan: it.plan.in_bulk(planning.bulk), ..it });
    let left = left.as_ref().unwrap_or(planned);
    consent(args, planning, left, ui).await?;
    let applied = record.applied(carry_out(planning, (since, left), ui).await?);
    let is_over = applied.report.is_complete() && !planning.keeps_state;
    if let Some(state) = state.filter(|_| is_over) {
        state.clear();
    }
    let recorded = manifests.map_or(Ok(()), |manifests| {
        let api_url = &session.connection.api_url;
        let before = (before.as_ref(), api_url.as_str());
        let carried_out = (&planned.plan, &applied.report);
        last_applied::save(&args.reconcile.applied, before, &manifests.desired, carried_out)
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

/// Refuses what goes beyond a limit or what the hour does not hold, and asks for consent where there is something
/// to do.
async fn consent(
    args: &ApplyArgs,
    Planning { planned, session, .. }: &Planning<'_>,
    left: &Planned,
    ui: &Ui,
) -> Result<(), Failure> {
    let client = &session.connection.client;
    let show = || {
        if args.reconcile.format.chosen() != Format::Text {
            ui.note(&render::plan(Format::Text, planned));
        }
    };
    let requests = left.plan.apply_requests();
    let allowed = |planned: &Planned| {
        policy::check_apply(planned, &session.limits, client.requests())
            .and_then(|()| check_hour(requests, client))
    };
    allowed(left).inspect_err(|_| show())?;
    if left.plan.has_writes() && !args.auto_approve {
        show();
        confirm(planned, &session.interrupt, ui).await?;
        // It may have taken hours.
        allowed(&as_of_now(left, session).await?)?;
    }
    Ok(())
}

/// Returns what a run comes to; that it ended after its last write and before its last look is a failure,
/// of which its steps say nothing.
fn exit_of(report: &Report) -> Result<Exit, Failure> {
    let exit = Exit::of_report(report);
    if !report.unseen {
        return Ok(exit);
    }
    let why = if report.interrupted { "interrupted" } else { "no more requests can be made now" };
    let message =
        format!("{why}: not all that was written was looked at again when the rest was written");
    Err(Failure::new(exit, message).hint("`plan` shows whether anything is left to do"))
}

/// A plan that was made before is left as it is, and so is its forecast.
fn tell_of_bulk(Planning { planned, saved, bulk, .. }: &Planning<'_>, ui: &Ui) {
    let requests = |bulk| planned.plan.clone().in_bulk(bulk).apply_requests();
    let forecast = planned.plan.apply_requests();
    if *saved && bulk.is_some() && forecast == requests(None) {
        let less = forecast.saturating_sub(requests(*bulk));
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

async fn carry_out(
    planning: &Planning<'_>,
    (since, left): (&Since, &Planned),
    ui: &Ui,
) -> Result<Applied, Failure> {
    let Planning { planned, saved, bulk, session, state, record, .. } = planning;
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
    let Summary { create, update, .. } = left.plan.summary();
    let to_do = (create + update, left.plan.apply_requests());
    let progress = Progress::start("applying", client, to_do);
    let options = connection.options();
    let watch = Watch::new(&progress, client, interrupt, (journal.as_ref(), record.events()));
    let kept = session.cache.room();
    let reader = Counting::new(Keeping::new(progress.reader(), &kept));
    let writer = Counting::new(client.writer());
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
        let Some(bulk) = *bulk else {
            return apply::run(plan, since, both, options, &watch).await;
        };
        let since = apply::in_bulk(plan, (bulk, since), both, options, &watch).await;
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
    session.cache.put(&planned.plan.target.user, &kept);
    Ok(account(report))
}

/// Refuses to begin what would have to stop half-way, because the hour holds too many requests.
fn check_hour(requests: u64, client: &Client) -> Result<(), Failure> {
    let (message, hint) = match client.can_begin(requests) {
        CanBegin::Now => return Ok(()),
        CanBegin::At(at) => (
            format!(
                "the hour holds too many requests: begun before {at:.0}, this apply would have to stop half-way"
            ),
            "run it again then; nothing was written to Plutora",
        ),
        CanBegin::Never => (
            format!(
                "at this rate no hour holds its {requests} requests: this apply would have to stop half-way"
            ),
            "give a --rate of at most 7, which fills no hour; nothing was written to Plutora",
        ),
    };
    Err(Failure::new(Exit::Spent, message).hint(hint))
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
        created: planning.earlier.created.clone(),
        done: planning.earlier.done.clone(),
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
