//! From a call to its reply: which table it belongs to, who may call, which handler answers.

use super::call::Call;
use super::refusal::{Outcome, Refusal};
use super::reply::Reply;
use super::route::{Found, Route, find};
use super::routes::{API, CONTROL, OPEN};
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
        return Refusal::Unauthorized.into_reply();
    };
    user.clone_into(&mut call.user);
    call.user.clone_into(&mut world.tenant.user);
    let outcome = resolve(API, call).and_then(|handler| handler(&mut world.tenant, call));
    Reply { names_company: true, ..settle(outcome) }
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
