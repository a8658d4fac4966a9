//! JSON objects that differ from others, and what is expected of some.

use serde_json::Value;

/// An object without one of its keys.
pub(crate) fn without(object: &Value, key: &str) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove(key);
    object
}

/// An object with another value under a key.
pub(crate) fn with(object: &Value, key: &str, value: impl Into<Value>) -> Value {
    let mut object = object.clone();
    object[key] = value.into();
    object
}

/// Fails unless an object has some keys; a tenant may answer more.
pub(crate) fn assert_has_keys(object: &Value, wanted: &[&str]) {
    let lacks = wanted.iter().filter(|key| object.get(**key).is_none()).collect::<Vec<_>>();
    assert!(lacks.is_empty(), "{lacks:?} are not in {object}");
}

/// Fails unless an object has what another one has under its keys.
pub(crate) fn assert_has(object: &Value, wanted: &Value) {
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&object[key], value, "{key}");
    }
}
