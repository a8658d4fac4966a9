//! Finding an object by its natural key alone, after a creation whose outcome is not known.

use super::names::id_and_name;
use crate::plutora::{Listing, Read, ReadError, list};
use crate::resource::{Guid, Key};

/// Returns the ids of all live objects with a natural key.
///
/// Asks by filter, unless the name holds a character that could mean something in a filter; no
/// escape is known. A server that answers the filter with 500 does not know the field (asserted
/// for some lists, 2021). In both cases the whole list is looked through.
pub async fn find_by_key<R: Read>(reader: &R, key: &Key) -> Result<Vec<Guid>, ReadError> {
    let Key { kind, name } = key;
    if can_be_filtered(name) {
        let filter = format!("`{}` = `{name}`", kind.key_field().key);
        match scan(reader, key, Some(filter)).await {
            Err(ReadError::Refused { .. }) => {}
            found => return found,
        }
    }
    scan(reader, key, None).await
}

/// Returns whether a name can be asked for by filter, with one request.
pub fn can_be_filtered(name: &str) -> bool {
    name.chars().all(|character| character.is_alphanumeric() || " -_.:/".contains(character))
}

async fn scan<R: Read>(
    reader: &R,
    key: &Key,
    filter: Option<String>,
) -> Result<Vec<Guid>, ReadError> {
    let Key { kind, name } = key;
    let path = kind.collection();
    let listing = Listing { path: &path, filter, parallelism: 1 };
    // A filter may match more than we mean, as it ignores case.
    let rows = list(reader, &listing, |row| id_and_name(kind.referent(), &row)).await?;
    let ids = rows.into_iter().flatten().filter(|(_, found)| found == name).map(|(id, _)| id);
    ids.map(|id| Guid::parse(&id).map_err(|error| ReadError::unreadable(&path, error.to_string())))
        .collect()
}
