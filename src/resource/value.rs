//! A value of a field, in the one form in which both sides are compared.

use serde_json::Value;

use super::field::FieldType;
use super::held::Held;
use super::instant::Instant;

/// A field's value, already canonical: two values are equal exactly when nothing needs writing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldValue {
    /// No value: `null` in a manifest; null, an empty string or an empty list in Plutora.
    Empty,
    /// Text, a word of a choice, a colour or the name that a reference has.
    Text(String),
    /// A point in time.
    Instant(Instant),
    /// A set of names, sorted, without repetition.
    Names(Vec<String>),
}

impl FieldValue {
    /// Makes a text, as [`Held::text`] does.
    pub fn text(text: &str) -> Self {
        Held::text(text).into_value()
    }

    /// Makes a set of names.
    pub fn names(names: impl IntoIterator<Item = String>) -> Self {
        let sorted: std::collections::BTreeSet<String> = names.into_iter().collect();
        if sorted.is_empty() { Self::Empty } else { Self::Names(sorted.into_iter().collect()) }
    }

    /// Makes the canonical value that a field of this type has for a text, as [`Held::from_text`] does.
    pub fn from_text(ty: FieldType, text: &str) -> Self {
        Held::from_text(ty, text).into_value()
    }

    /// Returns the text of a value that is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Empty | Self::Instant(_) | Self::Names(_) => None,
        }
    }

    /// Returns whether a live value is as this one asks, as [`Held::meets`] does.
    pub fn is_met_by(&self, live: &Self) -> bool {
        Held::from(live).meets(self)
    }

    /// Returns the value that a write leads to: for a set of names, all that there were and these.
    #[must_use]
    pub fn added_to(&self, live: &Self) -> Self {
        match (self, live) {
            (Self::Names(wanted), Self::Names(there)) => {
                Self::names(there.iter().chain(wanted).cloned())
            }
            (wanted, _) => wanted.clone(),
        }
    }

    /// Returns the value as plans, reports and digests write it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::Instant(instant) => Value::String(instant.to_string()),
            Self::Names(names) => names.iter().cloned().map(Value::String).collect(),
        }
    }

    /// Reads back what [`FieldValue::to_json`] wrote; `None` if it is of no such form.
    pub fn from_json(ty: FieldType, json: &Value) -> Option<Self> {
        match json {
            Value::Null => Some(Self::Empty),
            // A reference may be shown by something else than a name: an id, a display name.
            Value::String(text) if matches!(ty, FieldType::Reference { .. }) => {
                Some(Self::Text(text.clone()))
            }
            Value::String(text) => Some(Self::from_text(ty, text)),
            Value::Array(names) => names
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Self::names),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Kind;

    fn of(kind: Kind, field: &str, text: &str) -> FieldValue {
        FieldValue::from_text(kind.field(field).unwrap().ty, text)
    }

    #[test]
    fn what_plutora_may_answer_differently_is_the_same_value() {
        let release = |field, text| of(Kind::Release, field, text);
        assert_eq!(release("plutoraReleaseType", "1"), release("plutoraReleaseType", "Enterprise"));
        assert_eq!(release("releaseProjectType", "none"), release("releaseProjectType", "None"));
        assert_eq!(release("displayColor", "#00CCFF"), release("displayColor", "#00ccff"));
        assert_eq!(release("manager", "Jane@Example.com"), release("manager", "jane@example.com"));
        assert_eq!(
            release("implementationDate", "2026-12-05T22:00:00"),
            release("implementationDate", "2026-12-05T23:00:00.0000000+01:00")
        );
        assert_eq!(release("summary", "a\r\nb"), release("summary", "a\nb"));
        assert_eq!(release("summary", ""), FieldValue::Empty);
        let status = |text| of(Kind::Deployment, "status", text);
        assert_eq!(status("endorsed"), status("Completed"));
        assert_eq!(status("pending123"), FieldValue::text("pending123"));
    }

    #[test]
    fn names_are_exact_where_plutora_is() {
        let release = |field, text| of(Kind::Release, field, text);
        assert_ne!(release("organization", "retail"), release("organization", "Retail"));
        assert_ne!(release("riskLevel", "low"), release("riskLevel", "Low"));
    }

    #[test]
    fn names_are_added_and_never_removed() {
        let names = |names: &[&str]| FieldValue::names(names.iter().map(|name| (*name).to_owned()));
        let live = names(&["OLD", "PAY"]);
        assert!(names(&["PAY"]).is_met_by(&live));
        assert!(!names(&["NEW", "PAY"]).is_met_by(&live));
        assert_eq!(names(&["NEW", "PAY"]).added_to(&live), names(&["NEW", "OLD", "PAY"]));
        assert_eq!(names(&["NEW"]).added_to(&FieldValue::Empty), names(&["NEW"]));
        assert!(!FieldValue::text("a").is_met_by(&FieldValue::Empty));
    }

    #[test]
    fn every_form_survives_json() {
        let instant = FieldValue::Instant(Instant::parse("2026-12-05T22:00:00.447").unwrap());
        let names = FieldValue::names(["b".into(), "a".into(), "b".into()]);
        for (ty, value) in [
            (FieldType::Text, FieldValue::text("x")),
            (FieldType::Text, FieldValue::Empty),
            (FieldType::Instant, instant),
            (FieldType::Names, names),
        ] {
            assert_eq!(FieldValue::from_json(ty, &value.to_json()), Some(value));
        }
    }
}
