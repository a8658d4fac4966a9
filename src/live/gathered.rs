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

/// Of how many rows of a list id and name are kept, whether anybody wants them or not: to suggest names, and to
/// tell what live objects refer to. A list that is longer takes no more memory for it.
pub(super) const MOST_NAMES: usize = 50_000;

/// A list, and the rows of it that matter.
#[derive(Debug)]
pub(super) struct List {
    /// Shared with whoever looks at the lists before the objects are read.
    pub(super) names: Arc<Names>,
    /// The rows that matter; who has read an object takes its row out, as it is not needed twice.
    pub(super) rows: RefCell<BTreeMap<String, Folded>>,
    pub(super) pages: Pages,
    pub(super) names_of: NamesOf,
}

/// Which rows the names of a list are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamesOf {
    /// Of those that filters let through.
    Asked,
    /// Of all that were wanted, and of the first of the others: all rows were looked at, and they are many.
    Wanted,
    /// Of all.
    All,
}

/// A row that came.
pub(super) struct Row {
    id: String,
    pub(super) name: String,
    /// Whether what it is called matters.
    is_wanted: bool,
    body: Option<Folded>,
}

/// What has come of a list so far: ids and names of the rows, and the rows that matter.
#[derive(Default)]
pub(super) struct Gathered {
    names: Coming,
    rows: BTreeMap<String, Folded>,
    /// Whether there were so many that some have left no name.
    has_left_out: bool,
    /// Whether a row does not say what it is.
    has_nameless: bool,
}

impl Gathered {
    pub(super) fn add(&mut self, row: Option<Row>) {
        let Some(Row { id, name, is_wanted, body }) = row else {
            self.has_nameless = true;
            return;
        };
        if is_wanted || self.names.len() < MOST_NAMES {
            self.names.add(&id, &name);
        } else {
            self.has_left_out = true;
        }
        self.rows.extend(body.map(|body| (id, body)));
    }

    /// Returns the names of a list that was read to its end.
    pub(super) fn names(self) -> (Names, NamesOf) {
        (self.names.all(), if self.has_left_out { NamesOf::Wanted } else { NamesOf::All })
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

/// Which rows of a list matter.
pub(super) struct Matters<'a> {
    referent: Referent,
    wanted: &'a Rows,
    /// The names that are wanted, in lower case: what differs in case only is perhaps meant, and filters find it too.
    names: BTreeSet<String>,
}

impl<'a> Matters<'a> {
    pub(super) fn of(referent: Referent, wanted: &'a Rows) -> Self {
        let names = wanted.names().into_iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { referent, wanted, names }
    }

    /// Keeps of a row its id and name, and the row itself only where it matters, so that memory
    /// follows what is managed.
    pub(super) fn row(&self, row: Map<String, Value>) -> Option<Row> {
        let (id, name) = id_and_name(self.referent, &row)?;
        let Rows { declared, pinned, given: _, referred } = self.wanted;
        let is_pinned = pinned.contains(&id);
        let matters = declared.contains(&name) || is_pinned || referred.contains(&name);
        let is_wanted = is_pinned || self.names.contains(&name.to_ascii_lowercase());
        Some(Row { id, name, is_wanted, body: matters.then(|| Folded::of(row)) })
    }
}

/// Makes a list of what came, of all of it or of what filters let through.
pub(super) fn list_of(
    referent: Referent,
    path: &str,
    came: Listed<Gathered>,
    is_whole: bool,
) -> Result<List, ReadError> {
    let Listed { rows: mut gathered, length: _, pages, says_more: _ } = came;
    let rows = RefCell::new(std::mem::take(&mut gathered.rows));
    told_apart(referent, gathered.has_nameless)
        .map_err(|cause| ReadError::unreadable(path, cause))?;
    let (names, names_of) = gathered.names();
    let names_of = if is_whole { names_of } else { NamesOf::Asked };
    Ok(List { names: Arc::new(names), rows, pages, names_of })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_long_list_only_what_is_wanted_is_kept() {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let wanted = Rows {
            declared: set(&["declared"]),
            pinned: set(&["pinned"]),
            given: set(&["given"]),
            referred: set(&["referred"]),
        };
        let matters = Matters::of(Referent::System, &wanted);
        let row = |id: &str, name: &str| {
            let row = json!({"id": id, "name": name});
            row.as_object().cloned().and_then(|row| matters.row(row))
        };
        let mut gathered = Gathered::default();
        let number = |number: usize| row(&number.to_string(), "any");
        (0..MOST_NAMES).for_each(|it| gathered.add(number(it)));
        assert!(!gathered.has_left_out);
        gathered.add(number(MOST_NAMES));
        // What differs in case only is to be told of.
        let late = ["declared", "DecLared", "given", "referred", "other"];
        let ids = ["1a", "1b", "1c", "1d", "1e"];
        ids.into_iter().zip(late).for_each(|(id, name)| gathered.add(row(id, name)));
        gathered.add(row("pinned", "of whatever name"));

        assert!(gathered.rows.keys().eq(["1a", "1d", "pinned"]), "{:?}", gathered.rows);
        let (names, names_of) = gathered.names();
        assert_eq!((names_of, names.ids_of("any").len()), (NamesOf::Wanted, MOST_NAMES));
        let kept = late.map(|name| names.ids_of(name).len() > 0);
        assert_eq!(kept, [true, true, true, true, false]);
        assert_eq!(names.name_of("pinned"), Some("of whatever name"));
    }
}
