//! Custom fields and their values, which the API calls additional information.

use serde_json::{Value, json};

use crate::objects::{assert_has_keys, with};
use crate::plutora::{Plutora, STRANGER, facts};

/// The keys of values, of which a row uses one.
const VALUES: [&str; 8] =
    ["text", "time", "date", "number", "decimal", "dateTime", "listItem", "multiListItem"];

/// Data types whose values have keys of their own.
const OWN_KEYS: [(&str, &str); 9] = [
    ("DatePicker", "date"),
    ("ListField", "listItem"),
    ("FreeText", "text"),
    ("TimePicker", "time"),
    ("Number", "number"),
    ("DateTimePicker", "dateTime"),
    ("ListSelect", "multiListItem"),
    ("Decimal", "decimal"),
    ("Currency", "decimal"),
];

/// Data types of which no public text tells the key.
const OTHERS: [(&str, &str); 3] =
    [("ReadOnlyText", "text"), ("ChannelImpactStatus", "text"), ("Contact", "text")];

/// Makes a release, and gives the path of its values and their rows.
async fn rows(plutora: &Plutora) -> (String, Vec<Value>) {
    let (_, release) = plutora.release("Independent").await;
    let path = release + "/additionalInformation";
    let rows = plutora.get(&path).await.expect(200).as_array().unwrap().clone();
    (path, rows)
}

/// The row of a data type, or none on a tenant that has no such field.
fn of_type<'a>(plutora: &Plutora, rows: &'a [Value], kind: &str) -> Option<&'a Value> {
    let row = rows.iter().find(|row| row["dataType"] == kind);
    assert!(row.is_some() || plutora.is_spared(&format!("no {kind} among its fields")), "{kind}");
    row
}

/// The values that a list field can have.
async fn list(plutora: &Plutora, row: &Value) -> Value {
    let path = format!("/customfields/{}/customList", row["id"].as_str().unwrap());
    plutora.get(&path).await.expect(200)
}

/// A value for a row, under its key.
async fn filled(plutora: &Plutora, row: &Value, key: &str) -> Value {
    let value = match key {
        "date" => json!("2030-11-01T00:00:00"),
        "dateTime" => json!("2030-11-01T09:30:00"),
        "time" => json!("14:30"),
        "number" => json!(42),
        "decimal" => json!(1.5),
        "listItem" => list(plutora, row).await[0].clone(),
        "multiListItem" => json!([list(plutora, row).await[0]]),
        _ => json!("CC-17"),
    };
    with(row, key, value)
}

/// Fails unless rows of some data types keep a value under a key of their own, and have no other.
async fn assert_own_keys(plutora: &Plutora, types: &[(&str, &str)]) {
    let (path, rows) = rows(plutora).await;
    for (kind, key) in types {
        let Some(row) = of_type(plutora, &rows, kind) else { continue };
        let sent = filled(plutora, row, key).await;
        plutora.put(&path, &json!([sent])).await;
        let after = plutora.get(&path).await.expect(200);
        let after = after.as_array().unwrap().iter().find(|it| it["id"] == row["id"]).unwrap();
        for other in VALUES {
            assert_eq!(after[other].is_null(), other != *key, "{kind}: {after}");
        }
    }
}

/// Gives a system a value, and its path with that of its values; none on a tenant without such a field.
async fn system_with_text(plutora: &Plutora) -> Option<(String, String)> {
    let (_, system) = plutora.system().await;
    let path = format!("{system}/additionalInformation");
    let rows = plutora.rows(&path).await;
    let row = filled(plutora, of_type(plutora, &rows, "FreeText")?, "text").await;
    plutora.put(&path, &json!([row])).await.expect(200);
    Some((system, path))
}

/// The texts among values.
async fn texts(plutora: &Plutora, path: &str) -> Vec<Value> {
    let rows = plutora.rows(path).await;
    rows.iter().map(|row| row["text"].clone()).filter(|text| !text.is_null()).collect()
}

