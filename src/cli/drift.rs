//! `drift`: what is not as declared, and whether Plutora or the manifests have moved.

use super::args::DriftArgs;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::last_applied;
use super::manifests::Manifests;
use super::session::{Looked, Session};
use super::ui::Ui;
use crate::error::{Exit, Failure};
use crate::plan::{drift, settled};
use crate::render;

pub(super) async fn run(
    args: &DriftArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let DriftArgs { input, connection, applied, format, detailed_exitcode } = args;
    let interrupt = Interrupt::listen()?;
    let (config, manifests) = Manifests::load_all(input, environment, &interrupt).await?;
    let session =
        Session::open((config, interrupt), &input.config, connection, None, environment).await?;
    let looked = match last_applied::load(applied, &session.connection.api_url) {
        Ok(record) => session.look(&manifests, &[], record.as_ref()).await.map(|it| (it, record)),
        Err(failure) => Err(failure),
    };
    let (Looked { planned, live, .. }, record) = session.close(looked).await?;
    let desired = settled(&manifests.desired, &live);
    let record = record.map(|record| record.renamed(&planned.plan.renames()));
    let drifted = drift(&planned.plan, &desired, record.as_ref());
    ui.answer(&render::drift(format.chosen(), &planned, &drifted))?;
    let changes = *detailed_exitcode && !drifted.is_empty();
    Ok(if changes { Exit::Changes } else { Exit::Done })
}
