//! `apply`: make Plutora what the manifests say.

use jiff::Timestamp;

use super::args::ApplyArgs;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::planning::{Planning, prepare};
use super::progress::{Progress, Watch};
use super::saved;
use super::ui::Ui;
use crate::apply::{self, Options, Report, Since, Standing};
use crate::error::{Exit, Failure};
use crate::plutora::Client;
use crate::render::{self, Applied, Format, Planned};
use crate::resource::Key;

pub(super) async fn run(
    args: &ApplyArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let planning = match &args.plan {
        Some(file) => saved::prepare(file, &args.reconcile, environment).await?,
        None => prepare(&args.reconcile, environment).await?,
    };
    let outcome = confirm_and_carry_out(args, &planning, ui).await;
    let closed = planning.connection.close().await;
    // What the apply came to matters more than how the sandbox ended.
    outcome.and_then(|exit| closed.map(|()| exit))
}

async fn confirm_and_carry_out(
    args: &ApplyArgs,
    planning: &Planning,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Planning { planned, connection, interrupt, inputs: _ } = planning;
    let format = args.reconcile.format.chosen();
    let text = format == Format::Text;
    if text {
        ui.answer(&format!("{}\n", render::plan(Format::Text, planned)))?;
    }
    if let Err(refusal) = planning.check_policy() {
        if !text {
            ui.note(&render::plan(Format::Text, planned));
        }
        return Err(refusal);
    }
    let since = match &args.plan {
        Some(_) => look_since(planning).await?,
        None => Since::new(),
    };
    let checks = connection.client.requests();
    if since.values().any(|it| matches!(it, Standing::Moved(_))) && !args.skip_stale {
        let report = apply::not_begun(&planned.plan, &since);
        ui.answer(&render::report(
            format,
            &applied(planning, report, (checks, 0), Timestamp::now()),
        ))?;
        return Err(Failure::new(Exit::Stale, "the plan is stale; nothing was written")
            .hint("plan again, or give --skip-stale to apply the others"));
    }
    if planned.plan.has_writes() && !args.auto_approve {
        if !text {
            ui.note(&render::plan(Format::Text, planned));
        }
        confirm(planned, interrupt, ui).await?;
    }
    let applied = carry_out(args, planning, &since, ui).await?;
    // Where there was nothing to do, the plan has said so.
    if !text || planned.plan.has_changes() {
        ui.answer(&render::report(format, &applied)).map_err(|failure| {
            failure.hint("the apply itself was carried out; `plan` shows what is left to do")
        })?;
    }
    Ok(Exit::of_report(&applied.report))
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

/// Looks at what became of the objects of a saved plan; the user may stop it at any time.
async fn look_since(planning: &Planning) -> Result<Since, Failure> {
    let Planning { planned, connection, interrupt, inputs: _ } = planning;
    let progress = Progress::start("checking the plan", &connection.client);
    let reader = connection.client.reader();
    let look = apply::since(&planned.plan, &reader, connection.parallelism);
    let since = tokio::select! {
        since = look => since.map_err(Failure::from),
        () = interrupt.times(1) => Err(Failure::interrupted()),
    };
    progress.finish();
    since
}

async fn carry_out(
    args: &ApplyArgs,
    planning: &Planning,
    since: &Since,
    ui: &Ui,
) -> Result<Applied, Failure> {
    let Planning { planned, connection, interrupt, inputs: _ } = planning;
    let client = &connection.client;
    let (started_at, before) = (Timestamp::now(), client.requests());
    let progress = Progress::start("applying", client);
    let options = Options { parallelism: connection.parallelism, settle: connection.timeout };
    let watch = Watch::new(&progress, interrupt);
    let (reader, writer) = (client.reader(), client.writer());
    let run = apply::run(&planned.plan, since, (&reader, &writer), options, &watch);
    let report = tokio::select! {
        report = run => report,
        () = stop_at_once(interrupt, client, ui) => {
            progress.finish();
            return Err(Failure::new(Exit::Interrupted, watch.account())
                .hint("run apply again: it finds out what was done and does the rest"));
        }
    };
    progress.finish();
    // Of a saved plan, what this run has asked before is what checking took.
    let reads = if args.plan.is_some() { before } else { planned.requests };
    Ok(applied(planning, report, (reads, client.requests() - before), started_at))
}

/// Says how a report came about; `reads` went before the first write, `writes` are the rest.
fn applied(
    planning: &Planning,
    report: Report,
    (reads, writes): (u64, u64),
    started_at: Timestamp,
) -> Applied {
    let Planning { planned, connection, .. } = planning;
    let written = |key: &Key| report.steps.iter().any(|it| it.key == *key && it.outcome.wrote());
    let warnings = planned.plan.warnings.iter().filter(|it| written(&it.key)).cloned().collect();
    Applied {
        warnings,
        report,
        target: planned.plan.target.clone(),
        plan_digest: render::plan_digest(planned),
        run_id: connection.client.identity().run().simple().to_string(),
        plan_requests: reads,
        forecast: planned.plan.apply_requests(),
        requests: writes,
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
