//! Finding an object by its natural key alone, and reading one, around a write.

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::ask::{Worth, equal, part};
use super::below::{Row, natural_key};
use super::names::{id_and_name, told_apart};
use super::way::{Way, choose};
use crate::plutora::{Came, Get, Length, Listed, Listing, Read, ReadError, list};
use crate::resource::{Guid, Kind, form_of, id_of};

/// More pages than that do not come of a filter for some forty names: the server ignores it, or half the list
/// has a part of a name in common.
pub(super) const MOST_FILTERED: u64 = 3;

/// Reads an object's detail, which must be a JSON object.
pub(crate) async fn read_detail<R: Read>(
    reader: &R,
    path: &str,
) -> Result<Map<String, Value>, ReadError> {
    let answer = reader.get(&Get::new(path)).await?;
    if let Value::Object(body) = answer {
        return Ok(body);
    }
    // Of the answer nothing is quoted: it may be a proxy's, with the request in it.
    Err(ReadError::unreadable(path, format!("expected an object, found {}", form_of(&answer))))
}

/// Returns the ids of the rows of a list below a release that have a natural key.
pub(crate) fn named(kind: Kind, rows: &[Row], wanted: &str) -> Vec<Guid> {
    let found = rows.iter().filter(|row| match kind {
        Kind::ReleaseSystem => natural_key(kind, row).eq_ignore_ascii_case(wanted),
        Kind::System | Kind::Release | Kind::Deployment => natural_key(kind, row) == wanted,
    });
    found.filter_map(|row| id_of(kind, row)).collect()
}

/// Returns the ids of all objects of a kind that stands by itself which bear a name.
///
/// By a filter for the name, or where that is worth less than `enough`, for a part of it. A server that answers the
/// filter with 500 does not know the field (asserted for some lists, 2021); then, where too much comes, no filter
/// can ask or none is good enough, the whole list is looked through; for a part of a name not, where whatever is
/// found is enough: the plan has looked there.
pub(crate) async fn find<R: Read>(
    reader: &R,
    (kind, path): (Kind, &str),
    name: &str,
    enough: Option<Worth>,
) -> Result<Vec<Guid>, ReadError> {
    let key = kind.key_field().key;
    let by_name = equal(key, name).filter(|(worth, _)| Some(*worth) <= enough);
    let by_part = if by_name.is_none() { enough.and_then(|_| part(key, name)) } else { None };
    // Who only looks whether somebody was faster takes one request, whatever it comes to.
    let is_glance = enough == Some(Worth::Found) && by_part.is_some();
    let asked = match by_name.map(|(_, filter)| filter).or(by_part) {
        Some(filter) => {
            // Few rows have one name; a filter ignores case, so they may be more than one.
            let most = if is_glance { 1 } else { MOST_FILTERED };
            match named_in_list(reader, kind, &Listing::filtered(path, filter).up_to(most)).await {
                Err(ReadError::Refused { .. }) => None,
                asked => asked?,
            }
        }
        None => None,
    };
    let rows = match asked {
        Some(rows) => rows,
        None if is_glance => Vec::new(),
        None => find_everything(reader, (kind, path)).await?,
    };
    Ok(rows.into_iter().filter(|(found, _)| found == name).map(|(_, id)| id).collect())
}

/// Returns the names and ids of all objects of a kind that stands by itself.
async fn find_everything<R: Read>(
    reader: &R,
    (kind, path): (Kind, &str),
) -> Result<Vec<(String, Guid)>, ReadError> {
    Ok(named_in_list(reader, kind, &Listing::whole(path, 1)).await?.unwrap_or_default())
}

/// Returns the filter that finds the objects of a kind with a name; none where the name could mean more
/// than itself in it.
pub fn filter_for(kind: Kind, name: &str) -> Option<String> {
    let (worth, filter) = equal(kind.key_field().key, name)?;
    (worth == Worth::All).then_some(filter)
}

