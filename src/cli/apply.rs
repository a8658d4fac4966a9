//! `apply`: make Plutora what the manifests say.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::{ApplyArgs, ReconcileArgs};
use super::carry_out::{Planning, confirm_and_carry_out};
use super::config::Config;
use super::connection::Connection;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::reports::Record;
use super::session::{Looked, Session};
use super::state::State;
use super::ui::Ui;
use super::{crash, last_applied, saved};
use crate::apply::Unfinished;
use crate::desired::LastApplied;
use crate::error::{Exit, Failure};
use crate::plan::InBulk;
use crate::render::{self, Command, Planned};
use crate::resource::{Key, Referent};

/// What is to be carried out.
enum Wanted {
    /// What the manifests need.
    Manifests,
    /// A plan that was made before, from this file.
    Saved(Box<Planned>, PathBuf),
    /// What an earlier run has left of its plan; it must have been made of the manifests, if any.
    Rest,
}

pub(super) async fn run(
    args: &ApplyArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let read = (args.plan.as_deref(), None);
    let record = Record::begin(Command::Apply, &args.reconcile, read, environment)?;
    let interrupt = Interrupt::listen()?;
    let outcome = crash::told(reconcile(args, environment, (&record, interrupt), ui)).await;
    record.end(outcome, ui)
}

