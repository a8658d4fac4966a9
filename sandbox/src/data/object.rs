//! One stored object.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Holds an object's keys in their order, and its values, numbers as they were written.
///
/// It is like [`serde_json::Map`], but its keys can be shared with other objects: in a tenant of 100,000
/// releases they would take more room than the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object {
    keys: Keys,
    values: Vec<Value>,
}

/// The keys of objects that have the same ones in the same order.
pub(super) type Keys = Arc<Vec<String>>;

impl Object {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.place(key).and_then(|place| self.values.get(place))
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.place(key).and_then(|place| self.values.get_mut(place))
    }

    pub(crate) fn insert(&mut self, key: String, value: Value) -> Option<Value> {
        if let Some(place) = self.get_mut(&key) {
            return Some(std::mem::replace(place, value));
        }
        Arc::make_mut(&mut self.keys).push(key);
        self.values.push(value);
        None
    }

    /// Gives the value of a key, which is this one if there was none.
    pub(crate) fn or_insert(&mut self, key: &str, value: Value) -> &mut Value {
        let place = self.place(key).unwrap_or_else(|| {
            Arc::make_mut(&mut self.keys).push(key.to_owned());
            self.values.push(value);
            self.values.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "there are as many values as keys")]
        &mut self.values[place]
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.keys.iter()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.keys.iter().zip(&self.values)
    }

    /// There are few keys, so a walk is faster than a hash.
    fn place(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|ours| ours == key)
    }

    /// Takes the keys of others where they are the same, and no more room than it needs.
    pub(super) fn share(&mut self, shapes: &mut Vec<Keys>) {
        self.values.shrink_to_fit();
        match shapes.iter().find(|keys| **keys == self.keys) {
            Some(keys) => self.keys = Arc::clone(keys),
            None => shapes.push(Arc::clone(&self.keys)),
        }
    }
}

impl FromIterator<(String, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        let mut object = Self::default();
        for (key, value) in pairs {
            object.insert(key, value);
        }
        object
    }
}

impl From<Map<String, Value>> for Object {
    fn from(map: Map<String, Value>) -> Self {
        let (keys, values) = map.into_iter().unzip();
        Self { keys: Arc::new(keys), values }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::from(&object)
    }
}

impl From<&Object> for Value {
    fn from(object: &Object) -> Self {
        object.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Reads an object without a map between, which would double a big state.
impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some((key, value)) = pairs.next_entry()? {
                    object.insert(key, value);
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Object {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn it_keeps_its_order_and_its_numbers() {
        let text = r#"{"b":1.50,"a":[],"c":null}"#;
        let mut object: Object = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        assert_eq!(object.insert("a".to_owned(), json!(1)), Some(json!([])));
        assert_eq!(object.insert("d".to_owned(), json!(2)), None);
        assert_eq!(*object.or_insert("e", json!(3)), 3);
        assert_eq!(*object.or_insert("d", json!(4)), 2);
        *object.get_mut("b").unwrap() = json!(true);
        assert_eq!(Value::from(&object), json!({"b": true, "a": 1, "c": null, "d": 2, "e": 3}));
        assert_eq!(object.get("f"), None);
        assert!(serde_json::from_str::<Object>("[]").is_err());
    }

    #[test]
    fn equal_keys_are_kept_once_and_a_change_is_ones_own() {
        let mut shapes = Vec::new();
        let mut objects =
            [json!({"a": 1, "b": 2}), json!({"a": 3, "b": 4}), json!({"b": 1, "a": 2})]
                .map(|value| object(&value));
        for object in &mut objects {
            object.share(&mut shapes);
        }
        let [mut first, second, _] = objects;
        assert_eq!(shapes.len(), 2);
        assert!(Arc::ptr_eq(&first.keys, &second.keys));
        first.insert("c".to_owned(), json!(5));
        assert_eq!(Value::from(&second), json!({"a": 3, "b": 4}));
        assert_eq!(Value::from(&first), json!({"a": 1, "b": 2, "c": 5}));
    }
}