/// Returns the names and ids of the objects that stand by themselves and that filters let through, or of all that
/// there are: where it is known how long the list is, by whatever takes fewer requests.
pub(crate) async fn find_all<R: Read>(
    reader: &R,
    (kind, path): (Kind, &str),
    (filters, length): (Vec<String>, Option<Length>),
    parallelism: usize,
) -> Result<Vec<(String, Guid)>, ReadError> {
    let way = length.map(|length| choose(Some(filters.clone()), Some(length)));
    if let Some(Way::WholeUpTo(most, _)) = way {
        let listing = Listing::whole(path, parallelism).up_to(most);
        // What cannot be read there, such as a list that keeps changing, is perhaps not in the way of a filter.
        if let Ok(Some(all)) = named_in_list(reader, kind, &listing).await {
            return Ok(all);
        }
    }
    let read =
        stream::iter(filters)
            .map(|filter| async move {
                named_in_list(reader, kind, &Listing::filtered(path, filter)).await
            })
            .buffered(parallelism.max(1))
            .collect::<Vec<_>>()
            .await;
    let mut found = Vec::new();
    for rows in read {
        found.extend(rows?.unwrap_or_default());
    }
    Ok(found)
}

/// Returns the names and ids of a list; none where it has too many pages.
async fn named_in_list<R: Read>(
    reader: &R,
    kind: Kind,
    listing: &Listing<'_>,
) -> Result<Option<Vec<(String, Guid)>>, ReadError> {
    let Some(referent) = kind.referent() else { return Ok(Some(Vec::new())) };
    let keep = |rows: &mut Vec<_>, row: Map<String, Value>| rows.push(id_and_name(referent, &row));
    let Came::Whole(Listed { rows, .. }) = list(reader, listing, keep).await? else {
        return Ok(None);
    };
    let unreadable = |cause| ReadError::unreadable(listing.path, cause);
    let has_nameless = rows.iter().any(Option::is_none);
    told_apart(referent, has_nameless).map_err(unreadable)?;
    let guid = |id: &str| Guid::parse(id).map_err(|error| unreadable(error.to_string()));
    let rows = rows.into_iter().flatten().map(|(id, name)| Ok((name, guid(&id)?)));
    rows.collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;
    use crate::plutora::Pages;

    /// A list of so many systems, the first of which is odd, that also knows two filters; what was asked.
    struct Grown(u64, RefCell<Vec<String>>);

    impl Read for Grown {
        async fn get(&self, question: &Get) -> Result<Value, ReadError> {
            let filter = question.query.iter().find(|(key, _)| *key == "filter");
            let asked = filter.map_or("all", |(_, filter)| filter.as_str());
            self.1.borrow_mut().push(asked.to_owned());
            let row = |name: &str| {
                let id = match name {
                    "all" => "odd".to_owned(),
                    _ => format!("00000000-0000-4000-8000-{:012}", name.len()),
                };
                json!({"id": id, "name": name})
            };
            let total = if filter.is_some() { 1 } else { self.0 };
            Ok(json!({"resultSet": [row(asked)], "totalCount": total, "recordsPerPage": 1}))
        }
    }

    #[tokio::test]
    async fn a_list_that_has_grown_since_or_cannot_be_read_is_asked_by_filter_after_all() {
        let filters = ["one", "other"].map(str::to_owned).to_vec();
        for (there, rows, asked) in [
            (500, Some(200), vec!["all", "one", "other"]),
            (500, Some(300), vec!["one", "other"]),
            (500, None, vec!["one", "other"]),
            // One of a row that is none of ours, which cannot be read.
            (1, Some(1), vec!["all", "one", "other"]),
        ] {
            let grown = Grown(there, RefCell::default());
            let length =
                rows.map(|rows| Length { rows, pages: Pages::Counted(100), is_least: false });
            let found = find_all(&grown, (Kind::System, "/systems"), (filters.clone(), length), 1);
            let names: Vec<String> = found.await.unwrap().into_iter().map(|it| it.0).collect();
            let asked: Vec<String> = asked.iter().map(|&it| it.to_owned()).collect();
            assert_eq!((names, grown.1.into_inner()), (filters.clone(), asked));
        }
    }
}
