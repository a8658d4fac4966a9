//! `sandbox`: a local Plutora.

use std::time::Duration;

use plutora_sandbox::{Credentials, Options, start};

use super::args::SandboxArgs;
use super::interrupt::Interrupt;
use super::ui::Ui;
use crate::error::{Exit, Failure, causes};

/// Serves until it is stopped; a stop is how it ends, so it is no failure.
pub(super) async fn run(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Failure> {
    let interrupt = Interrupt::listen()?;
    let SandboxArgs {
        listen,
        allow_remote,
        state,
        seed,
        lists,
        dialect,
        latency,
        token_lifetime,
        row_status,
        linking,
        bare_arrays,
        identifiers,
        omitted_parent,
        inline_fields,
        enterprise_changes,
        unknown_put,
        status_labels,
    } = args.clone();
    let options = Options {
        listen,
        allow_remote,
        state,
        seed,
        latency: Duration::from_millis(latency),
        lists,
        dialect,
        row_status,
        linking,
        bare_arrays,
        identifiers,
        omitted_parent,
        inline_fields,
        enterprise_changes,
        unknown_put,
        status_labels,
        token_lifetime: Duration::from_secs(token_lifetime),
    };
    let sandbox = start(options).await.map_err(|error| Failure::input(causes(&error)))?;
    let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
    ui.answer(&format!(
        "# A local Plutora listens; Ctrl-C ends it. In another shell:\n\
         export PLUTORA_API_URL={}\n\
         export PLUTORA_CLIENT_ID={client_id}\n\
         export PLUTORA_CLIENT_SECRET={client_secret}\n\
         export PLUTORA_USERNAME={username}\n\
         export PLUTORA_PASSWORD={password}\n\
         export PLUTORA_SYNC_RATE=0\n",
        sandbox.url()
    ))?;
    interrupt.times(1).await;
    let stopped = sandbox.stop().await;
    stopped.map_err(|error| Failure::new(Exit::Failed, causes(&error)))?;
    Ok(Exit::Done)
}
