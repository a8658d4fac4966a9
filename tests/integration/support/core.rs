//! Planning and applying on a model in memory, without the program.

use plutora_sync::apply::{self, Observer, Options, Outcome, Report};
use plutora_sync::manifest::{Diagnostics, Place};
use plutora_sync::plan::{Plan, Step, mistakes, plan};
use plutora_sync::plutora::{Read, Write};
use plutora_sync::resource::{Key, Tenant};

use super::model::{Model, reader_of};
use super::{desired, look_twice};

/// Plans manifests that are in order against a model.
pub(crate) async fn planned(model: &Model, texts: &[&str]) -> Result<Plan, Diagnostics> {
    planned_for(&Tenant::default(), model, texts).await
}

/// Plans for a tenant that has its own ways.
pub(crate) async fn planned_for(
    tenant: &Tenant,
    model: &Model,
    texts: &[&str],
) -> Result<Plan, Diagnostics> {
    let desired = desired(texts).unwrap();
    let (outline, live) = look_twice(model, &desired, tenant).await;
    let planned = plan(&desired, &live);
    assert_told_later(&mistakes(&desired, &outline), planned.as_ref().err());
    planned
}

/// Asserts that what the lists alone show to be wrong is told of all that is known, too.
fn assert_told_later(early: &Diagnostics, all: Option<&Diagnostics>) {
    let told = |it: &Diagnostics| -> Vec<(String, Option<String>, Place)> {
        it.kept().iter().map(|it| (it.message.clone(), it.help.clone(), it.place.clone())).collect()
    };
    let all = all.map(told).unwrap_or_default();
    for mistake in told(early) {
        assert!(all.contains(&mistake), "{mistake:?} of {all:#?}");
    }
}

pub(crate) struct Quiet;

impl Observer for Quiet {
    fn started(&self, _: &Step) {}

    fn finished(&self, _: &Step, _: &Outcome) {}

    fn stopped(&self) -> bool {
        false
    }

    async fn stop(&self) {
        std::future::pending::<()>().await;
    }
}

/// Carries out a plan that nothing stands in the way of, with as many requests as forecast.
pub(crate) async fn applied(model: Model, plan: &Plan) -> Model {
    let (model, undone) = applied_in_part(model, plan).await;
    assert_eq!(undone, []);
    let calls = model.calls.borrow().clone();
    assert_eq!(calls.len() as u64, plan.apply_requests(), "as forecast: {calls:#?}");
    model
}

/// Carries out a plan that something was taken out of, which the forecast knows nothing of; returns
/// the steps that were not done as planned, with the word of the report for each.
pub(crate) async fn applied_in_part(
    model: Model,
    plan: &Plan,
) -> (Model, Vec<(Key, &'static str)>) {
    model.calls.borrow_mut().clear();
    let live = reader_of(model);
    let report = carried_out(plan, &live).await;
    let undone = report.steps.into_iter().filter(|step| !step.outcome.is_complete());
    (live.0.into_inner(), undone.map(|step| (step.key, step.outcome.word())).collect())
}

/// Carries out a plan on whatever answers.
pub(crate) async fn carried_out<S: Read + Write>(plan: &Plan, server: &S) -> Report {
    let options = Options { parallelism: 3, ..Options::default() };
    apply::run(plan, &apply::Since::new(), (server, server), options, &Quiet).await
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
