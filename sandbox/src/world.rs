//! All that a running sandbox remembers, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::access::Sessions;
use crate::behaviour::Behaviour;
use crate::control::{Admission, Faults, Journal};
use crate::data::Data;
use crate::habits::Habits;

/// Holds a sandbox's memory: the tenant, and what only the sandbox knows about its clients.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) tenant: Tenant,
    pub(crate) sessions: Sessions,
    pub(crate) latency: Duration,
    pub(crate) admission: Admission,
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
    pub(crate) fn new(data: Data, behaviour: Behaviour) -> Self {
        let mut world = Self {
            tenant: Tenant { data, habits: Habits::default(), user: String::new() },
            sessions: Sessions::new(Duration::ZERO),
            latency: Duration::ZERO,
            admission: Admission::default(),
            faults: Faults::default(),
            journal: Journal::default(),
        };
        world.behave(behaviour);
        world
    }

    /// Gives how it behaves now.
    pub(crate) fn behaviour(&self) -> Behaviour {
        let milliseconds = u64::try_from(self.latency.as_millis());
        Behaviour {
            latency_milliseconds: milliseconds.unwrap_or(u64::MAX),
            token_lifetime_seconds: self.sessions.lifetime.as_secs(),
            throttle: self.admission.throttle.clone(),
            habits: self.tenant.habits.clone(),
            faults: self.faults.left().to_vec(),
        }
    }

    /// Has it behave so from now on; requests that were counted stay counted.
    pub(crate) fn behave(&mut self, behaviour: Behaviour) {
        let Behaviour { latency_milliseconds, token_lifetime_seconds, throttle, habits, faults } =
            behaviour;
        self.latency = Duration::from_millis(latency_milliseconds);
        self.sessions.lifetime = Duration::from_secs(token_lifetime_seconds);
        self.admission.throttle = throttle;
        self.tenant.habits = habits;
        self.faults = Faults::new(faults);
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
