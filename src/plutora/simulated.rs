//! Hours of several runs in no time, before a receiver that counts strictly.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::time::{Instant, sleep};

use super::account::Account;
use super::hour::MOST;
use super::ledger::{Alone, Ledger, milliseconds};
use super::pace::{Pace, Soon, Turn};
use super::rate::{Rate, Share};
use super::retry::LONGEST_WAIT;
use super::turns::Turns;

/// A ledger on a wall whose clock the test sets.
#[derive(Debug)]
struct Wall(Mutex<(i64, Account)>);

impl Wall {
    fn set(&self, time: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = time;
    }
}

impl Ledger for Wall {
    fn update(&self, change: &mut dyn FnMut(&mut Account, i64)) {
        let (now, account) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(account, *now);
    }
}

/// Some runs of one key that send as much as they may.
struct Runs {
    begin: Instant,
    /// What happens, happens one after another.
    now: Instant,
    wall: Arc<Wall>,
    /// How far the clock on the wall is ahead of time, in milliseconds.
    ahead: i64,
    /// The runs, and when each of them asks next.
    all: Vec<(Pace, Instant)>,
    sent: Vec<Duration>,
    /// The longest wait that anybody was told.
    longest: Duration,
}

const EPOCH: i64 = 1_795_000_000_000;

impl Runs {
    fn new(rate: f64, shares: &[f64]) -> Self {
        let begin = Instant::now();
        let wall = Arc::new(Wall(Mutex::default()));
        let run = |share: &f64| {
            let (rate, share) = (Rate::per_second(rate).unwrap(), Share::new(*share).unwrap());
            (Pace::new(rate, share, Arc::<Wall>::clone(&wall)), begin)
        };
        let all = shares.iter().map(run).collect();
        Self { begin, now: begin, wall, ahead: 0, all, sent: Vec::new(), longest: Duration::ZERO }
    }

    /// Lets whoever is next ask, `late` by some time, and returns whether there was a turn.
    fn ask(&mut self, late: Duration) -> bool {
        let (pace, next) = self.all.iter_mut().min_by_key(|(_, next)| *next).unwrap();
        let now = self.now.max(*next + late);
        self.now = now;
        self.wall.set(EPOCH + self.ahead + milliseconds(now - self.begin));
        // Some of them write.
        let writes = self.sent.len().is_multiple_of(3);
        *next = match pace.ask(now, Soon::of(writes, false)) {
            Turn::Now => now,
            Turn::NotBefore(at, _) => at,
        };
        self.longest = self.longest.max(*next - now);
        let turn = *next == now;
        if turn {
            self.sent.push(now - self.begin);
        }
        turn
    }

    /// Sends some requests; those who ask are late by up to five milliseconds, as timers are.
    fn send(&mut self, number: usize, chance: &mut Chance) {
        for _ in 0..number {
            while !self.ask(Duration::from_micros(chance.below(5_000))) {}
        }
    }

    /// Returns when the requests come to the receiver, underway for up to 80 ms.
    fn received(&self, chance: &mut Chance) -> Vec<Duration> {
        let way = |chance: &mut Chance| Duration::from_micros(chance.below(80_000));
        let mut received: Vec<Duration> =
            self.sent.iter().map(|sent| *sent + way(chance)).collect();
        received.sort();
        received
    }
}

/// Numbers without a pattern, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Returns the most requests in any time of a length, its end left out.
fn most_within(received: &[Duration], length: Duration) -> usize {
    let mut first = 0;
    let counts = received.iter().enumerate().map(|(last, at)| {
        while received.get(first).is_some_and(|it| *it + length <= *at) {
            first += 1;
        }
        last + 1 - first
    });
    counts.max().unwrap_or_default()
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);

#[test]
fn no_second_of_three_hours_holds_a_seventh_request_whoever_sends() {
    for shares in [&[1.0][..], &[1.0, 1.0], &[0.5, 0.3, 0.2, 1.0]] {
        let (mut runs, mut chance) = (Runs::new(5.5, shares), Chance(7));
        runs.send(60_000, &mut chance);
        let received = runs.received(&mut chance);
        assert_eq!(most_within(&received, SECOND), 6, "{shares:?}");
        let most = most_within(&received, HOUR);
        // They are not slower than they have to be either.
        assert!((19_000..19_802).contains(&most), "{shares:?}: {most}");
    }
}

#[test]
fn no_hour_holds_more_than_one_key_may_send_whoever_sends() {
    for shares in [&[1.0][..], &[1.0, 1.0], &[0.7, 0.7, 0.7]] {
        let (mut runs, mut chance) = (Runs::new(19.0, shares), Chance(11));
        runs.send(60_000, &mut chance);
        let received = runs.received(&mut chance);
        assert_eq!(most_within(&received, HOUR) as u64, MOST, "{shares:?}");
        // Two hours and a little take nearly three times as many as one may hold.
        assert!(*received.last().unwrap() < HOUR * 2 + HOUR / 2, "{shares:?}");
    }
}

#[test]
fn a_share_leaves_the_rest_to_others() {
    let (mut runs, mut chance) = (Runs::new(19.0, &[0.25]), Chance(13));
    runs.send(20_000, &mut chance);
    let received = runs.received(&mut chance);
    assert_eq!(most_within(&received, HOUR), 6_500);
}

/// A receiver that answers 429 to a seventh request in any second, and to what is beyond an hour's.
#[derive(Debug, Default)]
struct Strict {
    second: VecDeque<Instant>,
    hour: VecDeque<Instant>,
    turned_away: usize,
}

