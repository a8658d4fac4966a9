//! Who may send next: a place among the requests under way, and a turn at the pace. Writes come first.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use super::connecting::Connecting;
use super::pace::{Pace, Soon, Turn};
use super::patience::Patience;
use super::retry::LONGEST_WAIT;
use super::spent::Spent;
use super::waits::{Reason, Waiting, Waits};

/// What all requests of a connection wait for.
#[derive(Debug)]
pub(super) struct Turns {
    pace: Arc<Mutex<Pace>>,
    /// Each held by the one who waits for its turn, so that all come in order.
    reads: tokio::sync::Mutex<()>,
    writes: tokio::sync::Mutex<()>,
    /// How many writes wait.
    writing: watch::Sender<usize>,
    places: Semaphore,
    /// How many waits for something else than the pace have ended.
    passed: AtomicU64,
    waits: Waits,
    /// Whether somebody was told of the wait that Plutora has asked for, as long as it lasts.
    told: AtomicBool,
    pub(super) patience: Patience,
}

/// Waits that are shorter are part of the pace, and not worth breaking off.
const LONG: Duration = Duration::from_secs(2);

/// Why a request did not get its turn.
#[derive(Clone, Debug)]
pub(super) enum NoTurn {
    /// There is none for long, as the hour holds no more or Plutora has asked for it.
    Full(Spent),
    /// It is a write and had to wait, but not for the pace: what it was made from is no longer new.
    Passed,
    /// Plutora has asked for a wait that was broken off: nothing is sent before it is over.
    BrokenOff,
}

impl Turns {
    /// Lets so many requests be under way at the same time.
    pub(super) fn new(pace: Pace, parallelism: usize) -> Self {
        Self {
            pace: Arc::new(Mutex::new(pace)),
            reads: tokio::sync::Mutex::default(),
            writes: tokio::sync::Mutex::default(),
            writing: watch::Sender::new(0),
            places: Semaphore::new(parallelism.clamp(1, Semaphore::MAX_PERMITS)),
            passed: AtomicU64::new(0),
            waits: Waits::default(),
            told: AtomicBool::new(false),
            patience: Patience::new(),
        }
    }

    /// Waits for a place among the requests under way, and then for a turn; of a write, `made` is when that was
    /// known from which it is made.
    ///
    /// That was a moment before, of an object that it replaces whole: no read is sent while it waits for the
    /// pace, and after any other wait, be it another's before it, or when the moment has become long, it has no
    /// turn.
    pub(super) async fn take(
        &self,
        made: Option<Instant>,
    ) -> Result<Option<SemaphorePermit<'_>>, NoTurn> {
        let writes = made.is_some();
        let begun = self.passed.load(Ordering::Relaxed);
        let gave_up_before = self.patience.is_lost();
        // It fails only when it is closed, and nobody closes it.
        let place = self.places.acquire().await.ok();
        let _first = writes.then(|| Writing::begin(&self.writing));
        let _in_order = if writes { &self.writes } else { &self.reads }.lock().await;
        let mut waiting = self.writing.subscribe();
        loop {
            if !writes {
                // It fails only when the sender is gone, which is our own.
                let _none = waiting.wait_for(|waiting| *waiting == 0).await;
            }
            let now = Instant::now();
            let has_passed = || self.passed.load(Ordering::Relaxed) != begun;
            let is_old = |made| self.pace().is_long(now.saturating_duration_since(made));
            if writes && (has_passed() || made.is_some_and(is_old)) {
                return Err(NoTurn::Passed);
            }
            let soon = Soon::of(writes, self.patience.is_lost());
            let turn = self.pace().ask(now, soon);
            let Turn::NotBefore(at, reason) = turn else {
                self.told.store(false, Ordering::Relaxed);
                return Ok(place);
            };
            let wait = at.saturating_duration_since(now);
            if matches!(reason, Reason::Hour | Reason::Asked) && wait > LONGEST_WAIT {
                return Err(self.full(wait, reason));
            }
            let waited = self.until(at, wait, reason).await;
            // What was broken off before it began took no time.
            if reason != Reason::Pace && (waited || !gave_up_before) {
                self.passed.fetch_add(1, Ordering::Relaxed);
            }
            match reason {
                _ if waited => {}
                // Who no longer waits need not keep a slow pace, and asks again.
                Reason::Pace => {}
                Reason::Hour => {
                    return Err(self.full(at.saturating_duration_since(Instant::now()), reason));
                }
                Reason::Asked | Reason::Again if writes => return Err(NoTurn::Passed),
                Reason::Asked | Reason::Again => return Err(NoTurn::BrokenOff),
            }
        }
    }

    /// Waits, and returns whether nobody broke it off. At the pace of who no longer waits nobody does.
    async fn until(&self, at: Instant, wait: Duration, reason: Reason) -> bool {
        if wait <= LONG || (reason == Reason::Pace && self.patience.is_lost()) {
            sleep_until(at).await;
            return true;
        }
        let seconds = wait.as_secs();
        match reason {
            Reason::Hour => tracing::warn!("waiting {seconds} s, {reason}"),
            // It may be another run of the key that was asked.
            Reason::Asked if !self.told.swap(true, Ordering::Relaxed) => {
                tracing::warn!("waiting {seconds} s, {reason}");
            }
            Reason::Again | Reason::Pace | Reason::Asked => {
                tracing::info!("waiting {seconds} s, {reason}");
            }
        }
        let _waiting = self.begin(at, reason);
        self.patience.wait_until(at).await
    }

    fn full(&self, wait: Duration, reason: Reason) -> NoTurn {
        NoTurn::Full(match reason {
            Reason::Asked => Spent::asked(wait),
            Reason::Hour | Reason::Again | Reason::Pace => {
                let free_at = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
                Spent::Hour { most: self.pace().most(), free_at }
            }
        })
    }

    /// Returns what is to be told of each connection that is made, unless there is no pace to keep.
    pub(super) fn connecting(&self) -> Option<Connecting> {
        self.pace().is_paced().then(|| Connecting::new(Arc::clone(&self.pace)))
    }

    /// Takes note that somebody is told of the wait that Plutora has asked for.
    pub(super) fn tells(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Notes that somebody waits, for those who look on.
    pub(super) fn begin(&self, until: Instant, reason: Reason) -> Waiting<'_> {
        self.waits.begin(until, reason)
    }

    /// Returns for how long nothing is sent, where that is worth telling, and why.
    pub(super) fn waits(&self) -> Option<(Duration, Reason)> {
        self.waits.longest(Instant::now())
    }

    /// Returns the pace, which is held for no longer than it takes to ask it.
    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write that waits for its turn, until this goes.
