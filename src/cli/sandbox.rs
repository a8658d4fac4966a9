//! `sandbox`: a local Plutora.

use plutora_sandbox::{Credentials, Throttle, start};

use super::interrupt::Interrupt;
use super::sandbox_args::SandboxArgs;
use super::ui::Ui;
use crate::error::{Exit, Failure, causes};

/// Serves until it is stopped; a stop is how it ends, so it is no failure.
pub(super) async fn run(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Failure> {
    let interrupt = Interrupt::listen()?;
    let options = args.clone().options()?;
    let Throttle { per_second, per_hour, .. } = options.behaviour.throttle;
    // One that counts is there to see what the usual pace comes to.
    let unpaced = (per_second, per_hour) == (None, None);
    let sandbox = start(options).await.map_err(|error| Failure::input(causes(&error)))?;
    let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
    ui.answer(&format!(
        "# A local Plutora listens; Ctrl-C ends it. Its API to look at: {url}/swagger\n\
         # To use it in another shell:\n\
         export PLUTORA_API_URL={url}\n\
         export PLUTORA_CLIENT_ID={client_id}\n\
         export PLUTORA_CLIENT_SECRET={client_secret}\n\
         export PLUTORA_USERNAME={username}\n\
         export PLUTORA_PASSWORD={password}\n\
         {rate}",
        url = sandbox.url(),
        rate = if unpaced { "export PLUTORA_SYNC_RATE=0\n" } else { "" },
    ))?;
    interrupt.times(1).await;
    let stopped = sandbox.stop().await;
    stopped.map_err(|error| Failure::new(Exit::Failed, causes(&error)))?;
    Ok(Exit::Done)
}
