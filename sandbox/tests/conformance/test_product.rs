//! Defects of Plutora Test, the other product behind the same token.

use serde_json::{Value, json};

use crate::answer::keys;
use crate::plutora::{Plutora, STRANGER, facts};

const FIELDS: [(&str, &str); 9] = [
    ("Id", STRANGER),
    ("DisplayId", "x"),
    ("Name", "x"),
    ("Status", "x"),
    ("Type", "x"),
    ("CreatedDate", "2030-11-28"),
    ("ModifiedDate", "2030-11-28"),
    ("CreatedBy", "x"),
    ("ModifiedBy", "x"),
];

async fn search(plutora: &Plutora, body: &Value) -> Value {
    plutora.post("/defects/Search", body).await.expect(200)["Data"].clone()
}

/// What a search finds by one property.
async fn found(plutora: &Plutora, property: &str, operator: &str, value: &Value) -> Vec<Value> {
    let filter =
        json!({"property": property, "direction": "ASC", "operator": operator, "value": value});
    let body = json!({"searchFilters": [filter], "pageNum": 0, "recordsPerPage": 25});
    search(plutora, &body).await["ResultSet"].as_array().unwrap().clone()
}

/// Some defect; none of a tenant that has none.
async fn defect(plutora: &Plutora) -> Option<Value> {
    let all = found(plutora, "Name", "NotEquals", &json!("x")).await;
    all.into_iter().next()
}

facts! {
    async fn documented_a_search_may_ask_for_a_page_of_25_defects(plutora) {
        assert!(found(plutora, "Name", "NotEquals", &json!("x")).await.len() <= 25);
    }

    async fn asserted_the_rows_of_a_search_are_in_pascal_case(plutora) {
        let Some(defect) = defect(plutora).await else { return };
        for (key, _) in FIELDS {
            assert!(keys(&defect).contains(&key), "{key}: {defect}");
        }
        assert!(defect["Status"]["Value"].is_string(), "{defect}");
        for key in ["CreatedBy", "ModifiedBy"] {
            assert!(defect[key]["Name"].is_string(), "{defect}");
        }
    }

    async fn asserted_fields_that_defects_are_searched_by(plutora) {
        for (field, value) in FIELDS {
            assert!(found(plutora, field, "Equals", &json!(value)).await.is_empty(), "{field}");
        }
    }

    async fn asserted_defects_are_found_by_equals_not_equals_and_contains(plutora) {
        let Some(defect) = defect(plutora).await else { return };
        let (id, name) = (&defect["DisplayId"], &defect["Name"]);
        assert_eq!(found(plutora, "DisplayId", "Equals", id).await[0]["Id"], defect["Id"]);
        for operator in ["NotEquals", "NotContains"] {
            let others = found(plutora, "Name", operator, name).await;
            assert!(others.iter().all(|other| other["Name"] != *name), "{operator}");
        }
        assert!(!found(plutora, "Name", "Contains", name).await.is_empty());
    }

    async fn asserted_defects_are_found_by_a_later_date(plutora) {
        let later = json!("2100-01-01");
        assert!(found(plutora, "CreatedDate", "GreaterThan", &later).await.is_empty());
    }

    async fn asserted_an_expando_object_searches_defects(plutora) {
        let Some(defect) = defect(plutora).await else { return };
        let body = json!({"ExpandoObject": {
            "Left": {"Left": "DisplayId", "Operator": "Equals", "Right": defect["DisplayId"]},
            "Operator": "AND",
            "Right": {"Left": "Name", "Operator": "Equals", "Right": defect["Name"]},
        }, "pageNum": 0, "recordsPerPage": 25});
        assert_eq!(search(plutora, &body).await["ResultSet"], json!([defect]));
    }

    async fn inferred_the_counters_of_a_page_are_in_pascal_case(plutora) {
        let data = search(plutora, &json!({"searchFilters": [], "pageNum": 1})).await;
        for key in ["ReturnCount", "TotalCount", "PageNum", "RecordsPerPage"] {
            assert!(data[key].is_u64(), "{key}: {:?}", keys(&data));
        }
    }

    async fn documented_patch_of_a_defect_changes_what_it_names(plutora) {
        if plutora.is_spared("it changes a defect") {
            return;
        }
        let before = defect(plutora).await.unwrap();
        let path = format!("/defects/{}", before["Id"].as_str().unwrap());
        let answer = plutora.patch(&path, &json!({"Name": "Conformance"})).await;
        assert!(answer.status.is_success(), "{answer:?}");
        let after = found(plutora, "DisplayId", "Equals", &before["DisplayId"]).await;
        assert_eq!(after[0]["Name"], "Conformance");
        for key in ["Id", "DisplayId", "Status", "Type", "CreatedDate", "CreatedBy"] {
            assert_eq!(after[0][key], before[key], "{key}");
        }
    }

    async fn inferred_patch_of_a_defect_is_200(plutora) {
        if plutora.is_spared("it changes a defect") {
            return;
        }
        let defect = defect(plutora).await.unwrap();
        let path = format!("/defects/{}", defect["Id"].as_str().unwrap());
        plutora.patch(&path, &json!({"Description": "Conformance"})).await.expect(200);
    }
}
