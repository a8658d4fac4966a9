//! The custom fields of a seeded tenant: one of each data type for releases, a few for the others.

use serde_json::{Value, json};

use super::ids::guid;
use crate::data::Data;
use crate::list::Listed as _;
use crate::resource::custom_fields::CustomField;

/// Name, type, data type.
const FIELDS: &[(&str, &str, &str)] = &[
    ("Business Case Approved", "Release", "DatePicker"),
    ("Portfolio", "Release", "ListField"),
    ("Cost Centre", "Release", "FreeText"),
    ("Go/No-go Call", "Release", "TimePicker"),
    ("Expected Users", "Release", "Number"),
    ("Board Review", "Release", "DateTimePicker"),
    ("Regions", "Release", "ListSelect"),
    ("Imported From", "Release", "ReadOnlyText"),
    ("Branch Impact", "Release", "ChannelImpactStatus"),
    ("Vendor Contact", "Release", "Contact"),
    ("Risk Score", "Release", "Decimal"),
    ("Budget", "Release", "Currency"),
    ("Support Tier", "System", "ListField"),
    ("Repository", "System", "FreeText"),
    ("Story Points", "Change", "Number"),
    ("Feature Flag", "Change", "FreeText"),
    ("Heading", "Release", "None"),
];

const VALUES: &[(&str, &[&str])] = &[
    ("Portfolio", &["Growth", "Regulatory", "Run the bank"]),
    ("Regions", &["Europe", "North America", "Asia-Pacific"]),
    ("Support Tier", &["Gold", "Silver", "Best effort"]),
];

/// Plants the custom fields where there are none.
pub(super) fn plant(data: &mut Data) {
    if data.all(CustomField::COLLECTION).next().is_some() {
        return;
    }
    for (number, (name, kind, data_type)) in (1..).zip(FIELDS) {
        let field = json!({
            "id": guid(CustomField::COLLECTION, number),
            "name": name,
            "type": kind,
            "dataType": data_type,
            (CustomField::VALUES): values_of(name),
        });
        if let Value::Object(field) = field {
            data.put(CustomField::COLLECTION, field);
        }
    }
}

fn values_of(field: &str) -> Vec<Value> {
    let values = VALUES.iter().filter(|(name, _)| *name == field).flat_map(|(_, values)| *values);
    let value = |(order, value): (usize, &&str)| json!({"id": guid(field, order), "value": value, "sortOrder": order, "type": field});
    (1..).zip(values).map(value).collect()
}
