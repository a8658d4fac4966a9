//! Planning and applying on a model in memory, without the program.

use std::time::Duration;

use plutora_sync::apply::{self, Observer, Options, Outcome};
use plutora_sync::manifest::Diagnostics;
use plutora_sync::plan::{Action, Plan, Step, plan};
use plutora_sync::resource::{Key, Tenant};
use proptest::prelude::prop;

use super::model::{Model, reader_of};
use super::{desired, look};

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
    plan(&desired, &look(model, &desired, tenant).await)
}

struct Quiet;

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
    let model = applied_in_part(model, plan).await;
    let calls = model.calls.borrow().clone();
    assert_eq!(calls.len() as u64, plan.apply_requests(), "as forecast: {calls:#?}");
    model
}

/// Carries out a plan that steps were taken out of, which the forecast knows nothing of.
pub(crate) async fn applied_in_part(model: Model, plan: &Plan) -> Model {
    model.calls.borrow_mut().clear();
    let live = reader_of(model);
    let options = Options { parallelism: 3, settle: Duration::ZERO };
    let report = apply::run(plan, &apply::Since::new(), (&live, &live), options, &Quiet).await;
    assert!(report.is_complete(), "{report:?}");
    live.0.into_inner()
}

/// Takes a step out of a plan that no other needs; none if there is no such step.
pub(crate) fn take_out(plan: &mut Plan, chosen: prop::sample::Index) -> Option<Key> {
    let is_free = |step: &Step| {
        let needed = |other: &Step| other.depends_on.contains(&step.key);
        step.action.calls().next().is_some() && !plan.steps.iter().any(needed)
    };
    let free: Vec<usize> =
        (0..plan.steps.len()).filter(|position| is_free(&plan.steps[*position])).collect();
    (!free.is_empty()).then(|| plan.steps.remove(free[chosen.index(free.len())]).key)
}

/// Returns the objects that are not as they should be.
pub(crate) fn unfinished(plan: &Plan) -> Vec<&Key> {
    let steps = plan.steps.iter().filter(|step| step.action != Action::InSync);
    steps.map(|step| &step.key).collect()
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
