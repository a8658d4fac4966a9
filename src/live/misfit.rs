//! Live values that are of another type than a field can have.

use super::below::path_below;
use super::error::{FetchError, all_read};
use super::{Found, Live};
use crate::desired::{Desired, Object};
use crate::plutora::ReadError;
use crate::resource::{Path, Ref, misfit};

/// Refuses live objects with a managed field whose value is of another type than it can have: what is
/// not understood cannot be compared, and a replacement of the whole object might lose it.
pub(super) fn refuse_misfits(live: &Live, desired: &Desired) -> Result<(), FetchError> {
    let errors = desired.iter().filter_map(|object| refusal(live, desired, object));
    all_read::<(), ()>(errors.map(Err))
}

fn refusal(live: &Live, desired: &Desired, object: &Object) -> Option<ReadError> {
    let found = live.found(desired, object);
    let Found::One(it) = found.as_ref() else { return None };
    let managed = object.fields.iter().map(|(def, _)| def);
    let cause = misfit(&it.body, managed)?;
    let collection = match object.key.parent() {
        None => Path::collection(object.key.kind, Vec::new()),
        Some(above) => path_below(live, desired, &above)?,
    };
    Some(ReadError::unreadable(&collection.of(Ref::Id(it.id)).to_string(), cause))
}
