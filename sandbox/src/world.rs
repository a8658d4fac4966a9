//! All that a running sandbox remembers, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::access::Sessions;
use crate::control::{Faults, Journal};
use crate::data::Data;
use crate::habits::Habits;

/// Holds a sandbox's memory: the tenant, and what only the sandbox knows about its clients.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) tenant: Tenant,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
}

/// Holds what a handler of the API may touch.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) data: Data,
    pub(crate) habits: Habits,
    /// The e-mail of the user whose request is handled.
    pub(crate) user: String,
}

#[cfg(test)]
impl Tenant {
    /// Makes a tenant with the default habits.
    pub(crate) fn plain(data: Data) -> Self {
        Self { data, habits: Habits::default(), user: String::new() }
    }
}

impl World {
    pub(crate) fn new(tenant: Tenant, token_lifetime: Duration) -> Self {
        Self {
            tenant,
            sessions: Sessions::new(token_lifetime),
            faults: Faults::default(),
            journal: Journal::default(),
        }
    }
}

/// Shares the one world among all requests.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// Gives the world to one request at a time; nobody keeps it across an `await`.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        // Stored objects are replaced whole, so a handler that panicked left none half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
