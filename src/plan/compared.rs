//! Which objects are as declared: most are, and each is seen by itself, so on all cores at once.

use std::borrow::Cow;
use std::collections::btree_map::Range;
use std::iter::Peekable;
use std::ops::Bound;

use super::above::is_enterprise;
use super::differing::{Differing, differing};
use super::order::referred;
use crate::cores::on_all_cores;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::Diagnostics;
use crate::resource::{Guid, Key};

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
    on_all_cores(&objects, CHUNK, |objects| {
        let mut found = FoundInOrder::new(live, objects);
        let compared = objects.iter().copied().map(|object| Compared {
            object,
            as_declared: as_declared(object, &found.of(object, desired), desired, live),
            refers: referred(object, desired).next().is_some(),
        });
        compared.collect()
    })
}

/// Finds live objects in the order of the declared ones, which is the same: going along is faster than
/// searching for each.
struct FoundInOrder<'a> {
    live: &'a Live,
    rest: Peekable<Range<'a, Key, Found>>,
}

impl<'a> FoundInOrder<'a> {
    fn new(live: &'a Live, objects: &[&Object]) -> Self {
        let first = objects.first().map_or(Bound::Unbounded, |it| Bound::Included(&it.key));
        let rest = live.objects.range::<Key, _>((first, Bound::Unbounded)).peekable();
        Self { live, rest }
    }

    fn of(&mut self, object: &Object, desired: &Desired) -> Cow<'a, Found> {
        if object.key.kind.parent().is_some() {
            return self.live.found(desired, object);
        }
        while self.rest.next_if(|(key, _)| **key < object.key).is_some() {}
        let found = self.rest.next_if(|(key, _)| **key == object.key);
        found.map_or(Cow::Owned(Found::Nothing), |(_, found)| Cow::Borrowed(found))
    }
}

/// Returns the live object that a declared one means, if nothing of it is to be changed.
fn as_declared(object: &Object, found: &Found, desired: &Desired, live: &Live) -> Option<Guid> {
    let Found::One(is) = found else { return None };
    let mut mistakes = Diagnostics::default();
    let enterprise = || is_enterprise(&object.key, desired, live);
    let Differing { changes, body: _, later: _, impossible: _ } =
        differing(object, Some(is), enterprise, (desired, live), &mut mistakes);
    (changes.is_empty() && mistakes.is_empty()).then_some(is.id)
}
