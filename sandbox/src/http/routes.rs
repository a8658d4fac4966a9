//! The route tables: everything that the sandbox answers, a line a path.

use super::call::Call;
use super::refusal::Outcome;
use super::route::Route;
use crate::access::issue_token;
use crate::control::endpoints as control;
use crate::entity::{create, delete, list, read, replace};
use crate::resource::{Organization, Release, System, User, lookups, users};
use crate::world::{Tenant, World};

/// What handles a request of the API: it sees the tenant and nothing else.
pub(crate) type ApiHandler = fn(&mut Tenant, &Call) -> Outcome;

/// What handles a request about the sandbox itself, or one that makes its tokens.
pub(crate) type WorldHandler = fn(&mut World, &Call) -> Outcome;

/// Plutora's API; every one of these needs a token.
pub(crate) const API: &[Route<ApiHandler>] = &[
    api("/me").get(users::me),
    api("/users").get(list::<User>),
    api("/organizations").get(list::<Organization>),
    api("/lookupfields").get(list::<lookups::LookupType>),
    api("/lookupfields/{type}").get(lookups::values),
    api("/systems").get(list::<System>).post(create::<System>),
    api("/systems/{id}").get(read::<System>).put(replace::<System>).delete(delete::<System>),
    api("/releases").get(list::<Release>).post(create::<Release>),
    api("/releases/{id}").get(read::<Release>).put(replace::<Release>).delete(delete::<Release>),
];

/// What Plutora answers without a token.
pub(crate) const OPEN: &[Route<WorldHandler>] = &[own("/oauth/token").post(issue_token)];

/// What only the sandbox has: no token, no delay, no faults, no journal.
pub(crate) const CONTROL: &[Route<WorldHandler>] = &[
    own("/__sandbox/journal").get(control::journal).delete(control::clear_journal),
    own("/__sandbox/tokens/revoke").post(control::revoke_tokens),
    own("/__sandbox/state").get(control::state),
    own("/__sandbox/faults").post(control::add_faults).delete(control::clear_faults),
    own("/__sandbox/systems/{id}").patch(control::edit::<System>),
    own("/__sandbox/releases/{id}").patch(control::edit::<Release>),
];

const fn api(pattern: &'static str) -> Route<ApiHandler> {
    Route::at(pattern)
}

const fn own(pattern: &'static str) -> Route<WorldHandler> {
    Route::at(pattern)
}
