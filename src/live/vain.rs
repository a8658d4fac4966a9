//! Filters of a list that let too much through to be of use.

use super::kept::Kept;

/// Returns whether one of these was asked in vain before: then all of a list is to be read.
pub(super) fn any_in_vain(kept: &Kept, list: &str, filters: &[String]) -> bool {
    filters.iter().any(|filter| kept.value::<bool>(&path(list, filter)).is_some())
}

/// Keeps that one was asked in vain.
pub(super) fn keep_in_vain(kept: &Kept, list: &str, filter: &str) {
    kept.keep(&path(list, filter), "", &true);
}

fn path(list: &str, filter: &str) -> String {
    format!("{list} in vain by {filter}")
}
