//! What is at stake when a release moves to another parent: phases, gates and activities.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::fetch::{FetchError, all_read};
use super::work_items::{WorkItem, WorkItemKind, WorkItems, work_item};
use crate::plutora::{Listing, Read, ReadError, children, list};
use crate::resource::{Guid, Kind, Path, Ref, find_key};

type Row = Map<String, Value>;

/// Reads the phases, gates and activities of releases: three requests for each, and the lists of
/// the names of phases and of gates where there are some.
pub async fn fetch_work_items<R: Read>(
    reader: &R,
    releases: &BTreeSet<Guid>,
    parallelism: usize,
) -> Result<BTreeMap<Guid, WorkItems>, FetchError> {
    let read = stream::iter(releases)
        .map(|release| async move { Ok((*release, read_raw(reader, *release).await?)) })
        .buffer_unordered(parallelism.max(1))
        .collect::<Vec<Result<(Guid, Raw), ReadError>>>()
        .await;
    let read: BTreeMap<Guid, Raw> = all_read(read)?;
    let mut names = BTreeMap::new();
    for kind in WorkItemKind::ALL {
        if read
            .values()
            .any(|raw| raw.items.iter().any(|(of, rows)| *of == kind && !rows.is_empty()))
        {
            names.extend(read_names(reader, kind).await?);
        }
    }
    let items = read.into_iter().map(|(release, raw)| {
        let items = items_of(&raw.items, |id| names.get(id).cloned());
        (release, WorkItems::new(items, &raw.activities))
    });
    Ok(items.collect())
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
    let activities = children(reader, &format!("{}/activities", path_of(release))).await?;
    Ok(Raw { items, activities })
}

async fn read_items<R: Read>(
    reader: &R,
    release: Guid,
) -> Result<Vec<(WorkItemKind, Vec<Row>)>, ReadError> {
    let mut items = Vec::new();
    for kind in WorkItemKind::ALL {
        let path = format!("{}/{}", path_of(release), kind.collection());
        items.push((kind, children(reader, &path).await?));
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