facts! {
    async fn documented_a_row_has_id_name_type_data_type_and_eight_keys_of_values(plutora) {
        for row in rows(plutora).await.1 {
            assert_has_keys(&row, &["id", "name", "type", "dataType"]);
            assert_has_keys(&row, &VALUES);
        }
    }

    async fn documented_a_row_of_a_release_is_of_the_type_release(plutora) {
        let (_, rows) = rows(plutora).await;
        assert!(rows.iter().all(|row| row["type"] == "Release"), "{rows:?}");
    }

    async fn documented_data_types_are_among_13(plutora) {
        let (_, rows) = rows(plutora).await;
        let known = OWN_KEYS.iter().chain(&OTHERS).map(|(kind, _)| *kind).chain(["None"]);
        let known: Vec<&str> = known.collect();
        for row in rows {
            assert!(known.contains(&row["dataType"].as_str().unwrap()), "{row}");
        }
    }

    async fn documented_a_value_stands_under_the_key_of_its_data_type_alone(plutora) {
        assert_own_keys(plutora, &OWN_KEYS).await;
    }

    async fn inferred_values_of_the_other_data_types_are_texts(plutora) {
        assert_own_keys(plutora, &OTHERS).await;
    }

    async fn asserted_a_list_item_has_id_value_order_and_type(plutora) {
        let (path, rows) = rows(plutora).await;
        let Some(row) = of_type(plutora, &rows, "ListField") else { return };
        plutora.put(&path, &json!([filled(plutora, row, "listItem").await])).await;
        let after = plutora.rows(&path).await;
        let after = after.iter().find(|it| it["id"] == row["id"]).unwrap();
        assert_has_keys(&after["listItem"], &["id", "value", "sortOrder", "type"]);
    }

    async fn asserted_values_of_a_list_are_found_below_custom_fields_and_lookup_fields(plutora) {
        let (_, rows) = rows(plutora).await;
        for kind in ["ListField", "ListSelect"] {
            let Some(row) = of_type(plutora, &rows, kind) else { continue };
            let values = list(plutora, row).await;
            let path = format!("/lookupfields/{}/customList", row["id"].as_str().unwrap());
            assert_eq!(plutora.get(&path).await.expect(200), values);
            assert_has_keys(&values[0], &["id", "value", "sortOrder", "type"]);
        }
    }

    async fn seen_a_put_takes_the_array_and_returns_no_data(plutora) {
        let (path, rows) = rows(plutora).await;
        let Some(row) = of_type(plutora, &rows, "FreeText") else { return };
        let answer = plutora.put(&path, &json!([filled(plutora, row, "text").await])).await;
        assert!(answer.status.is_success() && answer.text.is_empty(), "{answer:?}");
        assert_eq!(texts(plutora, &path).await, ["CC-17"]);
    }

    async fn inferred_a_put_answers_200_and_replaces_all_values(plutora) {
        let (path, rows) = rows(plutora).await;
        let Some(row) = of_type(plutora, &rows, "FreeText") else { return };
        plutora.put(&path, &json!([filled(plutora, row, "text").await])).await.expect(200);
        plutora.put(&path, &json!([])).await.expect(200);
        assert!(texts(plutora, &path).await.is_empty());
    }

    async fn inferred_a_field_that_is_not_one_of_a_release_is_a_400(plutora) {
        let (path, rows) = rows(plutora).await;
        let Some(row) = of_type(plutora, &rows, "FreeText") else { return };
        let stranger = with(row, "id", STRANGER);
        plutora.put(&path, &json!([stranger])).await.expect(400);
    }

    async fn seen_a_release_shows_its_values(plutora) {
        let (path, rows) = rows(plutora).await;
        let release = path.strip_suffix("/additionalInformation").unwrap();
        assert_eq!(plutora.get(release).await.expect(200)["additionalInformation"], json!(rows));
    }

    async fn seen_systems_have_values_too(plutora) {
        let Some((_, path)) = system_with_text(plutora).await else { return };
        assert_eq!(texts(plutora, &path).await, ["CC-17"]);
    }

    /// Said by a client of 2018; tests of 2019 send them in a PUT of a change.
    async fn seen_a_put_of_a_system_leaves_its_values(plutora) {
        let Some((system, path)) = system_with_text(plutora).await else { return };
        let body = plutora.get(&system).await.expect(200);
        let body = with(&body, "additionalInformation", json!([]));
        assert!(plutora.put(&system, &body).await.status.is_success());
        assert_eq!(texts(plutora, &path).await, ["CC-17"]);
    }
}
