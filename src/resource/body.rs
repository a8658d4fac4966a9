//! Between field values and the JSON bodies of Plutora, both ways.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::excerpt::{Body, Said};
use super::field::{FieldDef, FieldType, Referent};
use super::fields::Fields;
use super::guid::Guid;
use super::held::{Held, in_lower_case};
use super::kind::Kind;
use super::status::Labels;
use super::value::FieldValue;

/// The id that stands for "none" in some answers (seen in bookings, 2025).
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// Reads the given fields of a live body into the form that a manifest has.
///
/// `name_of` turns an id into the name that a manifest would use; where it knows none, the
/// body's own display name stands in, and failing that the id.
pub fn read_fields(
    kind: Kind,
    body: &dyn Body,
    wanted: impl IntoIterator<Item = &'static FieldDef>,
    labels: &Labels,
    name_of: impl Fn(Referent, &str) -> Option<String>,
) -> Fields {
    let mut fields = Fields::new(kind);
    for def in wanted {
        fields.set(def, read_field(def, body, labels, &name_of));
    }
    fields
}

/// Reads the given fields of a live body, with the id in the place of each reference's name.
pub fn read_fields_by_id(
    kind: Kind,
    body: &dyn Body,
    wanted: impl IntoIterator<Item = &'static FieldDef>,
    labels: &Labels,
) -> Fields {
    read_fields(kind, body, wanted, labels, |_, id| Some(id.to_owned()))
}

fn read_field(
    def: &FieldDef,
    body: &dyn Body,
    labels: &Labels,
    name_of: impl Fn(Referent, &str) -> Option<String>,
) -> FieldValue {
    match (def.ty, held_in(body, def, labels)) {
        (FieldType::Reference { to, twin }, Held::Text(id)) => {
            if let Some(name) = name_of(to, &id) {
                return FieldValue::from_text(def.ty, &name);
            }
            // For showing only: whether a reference is as declared is decided by its id.
            let shown = body.said(twin).text();
            FieldValue::Text(shown.map_or_else(|| id.into_owned(), str::to_owned))
        }
        (_, held) => held.into_value(),
    }
}

/// Returns what a live body holds in a field, with the id, in lower case, in the place of a reference's
/// name.
pub fn held_in<'a>(body: &'a dyn Body, def: &FieldDef, labels: &'a Labels) -> Held<'a> {
    match def.ty {
        FieldType::Reference { .. } => id_of_reference(body, def).map_or(Held::Empty, Held::Text),
        FieldType::Names => names_in(body.said(def.key)),
        FieldType::Status => {
            let label = body.said(def.key).text().unwrap_or_default();
            Held::from_text(def.ty, labels.word_of(label))
        }
        FieldType::Text | FieldType::Choice(_) | FieldType::Instant | FieldType::Color => {
            match body.said(def.key) {
                Said::Nothing => Held::Empty,
                Said::Text(text) => Held::from_text(def.ty, text),
                Said::Other(other) => Held::from(FieldValue::from_text(def.ty, &other.to_string())),
            }
        }
    }
}

/// Returns the id, in lower case, that a reference holds in a live body; none if it is empty.
pub fn id_of_reference<'a>(body: &'a dyn Body, def: &FieldDef) -> Option<Cow<'a, str>> {
    let id = in_lower_case(body.said(def.key).text()?);
    (!id.is_empty() && id != NIL).then_some(id)
}

/// Returns the id of an object in its live body; none where there is none or it is no GUID.
pub fn id_of(kind: Kind, body: &dyn Body) -> Option<Guid> {
    Guid::parse(body.said(kind.id_key()).text()?).ok()
}

/// Says of the first field whose value is of a type that it cannot have what it is and should be.
///
/// Numbers and yes or no are taken for the texts that they are written as.
pub fn misfit(
    body: &dyn Body,
    wanted: impl IntoIterator<Item = &'static FieldDef>,
) -> Option<String> {
    wanted.into_iter().find_map(|def| {
        let value = match body.said(def.key) {
            Said::Nothing => return None,
            Said::Text(_) => None,
            Said::Other(value) => Some(value),
        };
        let is_scalar = value.is_none_or(|value| !value.is_array() && !value.is_object());
        let (fits, expected) = match def.ty {
            FieldType::Text | FieldType::Choice(_) | FieldType::Instant | FieldType::Color => {
                (is_scalar, "a text")
            }
            FieldType::Reference { .. } => (value.is_none(), "an id as text"),
            FieldType::Status => (value.is_none(), "a text"),
            FieldType::Names => (value.is_some_and(are_names), "a list of names"),
        };
        let is = value.map_or("a text", form_of);
        let odd = if is == "a list" && expected == "a list of names" { " of others" } else { "" };
        (!fits).then(|| format!("expected {expected} under `{}`, found {is}{odd}", def.key))
    })
}

