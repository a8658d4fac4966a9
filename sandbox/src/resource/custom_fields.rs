//! Custom fields: what a tenant adds to releases, systems and changes, and its values there.
//!
//! The keys of a row, the data types, and that only the key that fits the data type holds a value are
//! the vendor's schema output (2019). Whether a PUT of the parent leaves them alone is
//! [`InlineFields`]. That a PUT of the array replaces all values, answers 200 and nothing, and refuses a field that
//! is not there or a value that does not fit, is inferred; so is the key of the types that hold a text.

use axum::http::StatusCode;
use jiff::civil::Time;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::parts::text;
use crate::choices::{InlineFields, Zone};
use crate::data::{Data, Object};
use crate::entity::{Body, Entity, Write};
use crate::http::{Call, ModelState, Outcome, Refusal, Reply};
use crate::list::{Column, Listed, page_of};
use crate::world::Tenant;

/// A custom field: a row of `GET /customfields`.
#[derive(Debug)]
pub(crate) struct CustomField;

impl Listed for CustomField {
    const COLLECTION: &'static str = "customfields";
    const ROW: &'static [Column] =
        &[Column::text("id"), Column::text("name"), Column::text("type"), Column::text("dataType")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

impl CustomField {
    /// A stored key that no row shows: the values that a list field can have.
    pub(crate) const VALUES: &'static str = "values";
}

/// Where the values of an object's fields are stored, and the key under which answers have them.
pub(crate) const KEY: &str = "additionalInformation";

/// What has custom fields.
pub(crate) trait Extended: Entity {
    /// The type of its custom fields.
    const TYPE: &'static str;
}

/// The keys of values, of which each data type but `None` has one.
const VALUE_KEYS: [&str; 8] =
    ["text", "time", "date", "number", "decimal", "dateTime", "listItem", "multiListItem"];

/// Gives the key that holds the value of a data type, which the type `None` has none of (inferred).
fn value_key(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "None" => return None,
        "DatePicker" => "date",
        "ListField" => "listItem",
        "TimePicker" => "time",
        "Number" => "number",
        "DateTimePicker" => "dateTime",
        "ListSelect" => "multiListItem",
        "Decimal" | "Currency" => "decimal",
        // FreeText, ReadOnlyText, ChannelImpactStatus and Contact.
        _ => "text",
    })
}

/// Gives the rows of an object: every field of its type, with the values that it has.
pub(crate) fn rows(data: &Data, kind: &str, object: &Object) -> Value {
    let stored = object.get(KEY).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let fields = data.all(CustomField::COLLECTION).filter(|field| text(field, "type") == kind);
    let row = |field: &Object| {
        let key = value_key(text(field, "dataType"));
        let has = stored.iter().find(|row| row["id"].as_str() == Some(text(field, "id")));
        let mut row: Map<String, Value> = ["id", "name", "type", "dataType"]
            .map(|key| (key.to_owned(), text(field, key).into()))
            .into_iter()
            .collect();
        for other in VALUE_KEYS {
            let value = has.filter(|_| key == Some(other)).map(|row| row[other].clone());
            row.insert(other.to_owned(), value.unwrap_or_default());
        }
        Value::Object(row)
    };
    fields.map(row).collect()
}

/// Answers `GET …/additionalInformation`.
pub(crate) fn read<E: Extended>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let object =
        tenant.data.get(E::COLLECTION, &call.captured_id("id")).ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(rows(&tenant.data, E::TYPE, object)))
}

/// Answers `PUT …/additionalInformation`.
pub(crate) fn replace<E: Extended>(tenant: &mut Tenant, call: &Call) -> Outcome {
    let data = &tenant.data;
    let object = data.get(E::COLLECTION, &call.captured_id("id")).cloned();
    let mut object = object.ok_or(Refusal::NotFound)?;
    let sent = call.json().and_then(Value::as_array).ok_or_else(|| {
        Refusal::field(KEY, "The request body is missing or is not a JSON array.")
    })?;
    object.insert(KEY.to_owned(), read_rows(tenant, E::TYPE, sent)?);
    tenant.data.put(E::COLLECTION, object);
    Ok(Reply::empty(StatusCode::OK))
}

