//! The adapter: what is asked over one connection, and what the answers mean.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::error::ReadError;
use super::identity::Identity;
use super::port::{Get, Read, Tried};
use super::retry::{read_may_succeed_later, waits};
use super::session::{Sent, Session, Settings, Trouble};
use super::transport::{SendError, TransportError};
use super::waits::Reason;
use super::writer::Writer;

/// A connection to one Plutora.
#[derive(Clone, Debug)]
pub struct Client(Arc<Session>);

/// Reads through a connection.
#[derive(Clone, Debug)]
pub struct Reader(Arc<Session>);

/// When requests can begin of which none is to wait long for the hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CanBegin {
    /// Now.
    #[default]
    Now,
    /// Not before that.
    At(Timestamp),
    /// At no time: at this rate they fill any hour.
    Never,
}

impl Client {
    /// Prepares a connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, TransportError> {
        Ok(Self(Arc::new(Session::new(settings)?)))
    }

    /// Returns a reader.
    pub fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.0))
    }

    /// Returns a writer; for the apply command alone.
    pub fn writer(&self) -> Writer {
        Writer::new(Arc::clone(&self.0))
    }

    /// Returns how many requests were made, without those for tokens and without repetitions.
    pub fn requests(&self) -> u64 {
        self.0.requests()
    }

    /// Returns how often a request was sent again, which counts for Plutora as any other.
    pub fn repetitions(&self) -> u64 {
        self.0.repetitions()
    }

    /// Returns whether a request was not sent because the run may make no more.
    pub fn is_spent(&self) -> bool {
        self.0.is_spent()
    }

    /// Returns when so many requests can begin without having to stop half-way for what the hour holds; later those
    /// that this run has made will have to be made again.
    pub fn can_begin(&self, requests: u64) -> CanBegin {
        let again = self.requests();
        match self.0.turns.pace().too_soon(Instant::now(), (requests, again)) {
            Some(Duration::ZERO) => CanBegin::Now,
            Some(later) => {
                CanBegin::At(Timestamp::now().checked_add(later).unwrap_or(Timestamp::MAX))
            }
            None => CanBegin::Never,
        }
    }

    /// Returns for how many seconds the token will be used; none where nobody knows.
    pub fn token_seconds(&self) -> Option<u64> {
        self.0.tokens.lasts().map(|lasts| lasts.as_secs())
    }

    /// Returns for how long the connection waits, where it does, and why.
    pub fn waits(&self) -> Option<(Duration, Reason)> {
        self.0.turns.waits()
    }

    /// Breaks off every wait: what was to be asked again fails with the reason for which it was.
    pub fn wait_no_longer(&self) {
        self.0.turns.patience.lose();
    }

    /// Returns the e-mail of the user, where the credentials say it.
    pub fn username(&self) -> Option<&str> {
        Some(&self.0.tokens.grant()?.username)
    }

    /// Returns what tells the key from others; no secret. One host may serve several tenants.
    pub fn key(&self) -> String {
        self.0.tokens.key()
    }

    /// Returns who we say we are.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }
}

