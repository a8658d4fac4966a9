//! The rows below releases: their systems, and the deployment dates of these.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::error::{FetchError, read_all};
use super::lists::Asking;
use super::wants::Wants;
use super::{Found, Live, LiveObject};
use crate::desired::{Desired, Object};
use crate::plutora::{Listed, News, PAGE_SIZE, Pages, Read, ReadError, children, one_page};
use crate::resource::{Body, Excerpt, Guid, Key, Kind, Path, Ref, Referent, Said, id_of};

/// Reads the rows that are wanted below what exists, level by level.
///
/// `stamps` say when each release was last changed, by its id.
pub(super) async fn read_below<R: Read>(
    asking: &Asking<'_, R>,
    desired: &Desired,
    (wants, stamps): (&Wants, &BTreeMap<String, String>),
    live: &mut Live,
) -> Result<(), FetchError> {
    let mut rows: BTreeMap<Key, u64> = BTreeMap::new();
    for list in desired.iter().filter_map(|object| object.key.parent()) {
        *rows.entry(list).or_default() += 1;
    }
    let known = |list: &Key| {
        let objects = rows.get(list).copied().unwrap_or_default();
        asking.reader.tell(News::Known(objects));
    };
    for kind in [Kind::Release, Kind::ReleaseSystem] {
        let wanted = wants.below.iter().filter(|key| key.kind == kind);
        let mut paths: Vec<(&Key, Kind, Path)> = Vec::new();
        for key in wanted {
            if let Some((below, path)) = kind.children().zip(path_below(live, desired, key)) {
                paths.push((key, below.kind, path));
            } else {
                // What it is below is not there.
                asking.reader.tell(News::Spared(1));
                known(key);
            }
        }
        let known = &known;
        let lists = paths.clone();
        let reads = paths.into_iter().map(|(key, below, path)| async move {
            let release = path.outermost().map(|id| id.to_string());
            let stamp = release.and_then(|id| stamps.get(&id)).map(String::as_str);
            let rows = known_rows(asking, below, &path.to_string(), stamp).await?;
            known(key);
            Ok((key.clone(), rows))
        });
        let read: BTreeMap<Key, Listed<Vec<Row>>> = read_all(reads, asking.parallelism).await?;
        live.rows.extend(read);
        for (key, below, path) in lists {
            if may_hide_rows(live, desired, key) {
                let path = path.to_string();
                tracing::info!(list = path, "read again, for a row that it did not show");
                asking.reader.tell(News::Expected(1));
                let again = read_rows(asking.reader, below, &path).await?;
                live.rows.entry(key.clone()).and_modify(|read| complete(read, again, below));
            }
        }
    }
    Ok(())
}

/// Returns whether a list misses a declared row and may have it all the same: of several pages that nobody counts
/// no one tells that a row has moved, while they were read, to one that was read before.
fn may_hide_rows(live: &Live, desired: &Desired, key: &Key) -> bool {
    let is_divided = |read: &Listed<Vec<Row>>| read.pages == Pages::Bare && read.length > PAGE_SIZE;
    let is_missing = |object: &Object| matches!(*live.found(desired, object), Found::Nothing);
    live.rows.get(key).is_some_and(is_divided) && desired.below(key).any(is_missing)
}

/// Adds the rows that only another reading has.
fn complete(read: &mut Listed<Vec<Row>>, again: Listed<Vec<Row>>, kind: Kind) {
    let known: BTreeSet<Guid> = read.rows.iter().filter_map(|row| id_of(kind, row)).collect();
    let is_new = |row: &Row| id_of(kind, row).is_some_and(|id| !known.contains(&id));
    read.rows.extend(again.rows.into_iter().filter(is_new));
    read.length = read.length.max(again.length);
}

/// Reads the rows at a path, unless an earlier run has, the release bears the same stamp, and the user
/// says that this is enough.
async fn known_rows<R: Read>(
    asking: &Asking<'_, R>,
    kind: Kind,
    path: &str,
    stamp: Option<&str>,
) -> Result<Listed<Vec<Row>>, ReadError> {
    if let Some(kept) = stamp.and_then(|stamp| asking.kept.rows(path, stamp)) {
        asking.reader.tell(News::Spared(1));
        return Ok(kept);
    }
    let read = read_rows(asking.reader, kind, path).await?;
    if let Some(stamp) = stamp {
        asking.kept.keep_rows(path, stamp, &read);
    }
    Ok(read)
}

/// A row below a release.
pub type Row = Map<String, Value>;

/// Returns the collection right below a live object; none where it does not exist.
pub(super) fn path_below(live: &Live, desired: &Desired, above: &Key) -> Option<Path> {
    let id = |referent, name: &str| live.meant(desired, referent, name).id();
    let kind = above.kind.children()?.kind;
    let refs = match above.parent() {
        None => vec![id(Referent::Release, &above.own_name())?],
        Some(release) => {
            let system = id(Referent::System, &above.own_name())?;
            let mut linked = live.rows_below(&release).iter();
            linked.find(|row| id_of(Kind::ReleaseSystem, row) == Some(system))?;
            vec![id(Referent::Release, &release.own_name())?, system]
        }
    };
    Some(Path::collection(kind, refs.into_iter().map(Ref::Id).collect()))
}

