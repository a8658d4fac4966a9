//! When the next request may start: even spacing, and no more than an hour holds.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::{Account, Place};
use super::hour::{Hour, SLOT};
use super::ledger::{Ledger, milliseconds};
use super::rate::{Rate, Share};
use super::slowdown::Slowdown;
use super::waits::Reason;

/// Whose turn it is: the pace of this run, within what all runs of its key may send.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    share: Share,
    slowdown: Slowdown,
    next: Option<Instant>,
    held: Option<Instant>,
    /// What this run has sent, in milliseconds since it began.
    sent: Hour,
    begin: Instant,
    ledger: Arc<dyn Ledger>,
    /// The time in the ledger when it was last asked.
    seen: Option<Seen>,
}

/// What one who asks for a turn gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The request is to be sent at once, and is counted.
    Now,
    /// There is none before, and whoever asks then may have to wait again.
    NotBefore(Instant, Reason),
}

impl Pace {
    pub(super) fn new(rate: Rate, share: Share, ledger: Arc<dyn Ledger>) -> Self {
        Self {
            rate,
            share,
            slowdown: Slowdown::new(),
            next: None,
            held: None,
            sent: Hour::default(),
            begin: Instant::now(),
            ledger,
            seen: None,
        }
    }

    /// Takes a turn if there is one now.
    ///
    /// Nobody gets a turn that is yet to come: who wakes up late would come close to who is next.
    pub(super) fn ask(&mut self, now: Instant) -> Turn {
        if let Some(end) = self.held.filter(|end| *end > now) {
            return Turn::NotBefore(end, Reason::Asked);
        }
        let Rate::Every(interval) = self.rate else { return Turn::Now };
        if let Some(next) = self.next.filter(|next| *next > now) {
            return Turn::NotBefore(next, Reason::Pace);
        }
        let ours = milliseconds(now.saturating_duration_since(self.begin));
        let free = self.sent.free_at(ours, self.share.of_hour());
        if free > ours {
            return Turn::NotBefore(later(now, free - ours), Reason::Hour);
        }
        let interval = whole_milliseconds(interval);
        let mut place = Place::Now;
        self.update(now, |account, at| place = account.take(at, milliseconds(interval)));
        match place {
            Place::Now => {
                self.sent.count(ours);
                self.next = Some(now + self.interval(interval));
                Turn::Now
            }
            Place::In(wait) => Turn::NotBefore(later(now, wait), Reason::Pace),
            Place::HeldFor(wait) => Turn::NotBefore(later(now, wait), Reason::Asked),
            Place::FullFor(wait) => Turn::NotBefore(later(now, wait), Reason::Hour),
        }
    }

    /// Takes a turn that is not due, for somebody who no longer waits.
    pub(super) fn hurry(&mut self, now: Instant) {
        let Rate::Every(interval) = self.rate else { return };
        self.sent.count(milliseconds(now.saturating_duration_since(self.begin)));
        self.next = Some(now + self.interval(interval));
        let interval = milliseconds(whole_milliseconds(interval));
        self.update(now, |account, at| account.count(at, interval));
    }

    /// Holds everyone back for a time that the server asked for.
    pub(super) fn hold(&mut self, now: Instant, time: Duration) {
        let end = now + time;
        self.held = Some(self.held.map_or(end, |held| held.max(end)));
        if self.rate != Rate::Unpaced {
            self.update(now, |account, at| account.hold(at, milliseconds(time)));
        }
    }

    /// Takes note of how busy Plutora was for a request that was sent at some time.
    pub(super) fn answered(&mut self, status: u16, sent: Instant, now: Instant) {
        let Rate::Every(interval) = self.rate else { return };
        match status {
            429 | 503 if self.slowdown.busy(sent, now) => {
                let rate = 1.0 / self.interval(interval).as_secs_f64();
                tracing::info!("Plutora is busy; going on at {rate:.2} requests a second");
            }
            429 | 503 => {}
            ..500 => self.slowdown.well(),
            _ => {}
        }
    }

    /// Returns how many requests of an hour this run may send.
    pub(super) fn most(&self) -> u64 {
        self.share.of_hour()
    }

    fn interval(&self, interval: Duration) -> Duration {
        self.slowdown.of(self.share.of_pace(whole_milliseconds(interval)))
    }

    /// Changes the account; where its clock has jumped, what is noted there goes along.
    fn update(&mut self, now: Instant, mut change: impl FnMut(&mut Account, i64)) {
        let seen = &mut self.seen;
        self.ledger.update(&mut |account, at| {
            let ahead = seen.as_ref().map_or(0, |seen| seen.jump(now, at, account.moved()));
            if ahead > SLOT {
                let seconds = ahead / 1_000;
                tracing::warn!("the clock has jumped ahead by {seconds} s; {STILL}");
                account.shift(ahead);
            }
            if let Some(back) = account.set_back(at) {
                let seconds = back / 1_000;
                tracing::warn!("the clock was set back by {seconds} s; {STILL}");
            }
            change(account, at);
            *seen = Some(Seen { now, at, moved: account.moved() });
        });
    }
}

