//! The token endpoint: credentials as a form in, a token out.

use axum::http::StatusCode;
use serde_json::json;

use super::sessions::Opened;
use crate::choices::{RefreshGrant, WrongCredentials};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::options::Credentials;
use crate::resource::users;
use crate::world::World;

/// Answers `POST /oauth/token`.
///
/// The keys of the answer and the grant type are documented (vendor API primer, 2018). How wrong
/// credentials are answered is inferred, by default from the OAuth server that ASP.NET applications come with,
/// which checks the client before the grant type and that before the user.
pub(crate) fn issue(world: &mut World, call: &Call) -> Outcome {
    let status = match world.tenant.habits.wrong_credentials {
        WrongCredentials::BadRequest => StatusCode::BAD_REQUEST,
        WrongCredentials::Unauthorized => StatusCode::UNAUTHORIZED,
    };
    let wrong = |error, description| Refusal::Token { status, error, description };
    let form = call.form();
    let known = Credentials::DEMO;
    if form.field("client_id") != known.client_id
        || form.field("client_secret") != known.client_secret
    {
        return Err(wrong("invalid_client", None));
    }
    match (form.field("grant_type"), world.tenant.habits.refresh_grant) {
        ("password", _) => {}
        ("refresh_token", RefreshGrant::Accepted) => {
            let user = world.sessions.refreshed(form.field("refresh_token"));
            return Ok(opened(world, &user.ok_or_else(|| wrong("invalid_grant", None))?));
        }
        _ => {
            let status = StatusCode::BAD_REQUEST;
            let error = "unsupported_grant_type";
            return Err(Refusal::Token { status, error, description: None });
        }
    }
    // Every active user of the tenant has the one password.
    let user = users::named(&world.tenant.data, form.field("username"));
    let user = user.filter(|user| user.get("status").is_some_and(|status| status == "Active"));
    let user = user.and_then(|user| user.get("userName")?.as_str());
    let user = user.map(str::to_owned);
    let Some(user) = user.filter(|_| form.field("password") == known.password) else {
        return Err(wrong("invalid_grant", Some("The user name or password is incorrect.")));
    };
    Ok(opened(world, &user))
}

fn opened(world: &mut World, user: &str) -> Reply {
    let Opened { token, refresh_token } = world.sessions.open(user);
    Reply::ok(json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": world.sessions.lifetime.as_secs(),
        "refresh_token": refresh_token,
    }))
}
