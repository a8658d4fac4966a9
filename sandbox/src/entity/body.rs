//! A JSON object as sent, whose keys may be in any case (asserted against a real tenant, 2019).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::http::{Call, Refusal};

/// Holds the keys and values of a request's body; of a key that comes twice, the last counts.
#[derive(Debug)]
pub(crate) struct Body<'a>(BTreeMap<String, &'a Value>);

impl<'a> Body<'a> {
    /// Reads the body of a call; one that is missing or is no JSON object is a 400.
    pub(crate) fn read(call: &'a Call, model: &str) -> Result<Self, Refusal> {
        match call.json() {
            Some(Value::Object(keys)) => Ok(Self::of(keys)),
            _ => Err(Refusal::field(model, "The request body is missing or is not a JSON object.")),
        }
    }

    /// Reads an object that stands inside of a body.
    pub(crate) fn of(keys: &'a Map<String, Value>) -> Self {
        Self(keys.iter().map(|(key, value)| (key.to_lowercase(), value)).collect())
    }

    /// Gives the value of a key; null is as good as absent.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Value> {
        self.raw(key).filter(|value| !value.is_null())
    }

    /// Gives an array; none where nothing is sent, or an empty text, as forms say it.
    pub(crate) fn array(&self, key: &str) -> Result<Option<&'a Vec<Value>>, Refusal> {
        let sent = self.value(key).filter(|value| value.as_str() != Some(""));
        let wrong = || {
            Refusal::field(key, format!("Error converting value for '{key}': it is not an array."))
        };
        sent.map(|sent| sent.as_array().ok_or_else(wrong)).transpose()
    }

    /// Gives the value of a key as it was sent, null included.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a Value> {
        self.0.get(&key.to_lowercase()).copied()
    }
}
