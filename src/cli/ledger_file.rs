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
