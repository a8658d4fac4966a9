//! What comes of a list: names and ids of all rows, and the rows that matter.

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::ask::can_be_asked;
use super::names::{Coming, Names, id_and_name, told_apart};
use super::wants::Rows;
use crate::plutora::{Listed, Pages, ReadError};
use crate::resource::Referent;

/// A list, and the rows of it that matter.
#[derive(Debug)]
pub(super) struct List {
    /// Shared with whoever looks at the lists before the objects are read.
    pub(super) names: Arc<Names>,
    /// The rows that matter; who has read an object takes its row out, as it is not needed twice.
    pub(super) rows: RefCell<BTreeMap<String, Folded>>,
    pub(super) pages: Pages,
    /// Whether `names` are all that there are.
    pub(super) whole: bool,
}

/// A row that came.
pub(super) struct Row {
    id: String,
    pub(super) name: String,
    body: Option<Folded>,
}

/// What has come of a list so far: ids and names of all rows, and the rows that matter.
#[derive(Default)]
pub(super) struct Gathered {
    names: Coming,
    rows: BTreeMap<String, Folded>,
    /// Whether a row does not say what it is.
    has_nameless: bool,
}

impl Gathered {
    pub(super) fn add(&mut self, row: Option<Row>) {
        let Some(Row { id, name, body }) = row else {
            self.has_nameless = true;
            return;
        };
        self.names.add(&id, &name);
        self.rows.extend(body.map(|body| (id, body)));
    }

    /// Returns whether there is none of a declared name that no filter can ask for.
    pub(super) fn misses(&self, referent: Referent, wanted: &Rows) -> bool {
        let mut odd = wanted.declared.iter().filter(|name| !can_be_asked(name)).peekable();
        if odd.peek().is_none() {
            return false;
        }
        let names: BTreeSet<String> =
            self.rows.values().filter_map(|row| row.id_and_name(referent)).map(|it| it.1).collect();
        odd.any(|name| !names.contains(name))
    }

    /// Adds the rows that matter and that only another reading has.
    pub(super) fn complete(&mut self, other: Self, referent: Referent) {
        for (id, row) in other.rows {
            if let Entry::Vacant(place) = self.rows.entry(id)
                && let Some((id, name)) = row.id_and_name(referent)
            {
                self.names.add(&id, &name);
                place.insert(row);
            }
        }
    }
}

/// A row as JSON text, which takes a fifth of the memory: all rows that matter are there at once, and
/// each is looked at once.
#[derive(Debug)]
pub(super) struct Folded(Box<str>);

impl Folded {
    fn of(row: Map<String, Value>) -> Self {
        Self(Value::Object(row).to_string().into_boxed_str())
    }

    fn id_and_name(&self, referent: Referent) -> Option<(String, String)> {
        id_and_name(referent, &self.unfolded())
    }

    /// Returns the row.
    pub(super) fn unfolded(&self) -> Map<String, Value> {
        // It was written here.
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

/// Keeps of a row its id and name, and the row itself only where it matters, so that memory
/// follows what is managed.
pub(super) fn keep(referent: Referent, wanted: &Rows, row: Map<String, Value>) -> Option<Row> {
    let (id, name) = id_and_name(referent, &row)?;
    let Rows { declared, pinned, given: _, referred } = wanted;
    let matters = declared.contains(&name) || pinned.contains(&id) || referred.contains(&name);
    Some(Row { id, name, body: matters.then(|| Folded::of(row)) })
}

pub(super) fn list_of(
    referent: Referent,
    path: &str,
    came: Listed<Gathered>,
    whole: bool,
) -> Result<List, ReadError> {
    let Listed { rows: Gathered { names, rows, has_nameless }, length: _, pages } = came;
    told_apart(referent, has_nameless).map_err(|cause| ReadError::unreadable(path, cause))?;
    Ok(List { names: Arc::new(names.all()), rows: RefCell::new(rows), pages, whole })
}
