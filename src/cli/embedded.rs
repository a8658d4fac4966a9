//! The sandbox inside this process, where the binary has one.

#[cfg(feature = "sandbox")]
pub(super) use with_sandbox::Embedded;
#[cfg(not(feature = "sandbox"))]
pub(super) use without_sandbox::Embedded;

#[cfg(feature = "sandbox")]
mod with_sandbox {
    use std::path::PathBuf;

    use plutora_sandbox::{Credentials as Demo, Options, Sandbox, start};

    use crate::cli::connection_args::ConnectionArgs;
    use crate::error::{Exit, Failure, causes};
    use crate::plutora::{Credentials, Endpoint, PasswordGrant, Secret};

    /// A running sandbox.
    #[derive(Debug)]
    pub(in crate::cli) struct Embedded(Sandbox);

    /// Returns whether a sandbox is wanted, and its file: a variable says yes or no in words, and
    /// whoever sets it to `false` must not be told that all is done.
    #[expect(clippy::option_option, reason = "clap's way to say: a flag whose value is optional")]
    fn wanted(args: &ConnectionArgs) -> Option<Option<PathBuf>> {
        let state = args.sandbox.clone()?;
        let word = state.as_ref().map(|file| file.to_string_lossy().to_lowercase());
        match word.as_deref() {
            Some("false" | "no" | "off" | "0") => None,
            Some("true" | "yes" | "on" | "1") => Some(None),
            Some(_) | None => Some(state),
        }
    }

    impl Embedded {
        /// Starts a sandbox if the flag asks for one.
        pub(in crate::cli) async fn start(args: &ConnectionArgs) -> Result<Option<Self>, Failure> {
            let Some(state) = wanted(args) else { return Ok(None) };
            let sandbox = start(Options { state, ..Options::default() }).await;
            let sandbox = sandbox
                .map_err(|error| Failure::input(format!("the sandbox: {}", causes(&error))))?;
            Ok(Some(Self(sandbox)))
        }

        /// Returns where it is and what it accepts.
        pub(in crate::cli) fn access(&self) -> Result<(Endpoint, Credentials), Failure> {
            let Demo { client_id, client_secret, username, password } = Demo::DEMO;
            let credentials = Credentials::Password(PasswordGrant {
                client_id: client_id.into(),
                client_secret: Secret::new(client_secret.into()),
                username: username.into(),
                password: Secret::new(password.into()),
            });
            Ok((Endpoint::new(&self.0.url(), None)?, credentials))
        }

        /// Stops it; its state is in its file then.
        pub(in crate::cli) async fn stop(self) -> Result<(), Failure> {
            let stopped = self.0.stop().await;
            stopped.map_err(|error| Failure::new(Exit::Failed, causes(&error)))
        }
    }
}

#[cfg(not(feature = "sandbox"))]
mod without_sandbox {
    use std::future::{Ready, ready};

    use crate::cli::connection_args::ConnectionArgs;
    use crate::error::Failure;
    use crate::plutora::{Credentials, Endpoint};

    /// There is none in this binary, so there is no value of this type.
    #[derive(Debug)]
    pub(in crate::cli) enum Embedded {}

    impl Embedded {
        pub(in crate::cli) fn start(_: &ConnectionArgs) -> Ready<Result<Option<Self>, Failure>> {
            ready(Ok(None))
        }

        pub(in crate::cli) fn access(&self) -> Result<(Endpoint, Credentials), Failure> {
            match *self {}
        }

        pub(in crate::cli) fn stop(self) -> Ready<Result<(), Failure>> {
            match self {}
        }
    }
}
