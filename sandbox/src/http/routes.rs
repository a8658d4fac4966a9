//! The route tables: everything that the sandbox answers, a line a path.

use super::call::Call;
use super::refusal::Outcome;
use super::route::Route;
use crate::access::issue_token;
use crate::control::endpoints as control;
use crate::entity::{create, delete, list, read, replace, search};
use crate::resource::{
    Activity, Change, Criterion, DeploymentDate, Environment, Gate, GateName, Organization, Phase,
    PhaseName, Release, ReleaseSystem, Stakeholder, System, User, UserGroup, bulk, change_rows,
    changes, custom_fields, defects, environments, linked_items, links, lookups, organizations,
    schema, stakeholders, users,
};
use crate::world::{Tenant, World};

/// What handles a request of the API: it sees the tenant and nothing else.
pub(crate) type ApiHandler = fn(&mut Tenant, &Call) -> Outcome;

/// What handles a request about the sandbox itself, or one that makes its tokens.
pub(crate) type WorldHandler = fn(&mut World, &Call) -> Outcome;

/// Plutora's API; every one of these needs a token.
pub(crate) const API: &[Route<ApiHandler>] = &[
    api("/me").get(users::me),
    api("/users").get(list::<User>),
    api("/users/UserGroups").get(list::<UserGroup>),
    api("/users/{id}").get(users::read).patch(users::patch),
    api("/organizations").get(list::<Organization>),
    api("/organizations/tree").get(organizations::tree),
    api("/schema/{entity}").get(schema::read),
    api("/customfields").get(list::<custom_fields::CustomField>),
    api("/customfields/{type}").get(custom_fields::of_type),
    api("/customfields/{id}/customList").get(custom_fields::list_values),
    api("/lookupfields/{id}/customList").get(custom_fields::list_values),
    api("/lookupfields").get(list::<lookups::LookupType>),
    api("/lookupfields/{type}").get(lookups::values),
    api("/systems").get(list::<System>).post(create::<System>),
    api("/systems/bulk").post(bulk::systems),
    api("/systems/{id}/additionalInformation")
        .get(custom_fields::read::<System>)
        .put(custom_fields::replace::<System>),
    api("/systems/{id}").get(read::<System>).put(replace::<System>).delete(delete::<System>),
    api("/releases").get(list::<Release>).post(create::<Release>),
    api("/releases/filter").post(search::<Release>),
    api("/releases/{id}").get(read::<Release>).put(replace::<Release>).delete(delete::<Release>),
    api("/releases/bulk").post(bulk::create_each::<Release>),
    api("/releases/{id}/additionalInformation")
        .get(custom_fields::read::<Release>)
        .put(custom_fields::replace::<Release>),
    api("/releases/{releaseId}/stakeholders").get(list::<Stakeholder>).post(create::<Stakeholder>),
    api("/releases/{releaseId}/stakeholders/{id}")
        .get(stakeholders::read)
        .put(stakeholders::replace)
        .delete(stakeholders::delete),
    api("/releases/{id}/linkedReleases").get(links::read::<Release>).put(links::replace::<Release>),
    api("/releases/{id}/linkedItems").get(linked_items::read::<Release>),
    api("/releases/{releaseId}/changes").get(change_rows::of_release),
    api("/releases/{releaseId}/systems").get(list::<ReleaseSystem>).post(create::<ReleaseSystem>),
    api("/releases/{releaseId}/systems/{systemId}")
        .get(read::<ReleaseSystem>)
        .put(replace::<ReleaseSystem>)
        .delete(delete::<ReleaseSystem>),
    api("/releases/{releaseId}/systems/{systemId}/deploymentDates")
        .get(list::<DeploymentDate>)
        .post(create::<DeploymentDate>),
    // A GET of a single one is in no public material.
    api("/releases/{releaseId}/systems/{systemId}/deploymentDates/{id}")
        .put(replace::<DeploymentDate>)
        .delete(delete::<DeploymentDate>),
    api("/releases/{releaseId}/phases").get(list::<Phase>).post(create::<Phase>),
    api("/releases/{releaseId}/phases/{id}")
        .get(read::<Phase>)
        .put(replace::<Phase>)
        .delete(delete::<Phase>),
    api("/releases/{releaseId}/phases/{phaseId}/environments/{id}").post(environments::book),
    api("/releases/{releaseId}/gates").get(list::<Gate>).post(create::<Gate>),
    api("/releases/{releaseId}/gates/{id}")
        .get(read::<Gate>)
        .put(replace::<Gate>)
        .delete(delete::<Gate>),
    api("/releases/{releaseId}/activities").get(list::<Activity>).post(create::<Activity>),
    api("/releases/{releaseId}/activities/{id}").get(read::<Activity>).put(replace::<Activity>),
    api("/releases/{releaseId}/criterias").get(list::<Criterion>).post(create::<Criterion>),
    api("/releases/{releaseId}/criterias/{id}").get(read::<Criterion>),
    api("/criteria/{id}").get(read::<Criterion>),
    api("/changes").get(list::<Change>).post(create::<Change>),
    api("/changes/filter").post(search::<Change>),
    api("/changes/bulk").post(bulk::create_each::<Change>),
    api("/changes/{id}").get(read::<Change>).put(replace::<Change>).delete(changes::remove),
    api("/changes/{id}/systems").get(change_rows::systems).post(change_rows::add_system),
    api("/changes/{id}/deliveryReleases/{releaseId}").put(change_rows::deliver),
    api("/changes/{id}/linkedChanges").get(links::read::<Change>).put(links::replace::<Change>),
    api("/changes/{id}/linkedItems").get(linked_items::read::<Change>),
    api("/changes/{id}/additionalInformation")
        .get(custom_fields::read::<Change>)
        .put(custom_fields::replace::<Change>),
    api("/environments").get(list::<Environment>).post(environments::add),
    api("/environments/{id}")
        .get(read::<Environment>)
        .put(replace::<Environment>)
        .delete(delete::<Environment>),
    // Plutora Test, the other product behind the same token.
    api("/defects/Search").post(defects::find),
    api("/defects/{id}").patch(defects::patch),
    api("/WorkItemNames/Phases").get(list::<PhaseName>),
    api("/WorkItemNames/Gates").get(list::<GateName>),
];

/// What Plutora answers without a token.
pub(crate) const OPEN: &[Route<WorldHandler>] = &[own("/oauth/token").post(issue_token)];

/// What only the sandbox has: no token, no delay, no faults, no journal.
pub(crate) const CONTROL: &[Route<WorldHandler>] = &[
    own("/__sandbox/journal").get(control::journal).delete(control::clear_journal),
    own("/__sandbox/tokens/revoke").post(control::revoke_tokens),
    own("/__sandbox/state").get(control::state),
    own("/__sandbox/behaviour").get(control::behaviour).patch(control::behave),
    own("/__sandbox/faults").post(control::add_faults).delete(control::clear_faults),
    own("/__sandbox/{collection}").post(control::insert),
    own("/__sandbox/{collection}/{id}").patch(control::edit).delete(control::remove),
];

const fn api(pattern: &'static str) -> Route<ApiHandler> {
    Route::at(pattern)
}

const fn own(pattern: &'static str) -> Route<WorldHandler> {
    Route::at(pattern)
}
