//! What a sandbox is started with, and the credentials that open it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::choices::{
    BareArrays, Dialect, EnterpriseChanges, Identifiers, InlineFields, Linking, Lists,
    OmittedParent, RowStatus, Seed, UnknownPut,
};
use crate::labels::StatusLabels;

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
    /// How long every answer of the API is held back.
    pub latency: Duration,
    /// The shape in which lists are answered.
    pub lists: Lists,
    /// Of which year the answers are.
    pub dialect: Dialect,
    /// Whether a system's row in a release keeps a deployment status.
    pub row_status: RowStatus,
    /// What becomes of an Enterprise's phases and gates when a release gets it as its parent.
    pub linking: Linking,
    /// What a list of more than 100 rows is that is asked for without a page.
    pub bare_arrays: BareArrays,
    /// Whether two releases can have one identifier.
    pub identifiers: Identifiers,
    /// What a PUT of a release does that leaves out its parent.
    pub omitted_parent: OmittedParent,
    /// What a PUT does with the custom fields that it carries.
    pub inline_fields: InlineFields,
    /// Whether an Enterprise release can deliver a change.
    pub enterprise_changes: EnterpriseChanges,
    /// What a valid PUT of what is not there answers.
    pub unknown_put: UnknownPut,
    /// How the tenant calls the deployment statuses.
    pub status_labels: StatusLabels,
    /// How long a token is valid.
    pub token_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            state: None,
            seed: Seed::Demo,
            latency: Duration::ZERO,
            lists: Lists::Documented,
            dialect: Dialect::Of2025,
            row_status: RowStatus::Kept,
            linking: Linking::Leaves,
            bare_arrays: BareArrays::Cut,
            identifiers: Identifiers::Repeat,
            omitted_parent: OmittedParent::Cleared,
            inline_fields: InlineFields::Ignored,
            enterprise_changes: EnterpriseChanges::Refused,
            unknown_put: UnknownPut::NotFound,
            status_labels: StatusLabels::default(),
            // "Tokens expire in 23 hours" (vendor help, 2020).
            token_lifetime: Duration::from_hours(23),
        }
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