async fn reconcile(
    args: &ApplyArgs,
    environment: &Environment,
    (record, interrupt): (&Record<'_>, Interrupt),
    ui: &Ui,
) -> Result<Exit, Failure> {
    let ReconcileArgs { input, connection, policy, applied, format: _, reports: _ } =
        &args.reconcile;
    let given = !input.files.is_empty();
    if applied.last_applied.is_some() && !given {
        let message = "what is recorded as applied is what manifests declare, and none are given";
        return Err(Failure::input(message).hint("give the manifests of the plan with -f too"));
    }
    let file = args.plan.clone();
    let read = move || file.as_deref().map(saved::read).transpose();
    let planned = interrupt.or_done(read).await?;
    let (config, manifests) = if given {
        let (config, manifests) = Manifests::load_all(input, environment, &interrupt).await?;
        (config, Some(manifests))
    } else {
        let chosen = input.config.clone();
        (interrupt.or_done(move || Config::load(&chosen)).await?, None)
    };
    let wanted = match (planned, args.plan.clone()) {
        (Some(planned), Some(file)) => {
            saved::check_manifests(&planned, &file, manifests.as_ref())?;
            Wanted::Saved(Box::new(planned), file)
        }
        _ if args.resume => Wanted::Rest,
        _ => Wanted::Manifests,
    };
    let limits = Some(&policy.limits);
    let session =
        Session::open((config, interrupt), &input.config, connection, limits, environment).await?;
    record.connected(&session);
    let wanted = (wanted, manifests.as_ref());
    let outcome = hold_and_apply(args, wanted, (&session, environment, record), ui).await;
    session.close(outcome).await
}

/// Keeps other runs away, lets what an earlier one may have left under way settle, and applies.
async fn hold_and_apply(
    args: &ApplyArgs,
    (wanted, manifests): (Wanted, Option<&Manifests>),
    (session, environment, record): (&Session, &Environment, &Record<'_>),
    ui: &Ui,
) -> Result<Exit, Failure> {
    let connection = &session.connection;
    let state = hold(args, connection, environment)?;
    let state = state.as_ref();
    let unfinished = state.and_then(State::unfinished);
    if let Some(unfinished) = &unfinished {
        settle(unfinished, &session.interrupt, ui).await?;
    }
    let before = last_applied::load(&args.reconcile.applied, &connection.api_url)?;
    let unfinished_here = state.zip(unfinished.as_ref());
    let both = (manifests, before.as_ref());
    let Some(Taken { planned, saved, bulk }) =
        Box::pin(take_plan(args, wanted, both, (session, unfinished_here), ui)).await?
    else {
        ui.note("nothing to resume: no apply of this Plutora was left unfinished here");
        return Ok(Exit::Done);
    };
    let planned = record.planned(planned);
    let digest = render::plan_digest(&planned);
    let same = unfinished.as_ref().filter(|it| it.plan_digest.as_ref() == Some(&digest));
    let earlier = same.map(Unfinished::earlier).unwrap_or_default();
    let other = unfinished.as_ref().filter(|_| same.is_none());
    let keeps_state =
        state.zip(other).is_some_and(|(state, other)| keeps(other, state, &planned, ui));
    let planning = Planning {
        planned,
        saved,
        bulk,
        earlier,
        before,
        manifests,
        session,
        state,
        keeps_state,
        record,
    };
    confirm_and_carry_out(args, &planning, ui).await
}

/// A plan to carry out.
struct Taken {
    planned: Planned,
    /// Whether it was made by an earlier run.
    saved: bool,
    /// How systems are created many at once, where that is wished.
    bulk: Option<InBulk>,
}

/// Makes the plan that is wanted, or takes it up; none where nothing was left unfinished.
async fn take_plan(
    args: &ApplyArgs,
    wanted: Wanted,
    (manifests, before): (Option<&Manifests>, Option<&LastApplied>),
    (session, unfinished): (&Session, Option<(&State, &Unfinished)>),
    ui: &Ui,
) -> Result<Option<Taken>, Failure> {
    let deny = &args.reconcile.policy.deny;
    let is_bulk = args.writing.bulk && !session.connection.whole_lists;
    if args.writing.bulk && !is_bulk {
        ui.note("--bulk is left out: what was created is found again by filters, which are not used here");
    }
    let wanted = match wanted {
        Wanted::Rest if unfinished.is_none() && manifests.is_some() => {
            ui.note("nothing to resume; the manifests are planned and applied");
            Wanted::Manifests
        }
        Wanted::Manifests | Wanted::Saved(..) | Wanted::Rest => wanted,
    };
    let (planned, file) = match (wanted, manifests) {
        (Wanted::Manifests, Some(manifests)) => {
            let Looked { planned, live, .. } = session.look(manifests, deny, before).await?;
            let systems = live.choices.length_of(Referent::System);
            let bulk = is_bulk.then_some(InBulk { systems });
            let planned = Planned { plan: planned.plan.in_bulk(bulk), ..planned };
            return Ok(Some(Taken { planned, saved: false, bulk }));
        }
        (Wanted::Saved(planned, file), _) => (*planned, file),
        (Wanted::Rest | Wanted::Manifests, _) => {
            let Some((state, unfinished)) = unfinished else { return Ok(None) };
            let (planned, file) = rest_of(unfinished, state, ui)?;
            saved::check_manifests(&planned, &file, manifests)?;
            (planned, file)
        }
    };
    let planned = saved::taken_up(planned, &file, session, deny)?;
    Ok(Some(Taken { planned, saved: true, bulk: is_bulk.then(InBulk::default) }))
}

/// Takes hold of the state of a Plutora, where there is a folder for it.
fn hold(
    args: &ApplyArgs,
    connection: &Connection,
    environment: &Environment,
) -> Result<Option<State>, Failure> {
    let run = connection.client.identity().run().simple().to_string();
    let kept_as = connection.kept_as.as_deref();
    State::hold(&args.reconcile.connection.state, environment, kept_as, &run)
}

/// Returns the plan of an apply that was left unfinished, and its file.
fn rest_of(unfinished: &Unfinished, state: &State, ui: &Ui) -> Result<(Planned, PathBuf), Failure> {
    let Some(file) = state.plan_file() else {
        let message = "the plan of the apply that was left unfinished is lost";
        return Err(Failure::input(message)
            .hint("apply the manifests with -f: what is left is planned anew"));
    };
    let of = unfinished.began.map(|at| format!(" of the apply of {at}")).unwrap_or_default();
    ui.note(&format!("taking up the plan{of}"));
    Ok((saved::read(&file)?, file))
}

/// Returns what an apply that was left unfinished has still to write, and this one says nothing of.
fn left_by(other: &Unfinished, state: &State, planned: &Planned) -> Vec<String> {
    let plan = state.plan_file().and_then(|file| saved::read(&file).ok());
    let declared: BTreeSet<&Key> = planned.plan.steps.iter().map(|step| &step.key).collect();
    let left = plan.iter().flat_map(|it| &it.plan.steps);
    let left = left.filter(|step| step.writes() && !declared.contains(&step.key));
    left.map(|step| step.key.to_string()).filter(|object| !other.done.contains(object)).collect()
}

/// Returns whether the way to take up another apply is left as it is, as one that writes nothing does; else says
/// that such an apply is not finished by this one, with which its journal is forgotten.
fn keeps(other: &Unfinished, state: &State, planned: &Planned, ui: &Ui) -> bool {
    let left = left_by(other, state, planned);
    if left.is_empty() {
        return false;
    }
    if !planned.plan.has_writes() {
        return true;
    }
    let of = other.began.map(|at| format!(" of {at}")).unwrap_or_default();
    let objects = few(left);
    ui.note(&render::plain(&format!(
        "the apply{of} was left unfinished, and this one takes its place without finishing it: it says nothing of \
         {objects}; apply their manifests too, or `apply --resume` before this one"
    )));
    false
}

/// How many of the objects that a run has left are named.
const FEW: usize = 10;

/// Names objects, the first of many.
pub(super) fn few(mut objects: Vec<String>) -> String {
    if let Some(more) = objects.len().checked_sub(FEW).filter(|more| *more > 0) {
        objects.truncate(FEW);
        objects.push(format!("and {more} more"));
    }
    objects.join(", ")
}

/// Waits as long as Plutora may still be at work on what a run had under way when it was cut off.
async fn settle(unfinished: &Unfinished, interrupt: &Interrupt, ui: &Ui) -> Result<(), Failure> {
    if unfinished.in_doubt.is_empty() {
        return Ok(());
    }
    let wait = unfinished.settles_in();
    let objects = unfinished.in_doubt.values().map(String::as_str);
    let since = unfinished.began.map(|at| format!(" of {at}")).unwrap_or_default();
    let waiting = format!("; waiting {} s, as Plutora may still be at work on it", wait.as_secs());
    let objects = few(objects.map(str::to_owned).collect());
    ui.note(&render::plain(&format!(
        "the apply{since} was cut off while it wrote {objects}{waiting}"
    )));
    tokio::select! {
        () = tokio::time::sleep(wait) => Ok(()),
        () = interrupt.times(1) => Err(Failure::interrupted()),
    }
}
