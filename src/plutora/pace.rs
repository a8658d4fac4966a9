//! When the next request may start: even spacing, and no more than an hour holds.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::{Account, Place, Taken};
use super::hour::{Hour, SLOT};
use super::ledger::{Ledger, milliseconds};
use super::rate::{Rate, Share};
use super::retry::LONGEST_WAIT;
use super::slowdown::Slowdown;
use super::waits::Reason;

/// Whose turn it is: the pace of this run, within what all runs of its key may send.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    share: Share,
    slowdown: Slowdown,
    next: Option<Instant>,
    /// When this run has sent its last request.
    last: Option<Instant>,
    /// The last request that this run has sent, in the ledger.
    taken: Option<Taken>,
    held: Option<Instant>,
    /// Whether Plutora was ever too busy for this run, whatever came after.
    was_busy: bool,
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

/// Whether a request may come before the pace has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Soon {
    /// It keeps the pace.
    InTurn,
    /// It writes: the sooner it follows what was read for it, the less anybody can do in between.
    Write,
    /// Somebody no longer waits, and it ends what is under way.
    Stopped,
}

impl Soon {
    /// Returns what holds for a request.
    pub(super) fn of(writes: bool, stopped: bool) -> Self {
        match (writes, stopped) {
            (_, true) => Self::Stopped,
            (true, false) => Self::Write,
            (false, false) => Self::InTurn,
        }
    }
}

impl Pace {
    pub(super) fn new(rate: Rate, share: Share, ledger: Arc<dyn Ledger>) -> Self {
        Self {
            rate,
            share,
            slowdown: Slowdown::new(),
            next: None,
            last: None,
            taken: None,
            held: None,
            was_busy: false,
            sent: Hour::default(),
            begin: Instant::now(),
            ledger,
            seen: None,
        }
    }

    /// Takes a turn if there is one now.
    ///
    /// Nobody gets a turn that is yet to come: who wakes up late would come close to who is next. What may
    /// come early does where the pace is slower than it has to be, and what comes next waits for longer.
    pub(super) fn ask(&mut self, now: Instant, soon: Soon) -> Turn {
        if let Some(end) = self.held.filter(|end| *end > now) {
            return Turn::NotBefore(end, Reason::Asked);
        }
        let Rate::Every(interval) = self.rate else { return Turn::Now };
        let early = self.early(interval, soon).map(whole_milliseconds);
        let soonest = early.and_then(|after| Some(self.last? + after));
        let due = self.next.map(|next| soonest.map_or(next, |soonest| soonest.min(next)));
        if let Some(due) = due.filter(|due| *due > now) {
            return Turn::NotBefore(due, Reason::Pace);
        }
        let ours = milliseconds(now.saturating_duration_since(self.begin));
        let free = self.sent.free_at(ours, self.share.of_hour());
        if free > ours {
            return Turn::NotBefore(later(now, free - ours), Reason::Hour);
        }
        let interval = whole_milliseconds(interval);
        let mut place = Place::Now;
        let (early, mut taken) = (early.map(milliseconds), None);
        self.update(now, |account, at| {
            place = account.take(at, milliseconds(interval), early);
            taken = Some(account.taken()).filter(|_| place == Place::Now);
        });
        self.taken = taken.or(self.taken);
        match place {
            Place::Now => {
                self.takes(now, interval);
                Turn::Now
            }
            Place::In(wait) => Turn::NotBefore(later(now, wait), Reason::Pace),
            Place::HeldFor(wait) => Turn::NotBefore(later(now, wait), Reason::Asked),
            Place::FullFor(wait) => Turn::NotBefore(later(now, wait), Reason::Hour),
        }
    }

    /// Returns how long after the last request one may come that need not keep a slow pace. A server that was
    /// too busy once may take less than others do, and gets what is written at the pace; who no longer waits
    /// leaves it the part of the usual rate that it was brought to.
    fn early(&self, interval: Duration, soon: Soon) -> Option<Duration> {
        match soon {
            Soon::InTurn => None,
            Soon::Stopped if self.was_busy => Some(self.slowdown.of(Rate::SHORTEST)),
            Soon::Write if self.was_busy => None,
            Soon::Write | Soon::Stopped => Some(interval.min(Rate::SHORTEST)),
        }
    }

    /// Counts a request, and has the next wait: for two intervals after one that came early.
    fn takes(&mut self, now: Instant, interval: Duration) {
        self.sent.count(milliseconds(now.saturating_duration_since(self.begin)));
        let due = self.next.map_or(now, |next| next.max(now));
        self.next = Some(due + self.interval(interval));
        self.last = Some(now);
    }

    /// Has the request whose turn was last wait for its connection, and returns what tells it from others.
    pub(super) fn connecting(&mut self, now: Instant) -> Option<Taken> {
        let taken = self.taken?;
        self.update(now, |account, at| account.connecting(at, taken));
        Some(taken)
    }

    /// Has it go.
    pub(super) fn connected(&mut self, now: Instant, taken: Taken) {
        self.update(now, |account, at| account.connected(at, taken));
    }

