//! Systems: create, read, replace, delete.

use serde_json::{Value, json};

use crate::support::{Tenant, column, keys};

#[tokio::test]
async fn a_system_lives_and_dies() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    let made = tenant.post("/systems", &body).await.expect(201);
    let wanted = [
        "id",
        "name",
        "vendor",
        "status",
        "organizationId",
        "organization",
        "description",
        "systemAlias",
        "isAllowEdit",
        "inMyOrganization",
        "linkedEnvironments",
        "additionalInformation",
    ];
    assert_eq!(keys(&made), wanted);
    assert_eq!(made["organization"], "Payments");
    assert_eq!(made["systemAlias"], json!([]));
    assert_eq!((&made["isAllowEdit"], &made["inMyOrganization"]), (&json!(false), &json!(true)));

    let path = format!("/systems/{}", made["id"].as_str().unwrap());
    assert_eq!(tenant.get(&path).await.expect(200), made);
    let mut changed = made.clone();
    changed["description"] = json!("Cards");
    changed["status"] = json!("inactive");
    changed["systemAlias"] = json!([{"name": "PAY"}]);
    changed["organization"] = json!("ignored");
    let answered = tenant.put(&path, &changed).await.expect(200);
    assert_eq!(answered["status"], "Inactive");
    assert_eq!(answered["organization"], "Payments");
    assert_eq!(tenant.get(&path).await.expect(200), answered);

    let rows = tenant.get("/systems").await.expect(200);
    assert_eq!(keys(&rows[8]), ["id", "name"]);
    assert_eq!(tenant.delete(&path).await.expect(200), Value::Null);
    assert_eq!(tenant.delete(&path).await.expect(404), Value::Null);
    tenant.get(&path).await.expect(404);
    tenant.put(&path, &changed).await.expect(404);
}

#[tokio::test]
async fn names_may_repeat() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    let first = tenant.post("/systems", &body).await.expect(201);
    let second = tenant.post("/systems", &body).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    let found = tenant.filter("/systems", "name = `payments api`").await.expect(200);
    assert_eq!(column(&found["resultSet"], "name"), ["Payments API", "Payments API"]);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_told_at_once() {
    let tenant = Tenant::demo().await;
    let refused =
        tenant.post("/systems", &json!({"name": " ", "status": "Asleep"})).await.expect(400);
    assert_eq!(refused["message"], "The request is invalid.");
    let state = &refused["modelState"];
    assert_eq!(
        keys(state),
        ["system.Name", "system.Vendor", "system.Status", "system.OrganizationId"]
    );
    assert_eq!(state["system.Name"], json!(["The Name field is required."]));

    let system = tenant.post("/systems", &tenant.system_body().await).await.expect(201);
    let path = format!("/systems/{}", system["id"].as_str().unwrap());
    tenant.put(&path, &json!({"name": "only"})).await.expect(400);
    let unknown = "/systems/11111111-2222-4333-8444-555555555555";
    tenant.put(unknown, &json!({})).await.expect(400);
    tenant.put(unknown, &system).await.expect(400);
}

/// Inferred: an alias is an object.
#[tokio::test]
async fn an_alias_that_is_no_object_is_refused() {
    let tenant = Tenant::demo().await;
    let mut body = tenant.system_body().await;
    for wrong in [json!([5]), json!(["a"]), json!("a")] {
        body["systemAlias"] = wrong;
        let refused = tenant.post("/systems", &body).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), ["system.SystemAlias"]);
    }
}
