//! What is at stake when a release moves to another parent: phases, gates and activities.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::below::existing;
use super::error::{FetchError, all_read};
use super::work_items::{WorkItem, WorkItemKind, WorkItems, work_item};
use crate::plutora::{Listing, Read, ReadError, children, list};
use crate::resource::{Guid, Kind, Path, Ref, find_key};

type Row = Map<String, Value>;

/// What a release has at stake, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stakes {
    /// All of it.
    Read(WorkItems),
    /// Plutora refuses to tell, for this reason: the release is gone, or the user may not see it.
    Refused(String),
}

/// Reads the phases, gates and activities of releases: three requests for each, and the lists of
/// the names of phases and of gates where there are some.
///
/// A refusal is an answer: the warning says it in the place of what is at stake, and the plan goes on.
pub async fn fetch_work_items<R: Read>(
    reader: &R,
    releases: &BTreeSet<Guid>,
    parallelism: usize,
) -> Result<BTreeMap<Guid, Stakes>, FetchError> {
    let read = stream::iter(releases)
        .map(|release| async move {
            match read_raw(reader, *release).await {
                Ok(raw) => Ok((*release, Ok(raw))),
                Err(error) if is_refusal(&error) => Ok((*release, Err(error.to_string()))),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(parallelism.max(1))
        .collect::<Vec<Result<(Guid, Result<Raw, String>), ReadError>>>()
        .await;
    let read: BTreeMap<Guid, Result<Raw, String>> = all_read(read)?;
    let mut names = BTreeMap::new();
    for kind in WorkItemKind::ALL {
        let has_some = |raw: &Raw| raw.items.iter().any(|(of, it)| *of == kind && !it.is_empty());
        if read.values().flatten().any(has_some) {
            names.extend(read_names(reader, kind).await?);
        }
    }
    let stakes = read.into_iter().map(|(release, raw)| {
        let stakes = match raw {
            Ok(raw) => {
                let items = items_of(&raw.items, |id| names.get(id).cloned());
                Stakes::Read(WorkItems::new(items, &raw.activities))
            }
            Err(reason) => Stakes::Refused(reason),
        };
        (release, stakes)
    });
    Ok(stakes.collect())
}

/// Returns whether Plutora answered that it will not tell this; a token that it refuses altogether,
/// or a server that fails, tells nothing about the release.
fn is_refusal(error: &ReadError) -> bool {
    match error {
        ReadError::Denied { refusal, .. } | ReadError::Refused { refusal, .. } => {
            matches!(refusal.status, 400 | 403 | 404 | 405 | 410 | 417)
        }
        ReadError::Connect(_) | ReadError::Unreachable { .. } | ReadError::Unreadable { .. } => {
            false
        }
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
    items: Vec<(WorkItemKind, Vec<Row>)>,
    activities: Vec<Row>,
}

async fn read_raw<R: Read>(reader: &R, release: Guid) -> Result<Raw, ReadError> {
    let items = read_items(reader, release).await?;
    let activities = children(reader, &format!("{}/activities", path_of(release))).await?.rows;
    Ok(Raw { items, activities })
}

async fn read_items<R: Read>(
    reader: &R,
    release: Guid,
) -> Result<Vec<(WorkItemKind, Vec<Row>)>, ReadError> {
    let mut items = Vec::new();
    for kind in WorkItemKind::ALL {
        let path = format!("{}/{}", path_of(release), kind.collection());
        let rows = existing(children(reader, &path).await?, "id", &path)?.rows;
        items.push((kind, rows));
    }
    Ok(items)
}

fn path_of(release: Guid) -> Path {
    Path::collection(Kind::Release, Vec::new()).of(Ref::Id(release))
}

async fn read_names<R: Read>(
    reader: &R,
    kind: WorkItemKind,
) -> Result<Vec<(String, String)>, ReadError> {
    let listing = Listing { path: kind.names_path(), filter: None, parallelism: 1 };
    let rows = list(reader, &listing, |row| {
        let text = |key| row.get(find_key(&row, key)?)?.as_str().map(str::to_owned);
        Some((text("id")?.to_lowercase(), text("name")?))
    });
    Ok(rows.await?.into_iter().flatten().collect())
}

fn items_of(
    rows: &[(WorkItemKind, Vec<Row>)],
    name_of: impl Fn(&str) -> Option<String>,
) -> Vec<WorkItem> {
    let items = rows.iter().flat_map(|(kind, rows)| rows.iter().map(move |row| (*kind, row)));
    items.filter_map(|(kind, row)| work_item(kind, row, &name_of)).collect()
}
