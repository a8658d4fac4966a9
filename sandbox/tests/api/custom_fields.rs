//! Custom fields and their values.

use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys};

/// A value for each data type, under its key; the last of the thirteen, `None`, has none.
const VALUES: [(&str, &str, &str); 12] = [
    ("DatePicker", "date", "\"2026-11-01T00:00:00\""),
    ("ListField", "listItem", ""),
    ("FreeText", "text", "\"CC-17\""),
    ("TimePicker", "time", "\"14:30\""),
    ("Number", "number", "42"),
    ("DateTimePicker", "dateTime", "\"2026-11-01T09:30:00\""),
    ("ListSelect", "multiListItem", ""),
    ("ReadOnlyText", "text", "\"PPM\""),
    ("ChannelImpactStatus", "text", "\"None\""),
    ("Contact", "text", "\"Sam\""),
    ("Decimal", "decimal", "1.5"),
    ("Currency", "decimal", "1200.50"),
];

/// The keys and data types are the vendor's schema output (2019).
#[tokio::test]
async fn every_data_type_keeps_its_value_under_its_own_key() {
    let tenant = Tenant::demo().await;
    let path = at("/releases", &tenant.release("REL-2026.10").await) + "/additionalInformation";
    let mut rows = tenant.get(&path).await.expect(200);
    let wanted = [
        "id",
        "name",
        "type",
        "dataType",
        "text",
        "time",
        "date",
        "number",
        "decimal",
        "dateTime",
        "listItem",
        "multiListItem",
    ];
    assert_eq!(keys(&rows[0]), wanted);
    let types = VALUES.iter().map(|(data_type, ..)| *data_type).chain(["None"]);
    assert_eq!(column(&rows, "dataType"), types.collect::<Vec<_>>());
    for (row, (_, key, value)) in rows.as_array_mut().unwrap().iter_mut().zip(VALUES) {
        let list = format!("/customfields/{}/customList", row["id"].as_str().unwrap());
        let items = tenant.get(&list).await.expect(200);
        row[key] = match key {
            "listItem" => items[1].clone(),
            "multiListItem" => json!([items[0], items[2]]),
            _ => serde_json::from_str(value).unwrap(),
        };
        assert_eq!(items == json!([]), !value.is_empty(), "{key}");
    }
    assert_eq!(tenant.put(&path, &rows).await.expect(200), Value::Null);
    assert_eq!(tenant.get(&path).await.expect(200), rows);
    let release = tenant.release("REL-2026.10").await;
    assert_eq!(release["additionalInformation"], rows, "the detail shows them");

    // A PUT of the release leaves them alone (client code); one of the array replaces it (inferred).
    let mut body = release.clone();
    body["additionalInformation"] = json!([]);
    tenant.put(&at("/releases", &release), &body).await.expect(204);
    assert_eq!(tenant.get(&path).await.expect(200), rows);
    tenant.put(&path, &json!([])).await.expect(200);
    let emptied = tenant.get(&path).await.expect(200);
    assert!(emptied.as_array().unwrap().iter().all(|row| row["text"].is_null()));
}

#[tokio::test]
async fn a_value_that_does_not_fit_its_field_is_refused_and_nothing_is_written() {
    let tenant = Tenant::demo().await;
    let path = at("/releases", &tenant.release("REL-2026.10").await) + "/additionalInformation";
    let rows = tenant.get(&path).await.expect(200);
    for (place, key, value) in [
        (12, "text", json!("anything")),
        (0, "date", json!("soon")),
        (1, "listItem", json!({"id": "11111111-2222-4333-8444-555555555555"})),
        (2, "text", json!(1)),
        (3, "time", json!("25:99")),
        (4, "number", json!(1.5)),
        (6, "multiListItem", json!([{}])),
        (10, "decimal", json!("half")),
        (11, "text", json!("under a key that is not its own")),
    ] {
        let mut sent = rows.clone();
        sent[2]["text"] = json!("valid");
        sent[place][key] = value;
        let refused = tenant.put(&path, &sent).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), [format!("additionalInformation[{place}]")]);
    }
    let systems = tenant.get("/customfields/System").await.expect(200);
    assert_eq!(column(&systems, "name"), ["Support Tier", "Repository"]);
    let of_system = json!([{"id": systems[1]["id"], "text": "x"}]);
    tenant.put(&path, &of_system).await.expect(400);
    tenant.put(&path, &json!({})).await.expect(400);
    assert_eq!(tenant.get(&path).await.expect(200), rows);
    let stranger = "/systems/11111111-2222-4333-8444-555555555555/additionalInformation";
    tenant.get(stranger).await.expect(404);
    tenant.put(stranger, &json!([])).await.expect(404);

    let system = format!("/systems/{}", tenant.system_id("Mobile App").await);
    tenant.put(&(system.clone() + "/additionalInformation"), &of_system).await.expect(200);
    let fields = &tenant.get(&system).await.expect(200)["additionalInformation"];
    assert_eq!(column(fields, "text"), ["", "x"]);
}
