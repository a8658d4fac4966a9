//! Where the account of a key is kept between two requests.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::account::Account;

/// Keeps the account of one key, and tells the time in it.
pub trait Ledger: Debug + Send + Sync {
    /// Has the account changed, and by nobody else meanwhile; the change is given the time in milliseconds.
    fn update(&self, change: &mut dyn FnMut(&mut Account, i64));
}

/// The account of a run that shares it with no other.
#[derive(Debug)]
pub struct Alone {
    begin: Instant,
    account: Mutex<Account>,
}

impl Alone {
    /// Opens an account.
    pub fn new() -> Self {
        Self { begin: Instant::now(), account: Mutex::default() }
    }
}

impl Default for Alone {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger for Alone {
    fn update(&self, change: &mut dyn FnMut(&mut Account, i64)) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut account, milliseconds(self.begin.elapsed()));
    }
}

/// Returns a time as accounts have it.
pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
