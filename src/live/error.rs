//! What could not be read, all of it together.

use std::cell::Cell;
use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt as _};

use crate::plutora::ReadError;

/// What could not be read; a plan is never made of less than everything it needs.
#[derive(Debug, thiserror::Error)]
#[error("{}", distinct(.0))]
pub struct FetchError(pub Vec<ReadError>);

/// One cause may have failed many reads; it is said once.
fn distinct(errors: &[ReadError]) -> String {
    let lines: BTreeSet<String> = errors.iter().map(ToString::to_string).collect();
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

impl From<ReadError> for FetchError {
    fn from(error: ReadError) -> Self {
        Self(vec![error])
    }
}

/// How many reads fail before no other is tried: enough to see what is wrong.
const MOST_FAILED: usize = 20;

/// Reads many things side by side, and returns what was read, or every reason why something was not.
///
/// Once one fails for a reason that is not its own, or so many have failed, no other is begun: each would try in
/// vain, and cost a request for each time that it does.
pub(crate) async fn read_all<T, C: FromIterator<T>>(
    reads: impl Iterator<Item = impl Future<Output = Result<T, ReadError>>>,
    parallelism: usize,
) -> Result<C, FetchError> {
    let failed = &Cell::new(0);
    let begun = reads.map(|read| async move {
        if failed.get() >= MOST_FAILED {
            return None;
        }
        let read = read.await;
        if let Err(error) = &read {
            failed.set(if error.is_of_its_path() { failed.get() + 1 } else { MOST_FAILED });
        }
        Some(read)
    });
    let read: Vec<_> =
        stream::iter(begun).buffer_unordered(parallelism.max(1)).collect::<Vec<_>>().await;
    all_read(read.into_iter().flatten())
}

/// Returns what was read, or every reason why something was not.
pub(super) fn all_read<T, C: FromIterator<T>>(
    results: impl Iterator<Item = Result<T, ReadError>>,
) -> Result<C, FetchError> {
    let mut errors = Vec::new();
    let read = results.filter_map(|result| result.map_err(|e| errors.push(e)).ok()).collect();
    if errors.is_empty() { Ok(read) } else { Err(FetchError(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plutora::Spent;

    #[tokio::test]
    async fn what_would_fail_as_well_is_not_begun() {
        let asked = &Cell::new(0);
        let missing = |path: u32| ReadError::Missing { path: path.to_string() };
        let general = |path: u32| ReadError::Spent { path: path.to_string(), spent: Spent::Run(5) };
        let answer = |error: Option<ReadError>| async move {
            asked.set(asked.get() + 1);
            error.map_or(Ok(()), Err)
        };
        let read = |fails: Box<dyn Fn(u32) -> ReadError>| async move {
            asked.set(0);
            let reads = (0..100).map(|number| answer((number > 3).then(|| fails(number))));
            read_all::<_, Vec<()>>(reads, 8).await.map_err(|error| error.0.len())
        };
        assert_eq!((read(Box::new(missing)).await, asked.get()), (Err(20), 24));
        assert_eq!((read(Box::new(general)).await, asked.get()), (Err(1), 5));
    }
}
