//! Connections that are being made: the first request on one goes later than in its turn.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

use super::account::Taken;
use super::pace::Pace;

/// Tells the pace of each connection that is made for the request whose turn was last.
///
/// To a server that is far away a connection with TLS takes two or three times as long as an answer. A request that
/// waits for one comes so much closer to those after it, which have a connection, and they would be too many in
/// their second.
#[derive(Clone, Debug)]
pub(super) struct Connecting(Arc<Mutex<Pace>>);

/// A connection that is being made for a request, until this goes.
struct Begun {
    request: Option<Taken>,
    connecting: Connecting,
}

impl Connecting {
    pub(super) fn new(pace: Arc<Mutex<Pace>>) -> Self {
        Self(pace)
    }

    fn begin(&self) -> Begun {
        Begun { request: self.pace().connecting(Instant::now()), connecting: self.clone() }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(request) = self.request {
            self.connecting.pace().connected(Instant::now(), request);
        }
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

    use futures_util::future::join_all;
    use proptest::prelude::*;

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

    /// How a server is, in milliseconds.
    #[derive(Clone, Copy, Debug)]
    struct Server {
        /// How long making a connection takes.
        connection: u64,
        answer: u64,
        /// After how many answers it closes one.
        closes: usize,
    }

    /// Sends so many requests, eight at a time, and returns when each went.
    async fn sent(turns: &Turns, server: Server, count: usize, begin: Instant) -> Vec<u64> {
        let connector = turns.connecting().unwrap();
        // How many answers each connection has had that waits for a request.
        let idle = &Mutex::new(Vec::new());
        let requests = (0..count).map(|_| {
            let connector = connector.clone();
            async move {
                let place = turns.take(None).await.unwrap();
                let connection = idle.lock().unwrap().pop();
                let answered = if let Some(answered) = connection {
                    answered
                } else {
                    let far = Far(Duration::from_millis(server.connection));
                    connector.layer(far).call(()).await.unwrap();
                    0
                };
                let sent = u64::try_from(begin.elapsed().as_millis()).unwrap();
                tokio::time::sleep(Duration::from_millis(server.answer)).await;
                if answered + 1 < server.closes {
                    idle.lock().unwrap().push(answered + 1);
                }
                drop(place);
                sent
            }
        });
        join_all(requests).await
    }

    fn server() -> impl Strategy<Value = Server> {
        let time = || prop_oneof![Just(0), 20..200_u64, 200..3_000_u64];
        (time(), time(), prop_oneof![Just(usize::MAX), 1..9_usize])
            .prop_map(|(connection, answer, closes)| Server { connection, answer, closes })
    }

    proptest! {
        #[test]
        fn no_second_has_more_requests_for_connections_that_take_long(
            server in server(), later in 0..3_000_u64, runs in 1..4_usize
        ) {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
            let mut all = runtime.unwrap().block_on(async {
                let (ledger, begin) = (Arc::new(Alone::new()), Instant::now());
                let runs = (0..runs).map(|number| {
                    let turns = turns(&ledger);
                    async move {
                        tokio::time::sleep(Duration::from_millis(later * number as u64)).await;
                        sent(&turns, server, 25, begin).await
                    }
                });
                join_all(runs).await.concat()
            });
            all.sort_unstable();
            for seven in all.windows(7) {
                prop_assert!(seven[6] - seven[0] >= 1_000, "{:?} of {:?}", seven, all);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_sent_on_connections_that_are_there_keeps_the_pace() {
        let last = |server| async move {
            let turns = turns(&Arc::new(Alone::new()));
            *sent(&turns, server, 100, Instant::now()).await.iter().max().unwrap()
        };
        let near = Server { connection: 0, answer: 100, closes: usize::MAX };
        assert_eq!(last(near).await, 99 * 182);
        // Once there are enough of them.
        let far = Server { connection: 300, ..near };
        let some = last(far).await;
        assert!(some <= 100 * 182 + 300, "{some}");
        // A server that makes a connection for each has no more than six under way in that time.
        let closing = last(Server { closes: 1, ..far }).await;
        assert!(closing < 99 * 250, "{closing}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_given_up_holds_nobody_back() {
        let turns = turns(&Arc::new(Alone::new()));
        let begin = Instant::now();
        for _ in 0..20 {
            drop(turns.take(None).await.unwrap());
            let mut connector = turns.connecting().unwrap().layer(Far(Duration::from_secs(9)));
            let given_up = tokio::time::timeout(Duration::from_millis(10), connector.call(()));
            assert!(given_up.await.is_err());
        }
        assert!(begin.elapsed() < Duration::from_secs(4));
    }
}
