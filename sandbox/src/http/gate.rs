//! Counts requests at work, so that a sandbox can stop between two of them.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, Default)]
struct Traffic {
    closed: bool,
    active: usize,
}

/// Lets requests in until it is closed.
#[derive(Debug, Default)]
pub(crate) struct Gate(watch::Sender<Traffic>);

/// Stands for one request at work, until it is dropped.
#[derive(Debug)]
pub(crate) struct Pass<'a>(&'a Gate);

impl Gate {
    /// Lets a request in; `None` once the gate is closed.
    pub(crate) fn enter(&self) -> Option<Pass<'_>> {
        let entered = self.0.send_if_modified(|traffic| {
            traffic.active += usize::from(!traffic.closed);
            !traffic.closed
        });
        entered.then(|| Pass(self))
    }

    /// Lets nobody in any more.
    pub(crate) fn close(&self) {
        self.0.send_modify(|traffic| traffic.closed = true);
    }

    /// Waits until it is closed.
    pub(crate) async fn closed(&self) {
        let _ = self.0.subscribe().wait_for(|traffic| traffic.closed).await.map(drop);
    }

    /// Waits until nobody is left inside.
    pub(crate) async fn drained(&self) {
        // The sender is ours, so the only error there is cannot come.
        let _ = self.0.subscribe().wait_for(|traffic| traffic.active == 0).await.map(drop);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|traffic| traffic.active -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_closed_gate_lets_nobody_in_and_drains() {
        let gate = Gate::default();
        let inside = gate.enter().unwrap();
        gate.close();
        assert!(gate.enter().is_none());
        tokio::join!(gate.drained(), async { drop(inside) });
        assert!(gate.enter().is_none());
    }
}
