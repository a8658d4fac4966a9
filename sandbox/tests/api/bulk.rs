//! Creating many at once.

use serde_json::json;

use crate::support::{Tenant, at, column, keys};

/// The refusals, and that no id is answered, are asserted against a real tenant (2021).
#[tokio::test]
async fn systems_are_made_in_bulk_and_a_name_or_alias_only_once() {
    let tenant = Tenant::demo().await;
    let mut body = tenant.system_body().await;
    body["systemAlias"] = json!([{"name": "PAY"}]);
    let mut alias = body.clone();
    alias["name"] = json!("Another");
    let mut incomplete = body.clone();
    incomplete["name"] = json!("Third");
    incomplete["vendor"] = json!(null);
    incomplete["systemAlias"] = json!([]);
    let mut number = body.clone();
    number["name"] = json!(61);
    number["systemAlias"] = json!([]);
    let numbers = tenant.post("/systems/bulk", &json!([number, number])).await.expect(200);
    assert_eq!(numbers[0], "System 61 has been created");
    assert!(numbers[1].as_str().unwrap().starts_with("Duplicate System Name of 61."));
    let messages = tenant.post("/systems/bulk", &json!([body, body, alias, incomplete])).await;
    let wanted = [
        "System Payments API has been created",
        "Duplicate System Name of Payments API. This System has not been created",
        "Duplicate System Alias Name PAY. This System has not been created",
        "The Vendor field is required.",
    ];
    assert_eq!(messages.expect(200), json!(wanted));
    let names = column(&tenant.get("/systems").await.expect(200), "name");
    assert_eq!(names.last().unwrap(), "Payments API");
    assert!(!names.contains(&"Another".to_owned()) && !names.contains(&"Third".to_owned()));
}

/// Only the existence is documented (vendor help, 2020); the answer is inferred.
#[tokio::test]
async fn releases_are_made_in_bulk_each_by_itself() {
    let tenant = Tenant::demo().await;
    let body = tenant.release_body().await;
    let mut other = body.clone();
    other["identifier"] = json!("REL-OTHER");
    let answers = tenant.post("/releases/bulk", &json!([body, {}, other])).await.expect(200);
    assert_eq!(keys(&answers[1]), ["message", "modelState"]);
    for (number, identifier) in [(0, "REL-NEW"), (2, "REL-OTHER")] {
        assert_eq!(answers[number]["identifier"], identifier);
        let made = tenant.get(&at("/releases", &answers[number])).await.expect(200);
        assert_eq!(made, answers[number]);
    }
}

#[tokio::test]
async fn what_is_no_array_of_objects_is_refused() {
    let tenant = Tenant::demo().await;
    for path in ["/systems/bulk", "/releases/bulk"] {
        for body in [json!({}), json!([1]), json!("x")] {
            tenant.post(path, &body).await.expect(400);
        }
        assert_eq!(tenant.post(path, &json!([])).await.expect(200), json!([]));
    }
}
