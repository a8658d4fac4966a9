//! Planning and applying on a model in memory, without the program.

use std::time::Duration;

use plutora_sync::apply::{self, Observer, Options, Outcome};
use plutora_sync::manifest::Diagnostics;
use plutora_sync::plan::{Plan, Step, plan};
use plutora_sync::resource::Tenant;

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
}

/// Carries out a plan that nothing stands in the way of, with as many requests as forecast.
pub(crate) async fn applied(model: Model, plan: &Plan) -> Model {
    model.calls.borrow_mut().clear();
    let live = reader_of(model);
    let options = Options { parallelism: 3, settle: Duration::ZERO };
    let report = apply::run(plan, &live, &live, options, &Quiet).await;
    assert!(report.is_complete(), "{report:?}");
    let model = live.0.into_inner();
    let calls = model.calls.borrow().clone();
    assert_eq!(calls.len() as u64, plan.apply_requests(), "as forecast: {calls:#?}");
    model
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