struct Writing<'a>(&'a watch::Sender<usize>);

impl<'a> Writing<'a> {
    fn begin(writing: &'a watch::Sender<usize>) -> Self {
        writing.send_modify(|number| *number += 1);
        Self(writing)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|number| *number -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::plutora::{Alone, Rate, Share};

    fn turns(rate: Rate) -> Turns {
        Turns::new(Pace::new(rate, Share::ALL, Arc::new(Alone::new())), 8)
    }

    async fn taken(turns: &Turns, writes: bool) -> Duration {
        let begin = Instant::now();
        turns.take(writes.then(Instant::now)).await.unwrap();
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_has_the_next_turn_however_many_reads_wait() {
        let turns = turns(Rate::per_second(1.0).unwrap());
        taken(&turns, false).await;
        let reads = join_all((0..6).map(|_| taken(&turns, false)));
        let writes = async {
            // The first of the reads already waits for the turn.
            tokio::time::sleep(Duration::from_millis(300)).await;
            let both = tokio::join!(taken(&turns, true), taken(&turns, true));
            (both.0.as_millis(), both.1.as_millis())
        };
        let (reads, writes) = tokio::join!(reads, writes);
        assert_eq!(writes, (0, 182), "no closer than Plutora takes them");
        let reads: Vec<u64> = reads.iter().map(Duration::as_secs).collect();
        assert_eq!(reads, [3, 4, 5, 6, 7, 8]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_waited_for_more_than_the_pace_has_no_turn_and_counts_for_nothing() {
        let turns = turns(Rate::per_second(1.0).unwrap());
        for seconds in [1, 60] {
            let begin = Instant::now();
            turns.pace().hold(begin, Duration::from_secs(seconds));
            let turn = turns.take(Some(Instant::now())).await;
            assert!(matches!(turn, Err(NoTurn::Passed)), "{turn:?}");
            assert_eq!(begin.elapsed().as_secs(), seconds);
        }
        // One that waits behind another has waited as long.
        let begin = Instant::now();
        turns.pace().hold(begin, Duration::from_secs(8));
        let all = join_all((0..20).map(|_| turns.take(Some(Instant::now())))).await;
        assert!(all.iter().all(|turn| matches!(turn, Err(NoTurn::Passed))), "{all:?}");
        assert_eq!(begin.elapsed().as_secs(), 8);
        drop(all);
        assert_eq!(taken(&turns, true).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_in_the_wait_that_plutora_asked_for_although_nobody_waits() {
        let turns = turns(Rate::per_second(1.0).unwrap());
        let begin = Instant::now();
        turns.pace().hold(begin, Duration::from_mins(5));
        let give_up = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            turns.patience.lose();
        };
        let (write, read, ()) =
            tokio::join!(turns.take(Some(Instant::now())), turns.take(None), give_up);
        assert!(matches!(write, Err(NoTurn::Passed)), "{write:?}");
        assert!(matches!(read, Err(NoTurn::BrokenOff)), "{read:?}");
        drop((write, read));
        let write = turns.take(Some(Instant::now())).await;
        assert!(matches!(write, Err(NoTurn::Passed)), "as long as it lasts: {write:?}");
        assert_eq!(begin.elapsed().as_secs(), 1);
        drop(write);
        tokio::time::advance(Duration::from_mins(5)).await;
        assert_eq!(taken(&turns, true).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_long_and_nobody_sends_while_plutora_asks_to_wait() {
        for rate in [Rate::per_second(1.0).unwrap(), Rate::Unpaced] {
            let (turns, begin) = (turns(rate), Instant::now());
            turns.pace().hold(begin, Duration::from_mins(16));
            for made in [None, Some(Instant::now())] {
                let turn = turns.take(made).await;
                assert!(matches!(turn, Err(NoTurn::Full(Spent::Asked { .. }))), "{turn:?}");
            }
            assert_eq!(begin.elapsed(), Duration::ZERO);
            turns.pace().hold(begin, Duration::MAX);
            assert!(turns.take(None).await.is_err());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_no_longer_waits_comes_at_the_rate_that_plutora_takes() {
        let turns = turns(Rate::per_second(0.1).unwrap());
        taken(&turns, false).await;
        let stop = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            turns.patience.lose();
        };
        let reads = join_all((0..4).map(|_| taken(&turns, false)));
        let (reads, ()) = tokio::join!(reads, stop);
        let waited: Vec<u128> = reads.iter().map(Duration::as_millis).collect();
        assert_eq!(waited, [1_000, 1_182, 1_364, 1_546]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_no_longer_waits_waits_for_a_moment_which_is_time_like_any_other() {
        let turns = turns(Rate::per_second(1.0).unwrap());
        turns.patience.lose();
        let begin = Instant::now();
        turns.pace().hold(begin, Duration::from_secs(1));
        let turn = turns.take(Some(Instant::now())).await;
        assert!(matches!(turn, Err(NoTurn::Passed)), "{turn:?}");
        assert_eq!(begin.elapsed().as_secs(), 1);
        drop(turn);
        assert_eq!(taken(&turns, true).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_keeps_the_pace_once_plutora_was_too_busy() {
        let turns = turns(Rate::per_second(1.0).unwrap());
        taken(&turns, false).await;
        turns.pace().answered(429, Instant::now(), Instant::now());
        assert!(taken(&turns, true).await >= Duration::from_secs(1));
        for _ in 0..500 {
            turns.pace().answered(200, Instant::now(), Instant::now());
        }
        taken(&turns, false).await;
        assert!(taken(&turns, true).await >= Duration::from_secs(1), "however well it is again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_waited_for_long_has_no_turn_whatever_it_waited_for() {
        let rate = Rate::per_second(5.5).unwrap();
        for (milliseconds, has_turn) in [(1_500, true), (2_000, false)] {
            let turns = Turns::new(Pace::new(rate, Share::ALL, Arc::new(Alone::new())), 1);
            let place = turns.take(None).await.unwrap();
            let answered = async {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                drop(place);
            };
            let ((), turn) = tokio::join!(answered, turns.take(Some(Instant::now())));
            assert_eq!(turn.is_ok(), has_turn, "{milliseconds}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_whose_object_was_read_long_ago_has_no_turn() {
        for rate in [Rate::per_second(5.5).unwrap(), Rate::per_second(1e3).unwrap(), Rate::Unpaced]
        {
            let (turns, read_at) = (turns(rate), Instant::now());
            tokio::time::advance(Duration::from_millis(1_500)).await;
            assert!(turns.take(Some(read_at)).await.is_ok());
            tokio::time::advance(Duration::from_millis(500)).await;
            assert!(matches!(turns.take(Some(read_at)).await, Err(NoTurn::Passed)), "{rate:?}");
        }
    }
}