/// Takes the values that a PUT of the object itself carries, where the tenant writes them.
pub(super) fn take_inline<E: Extended>(
    tenant: &Tenant,
    write: &Write<'_>,
    object: &mut Object,
) -> Result<(), Refusal> {
    let Some(sent) = write.body.array(KEY)? else { return Ok(()) };
    if tenant.habits.inline_fields == InlineFields::Written {
        object.insert(KEY.to_owned(), read_rows(tenant, E::TYPE, sent)?);
    }
    Ok(())
}

/// Reads an array of rows as it is stored.
fn read_rows(tenant: &Tenant, kind: &str, sent: &[Value]) -> Result<Value, Refusal> {
    let (mut stored, mut wrong) = (Vec::new(), ModelState::new());
    for (place, row) in sent.iter().enumerate() {
        match read_row(tenant, kind, row) {
            Ok(Some(row))
                if stored.iter().any(|other: &Value| other.get("id") == row.get("id")) =>
            {
                let text = "The custom field is there already".to_owned();
                wrong.entry(format!("{KEY}[{place}]")).or_default().push(text);
            }
            Ok(row) => stored.extend(row),
            Err(text) => {
                wrong.entry(format!("{KEY}[{place}]")).or_default().push(text);
            }
        }
    }
    if wrong.is_empty() { Ok(stored.into()) } else { Err(Refusal::Invalid(wrong)) }
}

/// Reads one row as it is stored; none where it holds no value.
fn read_row(tenant: &Tenant, kind: &str, sent: &Value) -> Result<Option<Value>, String> {
    let empty = Map::new();
    let row = Body::of(sent.as_object().unwrap_or(&empty));
    let id = row.value("id").and_then(Value::as_str).unwrap_or_default();
    let id = Uuid::try_parse(id).map(|id| id.hyphenated().to_string()).unwrap_or_default();
    let field = tenant.data.get(CustomField::COLLECTION, &id).filter(|it| text(it, "type") == kind);
    let field = field.ok_or("Invalid custom field")?;
    let key = value_key(text(field, "dataType"));
    let wrong = || format!("The value of '{}' is not valid.", text(field, "name"));
    if VALUE_KEYS
        .iter()
        .any(|other| Some(*other) != key && row.value(other).is_some_and(|it| it != ""))
    {
        return Err(wrong());
    }
    let Some(key) = key else { return Ok(None) };
    // An empty text is how a form says that there is no value.
    let is_blank = |value: &Value| key != "text" && value.as_str() == Some("");
    let Some(value) = row.value(key).filter(|value| !is_blank(value)) else { return Ok(None) };
    let value = accept(field, key, value, tenant.habits.zone);
    let value = value.ok_or_else(wrong)?;
    Ok(Some(json!({"id": id, (key): value})))
}

fn accept(field: &Object, key: &str, value: &Value, zone: Zone) -> Option<Value> {
    let item = |sent: &Value| {
        let id = sent.get("id")?.as_str()?.to_lowercase();
        let values = field.get(CustomField::VALUES)?.as_array()?;
        values.iter().find(|value| value["id"] == id).cloned()
    };
    match key {
        "date" | "dateTime" => zone.accept(value.as_str()?).map(Value::from),
        "number" => number(value).filter(Value::is_i64),
        "decimal" => number(value),
        "time" => value.as_str()?.parse::<Time>().ok().map(|_| value.clone()),
        "listItem" => item(value),
        "multiListItem" => value.as_array()?.iter().map(item).collect(),
        _ => value.is_string().then(|| value.clone()),
    }
}

/// Reads a number, which is a text in a form.
fn number(value: &Value) -> Option<Value> {
    let text = value.as_str().map(|text| serde_json::from_str::<Value>(text.trim()).ok());
    text.unwrap_or_else(|| Some(value.clone())).filter(Value::is_number)
}

/// Answers `GET /customfields/{type}`.
pub(crate) fn of_type(tenant: &mut Tenant, call: &Call) -> Outcome {
    let wanted = call.captured("type");
    let fields = tenant.data.all(CustomField::COLLECTION);
    let fields = fields.filter(|field| text(field, "type").eq_ignore_ascii_case(wanted));
    page_of::<CustomField>(tenant, call, fields)
}

/// Answers the values that a list field can have.
pub(crate) fn list_values(tenant: &mut Tenant, call: &Call) -> Outcome {
    let field = tenant.data.get(CustomField::COLLECTION, &call.captured_id("id"));
    let values = field.ok_or(Refusal::NotFound)?.get(CustomField::VALUES).cloned();
    Ok(Reply::ok(values.unwrap_or_else(|| json!([]))))
}
