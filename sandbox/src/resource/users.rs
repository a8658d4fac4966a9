//! Users and their groups, and the login check.
//!
//! Rows, and the answers to a PATCH, are asserted against a real tenant (2021). That a role is named by
//! its id or by an object with one, and what a PATCH of other keys does, is inferred.

use axum::http::StatusCode;
use serde_json::Value;

use super::Organization;
use super::parts::text;
use crate::data::{Data, Object};
use crate::entity::{Body, Input, Need};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Column, Listed, render};
use crate::world::Tenant;

/// A user: a row of `GET /users`.
#[derive(Debug)]
pub(crate) struct User;

impl Listed for User {
    const COLLECTION: &'static str = "users";
    const ROW: &'static [Column] = &[
        Column::text("id"),
        Column::text("firstName"),
        Column::text("lastName"),
        Column::text("userName"),
        Column::text("status"),
        Column::text("roles"),
        Column::text("phoneNumber"),
    ];
    const FILTERABLE: &'static [Column] = &[
        Column::text("id"),
        Column::text("firstName"),
        Column::text("lastName"),
        Column::text("userName"),
        Column::text("status"),
    ];
}

impl User {
    /// A stored key that no row shows: the name under which other resources mention the user.
    pub(crate) const DISPLAY_NAME: &'static str = "displayName";
}

/// A group of users: a row of `GET /users/UserGroups`.
#[derive(Debug)]
pub(crate) struct UserGroup;

impl Listed for UserGroup {
    const COLLECTION: &'static str = "usergroups";
    const ROW: &'static [Column] =
        &[Column::text("id"), Column::text("groupName"), Column::text("description")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

/// Gives the user with an e-mail.
pub(crate) fn named<'a>(data: &'a Data, email: &str) -> Option<&'a Object> {
    let mut users = data.all(User::COLLECTION);
    users.find(|user| text(user, "userName").eq_ignore_ascii_case(email))
}

/// Gives the display name of the user whose request is handled.
pub(super) fn writer(tenant: &Tenant) -> String {
    let user = named(&tenant.data, &tenant.user);
    user.map(|user| text(user, User::DISPLAY_NAME)).unwrap_or_default().to_owned()
}

/// Tells whether the user whose request is handled may change users: here, an administrator.
fn may_change_users(tenant: &Tenant) -> bool {
    let roles = named(&tenant.data, &tenant.user).and_then(|user| user.get("roles")?.as_array());
    roles.into_iter().flatten().any(|role| role["name"] == "Administrator")
}

const STATUSES: [&str; 3] = ["Active", "InActive", "Pending"];

/// What a PATCH may hold besides the status and the roles; no answer shows it.
const OTHERS: [Input; 5] = [
    Input::moment("ValidUntilDate", Need::Optional),
    Input::ids("Groups", Need::Optional),
    Input::flag("CanLogin"),
    Input::reference("OrganizationID", Need::Optional, Organization::COLLECTION),
    Input::flag("CanReceiveEmailNotifications"),
];

/// Answers `GET /me`: a JSON string, the e-mail of the token's user.
#[expect(clippy::unnecessary_wraps, reason = "all handlers of a route table have one type")]
pub(crate) fn me(_tenant: &mut Tenant, call: &Call) -> Outcome {
    Ok(Reply::ok(call.user.clone().into()))
}

/// Answers `GET /users/{id}`.
pub(crate) fn read(tenant: &mut Tenant, call: &Call) -> Outcome {
    let user = tenant.data.get(User::COLLECTION, &call.captured_id("id"));
    let user = user.ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(Value::Object(render(User::ROW, tenant, user))))
}

/// Answers `PATCH /users/{id}`; an unknown user is a 417, and who may not change users gets a 403, which
/// is asserted.
pub(crate) fn patch(tenant: &mut Tenant, call: &Call) -> Outcome {
    if !may_change_users(tenant) {
        return Err(Refusal::Forbidden);
    }
    let body = Body::read(call, "user")?;
    let user = tenant.data.get(User::COLLECTION, &call.captured_id("id")).cloned();
    let Some(mut user) = user else {
        return Ok(Reply::empty(StatusCode::EXPECTATION_FAILED));
    };
    if let Some(status) = body.value("Status") {
        let known =
            STATUSES.iter().find(|it| status.as_str().is_some_and(|t| t.eq_ignore_ascii_case(it)));
        let known = known.ok_or_else(|| Refusal::field("user.Status", "Invalid Status"))?;
        user.insert("status".to_owned(), (*known).into());
    }
    if let Some(roles) = body.value("Roles") {
        let required = || Refusal::field("user.Roles", "The Roles field is required.");
        let roles = read_roles(&tenant.data, roles).ok_or_else(required)?;
        user.insert("roles".to_owned(), roles);
    }
    for input in OTHERS {
        if let Some(sent) = body.value(input.name) {
            let refused = |text| Refusal::field(format!("user.{}", input.name), text);
            let accepted = input.accept(sent, tenant).map_err(refused)?;
            user.insert(input.name.to_owned(), accepted);
        }
    }
    tenant.data.put(User::COLLECTION, user);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Reads roles that some user has; none where there are none or one is not known.
fn read_roles(data: &Data, sent: &Value) -> Option<Value> {
    let known = |id: &str| {
        let mut roles = data.all(User::COLLECTION).filter_map(|user| user.get("roles")?.as_array());
        roles.find_map(|roles| roles.iter().find(|role| role["id"] == id)).cloned()
    };
    let read = |sent: &Value| {
        let id = sent.as_str().map(str::to_owned);
        let inside = || sent.get("id")?.as_str().map(str::to_owned);
        known(&id.or_else(inside)?.to_lowercase())
    };
    let roles: Vec<Value> = sent.as_array()?.iter().map(read).collect::<Option<_>>()?;
    (!roles.is_empty()).then(|| roles.into())
}
