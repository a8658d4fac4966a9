//! Connections that are being made: the first request on one goes later than in its turn.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::watch;
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

use super::pace::Pace;

/// Has nobody take a turn while a connection is made, and what comes next come later by as long as that took.
///
/// To a server that is far away a connection with TLS takes two or three times as long as an answer. A request that
/// waits for one comes so much closer to those after it, which have a connection, and they would be too many in
/// their second.
#[derive(Clone, Debug)]
pub(super) struct Connecting {
    pace: Arc<Mutex<Pace>>,
    under_way: watch::Sender<usize>,
}

/// A connection that is being made, until this goes.
struct Begun {
    at: Instant,
    connecting: Connecting,
}

impl Connecting {
    pub(super) fn new(pace: Arc<Mutex<Pace>>) -> Self {
        Self { pace, under_way: watch::Sender::new(0) }
    }

    /// Waits until no connection is being made.
    pub(super) async fn none(&self) {
        let mut under_way = self.under_way.subscribe();
        // It fails only when the sender is gone, which is our own.
        under_way.wait_for(|number| *number == 0).await.ok();
    }

    fn begin(&self) -> Begun {
        self.under_way.send_modify(|number| *number += 1);
        Begun { at: Instant::now(), connecting: self.clone() }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let Connecting { pace, under_way } = &self.connecting;
        let now = Instant::now();
        let late = now.saturating_duration_since(self.at);
        pace.lock().unwrap_or_else(PoisonError::into_inner).late(now, late);
        under_way.send_modify(|number| *number -= 1);
    }
}

impl<S> Layer<S> for Connecting {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched { connector, connecting: self.clone() }
    }
}

/// Makes connections, and tells as long as it does.
#[derive(Clone, Debug)]
pub(super) struct Watched<S> {
    connector: S,
    connecting: Connecting,
}

impl<S, To> Service<To> for Watched<S>
where
    S: Service<To>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, to: To) -> Self::Future {
        let begun = self.connecting.begin();
        let connection = self.connector.call(to);
        Box::pin(async move {
            let made = connection.await;
            drop(begun);
            made
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;
    use crate::plutora::turns::Turns;
    use crate::plutora::{Alone, Ledger, Rate, Share};

    /// Makes connections in so long.
    #[derive(Clone)]
    struct Far(Duration);

    impl Service<()> for Far {
        type Response = ();
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<(), Infallible>> + Send>>;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let time = self.0;
            Box::pin(async move {
                tokio::time::sleep(time).await;
                Ok(())
            })
        }
    }

    fn turns(ledger: &Arc<Alone>) -> Turns {
        let ledger: Arc<dyn Ledger> = Arc::<Alone>::clone(ledger);
        Turns::new(Pace::new(Rate::DEFAULT, Share::ALL, ledger), 8)
    }

    /// Sends so many requests of which each `new` one makes a connection, and returns when each went.
    async fn sent(turns: &Turns, count: usize, begin: Instant, far: Duration) -> Vec<u64> {
        let mut connector = turns.connecting().unwrap().layer(Far(far));
        let mut sent = Vec::new();
        for number in 0..count {
            let place = turns.take(None).await.unwrap();
            if number % 7 == 0 {
                connector.call(()).await.unwrap();
            }
            sent.push(u64::try_from(begin.elapsed().as_millis()).unwrap());
            drop(place);
        }
        sent
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_has_more_requests_for_a_connection_that_took_long() {
        for milliseconds in [0, 60, 120, 300, 1_500] {
            let far = Duration::from_millis(milliseconds);
            let (ledger, begin) = (Arc::new(Alone::new()), Instant::now());
            let (one, other) = (turns(&ledger), turns(&ledger));
            let alone = sent(&one, 30, begin, far).await;
            // And of two runs of one key.
            let (some, more) =
                tokio::join!(sent(&one, 30, begin, far), sent(&other, 30, begin, far));
            let mut both = [some, more].concat();
            both.sort_unstable();
            for sent in [alone, both] {
                let closest = sent.windows(7).map(|seven| seven[6] - seven[0]).min().unwrap();
                assert!(closest >= 1_000, "{milliseconds}: {closest} in {sent:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_has_a_turn_while_a_connection_is_made() {
        let turns = turns(&Arc::new(Alone::new()));
        let begin = Instant::now();
        drop(turns.take(None).await.unwrap());
        let mut connector = turns.connecting().unwrap().layer(Far(Duration::from_secs(1)));
        let next = async {
            tokio::task::yield_now().await;
            drop(turns.take(Some(Instant::now())).await.unwrap());
            begin.elapsed().as_millis()
        };
        let (made, next) = tokio::join!(connector.call(()), next);
        assert_eq!((made, next), (Ok(()), 1_182));
        // One that is given up is none.
        let given_up = tokio::time::timeout(Duration::from_millis(100), connector.call(()));
        assert!(given_up.await.is_err());
        drop(turns.take(None).await.unwrap());
        assert!(begin.elapsed() < Duration::from_secs(2));
    }
}
