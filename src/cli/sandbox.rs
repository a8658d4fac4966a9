//! `sandbox`: a local Plutora.

use plutora_sandbox::{Credentials, start};

use super::interrupt::Interrupt;
use super::sandbox_args::SandboxArgs;
use super::ui::Ui;
use crate::error::{Exit, Failure, causes};

/// Serves until it is stopped; a stop is how it ends, so it is no failure.
pub(super) async fn run(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Failure> {
    let interrupt = Interrupt::listen()?;
    let sandbox =
        start(args.clone().options()?).await.map_err(|error| Failure::input(causes(&error)))?;
    let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
    ui.answer(&format!(
        "# A local Plutora listens; Ctrl-C ends it. Its API to look at: {url}/swagger\n\
         # To use it in another shell:\n\
         export PLUTORA_API_URL={url}\n\
         export PLUTORA_CLIENT_ID={client_id}\n\
         export PLUTORA_CLIENT_SECRET={client_secret}\n\
         export PLUTORA_USERNAME={username}\n\
         export PLUTORA_PASSWORD={password}\n\
         export PLUTORA_SYNC_RATE=0\n",
        url = sandbox.url()
    ))?;
    interrupt.times(1).await;
    let stopped = sandbox.stop().await;
    stopped.map_err(|error| Failure::new(Exit::Failed, causes(&error)))?;
    Ok(Exit::Done)
}
