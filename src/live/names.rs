//! The names and ids of one list, both ways.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::resource::{Body as _, Referent};

/// Returns the id, in lower case, and the name, in canonical form, of a list's row.
///
/// A row without one of them can neither be meant nor referred to.
pub(super) fn id_and_name(
    referent: Referent,
    row: &Map<String, Value>,
) -> Option<(String, String)> {
    let text = |key| row.said(key).text();
    let name = referent.canonical(text(referent.name_key())?).into_owned();
    Some((text("id")?.to_lowercase(), name))
}

/// Returns the rows that tell what they are. One of something that can be created must: it could be the
/// one that is missing, and would be created a second time.
pub(super) fn known<T>(referent: Referent, rows: Vec<Option<T>>) -> Result<Vec<T>, String> {
    let can_be_created = matches!(referent, Referent::System | Referent::Release);
    if can_be_created && rows.iter().any(Option::is_none) {
        return Err(format!("a row has no `id` or no `{}`", referent.name_key()));
    }
    Ok(rows.into_iter().flatten().collect())
}

/// Names and the ids that bear them; several ids may bear one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    ids: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, String>,
}

impl Names {
    /// Adds a row, unless it is known; `name` in canonical form, `id` in lower case.
    pub fn insert(&mut self, id: String, name: String) {
        if self.names.contains_key(&id) {
            return;
        }
        self.ids.entry(name.clone()).or_default().push(id.clone());
        self.names.insert(id, name);
    }

    /// Returns the ids that bear a name.
    pub fn ids_of(&self, name: &str) -> &[String] {
        self.ids.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the name of an id.
    pub fn name_of(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// Iterates over the ids and their names.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// Iterates over the names.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.ids.keys().map(String::as_str)
    }

    /// Counts the names.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