const STILL: &str = "requests of the hour before still count";

/// A moment by the clock that nobody sets, by that of a ledger, and how far the account was moved then.
#[derive(Debug)]
struct Seen {
    now: Instant,
    at: i64,
    moved: i64,
}

impl Seen {
    /// Returns how far the ledger's clock has jumped ahead since, as far as no run has noticed.
    fn jump(&self, now: Instant, at: i64, moved: i64) -> i64 {
        let passed = milliseconds(now.saturating_duration_since(self.now));
        let noticed = moved.saturating_sub(self.moved);
        at.saturating_sub(self.at).saturating_sub(passed).saturating_sub(noticed)
    }
}

/// Accounts are kept in milliseconds, and one must not be early by a part of one.
fn whole_milliseconds(time: Duration) -> Duration {
    let whole = Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    if whole < time { whole + Duration::from_millis(1) } else { whole }
}

fn later(now: Instant, wait: i64) -> Instant {
    now + Duration::from_millis(u64::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plutora::Alone;

    fn pace(rate: Rate, share: Share) -> Pace {
        Pace::new(rate, share, Arc::new(Alone::new()))
    }

    /// Asks until there is a turn, as one who waits does, and returns when it is.
    fn turn(pace: &mut Pace, mut now: Instant) -> Instant {
        while let Turn::NotBefore(at, _) = pace.ask(now) {
            now = at;
        }
        now
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_time_earns_no_burst() {
        let mut pace = pace(Rate::per_second(2.0).unwrap(), Share::ALL);
        let start = Instant::now();
        assert_eq!(pace.ask(start), Turn::Now);
        tokio::time::advance(Duration::from_mins(1)).await;
        let later = Instant::now();
        assert_eq!(pace.ask(later), Turn::Now);
        let next = later + Duration::from_millis(500);
        assert_eq!(pace.ask(later), Turn::NotBefore(next, Reason::Pace));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_holds_everyone() {
        let start = Instant::now();
        let mut unpaced = pace(Rate::Unpaced, Share::ALL);
        assert_eq!((unpaced.ask(start), unpaced.ask(start)), (Turn::Now, Turn::Now));
        unpaced.hold(start, Duration::from_secs(3));
        let end = start + Duration::from_secs(3);
        assert_eq!(unpaced.ask(start), Turn::NotBefore(end, Reason::Asked));
        assert_eq!(unpaced.ask(end), Turn::Now);

        // Another run of the same key too.
        let ledger: Arc<dyn Ledger> = Arc::new(Alone::new());
        let mut runs = [(); 2].map(|()| Pace::new(Rate::DEFAULT, Share::ALL, Arc::clone(&ledger)));
        let [one, other] = &mut runs;
        one.hold(start, Duration::from_mins(2));
        assert!(matches!(other.ask(start), Turn::NotBefore(_, Reason::Asked)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_is_a_part_of_the_rate_and_of_the_hour() {
        let mut pace = pace(Rate::per_second(10.0).unwrap(), "0.001".parse().unwrap());
        let start = Instant::now();
        for number in 0..26 {
            assert_eq!(pace.ask(Instant::now()), Turn::Now, "{number}");
            tokio::time::advance(Duration::from_secs(100)).await;
        }
        let Turn::NotBefore(at, Reason::Hour) = pace.ask(Instant::now()) else { panic!("full") };
        assert!((at - start).as_secs().abs_diff(3_620) < 10, "{:?}", at - start);
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_is_asked_less_often_and_then_as_before() {
        let mut slow = pace(Rate::per_second(1.0).unwrap(), Share::ALL);
        let start = Instant::now();
        slow.answered(503, start, start);
        assert_eq!(slow.ask(start), Turn::Now);
        let second = Duration::from_secs(1);
        assert_eq!(slow.ask(start), Turn::NotBefore(start + second * 2, Reason::Pace));
        (0..99).for_each(|_| slow.answered(200, start, start));
        tokio::time::advance(second * 2).await;
        let now = Instant::now();
        assert_eq!(slow.ask(now), Turn::Now);
        assert_eq!(slow.ask(now), Turn::NotBefore(now + second, Reason::Pace));

        let mut unpaced = pace(Rate::Unpaced, Share::ALL);
        unpaced.answered(429, start, start);
        assert_eq!((unpaced.ask(now), unpaced.ask(now)), (Turn::Now, Turn::Now));
    }

    #[test]
    fn who_no_longer_waits_is_counted_too() {
        let mut pace = pace(Rate::DEFAULT, Share::ALL);
        let start = Instant::now();
        assert_eq!(turn(&mut pace, start), start);
        pace.hurry(start);
        let next = start + Duration::from_millis(182);
        assert_eq!(pace.ask(start), Turn::NotBefore(next, Reason::Pace));
    }
}
