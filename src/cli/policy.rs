//! What a plan is refused for before anything is written.

use crate::error::{Exit, Failure};
use crate::manifest::ACKNOWLEDGE;
use crate::plan::Warning;
use crate::render::Planned;

/// Refuses a plan with a warning that is denied and that no manifest acknowledges.
pub(super) fn check(planned: &Planned) -> Result<(), Failure> {
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
        .hint("or lift it: the flag --deny, its variable PLUTORA_SYNC_DENY, or `deny` in plutora-sync.yaml"))
}
