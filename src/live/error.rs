//! What could not be read, all of it together.

use std::collections::BTreeSet;

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

/// Returns what was read, or every reason why something was not.
pub(crate) fn all_read<T, C: FromIterator<T>>(
    results: Vec<Result<T, ReadError>>,
) -> Result<C, FetchError> {
    let mut errors = Vec::new();
    let read = results.into_iter().filter_map(|result| result.map_err(|e| errors.push(e)).ok());
    let read = read.collect();
    if errors.is_empty() { Ok(read) } else { Err(FetchError(errors)) }
}
