//! `POST /releases/filter`: both forms of conditions, order and pages.

use serde_json::{Value, json};

use crate::support::{Tenant, column, keys};

async fn identifiers(tenant: &Tenant, body: Value) -> Vec<String> {
    let found = tenant.post("/releases/filter", &body).await.expect(200);
    column(&found["resultSet"], "identifier")
}

/// Asserted against a real tenant (2019, 2021).
#[tokio::test]
async fn a_search_is_an_envelope_of_rows_whatever_it_asks() {
    let tenant = Tenant::demo().await;
    let all = tenant.post("/Releases/Filter", &json!({"recordsPerPage": 0})).await.expect(200);
    let envelope = ["returnCount", "totalCount", "pageNum", "recordsPerPage", "resultSet"];
    assert_eq!(keys(&all), envelope);
    let listed = tenant.get("/releases?pageNum=0").await.expect(200);
    assert_eq!(all["resultSet"], listed["resultSet"]);
    assert_eq!((&all["totalCount"], &all["recordsPerPage"]), (&listed["totalCount"], &json!(100)));
    let page = json!({"searchFilters": [], "pageNum": 1, "recordsPerPage": "2"});
    let page = tenant.post("/releases/filter", &page).await.expect(200);
    assert_eq!(page["resultSet"], json!(listed["resultSet"].as_array().unwrap()[2..4]));
}

/// Documented (vendor help) and asserted against a real tenant (2019).
#[tokio::test]
async fn several_filters_must_all_hold_and_a_direction_sorts() {
    let tenant = Tenant::demo().await;
    let of = |property: &str, operator: &str, value: Value| json!({"property": property, "direction": "DESC", "value": value, "operator": operator});
    let body = json!({"searchFilters": [
        of("identifier", "Contains", json!("rel-2026.")),
        of("IDENTIFIER", "IsWithin", json!("REL-2026.09, REL-2026.11,REL-2026.10")),
        of("plutoraReleaseType", "NotEquals", json!("Enterprise")),
    ]});
    let found = identifiers(&tenant, body).await;
    assert_eq!(found, ["REL-2026.11", "REL-2026.10", "REL-2026.09"]);
    let one = json!({"SearchFilters": [{"Property": "identifier", "Value": "REL-2026.10"}]});
    assert_eq!(identifiers(&tenant, one).await, ["REL-2026.10"]);
}

/// Asserted against a real tenant (2021).
#[tokio::test]
async fn an_expando_object_joins_conditions() {
    let tenant = Tenant::demo().await;
    let leaf = |left: &str, operator: &str, right: &str| json!({"Left": left, "Operator": operator, "Right": right});
    let either = json!({
        "Left": leaf("identifier", "Equals", "REL-2026.09"),
        "Operator": "OR",
        "Right": leaf("identifier", "StartsWith", "ent-2026.q3"),
    });
    let found = identifiers(&tenant, json!({ "expandoObject": either })).await;
    assert_eq!(found, ["ENT-2026.Q3", "REL-2026.09"]);
    let both = json!({
        "Left": either,
        "Operator": "and",
        "Right": leaf("plutoraReleaseType", "NotEquals", "Enterprise"),
    });
    assert_eq!(identifiers(&tenant, json!({ "ExpandoObject": both })).await, ["REL-2026.09"]);
}

/// An unknown field is a 500 (asserted for other lists, 2021; inferred for this one).
#[tokio::test]
async fn a_search_that_is_not_understood_is_refused() {
    let tenant = Tenant::demo().await;
    let unknown = json!({"searchFilters": [{"property": "colour", "value": "red"}]});
    let refused = tenant.post("/releases/filter", &unknown).await.expect(500);
    assert!(refused["exceptionMessage"].as_str().unwrap().contains("'colour'"), "{refused}");
    let list = json!({"searchFilters": [{"property": "identifier", "value": ["REL-1"]}]});
    tenant.post("/releases/filter", &list).await.expect(500);
    let mut deep = json!({"Left": "id", "Operator": "Equals", "Right": "x"});
    for _ in 0..60 {
        deep = json!({"Left": deep, "Operator": "AND", "Right": {"Left": "id", "Operator": "=", "Right": ""}});
    }
    tenant.post("/releases/filter", &json!({ "expandoObject": deep })).await.expect(500);
    for body in [json!([]), json!({"searchFilters": "x"}), json!({"ExpandoObject": [1]})] {
        tenant.post("/releases/filter", &body).await.expect(400);
    }
}
