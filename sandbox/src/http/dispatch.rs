//! From a call to its reply: which table it belongs to, who may call, which handler answers.

use serde_json::Value;

use super::call::Call;
use super::refusal::{Outcome, Refusal};
use super::reply::Reply;
use super::route::{Found, Route, find};
use super::routes::{API, CONTROL, OPEN};
use crate::choices::{DeploymentRefusals, NotFoundBody, PlutoraInfo, WrongFilter};
use crate::habits::Habits;
use crate::world::World;

/// Answers a request about the sandbox itself.
pub(crate) fn answer_control(world: &mut World, call: &mut Call) -> Reply {
    settle(resolve(CONTROL, call).and_then(|handler| handler(world, call)))
}

/// Answers a request as Plutora does.
///
/// A missing or invalid token is told before anything else is looked at, unknown paths included
/// (asserted against a real tenant, 2021).
pub(crate) fn answer_api(world: &mut World, call: &mut Call) -> Reply {
    match find(OPEN, &call.method, &call.segments) {
        Found::Handler(handler, _) => return settle(handler(world, call)),
        Found::WrongMethod => return wrong_method(call).into_reply(),
        Found::Nothing => {}
    }
    let Some(user) = call.bearer().and_then(|token| world.sessions.user(token)) else {
        return in_family(call, Refusal::Unauthorized.into_reply());
    };
    user.clone_into(&mut call.user);
    call.user.clone_into(&mut world.tenant.user);
    let outcome = check_info(&world.tenant.habits, call)
        .and_then(|()| resolve(API, call))
        .and_then(|handler| handler(&mut world.tenant, call));
    let outcome = outcome.map_err(|refusal| as_tenant(&world.tenant.habits, call, refusal));
    in_family(call, Reply { names_company: true, ..settle(outcome) })
}

/// Turns a refusal into the one that the tenant gives in its place.
fn as_tenant(habits: &Habits, call: &Call, refusal: Refusal) -> Refusal {
    let is_of_date = || call.segments.iter().any(|it| it.eq_ignore_ascii_case("deploymentDates"));
    if habits.deployment_refusals == DeploymentRefusals::Failure
        && let Some(broken) = refusal.broken_rules().filter(|_| is_of_date())
    {
        return Refusal::Failure(broken.join(" "));
    }
    match (refusal, habits.not_found_body, habits.wrong_filter) {
        (Refusal::NotFound, NotFoundBody::Message, _) => Refusal::NoSuchObject,
        (Refusal::Filter { text, .. }, _, WrongFilter::BadRequest) => Refusal::BadRequest(text),
        (refusal, ..) => refusal,
    }
}

/// Refuses a call without the header `Plutora-Info` in the characters that it may have (vendor help),
/// where the tenant looks at it.
fn check_info(habits: &Habits, call: &Call) -> Result<(), Refusal> {
    let is_fine = |it: char| it.is_ascii_alphanumeric() || "-_.:;,= ".contains(it);
    let tells = || call.header("plutora-info").is_some_and(|info| info.chars().all(is_fine));
    if habits.plutora_info == PlutoraInfo::Ignored || tells() {
        return Ok(());
    }
    let text = "The header Plutora-Info is missing or is not valid.";
    Err(Refusal::BadRequest(text.to_owned()))
}

/// Writes the keys of a refusal as the family of its path does: those of user groups begin with a capital
/// (asserted against a real tenant, 2021), and so do those of Plutora Test, as all of its answers do
/// (asserted, 2019; inferred for refusals).
fn in_family(call: &Call, reply: Reply) -> Reply {
    let first = call.segments.first().map(String::as_str).unwrap_or_default();
    let is_pascal = ["usergroups", "defects"].iter().any(|it| first.eq_ignore_ascii_case(it));
    match reply.body {
        Some(Value::Object(keys)) if is_pascal && !reply.status.is_success() => {
            let body = keys.into_iter().map(|(key, value)| (pascal(&key), value)).collect();
            Reply { body: Some(body), ..reply }
        }
        body => Reply { body, ..reply },
    }
}

/// Gives a name with a capital at its beginning.
pub(crate) fn pascal(name: &str) -> String {
    let mut signs = name.chars();
    signs.next().into_iter().flat_map(char::to_uppercase).chain(signs).collect()
}

fn resolve<H: Copy>(table: &[Route<H>], call: &mut Call) -> Result<H, Refusal> {
    match find(table, &call.method, &call.segments) {
        Found::Handler(handler, captured) => {
            call.capture(captured);
            Ok(handler)
        }
        Found::WrongMethod => Err(wrong_method(call)),
        Found::Nothing => Err(Refusal::NoSuchRoute(call.address())),
    }
}

fn wrong_method(call: &Call) -> Refusal {
    Refusal::WrongMethod(call.method.to_string())
}

fn settle(outcome: Outcome) -> Reply {
    outcome.unwrap_or_else(Refusal::into_reply)
}
