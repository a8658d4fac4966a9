//! The account of a key in a file that all runs on this machine share.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::private;
use crate::plutora::{Account, Ledger};

/// The largest file that is read, in bytes; an hour takes some 6,000.
const MOST_BYTES: u64 = 64 << 10;

/// How often somebody else's lock is tried again, and after which time: nobody holds it that long who
/// is not stopped.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(2);

/// Keeps an account in a file. Where that fails, the run goes on with what it knows itself.
#[derive(Debug)]
pub(super) struct LedgerFile {
    file: PathBuf,
    /// What this run knows; locked while the file is.
    known: Mutex<Account>,
    told: AtomicBool,
    clock: fn() -> Timestamp,
}

impl LedgerFile {
    /// Prepares a file of a private folder.
    pub(super) fn new(file: PathBuf) -> Self {
        Self::with_clock(file, Timestamp::now)
    }

    fn with_clock(file: PathBuf, clock: fn() -> Timestamp) -> Self {
        Self { file, known: Mutex::default(), told: AtomicBool::new(false), clock }
    }

    /// Says once that something is wrong with the file.
    fn tell(&self, what: &str, error: &io::Error) {
        if !self.told.swap(true, Ordering::Relaxed) {
            let file = self.file.display();
            tracing::warn!("{file}, where requests are counted, {what}: {error}");
        }
    }

    /// Returns what the file says; if that is nothing, the count begins with what this run knows.
    fn read(&self, known: &Account) -> Account {
        let read = private::read(&self.file, MOST_BYTES);
        let read = read.and_then(|text| match text {
            None => Ok(None),
            Some(text) => serde_json::from_str(&text).map(Some).map_err(io::Error::from),
        });
        match read {
            Ok(account) => account.unwrap_or_else(|| known.clone()),
            Err(error) => {
                self.tell("cannot be read, and begins anew", &error);
                known.clone()
            }
        }
    }
}

impl Ledger for LedgerFile {
    fn update(&self, change: &mut dyn FnMut(&mut Account, i64)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = lock(&self.file.with_extension("lock"));
        if let Err(error) = &lock {
            self.tell("cannot be locked, so other runs are not taken into account", error);
            change(&mut known, (self.clock)().as_millisecond());
            return;
        }
        let before = self.read(&known);
        known.clone_from(&before);
        // The clock is asked while nobody else writes, so that times in the file go forward.
        change(&mut known, (self.clock)().as_millisecond());
        if *known != before {
            let text = serde_json::to_string(&*known).map_err(io::Error::from);
            if let Err(error) = text.and_then(|text| private::replace(&self.file, &text)) {
                self.tell("cannot be written, so other runs do not know of this one", &error);
            }
        }
    }
}

/// Locks a file until what is returned goes.
fn lock(file: &Path) -> io::Result<std::fs::File> {
    let lock = private::lock_file(file)?;
    for _ in 0..TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::WouldBlock, "another run does not let go of it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(ledger: &LedgerFile) -> u64 {
        let mut counted = 0;
        ledger.update(&mut |account, _| {
            let told = serde_json::to_value(&*account).unwrap();
            let counts = told["hour"].as_object().unwrap().values();
            counted = counts.map(|count| count.as_u64().unwrap()).sum();
        });
        counted
    }

    fn account(count: u32) -> Account {
        let text =
            format!(r#"{{"at": 0, "moved": 0, "next": 0, "held": 0, "hour": {{"0": {count}}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn two_runs_know_of_each_other_and_go_on_alone_where_they_cannot() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("it.json");
        let noon = || "2026-11-28T12:00:00Z".parse().unwrap();
        let [one, other] = [(); 2].map(|()| LedgerFile::with_clock(file.clone(), noon));
        one.update(&mut |it, now| {
            assert_eq!(now, noon().as_millisecond());
            *it = account(3);
        });
        assert_eq!(counted(&other), 3);

        // Somebody is stopped while it holds the lock.
        let lock = private::lock_file(&file.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        other.update(&mut |it, _| *it = account(4));
        assert_eq!((counted(&other), counted(&one)), (4, 3));
        drop(lock);
        assert_eq!(counted(&other), 3, "the file is what all know");

        // What cannot be read begins anew with what the run knows.
        std::fs::write(&file, "{").unwrap();
        one.update(&mut |it, _| assert_eq!(*it, account(3)));
    }
}
