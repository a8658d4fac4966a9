//! The journal of requests.

use serde_json::{Value, json};

use crate::support::{Tenant, credentials};

#[tokio::test]
async fn a_read_is_noted_as_it_was_sent() {
    let tenant = Tenant::demo().await;
    tenant.delete("/__sandbox/journal").await.expect(204);
    tenant.get("//Systems/?PageNum=0&filter=name+~+%60x%60").await.expect(200);
    let mut entries = tenant.journal().await;
    let at = entries[0].as_object_mut().unwrap().remove("at").unwrap();
    assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
    let wanted = json!({
        "seq": 2,
        "method": "GET",
        "path": "//Systems/",
        "query": "PageNum=0&filter=name+~+%60x%60",
        "status": 200,
        "plutoraInfo": "script.name=test",
        "body": null,
        "response": null,
        "fault": null,
    });
    assert_eq!(entries, [wanted]);
}

#[tokio::test]
async fn a_write_is_noted_with_both_bodies_in_the_order_of_effects() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    tenant.delete("/__sandbox/journal").await.expect(204);
    let made = tenant.post("/systems", &body).await.expect(201);
    let refused = tenant.post("/systems", &json!({})).await.expect(400);
    tenant.delete("/systems/unknown").await.expect(404);
    let entries = tenant.journal().await;
    let row = |entry: &Value| ["status", "body", "response"].map(|key| entry[key].clone());
    let rows: Vec<_> = entries.iter().map(row).collect();
    let wanted = [
        [json!(201), body, made],
        [json!(400), json!({}), refused],
        [json!(404), Value::Null, Value::Null],
    ];
    assert_eq!(rows, wanted);
}

#[tokio::test]
async fn credentials_and_tokens_are_not_noted_and_refusals_are() {
    let mut tenant = Tenant::demo().await;
    tenant.ask_token(&credentials()).await.expect(200);
    tenant.token = "guess".to_owned();
    tenant.get("/me").await.expect(401);
    let entries = tenant.journal().await;
    for entry in &entries[..2] {
        assert_eq!(entry["path"], "/oauth/token");
        assert_eq!((&entry["body"], &entry["response"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(entries[2]["status"], 401);
    tenant.delete("/__sandbox/journal").await.expect(204);
    assert_eq!(tenant.journal().await, Vec::<Value>::new());
}
