//! Whether a value has the shape that a JSON Schema gives, told in our words.
//!
//! Serde stops at the first mistake, in the words of Rust and without its place.

use std::ops::RangeInclusive;

use serde_json::Value as Json;

use crate::manifest::{closest, listed};
use crate::yaml::{Mapping, Pointer, Value};

/// A value that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Which.
    pub(super) at: Pointer,
    /// Whether its key is meant.
    pub(super) at_key: bool,
    /// What is wrong, as a lower-case fragment.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Misfit {
    /// Says what is wrong with a value.
    pub(super) fn new(at: Pointer, message: impl Into<String>) -> Self {
        Self { at, at_key: false, message: message.into(), help: None }
    }
}

/// Returns all that does not fit the schema, of which it knows as much as derived ones use.
pub(super) fn misfits(value: &Value, schema: &Json) -> Vec<Misfit> {
    let mut shape = Shape { root: schema, found: Vec::new() };
    shape.check(&Pointer::default(), value, schema);
    shape.found
}

struct Shape<'a> {
    root: &'a Json,
    found: Vec<Misfit>,
}

impl<'a> Shape<'a> {
    fn check(&mut self, at: &Pointer, value: &Value, schema: &'a Json) {
        let referred = schema.get("$ref").and_then(Json::as_str);
        if let Some(name) = referred.and_then(|it| it.strip_prefix('#')) {
            if let Some(schema) = self.root.pointer(name) {
                self.check(at, value, schema);
            }
            return;
        }
        for part in list(schema, "allOf") {
            self.check(at, value, part);
        }
        let words: Vec<&str> =
            list(schema, "oneOf").filter_map(|it| it.get("const")?.as_str()).collect();
        if !words.is_empty() {
            self.word(at, value, &words);
        }
        let types = types(schema);
        let Some(expected) = types.iter().find(|it| **it != "null") else { return };
        match (*expected, value) {
            (_, Value::Null) if types.contains(&"null") => {}
            ("string", Value::String(_)) | ("boolean", Value::Bool(_)) => {}
            ("number", Value::Number(number)) if number.is_finite() => {}
            ("integer", Value::Number(number)) => {
                if number.as_u64().is_none_or(|number| !range(schema).contains(&number)) {
                    self.add(at, format!("expected {}", whole_number(schema)), None);
                }
            }
            ("array", Value::Sequence(items)) => {
                let Some(schema) = schema.get("items") else { return };
                for (index, item) in items.iter().enumerate() {
                    self.check(&at.item(index), item, schema);
                }
            }
            ("object", Value::Mapping(map)) => self.mapping(at, map, schema),
            (expected, found) => self.wrong_type(at, expected, found, schema),
        }
    }

    fn mapping(&mut self, at: &Pointer, map: &Mapping, schema: &'a Json) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties").filter(|it| it.is_object());
        let known = || properties.into_iter().flat_map(|it| it.keys().map(String::as_str));
        for (key, value) in map {
            let Some(key) = key.as_str() else {
                self.add(at, "a key must be text", Some("quote it".to_owned()));
                continue;
            };
            if let Some(schema) = properties.and_then(|it| it.get(key)).or(others) {
                self.check(&at.key(key), value, schema);
                continue;
            }
            let help = match closest(key, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the fields here are {}", listed(known())),
            };
            let (message, help) = (format!("unknown field `{key}`"), Some(help));
            self.found.push(Misfit { at: at.key(key), at_key: true, message, help });
        }
        for key in list(schema, "required").filter_map(Json::as_str) {
            if !map.contains_key(key) {
                self.add(at, format!("`{key}` is missing"), None);
            }
        }
    }

    fn word(&mut self, at: &Pointer, value: &Value, words: &[&'a str]) {
        let word = value.as_str().unwrap_or_default();
        if words.contains(&word) {
            return;
        }
        let all = words.join(", ");
        let help = match closest(word, words.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? The values are {all}"),
            None => format!("the values are {all}"),
        };
        let message = match value.as_str() {
            Some(word) => format!("`{word}` is no value of this field"),
            None => "expected one of its words".to_owned(),
        };
        self.add(at, message, Some(help));
    }

    fn wrong_type(&mut self, at: &Pointer, expected: &str, found: &Value, schema: &Json) {
        let help = match (expected, found) {
            ("string", Value::Bool(_) | Value::Number(_)) => Some("quote it, to have it as text"),
            ("integer" | "number", Value::String(text)) if text.parse::<f64>().is_ok() => {
                Some("write it without quotes")
            }
            ("boolean", Value::String(text)) if text.parse::<bool>().is_ok() => {
                Some("write it without quotes")
            }
            ("array", Value::String(_)) if schema.pointer("/items/type").is_some() => {
                Some("a list of one is written in brackets, too")
            }
            _ => None,
        };
        let expected = match expected {
            "string" => "text".to_owned(),
            "boolean" => "true or false".to_owned(),
            "integer" => whole_number(schema),
            "number" => "a number".to_owned(),
            "array" => "a list".to_owned(),
            _ => "a mapping".to_owned(),
        };
        let found = match found {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) | Value::Tagged(_) => "a mapping",
        };
        let message = format!("expected {expected}, found {found}");
        self.add(at, message, help.map(str::to_owned));
    }

    fn add(&mut self, at: &Pointer, message: impl Into<String>, help: Option<String>) {
        self.found.push(Misfit { help, ..Misfit::new(at.clone(), message) });
    }
}

fn list<'a>(schema: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> {
    schema.get(key).and_then(Json::as_array).into_iter().flatten()
}

/// Returns the types that a schema allows.
fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(one)) => vec![one],
        _ => list(schema, "type").filter_map(Json::as_str).collect(),
    }
}

/// Returns the whole numbers that a schema allows.
fn range(schema: &Json) -> RangeInclusive<u64> {
    let said = |key: &str| schema.get(key).and_then(Json::as_u64);
    let most = match schema.get("format").and_then(Json::as_str) {
        Some("uint32") => u64::from(u32::MAX),
        _ => u64::MAX,
    };
    said("minimum").unwrap_or(0)..=said("maximum").unwrap_or(most)
}

fn whole_number(schema: &Json) -> String {
    let range = range(schema);
    match (range.start(), *range.end()) {
        (least, u64::MAX) => format!("a whole number from {least}"),
        (least, most) => format!("a whole number from {least} to {most}"),
    }
}