    /// Returns whether requests are spaced at all.
    pub(super) fn is_paced(&self) -> bool {
        self.rate != Rate::Unpaced
    }

    /// Holds everyone back for a time that the server asked for, other runs for no longer than an hour.
    pub(super) fn hold(&mut self, now: Instant, time: Duration) {
        let time = time.min(DAY);
        let end = now + time;
        self.held = Some(self.held.map_or(end, |held| held.max(end)));
        if self.rate != Rate::Unpaced {
            self.update(now, |account, at| account.hold(at, milliseconds(time)));
        }
    }

    /// Returns for how long everyone is still held back.
    pub(super) fn held_for(&self, now: Instant) -> Option<Duration> {
        Some(self.held?.saturating_duration_since(now))
    }

    /// Takes note of how busy Plutora was for a request that was sent at some time.
    pub(super) fn answered(&mut self, status: u16, sent: Instant, now: Instant) {
        let Rate::Every(interval) = self.rate else { return };
        self.was_busy |= matches!(status, 429 | 503);
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

    /// Returns whether a time is longer than a few writes need that are ready at once: other runs of its key have
    /// come in between, a disk was slow, or the process stood still.
    pub(super) fn is_long(&self, time: Duration) -> bool {
        let usual = match self.rate {
            Rate::Every(interval) if self.was_busy => self.interval(interval).max(Rate::SHORTEST),
            Rate::Every(_) | Rate::Unpaced => Rate::SHORTEST,
        };
        time > FEW * usual
    }

    /// Returns how much later so many requests have to begin for none to wait too long for the hour; nothing
    /// where they may begin now, and none where at this rate no hour holds them with those that are to be made
    /// `again` by then.
    pub(super) fn too_soon(
        &mut self,
        now: Instant,
        (requests, again): (u64, u64),
    ) -> Option<Duration> {
        let Rate::Every(interval) = self.rate else { return Some(Duration::ZERO) };
        let interval = milliseconds(self.share.of_pace(whole_milliseconds(interval)));
        let all = (requests + again, interval);
        let (requests, most) = ((requests, interval), self.share.of_hour());
        let ours = milliseconds(now.saturating_duration_since(self.begin));
        let mut longest = self.sent.longest_wait(ours, requests, most);
        self.update(now, |account, at| longest = longest.max(account.longest_wait(at, requests)));
        let bearable = milliseconds(LONGEST_WAIT);
        if longest <= bearable {
            return Some(Duration::ZERO);
        }
        let later = Duration::from_millis(u64::try_from(longest - bearable).unwrap_or_default());
        let alone = Hour::default().longest_wait(0, all, most);
        (alone <= bearable).then_some(later)
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

/// How many writes may wait for their turns at once: more than go side by side by default.
const FEW: u32 = 10;

/// Nobody waits that long, and no clock ends before.
const DAY: Duration = Duration::from_hours(24);

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

    #[tokio::test(start_paused = true)]
    async fn an_idle_time_earns_no_burst() {
        let mut pace = pace(Rate::per_second(2.0).unwrap(), Share::ALL);
        let start = Instant::now();
        assert_eq!(pace.ask(start, Soon::InTurn), Turn::Now);
        tokio::time::advance(Duration::from_mins(1)).await;
        let later = Instant::now();
        assert_eq!(pace.ask(later, Soon::InTurn), Turn::Now);
        let next = later + Duration::from_millis(500);
        assert_eq!(pace.ask(later, Soon::InTurn), Turn::NotBefore(next, Reason::Pace));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_need_not_wait_for_a_slow_pace_and_what_follows_waits_for_longer() {
        for (rate, share, seconds) in [(1.0, "1", 1), (5.5, "0.1", 2), (0.1, "1", 10)] {
            let mut pace = pace(Rate::per_second(rate).unwrap(), share.parse().unwrap());
            let start = Instant::now();
            assert_eq!(pace.ask(start, Soon::InTurn), Turn::Now);
            let soon = start + Duration::from_millis(182);
            assert_eq!(pace.ask(start, Soon::Write), Turn::NotBefore(soon, Reason::Pace));
            tokio::time::advance(Duration::from_millis(182)).await;
            assert_eq!(pace.ask(soon, Soon::Write), Turn::Now);
            let Turn::NotBefore(next, Reason::Pace) = pace.ask(soon, Soon::InTurn) else {
                panic!("slow")
            };
            assert!(next - start > Duration::from_secs(seconds * 2 - 1), "{:?}", next - start);
        }
    }

    #[test]
    fn a_wait_that_the_server_asks_for_holds_everyone() {
        let start = Instant::now();
        let mut unpaced = pace(Rate::Unpaced, Share::ALL);
        assert_eq!(
            (unpaced.ask(start, Soon::InTurn), unpaced.ask(start, Soon::InTurn)),
            (Turn::Now, Turn::Now)
        );
        unpaced.hold(start, Duration::from_secs(3));
        let end = start + Duration::from_secs(3);
        assert_eq!(unpaced.ask(start, Soon::InTurn), Turn::NotBefore(end, Reason::Asked));
        assert_eq!(unpaced.ask(end, Soon::InTurn), Turn::Now);

        // Another run of the same key too.
        let ledger: Arc<dyn Ledger> = Arc::new(Alone::new());
        let mut runs = [(); 2].map(|()| Pace::new(Rate::DEFAULT, Share::ALL, Arc::clone(&ledger)));
        let [one, other] = &mut runs;
        one.hold(start, Duration::from_mins(2));
        assert!(matches!(other.ask(start, Soon::InTurn), Turn::NotBefore(_, Reason::Asked)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_is_a_part_of_the_rate_and_of_the_hour() {
        let mut pace = pace(Rate::per_second(10.0).unwrap(), "0.001".parse().unwrap());
        let start = Instant::now();
        for number in 0..26 {
            assert_eq!(pace.ask(Instant::now(), Soon::InTurn), Turn::Now, "{number}");
            tokio::time::advance(Duration::from_secs(100)).await;
        }
        let Turn::NotBefore(at, Reason::Hour) = pace.ask(Instant::now(), Soon::InTurn) else {
            panic!("full")
        };
        assert!((at - start).as_secs().abs_diff(3_620) < 10, "{:?}", at - start);
    }

    #[test]
    fn what_would_stop_half_way_is_known_beforehand() {
        let start = Instant::now();
        let ledger: Arc<dyn Ledger> = Arc::new(Alone::new());
        let share: Share = "0.001".parse().unwrap();
        let rate = Rate::per_second(1_000.0).unwrap();
        let mut other = Pace::new(rate, Share::ALL, Arc::clone(&ledger));
        other.update(start, |account, at| (0..25_990).for_each(|_| account.count(at, 0)));
        let mut all = Pace::new(Rate::DEFAULT, Share::ALL, Arc::clone(&ledger));
        assert_eq!(all.too_soon(start, (10, 0)), Some(Duration::ZERO));
        let later = all.too_soon(start, (11, 3)).unwrap();
        assert!(
            later.as_secs().abs_diff(45 * 60) < 30,
            "an hour less what is waited for: {later:?}"
        );

        let mut part = Pace::new(rate, share, Arc::new(Alone::new()));
        assert_eq!(part.too_soon(start, (26, 3)), Some(Duration::ZERO));
        assert_eq!(part.ask(start, Soon::InTurn), Turn::Now);
        let later = part.too_soon(start, (26, 0)).unwrap();
        assert!(later.as_secs().abs_diff(45 * 60) < 60, "its own hour counts as well: {later:?}");
        assert_eq!(part.too_soon(start, (27, 0)), None, "no other time would be better");
        assert_eq!(part.too_soon(start, (26, 1)), None, "it would have to be planned again");
        assert!(all.too_soon(start, (30_000, 0)).is_some(), "the default rate fills no hour");
        assert_eq!(pace(Rate::Unpaced, share).too_soon(start, (99_999, 0)), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_is_asked_less_often_and_then_as_before() {
        let mut slow = pace(Rate::per_second(1.0).unwrap(), Share::ALL);
        let start = Instant::now();
        slow.answered(503, start, start);
        assert_eq!(slow.ask(start, Soon::InTurn), Turn::Now);
        let second = Duration::from_secs(1);
        assert_eq!(
            slow.ask(start, Soon::InTurn),
            Turn::NotBefore(start + second * 2, Reason::Pace)
        );
        (0..99).for_each(|_| slow.answered(200, start, start));
        tokio::time::advance(second * 2).await;
        let now = Instant::now();
        assert_eq!(slow.ask(now, Soon::InTurn), Turn::Now);
        assert_eq!(slow.ask(now, Soon::InTurn), Turn::NotBefore(now + second, Reason::Pace));

        let mut unpaced = pace(Rate::Unpaced, Share::ALL);
        unpaced.answered(429, start, start);
        assert_eq!(
            (unpaced.ask(now, Soon::InTurn), unpaced.ask(now, Soon::InTurn)),
            (Turn::Now, Turn::Now)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_no_longer_waits_comes_as_often_as_plutora_takes_it_and_is_counted() {
        let mut slow = pace(Rate::per_second(0.1).unwrap(), Share::ALL);
        let mut now = Instant::now();
        assert_eq!(slow.ask(now, Soon::InTurn), Turn::Now);
        for _ in 0..3 {
            let next = now + Duration::from_millis(182);
            assert_eq!(slow.ask(now, Soon::Stopped), Turn::NotBefore(next, Reason::Pace));
            tokio::time::advance(Duration::from_millis(182)).await;
            now = next;
            assert_eq!(slow.ask(now, Soon::Stopped), Turn::Now);
        }
        let Turn::NotBefore(next, Reason::Pace) = slow.ask(now, Soon::InTurn) else {
            panic!("none")
        };
        assert!(next - now > Duration::from_secs(39), "{:?}", next - now);

        slow.answered(429, now, now);
        let next = now + Duration::from_millis(364);
        assert_eq!(slow.ask(now, Soon::Stopped), Turn::NotBefore(next, Reason::Pace));
    }
}
