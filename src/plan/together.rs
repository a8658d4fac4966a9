//! Which steps of a list are read back together.

use super::step::{Action, Step};

/// How many creations are sent before any of them is read back.
const MOST: usize = 10;

/// Returns the steps of one list in the parts that are read back at once.
///
/// Those are creations that follow one another in a list that the same plan creates: nothing is looked for there.
/// In a list that is there, what reads one row back is the look before the next one. So is a row that gets a status
/// after its creation read back before anything else is sent: somebody might set it meanwhile.
pub fn read_back_together<'s, 'a>(steps: &'s [&'a Step]) -> impl Iterator<Item = &'s [&'a Step]> {
    let parts = steps.chunk_by(|one, next| is_unwatched(one) && is_unwatched(next) && is_all(one));
    parts.flat_map(|part| part.chunks(MOST))
}

/// Returns whether a step creates something that is not looked for before.
fn is_unwatched(step: &Step) -> bool {
    match &step.action {
        Action::Create { call, .. } => !call.looks_first(&step.key),
        Action::Update { .. } | Action::InSync | Action::Blocked { .. } => false,
    }
}

/// Returns whether nothing is to be set after the creation.
fn is_all(step: &Step) -> bool {
    matches!(step.action, Action::Create { then: None, .. })
}
