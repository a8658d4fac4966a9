//! What is at stake when a release moves to another parent: phases, gates and activities.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::below::existing;
use super::error::{FetchError, read_all};
use super::kept::Kept;
use super::work_items::{WorkItem, WorkItemKind, WorkItems, work_item};
use crate::plutora::{Listed, Listing, News, Read, ReadError, children, whole};
use crate::resource::{Body as _, Guid, Kind, Path, Ref};

type Row = Map<String, Value>;

/// What a release has at stake, as far as Plutora tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stakes {
    /// What it tells.
    pub items: WorkItems,
    /// How many requests its phases and gates take.
    pub requests: u64,
    /// Why it does not tell the rest: the release is gone, or the user may not see it.
    pub refused: Option<String>,
}

/// Reads the phases, gates and activities of releases: three requests for each, and the lists of
/// the names of phases and of gates where there are some and no earlier run has kept them.
///
/// A refusal is an answer: the warning says it in the place of what is at stake, and the plan goes on.
pub async fn fetch_work_items<R: Read>(
    reader: &R,
    releases: &BTreeSet<Guid>,
    (kept, parallelism): (&Kept, usize),
) -> Result<BTreeMap<Guid, Stakes>, FetchError> {
    // Phases, gates and activities, and the names of the first two.
    reader.tell(News::Expected(3 * releases.len() as u64 + 2));
    let reads = releases.iter();
    let reads =
        reads.map(|release| async move { Ok((*release, read_raw(reader, *release).await?)) });
    let read: BTreeMap<Guid, Raw> = read_all(reads, parallelism).await?;
    let mut names = BTreeMap::new();
    for kind in WorkItemKind::ALL {
        let has_some =
            |raw: &Raw| raw.items.iter().any(|(of, it)| *of == kind && !it.rows.is_empty());
        if read.values().any(has_some) {
            // Without names their ids are shown.
            names.extend(names_of(reader, kind, kept).await?);
        } else {
            reader.tell(News::Spared(1));
        }
    }
    let stakes = read.into_iter().map(|(release, raw)| {
        let Raw { items, activities, refused } = raw;
        let requests = items.iter().map(|(_, read)| read.pages.requests(read.length)).sum();
        let items = WorkItems::new(items_of(&items, |id| names.get(id).cloned()), &activities);
        (release, Stakes { items, requests, refused })
    });
    Ok(stakes.collect())
}

/// Tells an answer from a failure: a token that is refused altogether, or a server that fails, says
/// nothing about what was asked.
fn told<T>(read: Result<T, ReadError>) -> Result<Result<T, String>, ReadError> {
    let error = match read {
        Ok(read) => return Ok(Ok(read)),
        Err(error) => error,
    };
    match &error {
        ReadError::Denied { .. } | ReadError::Refused { .. } if error.is_of_its_path() => {
            Ok(Err(error.to_string()))
        }
        ReadError::Connect(_)
        | ReadError::Denied { .. }
        | ReadError::Refused { .. }
        | ReadError::Unreachable { .. }
        | ReadError::Missing { .. }
        | ReadError::Spent { .. }
        | ReadError::Unreadable { .. } => Err(error),
    }
}

/// Reads the phases and gates of a release anew, with two requests; `known` tells the names.
pub async fn reread_work_items<R: Read>(
    reader: &R,
    release: Guid,
    known: &BTreeMap<String, String>,
) -> Result<Vec<WorkItem>, ReadError> {
    let rows = read_items(reader, release).await?;
    Ok(WorkItems::new(items_of(&rows, |id| known.get(id).cloned()), &[]).items)
}

/// The rows of a release, as they came.
struct Raw {
    items: Vec<(WorkItemKind, Listed<Vec<Row>>)>,
    activities: Vec<Row>,
    refused: Option<String>,
}

async fn read_raw<R: Read>(reader: &R, release: Guid) -> Result<Raw, ReadError> {
    let items = match told(read_items(reader, release).await)? {
        Ok(items) => items,
        Err(refused) => {
            let (items, activities) = (Vec::new(), Vec::new());
            return Ok(Raw { items, activities, refused: Some(refused) });
        }
    };
    Ok(match told(children(reader, &activities_of(release)).await)? {
        Ok(read) => Raw { items, activities: read.rows, refused: None },
        Err(refused) => Raw { items, activities: Vec::new(), refused: Some(refused) },
    })
}

async fn read_items<R: Read>(
    reader: &R,
    release: Guid,
) -> Result<Vec<(WorkItemKind, Listed<Vec<Row>>)>, ReadError> {
    let mut items = Vec::new();
    for kind in WorkItemKind::ALL {
        let path = collection_of(release, kind);
        items.push((kind, existing(children(reader, &path).await?, "id", &path)?));
    }
    Ok(items)
}

/// Returns the paths of all that is read of a release that is at stake.
pub(super) fn paths_at_stake(release: Guid) -> impl Iterator<Item = String> {
    let items = WorkItemKind::ALL.map(|kind| collection_of(release, kind));
    let names = WorkItemKind::ALL.map(|kind| kind.names_path().to_owned());
    items.into_iter().chain([activities_of(release)]).chain(names)
}

fn collection_of(release: Guid, kind: WorkItemKind) -> String {
    format!("{}/{}", path_of(release), kind.collection())
}

fn activities_of(release: Guid) -> String {
    format!("{}/activities", path_of(release))
}

fn path_of(release: Guid) -> Path {
    Path::collection(Kind::Release, Vec::new()).of(Ref::Id(release))
}

/// Returns ids and names; they are for showing alone.
async fn names_of<R: Read>(
    reader: &R,
    kind: WorkItemKind,
    kept: &Kept,
) -> Result<Vec<(String, String)>, ReadError> {
    let path = kind.names_path();
    if let Some((_, names)) = kept.value(path) {
        reader.tell(News::Spared(1));
        return Ok(names);
    }
    let Ok(names) = told(read_names(reader, path).await)? else { return Ok(Vec::new()) };
    kept.keep(path, "", &names);
    Ok(names)
}

async fn read_names<R: Read>(reader: &R, path: &str) -> Result<Vec<(String, String)>, ReadError> {
    let listing = Listing::whole(path, 1);
    let keep = |names: &mut Vec<_>, row: Map<String, Value>| {
        let text = |key| row.said(key).text().map(str::to_owned);
        names.extend(text("id").map(|id| id.to_lowercase()).zip(text("name")));
    };
    Ok(whole(reader, &listing, keep).await?.rows)
}

fn items_of(
    read: &[(WorkItemKind, Listed<Vec<Row>>)],
    name_of: impl Fn(&str) -> Option<String>,
) -> Vec<WorkItem> {
    let items = read.iter().flat_map(|(kind, it)| it.rows.iter().map(move |row| (*kind, row)));
    items.filter_map(|(kind, row)| work_item(kind, row, &name_of)).collect()
}
