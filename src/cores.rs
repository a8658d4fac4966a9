//! Work that falls into parts which know nothing of each other, on all cores at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism};

/// A bound for what is in memory at the same time, such as the documents of manifests.
const MOST_CORES: usize = 8;

/// Does something with all items, so many at once, and returns what comes of it in their order. Those of one
/// chunk are done by one core.
pub(crate) fn on_all_cores<I: Sync, T: Send>(
    items: &[I],
    chunk: usize,
    work: impl Fn(&[I]) -> Vec<T> + Sync,
) -> Vec<T> {
    let chunks: Vec<&[I]> = items.chunks(chunk.max(1)).collect();
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
) -> Option<ScopedJoinHandle<'scope, T>> {
    Builder::new().spawn_scoped(scope, work).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_on_several_cores_is_done_once_and_comes_in_order() {
        for (count, chunk) in [(0, 9), (1, 9), (9, 9), (10, 9), (1_000, 9), (100, 1), (3, 0)] {
            let items: Vec<usize> = (0..count).collect();
            let twice = |items: &[usize]| items.iter().map(|it| it * 2).collect::<Vec<_>>();
            assert_eq!(on_all_cores(&items, chunk, twice), twice(&items), "{count} by {chunk}");
        }
    }

    #[test]
    #[should_panic(expected = "of the test")]
    fn a_panic_of_any_core_is_one_of_all() {
        let _none: Vec<()> = on_all_cores(&[0; 100], 1, |_| panic!("of the test"));
    }
}
