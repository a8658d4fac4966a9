//! The objects of a tenant, by collection and id, in the order in which they came.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::object::{Keys, Object};

/// Holds every object of a tenant.
///
/// Objects are shared with the copies that the saver takes, so a copy costs a pointer an object and
/// a request never waits for one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    collections: BTreeMap<String, Collection>,
    revision: u64,
}

#[derive(Clone, Debug, Default)]
struct Collection {
    objects: IndexMap<String, Arc<Object>>,
    /// The keys that objects share.
    shapes: Vec<Keys>,
}

impl Collection {
    /// Stores an object under an id and tells whether there was one.
    fn put(&mut self, id: String, mut object: Object) -> bool {
        object.share(&mut self.shapes);
        self.objects.insert(id, Arc::new(object)).is_some()
    }
}

impl Data {
    /// Grows with every write, so that the saver can tell whether there is something to save.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn get(&self, collection: &str, id: &str) -> Option<&Object> {
        Some(self.collections.get(collection)?.objects.get(id)?)
    }

    /// Yields a collection in the order of insertion, which is the order of lists.
    pub(crate) fn all(&self, collection: &str) -> impl Iterator<Item = &Object> {
        let collection = self.collections.get(collection).into_iter();
        collection.flat_map(|it| it.objects.values()).map(AsRef::as_ref)
    }

    /// Stores an object under its own `id`; one that is already there keeps its place in the order.
    pub(crate) fn put(&mut self, collection: &str, object: impl Into<Object>) {
        let object = object.into();
        let id = text(&object, "id").to_owned();
        self.revision += 1;
        if !self.collections.contains_key(collection) {
            self.collections.insert(collection.to_owned(), Collection::default());
        }
        if let Some(collection) = self.collections.get_mut(collection) {
            collection.put(id, object);
        }
    }

    /// Removes an object and tells whether it was there.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> bool {
        let removed = self
            .collections
            .get_mut(collection)
            .is_some_and(|it| it.objects.shift_remove(id).is_some());
        self.revision += u64::from(removed);
        removed
    }
}

/// Writes an array of objects for each collection; a copy as JSON first would double a big state.
impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.collections.iter().map(|(name, it)| (name, Rows(&it.objects))))
    }
}

struct Rows<'a>(&'a IndexMap<String, Arc<Object>>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values().map(AsRef::<Object>::as_ref))
    }
}

/// Reads back what was serialised, object by object; the error says what is wrong with which.
impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collections;

        impl<'de> Visitor<'de> for Collections {
            type Value = Data;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object of collections")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut collections: A) -> Result<Data, A::Error> {
                let mut data = Data::default();
                while let Some(name) = collections.next_key::<String>()? {
                    let collection = collections.next_value_seed(RowsOf(&name))?;
                    data.collections.insert(name, collection);
                }
                Ok(data)
            }
        }

        deserializer.deserialize_map(Collections)
    }
}

/// Reads the rows of the collection with a name.
struct RowsOf<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for RowsOf<'_> {
    type Value = Collection;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Collection, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsOf<'_> {
    type Value = Collection;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the rows of '{}'", self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Collection, A::Error> {
        let mut collection = Collection::default();
        while let Some(object) = rows.next_element::<Object>()? {
            let row = collection.objects.len();
            let id = text(&object, "id").to_owned();
            if id.is_empty() {
                return Err(A::Error::custom(format!("row {row} of '{}' has no id", self.0)));
            }
            if collection.put(id, object) {
                return Err(A::Error::custom(format!("row {row} of '{}' repeats an id", self.0)));
            }
        }
        Ok(collection)
    }
}

fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(id: &str, name: &str) -> Object {
        serde_json::from_value(json!({"id": id, "name": name})).unwrap()
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
        let back: Data = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(json!(back), json);

        for (rows, reason) in [
            (json!({}), "expected the rows of 'systems'"),
            (json!([1]), "expected an object"),
            (json!([{"name": "x"}]), "row 0 of 'systems' has no id"),
            (json!([{"id": "a"}, {"id": "a"}]), "row 1 of 'systems' repeats an id"),
        ] {
            let error = serde_json::from_value::<Data>(json!({ "systems": rows })).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