impl Strict {
    /// Returns the status of the answer.
    fn answer(&mut self, now: Instant) -> u16 {
        for (times, length) in [(&mut self.second, SECOND), (&mut self.hour, HOUR)] {
            while times.front().is_some_and(|first| *first + length <= now) {
                times.pop_front();
            }
        }
        if self.second.len() >= 6 || self.hour.len() as u64 >= MOST {
            self.turned_away += 1;
            return 429;
        }
        self.second.push_back(now);
        self.hour.push_back(now);
        200
    }
}

/// Eight at once send for so long, and every third request writes; returns how many were sent, and how many
/// of them turned away.
async fn sent_to_a_strict_receiver(rate: f64, time: Duration) -> (usize, usize) {
    let pace = Pace::new(Rate::per_second(rate).unwrap(), Share::ALL, Arc::new(Alone::new()));
    let (turns, receiver) = (Turns::new(pace, 8), RefCell::new(Strict::default()));
    let (begin, chance) = (Instant::now(), RefCell::new(Chance(17)));
    let sends = |worker: usize| {
        let (turns, receiver, chance) = (&turns, &receiver, &chance);
        async move {
            let mut sent = 0;
            while begin.elapsed() < time {
                let writes = (worker + sent).is_multiple_of(3);
                let under_way = turns.take(writes.then(Instant::now)).await.unwrap();
                let (at, way) =
                    (Instant::now(), Duration::from_micros(chance.borrow_mut().below(80_000)));
                sleep(way).await;
                let status = receiver.borrow_mut().answer(Instant::now());
                sleep(way).await;
                turns.pace().answered(status, at, Instant::now());
                drop(under_way);
                sent += 1;
            }
            sent
        }
    };
    let sent = join_all((0..8).map(sends)).await.into_iter().sum();
    (sent, receiver.into_inner().turned_away)
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_reads_and_writes_before_a_strict_receiver_is_never_turned_away() {
    // In a slow pace writes come early, and the rate is the same.
    for (rate, at_most) in [(5.5, 39_620), (3.0, 21_620), (0.5, 3_620)] {
        let (sent, turned_away) = sent_to_a_strict_receiver(rate, HOUR * 2).await;
        assert_eq!(turned_away, 0);
        assert!((at_most * 98 / 100..at_most).contains(&sent), "{rate}: {sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_sends_a_little_more_than_is_admitted_is_turned_away_and_goes_slower() {
    let (sent, turned_away) = sent_to_a_strict_receiver(7.0, HOUR).await;
    assert!((1..sent / 10).contains(&turned_away), "{turned_away} of {sent}");
}

/// What happens to runs from outside.
#[derive(Clone, Debug)]
enum Event {
    /// They send on.
    Send(usize),
    /// The clock on the wall is set to another time, in milliseconds from what it says.
    Jump(i64),
    /// Plutora asks one of them to wait, in seconds.
    Hold(usize, u64),
    /// Plutora is too busy for one of them.
    Busy(usize),
    /// The second begins anew, and knows no more than the ledger says.
    Restart,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let day = 24 * 3_600_000_i64;
    let event = prop_oneof![
        4 => (1_usize..80).prop_map(Event::Send),
        1 => (-day..day).prop_map(Event::Jump),
        1 => (-30_000_i64..30_000).prop_map(Event::Jump),
        1 => (0_usize..2, 0_u64..900).prop_map(|(run, seconds)| Event::Hold(run, seconds)),
        1 => (0_usize..2).prop_map(Event::Busy),
        1 => Just(Event::Restart),
    ];
    prop::collection::vec(event, 1..40)
}

proptest! {
    #[test]
    fn whatever_happens_nobody_waits_long_and_the_rate_holds(events in events(), seed in any::<u64>()) {
        let (mut runs, mut chance) = (Runs::new(5.5, &[1.0, 1.0]), Chance(seed));
        let mut jumps = Vec::new();
        runs.all[0].0.hold(runs.begin, Duration::ZERO);
        for event in events {
            let now = runs.now;
            match event {
                Event::Send(number) => {
                    runs.send(number, &mut chance);
                    prop_assert!(runs.longest <= LONGEST_WAIT, "{:?}", runs.longest);
                }
                Event::Jump(by) => {
                    runs.ahead += by;
                    jumps.push(runs.sent.len());
                    // One run has seen the clock before, and is the first to look.
                    runs.wall.set(EPOCH + runs.ahead + milliseconds(now - runs.begin));
                    runs.all[0].0.hold(now, Duration::ZERO);
                }
                Event::Hold(run, seconds) => runs.all[run].0.hold(now, SECOND * u32::try_from(seconds).unwrap()),
                Event::Busy(run) => runs.all[run].0.answered(429, now, now),
                Event::Restart => {
                    let ledger: Arc<Wall> = Arc::clone(&runs.wall);
                    runs.all[1] = (Pace::new(Rate::DEFAULT, Share::ALL, ledger), now);
                }
            }
        }
        // Between two jumps nothing may be closer than the rate.
        let mut from = 0;
        for to in jumps.into_iter().chain([runs.sent.len()]) {
            for window in runs.sent[from..to].windows(7) {
                prop_assert!(window[6].abs_diff(window[0]) > Duration::from_millis(1_080), "{window:?}");
            }
            from = to;
        }
        let sent = runs.sent.len() as u64;
        let mut counted = 0;
        let wall = Arc::clone(&runs.wall);
        wall.update(&mut |account, _| counted = account.counted());
        // Not one is forgotten before its hour is over, whatever the clock says.
        if runs.sent.last().is_some_and(|last| *last < HOUR) {
            prop_assert_eq!(counted, sent);
        }
    }
}
