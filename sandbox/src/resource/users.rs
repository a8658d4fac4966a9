//! Users: reference data that the API only reads here, and the login check.

use crate::http::{Call, Outcome, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A user: a row of `GET /users` (asserted against a real tenant, 2021).
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

/// Answers `GET /me`: a JSON string, the e-mail of the token's user.
#[expect(clippy::unnecessary_wraps, reason = "all handlers of a route table have one type")]
pub(crate) fn me(_tenant: &mut Tenant, call: &Call) -> Outcome {
    Ok(Reply::ok(call.user.clone().into()))
}
