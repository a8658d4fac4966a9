//! Looking, before the first write, at what became of what a saved plan is about.

use super::carry_out::Planning;
use super::progress::Progress;
use super::session::Session;
use crate::apply::{self, Checked, Standing};
use crate::error::Failure;
use crate::live::{self, FetchError, Kept};
use crate::plan::{Action, Plan, Step, Summary};
use crate::plutora::Counting;
use crate::render::Planned;
use crate::resource::Key;

/// Looks at the objects of a saved plan, at what they refer to, and at the releases that limits are about; the
/// user may stop it at any time.
pub(super) async fn check(planning: &Planning<'_>) -> Result<Checked, Failure> {
    let Planning { planned, earlier, session, .. } = planning;
    let Session { connection, interrupt, limits, .. } = session;
    let (plan, Summary { create, update, .. }) = (&planned.plan, planned.plan.summary());
    let progress = Progress::start("checking the plan", &connection.client, (create + update, 0));
    let reader = Counting::new(progress.follow());
    let kept = Kept::nothing();
    let scope = connection.scope(&plan.target.user, &kept);
    let about_releases = limits.are_about_releases();
    let checked = tokio::select! {
        checked = apply::check((plan, earlier), &reader, &scope, about_releases) => {
            checked.map_err(|error: FetchError| Failure::from(error))
        }
        () = interrupt.times(1) => Err(Failure::interrupted()),
    };
    progress.finish();
    checked
}

/// Returns a plan with what limits look at of its releases as it is now, while somebody has thought it over.
pub(super) async fn as_of_now(planned: &Planned, session: &Session) -> Result<Planned, Failure> {
    let mut planned = planned.clone();
    if !session.limits.are_about_releases() {
        return Ok(planned);
    }
    let kept = Kept::nothing();
    let scope = session.connection.scope(&planned.plan.target.user, &kept);
    let (questions, client) = (planned.plan.questions_of_limits(), &session.connection.client);
    let about = (questions.about.len() as u64, 0);
    let progress = Progress::start("looking at the releases", client, about);
    let reader = Counting::new(progress.follow());
    let called = tokio::select! {
        called = live::called(&reader, &scope, &questions) => called.map_err(Failure::from),
        () = session.interrupt.times(1) => Err(Failure::interrupted()),
    };
    progress.finish();
    planned.plan.stand_now(&called?.releases);
    Ok(planned)
}

/// Returns what is left of a saved plan: without the steps that are done or not to be done, and with what limits
/// look at as it is now. A release may have become an Enterprise since, or may go live sooner.
pub(super) fn left(planned: &Planned, checked: &Checked) -> Planned {
    let Checked { since, releases } = checked;
    let over =
        |key: &Key| matches!(since.get(key), Some(Standing::Already(_) | Standing::Moved(_)));
    let left = |step: &Step| {
        if over(&step.key) {
            return Step { requests: 0, action: Action::InSync, ..step.clone() };
        }
        step.clone()
    };
    let warnings = planned.plan.warnings.iter().filter(|it| !over(&it.key));
    let mut plan = Plan {
        steps: planned.plan.steps.iter().map(left).collect(),
        warnings: warnings.cloned().collect(),
        ..planned.plan.clone()
    };
    plan.stand_now(releases);
    Planned { plan, ..planned.clone() }
}
