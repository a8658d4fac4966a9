//! What a plan is refused for before anything is written.

use jiff::Timestamp;

use super::apply::few;
use crate::error::{Exit, Failure};
use crate::manifest::{ACKNOWLEDGE, PROTECT};
use crate::plan::{Breach, Limits, Warning};
use crate::render::Planned;

/// Refuses a plan with a warning that is denied and that no manifest acknowledges, or beyond a limit;
/// `used` is how many requests were made for it.
pub(super) fn check(planned: &Planned, limits: &Limits, used: u64) -> Result<(), Failure> {
    let denied = check_warnings(planned);
    let breaches = limits.breaches(&planned.plan, used, Timestamp::now().into());
    let beyond = refused(&breaches);
    match (denied, beyond) {
        (Err(denied), Err(beyond)) => Err(both(denied, beyond)),
        (denied, beyond) => denied.and(beyond),
    }
}

/// Refuses to apply such a plan, or any plan at a time at which nothing is to be applied.
pub(super) fn check_apply(planned: &Planned, limits: &Limits, used: u64) -> Result<(), Failure> {
    let frozen = limits.frozen(Timestamp::now().into()).filter(|_| planned.plan.has_writes());
    let allowed = check(planned, limits, used).and_then(|()| refused(frozen.as_slice()));
    allowed.map_err(|failure| failure.hint("nothing was written to Plutora"))
}

/// Says that a plan would not be applied at this time, if so.
pub(super) fn frozen(planned: &Planned, limits: &Limits) -> Option<String> {
    let frozen = limits.frozen(Timestamp::now().into()).filter(|_| planned.plan.has_writes())?;
    Some(format!("an apply would be refused now: {}", frozen.messages.join("; ")))
}

fn check_warnings(planned: &Planned) -> Result<(), Failure> {
    let denied = |warning: &&Warning| planned.is_denied(warning);
    let denied: Vec<&Warning> = planned.plan.warnings.iter().filter(denied).collect();
    let Some(first) = denied.first() else { return Ok(()) };
    let objects: Vec<String> =
        denied.iter().map(|it| format!("{} of {}", it.code, it.key)).collect();
    let message = format!("warnings that are denied: {}", few(objects));
    Err(Failure::new(Exit::Refused, message)
        .hint(format!(
            "acknowledge one in its manifest: metadata.annotations: {{{ACKNOWLEDGE}: {}}}",
            first.code
        ))
        .hint("or lift it where it was set: the flag --deny, its variable PLUTORA_SYNC_DENY, or `deny` in plutora-sync.yaml"))
}

fn refused(breaches: &[Breach]) -> Result<(), Failure> {
    let messages: Vec<&str> =
        breaches.iter().flat_map(|it| it.messages.iter().map(String::as_str)).collect();
    let message = match messages.as_slice() {
        [] => return Ok(()),
        [message] => format!("beyond a limit: {message}"),
        several => format!("beyond a limit:\n  {}", several.join("\n  ")),
    };
    let failure = Failure::new(Exit::Refused, message);
    Err(breaches.iter().map(way_on).fold(failure, Failure::hint))
}

/// Says how a limit is lifted, which whoever set it may do.
fn way_on(breach: &Breach) -> String {
    let Breach { messages: _, flag, key } = breach;
    let setting = format!("`limits.{key}` in plutora-sync.yaml");
    match *key {
        "allowProtected" => format!(
            "a manifest says `{PROTECT}`; what writes it all the same: the flag --{flag}, or {setting}"
        ),
        // The flag adds to the configuration, and takes nothing from it.
        "freeze" => format!("it was set by the flag --{flag}, or {setting}: take it out there"),
        "denyEnterprise" | "denyBackward" => {
            format!("--{flag}=false lifts it, also where it was set by {setting}")
        }
        "leadDays" => format!("--{flag} with fewer days goes before {setting}"),
        _ => format!("--{flag} with a higher number goes before {setting}"),
    }
}

/// Makes one failure of two, so that nobody has to mend one to hear of the other.
fn both(one: Failure, other: Failure) -> Failure {
    let message = format!("{one}; {other}");
    one.hints.into_iter().chain(other.hints).fold(Failure::new(one.exit, message), Failure::hint)
}