/// Returns what a value is, for people, and nothing of what it says.
pub fn form_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn are_names(value: &Value) -> bool {
    let is_name =
        |row: &Value| row.as_object().map_or(row.as_str(), |row| row.said("name").text()).is_some();
    value.as_array().is_some_and(|rows| rows.iter().all(is_name))
}

fn names_in(said: Said<'_>) -> Held<'_> {
    let rows = match said {
        Said::Other(Value::Array(rows)) => rows.as_slice(),
        Said::Nothing | Said::Text(_) | Said::Other(_) => &[],
    };
    let names: Vec<Cow<'_, str>> = rows
        .iter()
        .filter_map(|row| match row {
            Value::Object(row) => row.said("name").text().map(Cow::from),
            Value::String(name) => Some(Cow::from(name)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        })
        .collect();
    if names.is_empty() { Held::Empty } else { Held::Names(names) }
}

/// Returns what a body carries for a value under [`FieldDef::key`].
///
/// A reference must be given as the id that its name has, a status as the tenant's label; every
/// other value stands for itself.
pub fn write_value(def: &FieldDef, value: &FieldValue) -> Value {
    match (value, def.ty) {
        (FieldValue::Empty, FieldType::Names) => json!([]),
        // A cleared text is sent as an empty one: the binder reads both as "no value", and null
        // is refused by the fields that one vendor sample marks as required.
        (FieldValue::Empty, FieldType::Text) => json!(""),
        (FieldValue::Empty, _) => Value::Null,
        (FieldValue::Text(text), _) => json!(text),
        (FieldValue::Instant(instant), _) => json!(instant.to_wire()),
        (FieldValue::Names(names), _) => names.iter().map(|name| json!({"name": name})).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, field: &str, body: &Value) -> FieldValue {
        let (def, body) = (kind.field(field).unwrap(), body.as_object().unwrap());
        read_field(def, body, &Labels::default(), |_, id| (id == "aa").then(|| "Known".to_owned()))
    }

    #[test]
    fn an_id_becomes_its_name_then_the_twin_then_itself() {
        let organization = |body: Value| read(Kind::Release, "organization", &body);
        assert_eq!(organization(json!({"organizationId": "AA"})), FieldValue::text("Known"));
        assert_eq!(
            organization(json!({"organizationId": "bb", "organization": "Shown"})),
            FieldValue::text("Shown")
        );
        assert_eq!(organization(json!({"organizationID": "bb"})), FieldValue::text("bb"));
    }

    #[test]
    fn a_value_of_another_type_is_told() {
        let told = |body: Value| {
            let kind = if body.get("systemAlias").is_some() { Kind::System } else { Kind::Release };
            misfit(body.as_object().unwrap(), kind.fields())
        };
        for (body, text) in [
            (json!({"name": ["x"]}), "expected a text under `name`, found a list"),
            (json!({"managerId": 5}), "expected an id as text under `managerId`, found a number"),
            (
                json!({"systemAlias": "x"}),
                "expected a list of names under `systemAlias`, found a text",
            ),
            (
                json!({"systemAlias": [{"name": "x"}, 5]}),
                "expected a list of names under `systemAlias`, found a list of others",
            ),
        ] {
            assert_eq!(told(body.clone()).as_deref(), Some(text), "{body}");
        }
        for body in [
            json!({"name": 5, "summary": true, "managerId": null, "organizationId": ""}),
            json!({"systemAlias": [{"name": "x"}, "y"]}),
            json!({"systemAlias": null, "other": {}}),
        ] {
            assert_eq!(told(body.clone()), None, "{body}");
        }
    }

    #[test]
    fn nothing_is_nothing_in_every_spelling() {
        for body in [
            json!({}),
            json!({"parentReleaseId": null}),
            json!({"parentReleaseId": ""}),
            json!({"parentReleaseID": NIL}),
        ] {
            assert_eq!(read(Kind::Release, "parent", &body), FieldValue::Empty, "{body}");
        }
        assert_eq!(read(Kind::System, "aliases", &json!({"systemAlias": []})), FieldValue::Empty);
    }

    #[test]
    fn numbers_stand_for_words() {
        let body = json!({"plutoraReleaseType": 3});
        assert_eq!(
            read(Kind::Release, "plutoraReleaseType", &body),
            FieldValue::text("Independent")
        );
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let samples = [
            (Kind::System, "aliases", FieldValue::names(["B".into(), "A".into()])),
            (Kind::System, "description", FieldValue::Empty),
            (Kind::Release, "implementationDate", {
                FieldValue::from_text(FieldType::Instant, "2026-12-05")
            }),
            (Kind::Release, "displayColor", FieldValue::text("#00ccff")),
            (Kind::Deployment, "status", FieldValue::text("RollbackPending")),
        ];
        for (kind, field, value) in samples {
            let def = kind.field(field).unwrap();
            let body = json!({ def.key: write_value(def, &value) });
            assert_eq!(read(kind, field, &body), value, "{field}");
        }
    }
}
