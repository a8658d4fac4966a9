//! Which objects are as declared: most are, and each is seen by itself, so on all cores at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, available_parallelism};

use super::above::is_enterprise;
use super::differing::{Differing, differing};
use super::order::referred;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::Diagnostics;
use crate::resource::Guid;

/// How many objects one core takes at once. A plan of no more is made by one core.
const CHUNK: usize = 2_048;

/// More cores wait for each other's memory.
const MOST_CORES: usize = 8;

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
    on_all_cores(&objects, |objects| objects.iter().copied().map(compare).collect())
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

/// Does something with all items, chunk by chunk, and returns what comes of it in their order.
fn on_all_cores<I: Sync, T: Send>(items: &[I], work: impl Fn(&[I]) -> Vec<T> + Sync) -> Vec<T> {
    let chunks: Vec<&[I]> = items.chunks(CHUNK).collect();
    let cores = available_parallelism().map_or(1, usize::from).min(MOST_CORES).min(chunks.len());
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        while let number = next.fetch_add(1, Ordering::Relaxed)
            && let Some(chunk) = chunks.get(number)
        {
            done.push((number, work(chunk)));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).filter_map(|_| spawned(scope, take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, done)| done).collect()
}

/// Begins a thread; where there can be no other, this one does it all.
fn spawned<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<std::thread::ScopedJoinHandle<'scope, T>> {
    Builder::new().spawn_scoped(scope, work).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_on_several_cores_is_done_once_and_comes_in_order() {
        for count in [0, 1, CHUNK, CHUNK + 1, 10 * CHUNK + 7] {
            let items: Vec<usize> = (0..count).collect();
            let done = on_all_cores(&items, |items| items.iter().map(|it| it * 2).collect());
            assert_eq!(done, items.iter().map(|it| it * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "of the test")]
    fn a_panic_of_any_core_is_one_of_all() {
        let items = vec![0_usize; 8 * CHUNK];
        let _none: Vec<()> = on_all_cores(&items, |_| panic!("of the test"));
    }
}
