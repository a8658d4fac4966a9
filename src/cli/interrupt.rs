//! Ctrl-C, SIGTERM and SIGHUP.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::{Exit, Failure};

/// For how long after the second request to stop reports are written undisturbed: who is in a hurry asks
/// more often than needed.
const GRACE: Duration = Duration::from_secs(2);

/// Counts the requests to stop: the first lets what is under way end, the second does not.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(watch::Receiver<u32>);

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, Failure> {
        let (sender, receiver) = watch::channel(0);
        let mut signals = Signals::new().map_err(|error| {
            Failure::new(Exit::Failed, format!("signals cannot be listened to: {error}"))
        })?;
        tokio::spawn(async move {
            let mut second: Option<Instant> = None;
            while signals.next().await {
                sender.send_modify(|count| *count += 1);
                if *sender.borrow() == 2 {
                    second = Some(Instant::now());
                }
                if second.is_some_and(|at| at.elapsed() > GRACE) {
                    #[expect(clippy::disallowed_methods, reason = "whatever the run waits for")]
                    std::process::exit(i32::from(Exit::Interrupted as u8));
                }
            }
        });
        Ok(Self(receiver))
    }

    /// Returns whether a stop was asked for.
    pub(super) fn happened(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Does what may take long, or wait for a pipe, where nobody can be asked whether to go on; who stops
    /// the run does not wait for its end.
    pub(super) async fn or_done<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = tokio::task::spawn_blocking(work) => match done {
                Ok(done) => done,
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            },
            () = self.times(1) => Err(Failure::interrupted()),
        }
    }

    /// Waits until a stop was asked for that often; for ever if nobody asks.
    pub(super) async fn times(&self, number: u32) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|count| *count >= number).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// The terminal went away.
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> bool {
        tokio::select! {
            signal = self.interrupt.recv() => signal.is_some(),
            signal = self.terminate.recv() => signal.is_some(),
            signal = self.hangup.recv() => signal.is_some(),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "the same shape as on unix, where it can fail")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
