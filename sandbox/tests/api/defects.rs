//! Defects of Plutora Test.

use serde_json::{Value, json};

use crate::support::{Tenant, keys};

/// The page of 25 is the vendor's example (2020); the keys are asserted against a real tenant (2019),
/// the names of the counters inferred.
#[tokio::test]
async fn a_search_answers_pages_in_pascal_case() {
    let tenant = Tenant::demo().await;
    let search = json!({"searchFilters": [
        {"property": "Name", "direction": "ASC", "value": "total", "operator": "Contains"},
    ], "pageNum": 0, "recordsPerPage": 25});
    let page = tenant.post("/defects/search", &search).await.expect(200);
    assert_eq!(keys(&page), ["Data"]);
    let data = &page["Data"];
    let counters = ["ReturnCount", "TotalCount", "PageNum", "RecordsPerPage"];
    assert_eq!(counters.map(|key| data[key].clone()), [25, 30, 0, 25].map(Value::from));
    let row = &data["ResultSet"][0];
    let wanted = [
        "Id",
        "DisplayId",
        "Name",
        "Status",
        "Type",
        "CreatedDate",
        "ModifiedDate",
        "CreatedBy",
        "ModifiedBy",
    ];
    assert_eq!(keys(row), wanted);
    assert_eq!(row["CreatedBy"], json!({"Name": "Maria Rossi"}));
    assert!(row["Status"]["Value"].is_string());

    let expando = json!({"ExpandoObject": {
        "Left": {"Left": "DisplayId", "Operator": "IsWithin", "Right": "D-1,D-3,D-4"},
        "Operator": "AND",
        "Right": {"Left": "Status", "Operator": "Equals", "Right": "Closed"},
    }});
    let page = tenant.post("/Defects/Search", &expando).await.expect(200);
    assert_eq!(page["Data"]["TotalCount"], 1);
    assert_eq!(page["Data"]["ResultSet"][0]["DisplayId"], "D-3");
}

/// That a PATCH changes what it names is documented (vendor help, 2020); its answer is inferred.
#[tokio::test]
async fn a_patch_changes_only_what_it_names() {
    let tenant = Tenant::demo().await;
    let one = json!({"searchFilters": [{"property": "DisplayId", "value": "D-7"}]});
    let before =
        tenant.post("/defects/search", &one).await.expect(200)["Data"]["ResultSet"][0].clone();
    let path = format!("/defects/{}", before["Id"].as_str().unwrap());
    tenant.patch(&path, &json!({"Description": "seen again"})).await.expect(200);
    tenant.patch(&path, &json!({"Name": "Page 7"})).await.expect(200);
    let after =
        tenant.post("/defects/search", &one).await.expect(200)["Data"]["ResultSet"][0].clone();
    assert_eq!(
        (&after["Name"], &after["ModifiedBy"]["Name"]),
        (&json!("Page 7"), &json!("Jane Doe"))
    );
    for key in ["Id", "DisplayId", "Status", "CreatedDate", "CreatedBy"] {
        assert_eq!(after[key], before[key]);
    }
    let state = tenant.get("/__sandbox/state").await.expect(200);
    let stored = state["defects"].as_array().unwrap().iter().find(|it| it["id"] == before["Id"]);
    assert_eq!(stored.unwrap()["description"], "seen again");
    tenant.patch(&path, &json!({"Name": " "})).await.expect(400);
    tenant.patch("/defects/11111111-2222-4333-8444-555555555555", &json!({})).await.expect(404);
}
