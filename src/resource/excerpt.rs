//! What a body of Plutora's says under its keys, and the excerpt of it that planning looks at.

use serde_json::{Map, Value};

use super::field::{FieldDef, FieldType};
use super::kind::Kind;

/// A JSON object of Plutora's; tenants differ in the case of its keys (`...ID`, `...Id`).
pub trait Body {
    /// Returns what it says under a key.
    fn said(&self, key: &str) -> Said<'_>;
}

/// What a body says under a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// No such key, or null.
    Nothing,
    /// A text, which may be empty.
    Text(&'a str),
    /// Anything else.
    Other(&'a Value),
}

impl<'a> Said<'a> {
    /// Returns it if it is a text.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nothing | Self::Other(_) => None,
        }
    }
}

impl<'a> From<Option<&'a Value>> for Said<'a> {
    fn from(value: Option<&'a Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Nothing,
            Some(Value::String(text)) => Self::Text(text),
            Some(other) => Self::Other(other),
        }
    }
}

impl<B: Body> Body for &B {
    fn said(&self, key: &str) -> Said<'_> {
        (**self).said(key)
    }
}

impl Body for Map<String, Value> {
    fn said(&self, key: &str) -> Said<'_> {
        Said::from(find_entry(self, key).map(|(_, value)| value))
    }
}

/// Returns the key of an object as it is spelled there.
pub fn find_key<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    find_entry(object, key).map(|(known, _)| known)
}

/// Looks through the few keys of a body, which is faster than hashing.
fn find_entry<'a>(object: &'a Map<String, Value>, key: &str) -> Option<(&'a str, &'a Value)> {
    let exact = object.iter().find(|(known, _)| *known == key);
    let spelled = || object.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
    exact.or_else(spelled).map(|(known, value)| (known.as_str(), value))
}

/// What a body says under some of our keys, which are stored once: there may be many bodies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Excerpt(Box<[(&'static str, Kept)]>);

#[derive(Clone, Debug, PartialEq)]
enum Kept {
    Text(Box<str>),
    Other(Box<Value>),
}

impl Excerpt {
    /// Takes what a body says under some keys.
    pub fn of(body: &dyn Body, keys: impl IntoIterator<Item = &'static str>) -> Self {
        let mut kept: Vec<(&'static str, Kept)> = Vec::new();
        for key in keys {
            let value = match body.said(key) {
                Said::Nothing => continue,
                Said::Text(text) => Kept::Text(text.into()),
                Said::Other(value) => Kept::Other(Box::new(value.clone())),
            };
            if !kept.iter().any(|(known, _)| *known == key) {
                kept.push((key, value));
            }
        }
        Self(kept.into_boxed_slice())
    }

    /// Takes all that a body of a kind says of its fields.
    pub fn of_kind(kind: Kind, body: &dyn Body) -> Self {
        let keys = kind.all_fields().flat_map(|def| [Some(def.key), twin(def)]).flatten();
        Self::of(body, keys.chain([kind.id_key()]))
    }
}

impl Body for Excerpt {
    fn said(&self, key: &str) -> Said<'_> {
        match self.0.iter().find(|(known, _)| *known == key) {
            None => Said::Nothing,
            Some((_, Kept::Text(text))) => Said::Text(text),
            Some((_, Kept::Other(value))) => Said::Other(value),
        }
    }
}

/// Returns the key under which a body says the name of what a reference holds the id of.
pub fn twin(def: &FieldDef) -> Option<&'static str> {
    match def.ty {
        FieldType::Reference { twin, .. } => Some(twin),
        FieldType::Text
        | FieldType::Choice(_)
        | FieldType::Instant
        | FieldType::Color
        | FieldType::Names
        | FieldType::Status => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_excerpt_says_what_the_body_said() {
        let body = json!({
            "id": "1", "NAME": "One", "organizationID": "a", "organization": "Shown",
            "managerId": null, "systemAlias": ["x"], "summary": "", "custom": "no",
        });
        let body = body.as_object().unwrap();
        let excerpt = Excerpt::of_kind(Kind::Release, body);
        for key in ["id", "name", "organizationId", "organization", "managerId", "summary"] {
            assert_eq!(excerpt.said(key), body.said(key), "{key}");
        }
        assert_eq!(body.said("name"), Said::Text("One"));
        assert_eq!(excerpt.said("custom"), Said::Nothing);
        let aliases = Excerpt::of_kind(Kind::System, body);
        assert_eq!(aliases.said("systemAlias"), Said::Other(&json!(["x"])));
    }

    #[test]
    fn of_two_spellings_the_very_one_counts() {
        let body = json!({"ID": "other", "id": "this"});
        let body = body.as_object().unwrap();
        assert_eq!((find_key(body, "id"), find_key(body, "Id")), (Some("id"), Some("ID")));
        assert_eq!(Excerpt::of(body, ["id", "id"]).said("id"), Said::Text("this"));
    }
}
