//! Waiting that somebody may break off.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// What all waits of a connection ask whether they are still wanted.
#[derive(Debug)]
pub(super) struct Patience(watch::Sender<bool>);

impl Patience {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Breaks off every wait, those to come too.
    pub(super) fn lose(&self) {
        self.0.send_replace(true);
    }

    /// Returns whether all are broken off.
    pub(super) fn is_lost(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits, and returns whether nobody broke it off.
    pub(super) async fn wait_until(&self, end: Instant) -> bool {
        let mut lost = self.0.subscribe();
        tokio::select! {
            biased;
            // It fails only when the sender is gone, which is our own.
            _ = lost.wait_for(|is| *is) => false,
            () = sleep_until(end) => true,
        }
    }

    /// Waits for some time, and returns whether nobody broke it off.
    pub(super) async fn wait(&self, time: Duration) -> bool {
        self.wait_until(Instant::now() + time).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_when_patience_is_lost() {
        let patience = Patience::new();
        let begin = Instant::now();
        assert!(patience.wait(Duration::from_secs(3)).await);
        assert_eq!(begin.elapsed(), Duration::from_secs(3));
        let lose = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            patience.lose();
        };
        let (waited, ()) = tokio::join!(patience.wait(Duration::from_hours(1)), lose);
        assert!(!waited && !patience.wait(Duration::from_hours(1)).await);
        assert_eq!(begin.elapsed(), Duration::from_secs(4));
    }
}