/// Reads the rows of a kind's collection at a path; those that the server keeps of what was deleted
/// are left out.
pub(crate) async fn read_rows<R: Read>(
    reader: &R,
    kind: Kind,
    path: &str,
) -> Result<Listed<Vec<Row>>, ReadError> {
    existing(children(reader, path).await?, kind.id_key(), path)
}

/// Reads one page of them, from 0.
pub(crate) async fn read_page<R: Read>(
    reader: &R,
    kind: Kind,
    path: &str,
    number: u64,
) -> Result<Vec<Row>, ReadError> {
    let rows = one_page(reader, path, number).await?;
    let (length, pages) = (rows.len() as u64, Pages::Whole);
    let page = Listed { rows, length, pages, says_more: false };
    Ok(existing(page, kind.id_key(), path)?.rows)
}

/// Leaves out the rows that the server keeps of what was deleted; every other has an id.
pub(super) fn existing(
    mut read: Listed<Vec<Row>>,
    id_key: &str,
    path: &str,
) -> Result<Listed<Vec<Row>>, ReadError> {
    read.rows.retain(|row| row.said("isDeleted") != Said::Other(&Value::Bool(true)));
    let has_id = |row: &Row| row.said(id_key).text().is_some_and(|id| Guid::parse(id).is_ok());
    if read.rows.iter().all(has_id) {
        return Ok(read);
    }
    Err(ReadError::unreadable(path, format!("a row without a GUID under `{id_key}`")))
}

impl Live {
    /// Returns the live rows right below an object; none where it does not exist.
    pub fn rows_below(&self, above: &Key) -> &[Row] {
        self.rows.get(above).map(|read| read.rows.as_slice()).unwrap_or_default()
    }

    /// Returns how many rows the list right below an object has, those that are deleted included, and
    /// how it is read; one that is not there yet is taken to be read as the others are.
    pub fn listed_below(&self, above: &Key) -> (u64, Pages) {
        let like = || self.rows.values().next().map_or(self.pages, |other| other.pages);
        self.rows.get(above).map_or_else(|| (0, like()), |read| (read.length, read.pages))
    }

    /// Returns what was found of a declared object: by its pin, or else by its natural key.
    pub fn found<'a>(&'a self, desired: &Desired, object: &Object) -> Cow<'a, Found> {
        let kind = object.key.kind;
        let Some(parent) = object.key.parent() else {
            let found = self.objects.get(&object.key);
            return found.map_or(Cow::Owned(Found::Nothing), Cow::Borrowed);
        };
        let rows = self.rows_below(&parent);
        let own_name = object.key.own_name();
        let is_meant: Box<dyn Fn(&Row) -> bool + '_> = match (object.id, kind) {
            (Some(pinned), _) => Box::new(move |row| id_of(kind, row) == Some(pinned)),
            (None, Kind::ReleaseSystem) => {
                let system = self.meant(desired, Referent::System, &own_name).id();
                Box::new(move |row| system.is_some() && id_of(kind, row) == system)
            }
            (None, Kind::System | Kind::Release | Kind::Deployment) => {
                // A row that another declaration pins is meant by that one, whatever its title.
                let pinned = move |row: &Row| {
                    id_of(kind, row).is_some_and(|id| desired.pinned(&id).is_some())
                };
                Box::new(move |row| natural_key(kind, row) == own_name && !pinned(row))
            }
        };
        let rows = rows.iter().filter(|row| is_meant(row));
        let found: Vec<(Guid, &Row)> =
            rows.filter_map(|row| Some((id_of(kind, row)?, row))).collect();
        Cow::Owned(match found.as_slice() {
            [] => Found::Nothing,
            [(id, row)] => Found::One(LiveObject { id: *id, body: Excerpt::of_kind(kind, *row) }),
            several => Found::Several(several.iter().map(|(id, _)| id.to_string()).collect()),
        })
    }
}

/// Returns the rows of a list of deployment dates that none of its declarations means: what a
/// declaration pins is meant by it under any title, and nothing else is.
pub(crate) fn undeclared<'a>(
    rows: &'a [Row],
    declared: impl Iterator<Item = &'a Object>,
) -> impl Iterator<Item = &'a Row> {
    let kind = Kind::Deployment;
    let (pinned, named): (Vec<&Object>, Vec<&Object>) =
        declared.partition(|object| object.id.is_some());
    let pins: BTreeSet<Guid> = pinned.iter().filter_map(|object| object.id).collect();
    let titles: BTreeSet<String> = named.iter().map(|object| object.key.own_name()).collect();
    rows.iter().filter(move |row| {
        let pinned = id_of(kind, row).is_some_and(|id| pins.contains(&id));
        !pinned && !titles.contains(natural_key(kind, row))
    })
}

/// Returns the text of a row's natural key; somebody may have left the title of a date empty.
pub(crate) fn natural_key(kind: Kind, row: &dyn Body) -> &str {
    row.said(kind.key_field().key).text().unwrap_or_default()
}
