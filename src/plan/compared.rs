//! Which objects are as declared: most are, and each is seen by itself, so on all cores at once.

use super::above::is_enterprise;
use super::differing::{Differing, differing};
use super::order::referred;
use crate::cores::on_all_cores;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::Diagnostics;
use crate::resource::Guid;

/// How many objects one core takes at once. A plan of no more is made by one core.
const CHUNK: usize = 2_048;

/// What is seen of a declared object by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared<'a> {
    pub(super) object: &'a Object,
    /// The live object, if nothing of it is to be changed.
    pub(super) as_declared: Option<Guid>,
    /// Whether it refers to other declared objects, or stands below one.
    pub(super) refers: bool,
}

/// Compares all objects with what is live of them, in their order.
pub(super) fn compared<'a>(desired: &'a Desired, live: &Live) -> Vec<Compared<'a>> {
    let objects: Vec<&Object> = desired.iter().collect();
    let compare = |object| Compared {
        object,
        as_declared: as_declared(object, desired, live),
        refers: referred(object, desired).next().is_some(),
    };
    on_all_cores(&objects, CHUNK, |objects| objects.iter().copied().map(compare).collect())
}

/// Returns the live object that a declared one means, if nothing of it is to be changed.
fn as_declared(object: &Object, desired: &Desired, live: &Live) -> Option<Guid> {
    let found = live.found(desired, object);
    let Found::One(is) = found.as_ref() else { return None };
    let mut mistakes = Diagnostics::default();
    let enterprise = || is_enterprise(&object.key, desired, live);
    let Differing { changes, body: _, later: _, impossible: _ } =
        differing(object, Some(is), enterprise, (desired, live), &mut mistakes);
    (changes.is_empty() && mistakes.is_empty()).then_some(is.id)
}