impl Read for Reader {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let Get { path, query } = question;
        let request = self.0.request((Method::GET, path), query, None, Tried::default());
        let correlation = || request.correlation.clone();
        let (mut waits, mut tried) = (waits(), Tried::default());
        loop {
            match self.0.send(&request, &mut tried).await {
                Sent::Spent(spent) => {
                    return Err(ReadError::Spent { path: path.clone(), spent });
                }
                // What is asked for is as true later.
                Sent::Outdated | Sent::TooLate => {}
                Sent::NoToken(error) => return Err(error.into()),
                Sent::Answered(answer) if answer.is_success() => {
                    return answer.json().map_err(|cause| ReadError::Unreadable {
                        path: path.clone(),
                        cause,
                        correlation: Some(correlation()),
                    });
                }
                Sent::Answered(answer) => {
                    let passing = read_may_succeed_later(answer.status, question.is_filtered());
                    let trouble = Trouble::Answer(&answer);
                    if passing && self.0.wait(&request, &mut waits, &trouble).await {
                        continue;
                    }
                    let (path, refusal) = (path.clone(), answer.refusal());
                    if let Some(spent) = self.0.asked_too_long().filter(|_| passing) {
                        return Err(ReadError::Spent { path, spent });
                    }
                    return Err(match answer.status {
                        401 | 403 => {
                            ReadError::Denied { path, refusal, correlation: correlation() }
                        }
                        _ => ReadError::Refused { path, refusal, correlation: correlation() },
                    });
                }
                Sent::Failed(SendError::TooLarge(cause)) => {
                    let (path, correlation) = (path.clone(), Some(correlation()));
                    return Err(ReadError::Unreadable { path, cause, correlation });
                }
                Sent::Failed(error) => {
                    let passing = !matches!(error, SendError::Never(_));
                    let cause = error.into_cause();
                    let trouble = Trouble::Failure(&cause);
                    if !(passing && self.0.wait(&request, &mut waits, &trouble).await) {
                        let (path, correlation) = (path.clone(), correlation());
                        return Err(ReadError::Unreachable { path, cause, correlation });
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::task::yield_now;
    use uuid::Uuid;

    use super::*;
    use crate::plutora::turns::NoTurn;
    use crate::plutora::{
        Alone, Credentials, Endpoint, Ledger, Rate, Secret, Share, Spent, Write as _, WriteError,
    };

    fn client(url: &str, rate: Rate, parallelism: usize) -> Client {
        sharing(Arc::new(Alone::new()), Share::ALL, (url, rate, parallelism))
    }

    fn sharing(
        ledger: Arc<dyn Ledger>,
        share: Share,
        (url, rate, parallelism): (&str, Rate, usize),
    ) -> Client {
        let settings = Settings {
            endpoint: Endpoint::new(url, None).unwrap(),
            credentials: Credentials::Token(Secret::new("token".into())),
            tokens: None,
            rate,
            share,
            ledger,
            timeout: Duration::from_mins(1),
            ca: None,
            parallelism,
            most_requests: None,
            identity: Identity::new(Uuid::nil()),
        };
        Client::new(settings).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn requests_wait_for_their_turn() {
        let client = client("http://127.0.0.1:1", Rate::per_second(2.0).unwrap(), 8);
        let begin = Instant::now();
        for _ in 0..11 {
            client.0.turns.take(None).await.unwrap();
        }
        assert_eq!(begin.elapsed().as_millis(), 5_000);
    }

    #[tokio::test(start_paused = true)]
    async fn two_runs_of_one_key_together_keep_its_rate() {
        let ledger: Arc<dyn Ledger> = Arc::new(Alone::new());
        let runs = [(); 2].map(|()| {
            sharing(Arc::clone(&ledger), Share::ALL, ("http://127.0.0.1:1", Rate::DEFAULT, 8))
        });
        let turns = runs.iter().flat_map(|run| {
            (0..2_000).map(|_| async {
                run.0.turns.take(None).await.unwrap();
                Instant::now()
            })
        });
        let mut turns = join_all(turns).await;
        turns.sort();
        for window in turns.windows(7) {
            assert!(window[6] - window[0] > Duration::from_millis(1_080));
        }
        assert!(*turns.last().unwrap() - turns[0] < Duration::from_secs(760), "5.26 a second");
    }

    #[tokio::test(start_paused = true)]
    async fn an_hour_that_is_soon_free_is_waited_for_and_another_is_not() {
        let share: Share = "0.0001".parse().unwrap();
        let rate = Rate::per_second(1_000.0).unwrap();
        let client = sharing(Arc::new(Alone::new()), share, ("http://127.0.0.1:1", rate, 8));
        let turn = || async { client.0.turns.take(None).await.map(drop) };
        turn().await.unwrap();
        turn().await.unwrap();
        assert!(matches!(turn().await, Err(NoTurn::Full(Spent::Hour { most: 2, free_at: _ }))));
        tokio::time::advance(Duration::from_mins(50)).await;
        let begin = Instant::now();
        let look = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            client.waits()
        };
        let (waited, seen) = tokio::join!(turn(), look);
        waited.unwrap();
        assert!(matches!(seen, Some((_, Reason::Hour))), "{seen:?}");
        // The pace has taken twenty seconds before.
        assert_eq!(begin.elapsed().as_secs(), 600);
        assert_eq!(client.waits(), None);

        // Who no longer waits sends nothing.
        turn().await.unwrap();
        tokio::time::advance(Duration::from_mins(50)).await;
        client.wait_no_longer();
        assert!(turn().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_always_has_to_wait_is_given_up() {
        let client = client("http://127.0.0.1:1", Rate::Unpaced, 8);
        let (writer, mut tried, mut late) = (client.writer(), Tried::default(), 0);
        let end = loop {
            client.0.turns.pace().hold(Instant::now(), Duration::from_secs(1));
            match writer.put("/releases/r", &Value::Null, tried).await {
                Err(WriteError::Outdated { tried: next, .. }) => (tried, late) = (next, late + 1),
                end => break end,
            }
        };
        assert_eq!(late, 20);
        assert!(matches!(&end, Err(WriteError::NotDone { .. })), "{end:?}");
        assert_eq!(client.requests(), 0, "nothing was sent");
    }

    /// How many requests a server has not answered yet, now and at most.
    #[derive(Default)]
    struct UnderWay {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    /// Answers `[]` to every request, but lets others come first if they can.
    async fn serve(mut stream: TcpStream, under_way: Arc<UnderWay>) {
        let mut buffer = [0; 4_096];
        while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
            let now = under_way.now.fetch_add(1, Ordering::Relaxed) + 1;
            under_way.most.fetch_max(now, Ordering::Relaxed);
            for _ in 0..2_000 {
                yield_now().await;
            }
            under_way.now.fetch_sub(1, Ordering::Relaxed);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
            stream.write_all(answer).await.unwrap();
        }
    }

    #[tokio::test]
    async fn no_more_requests_are_under_way_than_allowed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let under_way = Arc::new(UnderWay::default());
        let server = Arc::clone(&under_way);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&server)));
            }
        });
        let reader = client(&url, Rate::Unpaced, 3).reader();
        let question = Get::new("/releases");
        let answers = join_all((0..20).map(|_| reader.get(&question))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(under_way.most.load(Ordering::Relaxed), 3);
    }
}
