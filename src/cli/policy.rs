//! What a plan is refused for before anything is written.

use jiff::Timestamp;

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

/// Refuses to apply at a time at which nothing is to be applied.
pub(super) fn check_time(planned: &Planned, limits: &Limits) -> Result<(), Failure> {
    let frozen = limits.frozen(Timestamp::now().into()).filter(|_| planned.plan.has_writes());
    refused(frozen.as_slice())
}

fn check_warnings(planned: &Planned) -> Result<(), Failure> {
    let denied = |warning: &&Warning| planned.is_denied(warning);
    let denied: Vec<&Warning> = planned.plan.warnings.iter().filter(denied).collect();
    let Some(first) = denied.first() else { return Ok(()) };
    let objects: Vec<String> =
        denied.iter().map(|it| format!("{} of {}", it.code, it.key)).collect();
    let message = format!("warnings that are denied: {}; nothing was written", objects.join(", "));
    Err(Failure::new(Exit::Refused, message)
        .hint(format!(
            "acknowledge one in its manifest: metadata.annotations: {{{ACKNOWLEDGE}: {}}}",
            first.code
        ))
        .hint("or lift it where it was set: the flag --deny, its variable PLUTORA_SYNC_DENY, or `deny` in plutora-sync.yaml"))
}

fn refused(breaches: &[Breach]) -> Result<(), Failure> {
    if breaches.is_empty() {
        return Ok(());
    }
    let messages: Vec<&str> = breaches.iter().map(|it| it.message.as_str()).collect();
    let message = format!("beyond a limit: {}; nothing was written", messages.join("; "));
    let hints = breaches.iter().map(|Breach { flag, key, .. }| {
        let way = format!("the flag --{flag}, or `limits.{key}` in plutora-sync.yaml");
        match *key {
            "allowProtected" => {
                format!("a manifest says `{PROTECT}`; what writes it all the same: {way}")
            }
            // The flag adds to the configuration, and takes nothing from it.
            "freeze" => format!("it was set by {way}: take it out there"),
            _ => format!("the limit is set and lifted by {way}"),
        }
    });
    Err(hints.fold(Failure::new(Exit::Refused, message), Failure::hint))
}

/// Makes one failure of two, so that nobody has to mend one to hear of the other.
fn both(one: Failure, other: Failure) -> Failure {
    let message = format!("{one}; {other}");
    one.hints.into_iter().chain(other.hints).fold(Failure::new(one.exit, message), Failure::hint)
}
