//! `plan`: what an apply would do.

use super::args::{PlanArgs, ReconcileArgs};
use super::environment::Environment;
use super::files::write_file;
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::reports::{Record, show};
use super::session::Session;
use super::ui::Ui;
use super::{crash, last_applied, policy};
use crate::error::{Exit, Failure};
use crate::render::{self, Command, Format, Planned};

pub(super) async fn run(
    args: &PlanArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let out = args.out.as_deref().map(|file| ("--out", file));
    let record = Record::begin(Command::Plan, &args.reconcile, (None, out), environment)?;
    let interrupt = Interrupt::listen()?;
    let outcome = crash::told(look_and_show(args, environment, (&record, interrupt), ui)).await;
    record.end(outcome, ui)
}

async fn look_and_show(
    args: &PlanArgs,
    environment: &Environment,
    (record, interrupt): (&Record<'_>, Interrupt),
    ui: &Ui,
) -> Result<Exit, Failure> {
    let ReconcileArgs { input, connection, policy, applied, format, reports: _ } = &args.reconcile;
    let (config, manifests) = Manifests::load_all(input, environment, &interrupt).await?;
    let limits = Some(&policy.limits);
    let session =
        Session::open((config, interrupt), &input.config, connection, limits, environment).await?;
    record.connected(&session);
    let limits = session.limits.clone();
    let looked = match last_applied::load(applied, &session.connection.api_url) {
        Ok(applied) => session.look(&manifests, &policy.deny, applied.as_ref()).await,
        Err(failure) => Err(failure),
    };
    let planned = session.close(looked).await?.planned;
    let frozen = policy::frozen(&planned, &limits);
    let planned = record.planned(Planned { frozen, ..planned });
    if let Some(file) = &args.out {
        write_file(file, &render::plan(Format::Json, &planned))?;
    }
    // What is refused is shown all the same, for somebody has to mend it.
    show(format.chosen(), &planned, ui)?;
    if let Some(told) = &planned.frozen {
        ui.note(&render::plain(told));
    }
    policy::check(&planned, &limits, planned.requests)?;
    let changes = args.detailed_exitcode && planned.plan.has_changes();
    Ok(if changes { Exit::Changes } else { Exit::Done })
}
