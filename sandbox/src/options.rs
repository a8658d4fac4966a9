//! What a sandbox is started with, and the credentials that open it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::behaviour::Behaviour;
use crate::choices::Seed;
use crate::habits::Habits;

/// Says how a sandbox is to run; the default is a fresh demo tenant on a free loopback port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Allows an address that is not loopback.
    ///
    /// The credentials are public, so that is for closed networks only.
    pub allow_remote: bool,
    /// The file that the content is read from at the start and kept in from then on.
    pub state: Option<PathBuf>,
    /// What a sandbox without a state file holds.
    pub seed: Seed,
    /// How it behaves.
    pub behaviour: Behaviour,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            state: None,
            seed: Seed::Demo,
            behaviour: Behaviour::default(),
        }
    }
}

impl From<Behaviour> for Options {
    fn from(behaviour: Behaviour) -> Self {
        Self { behaviour, ..Self::default() }
    }
}

impl From<Habits> for Options {
    fn from(habits: Habits) -> Self {
        Behaviour { habits, ..Behaviour::default() }.into()
    }
}

/// Holds the four values that the token endpoint asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The id that a tenant's administrator makes for an integration.
    pub client_id: &'static str,
    /// The secret that belongs to it.
    pub client_secret: &'static str,
    /// The login e-mail.
    pub username: &'static str,
    /// The login password.
    pub password: &'static str,
}

impl Credentials {
    /// The credentials that a sandbox knows; no secret, hence their plain names. The other active users
    /// of its tenant have the same password.
    pub const DEMO: Self = Self {
        client_id: "sandbox-client-id",
        client_secret: "sandbox-client-secret",
        username: "jane@example.com",
        password: "sandbox-password",
    };
}
