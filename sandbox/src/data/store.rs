//! The objects of a tenant, by collection and id, in the order in which they came.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// One stored object: its keys in their order, its numbers as they were written.
pub(crate) type Object = Map<String, Value>;

/// Holds every object of a tenant.
///
/// Objects are shared with the copies that the saver takes, so a copy costs a pointer an object and
/// a request never waits for one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    collections: BTreeMap<String, IndexMap<String, Arc<Object>>>,
    revision: u64,
}

impl Data {
    /// Grows with every write, so that the saver can tell whether there is something to save.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn get(&self, collection: &str, id: &str) -> Option<&Object> {
        Some(self.collections.get(collection)?.get(id)?)
    }

    /// Yields a collection in the order of insertion, which is the order of lists.
    pub(crate) fn all(&self, collection: &str) -> impl Iterator<Item = &Object> {
        self.collections.get(collection).into_iter().flat_map(IndexMap::values).map(AsRef::as_ref)
    }

    /// Stores an object under its own `id`; one that is already there keeps its place in the order.
    pub(crate) fn put(&mut self, collection: &str, object: Object) {
        let id = text(&object, "id").to_owned();
        self.revision += 1;
        match self.collections.get_mut(collection) {
            Some(objects) => drop(objects.insert(id, Arc::new(object))),
            None => drop(
                self.collections
                    .insert(collection.to_owned(), IndexMap::from([(id, Arc::new(object))])),
            ),
        }
    }

    /// Removes an object and tells whether it was there.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> bool {
        let removed = self
            .collections
            .get_mut(collection)
            .is_some_and(|objects| objects.shift_remove(id).is_some());
        self.revision += u64::from(removed);
        removed
    }

    /// Reads back what was serialised; the error says what is wrong with it.
    pub(crate) fn from_json(collections: Object) -> Result<Self, String> {
        let mut data = Self::default();
        for (name, rows) in collections {
            let Value::Array(rows) = rows else {
                return Err(format!("'{name}' is not an array"));
            };
            data.collections.insert(name.clone(), read_collection(&name, rows)?);
        }
        Ok(data)
    }
}

/// Writes an array of objects for each collection; a copy as JSON first would double a big state.
impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.collections.iter().map(|(name, objects)| (name, Rows(objects))))
    }
}

struct Rows<'a>(&'a IndexMap<String, Arc<Object>>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values().map(AsRef::<Object>::as_ref))
    }
}

fn read_collection(name: &str, rows: Vec<Value>) -> Result<IndexMap<String, Arc<Object>>, String> {
    let mut objects = IndexMap::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let Value::Object(object) = row else {
            return Err(format!("row {index} of '{name}' is not an object"));
        };
        let id = text(&object, "id").to_owned();
        if id.is_empty() {
            return Err(format!("row {index} of '{name}' has no id"));
        }
        if objects.insert(id, Arc::new(object)).is_some() {
            return Err(format!("row {index} of '{name}' repeats an id"));
        }
    }
    Ok(objects)
}

fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(id: &str, name: &str) -> Object {
        json!({"id": id, "name": name}).as_object().unwrap().clone()
    }

    #[test]
    fn order_is_that_of_insertion_whatever_is_replaced_or_removed() {
        let mut data = Data::default();
        for id in ["c", "a", "b"] {
            data.put("systems", object(id, "old"));
        }
        data.put("systems", object("c", "new"));
        assert!(data.remove("systems", "a"));
        assert!(!data.remove("systems", "a"));
        let ids: Vec<_> = data.all("systems").map(|object| text(object, "id")).collect();
        assert_eq!(ids, ["c", "b"]);
        assert_eq!(text(data.get("systems", "c").unwrap(), "name"), "new");
        assert_eq!(data.revision(), 5);
    }

    #[test]
    fn json_comes_back_as_it_was_and_nonsense_is_named() {
        let mut data = Data::default();
        data.put("systems", object("b", "B"));
        data.put("systems", object("a", "A"));
        let json = json!(data);
        let back = Data::from_json(json.as_object().unwrap().clone()).unwrap();
        assert_eq!(json!(back), json);

        for (rows, reason) in [
            (json!({}), "not an array"),
            (json!([1]), "row 0 of 'systems' is not an object"),
            (json!([{"name": "x"}]), "has no id"),
            (json!([{"id": "a"}, {"id": "a"}]), "row 1 of 'systems' repeats an id"),
        ] {
            let collections = json!({ "systems": rows }).as_object().unwrap().clone();
            let error = Data::from_json(collections).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
