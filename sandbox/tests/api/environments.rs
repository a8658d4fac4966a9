//! Environments.

use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys};

async fn body(tenant: &Tenant) -> Value {
    json!({
        "name": "Performance",
        "vendor": "In-house",
        "linkedSystemId": tenant.system_id("Core Ledger").await,
        "usageWorkItemId": tenant.lookup("UsedForWorkItem", "System Test").await,
        "environmentStatusId": tenant.lookup("EnvironmentStatus", "Active").await,
        "color": "#123456",
        "isSharedEnvironment": true,
    })
}

/// Asserted against a real tenant (2021): statuses, and two names that are null right after a POST.
#[tokio::test]
async fn an_environment_is_made_read_replaced_and_deleted() {
    let tenant = Tenant::demo().await;
    let made = tenant.post("/environments", &body(&tenant).await).await.expect(201);
    let path = at("/environments", &made);
    let twins = ["usageWorkItem", "environmentStatus"];
    assert_eq!(twins.map(|key| made[key].clone()), [Value::Null, Value::Null]);
    let mut read = tenant.get(&path).await.expect(200);
    assert_eq!(twins.map(|key| read[key].as_str().unwrap().to_owned()), ["System Test", "Active"]);
    assert_eq!((&read["linkedSystem"], &read["hosts"]), (&json!("Core Ledger"), &json!([])));
    read["url"] = json!("https://perf.example.com");
    read["hosts"] = json!([{"name": "h1"}]);
    assert_eq!(tenant.put(&path, &read).await.expect(204), Value::Null);
    let again = tenant.get(&path).await.expect(200);
    assert_eq!((&again["url"], &again["hosts"]), (&read["url"], &read["hosts"]));
    tenant.delete(&path).await.expect(200);
    tenant.delete(&path).await.expect(404);
    tenant.put(&path, &json!({})).await.expect(400);
}

/// Both texts are asserted against a real tenant (2021).
#[tokio::test]
async fn what_is_missing_or_unknown_is_told_by_field() {
    let tenant = Tenant::demo().await;
    let refused = tenant.post("/environments", &json!({})).await.expect(400);
    let wanted = [
        "environment.Name",
        "environment.Vendor",
        "environment.LinkedSystemId",
        "environment.UsageWorkItemId",
        "environment.EnvironmentStatusId",
        "environment.Color",
        "environment.IsSharedEnvironment",
    ];
    assert_eq!(keys(&refused["modelState"]), wanted);
    let text = &refused["modelState"]["environment.UsageWorkItemId"];
    assert_eq!(*text, json!(["The UsageWorkItemId field is required."]));
    let mut wrong = body(&tenant).await;
    wrong["usageWorkItemId"] = wrong["environmentStatusId"].clone();
    let refused = tenant.post("/environments", &wrong).await.expect(400);
    assert_eq!(
        refused["modelState"]["environment.UsageWorkItemId"],
        json!(["Invalid UsageWorkItem"])
    );
}

/// Row and filterable fields are asserted against real tenants (2019, 2021).
#[tokio::test]
async fn environments_are_listed_and_filtered() {
    let tenant = Tenant::demo().await;
    let rows = tenant.get("/environments").await.expect(200);
    let row = [
        "id",
        "name",
        "url",
        "linkedSystem",
        "usageWorkItem",
        "status",
        "color",
        "buildNumber",
        "lastModifiedDate",
        "lastModifiedBy",
    ];
    assert_eq!(keys(&rows[0]), row);
    let filter = "linkedSystem = `Mobile App` and usageWorkItem Contains `acceptance`";
    let found = tenant.filter("/environments", filter).await.expect(200);
    assert_eq!(column(&found["resultSet"], "name"), ["Staging"]);
    for field in ["color", "id", "name", "status", "url"] {
        tenant.filter("/environments", &format!("{field} = `x`")).await.expect(200);
    }
}

/// 200 and null are asserted against a real tenant (2021); the 404s are inferred.
#[tokio::test]
async fn an_environment_is_booked_for_a_phase() {
    let tenant = Tenant::demo().await;
    let environment = tenant.get("/environments").await.expect(200)[0]["id"].clone();
    let phases = tenant.below("REL-2026.10", "phases").await;
    let phase = at(&phases, &tenant.get(&phases).await.expect(200)[0]);
    let path = |id: &str| format!("{phase}/environments/{id}");
    let booked =
        tenant.send(reqwest::Method::POST, &path(environment.as_str().unwrap()), None).await;
    assert_eq!((booked.status.as_u16(), booked.text.as_str()), (200, "null"));
    let before = tenant.get(&phase).await.expect(200);
    tenant.put(&phase, &before).await.expect(201);
    let state = tenant.get("/__sandbox/state").await.expect(200);
    let mut stored = state["phases"].as_array().unwrap().iter();
    let stored = stored.find(|it| it["id"] == before["id"]).unwrap();
    assert_eq!(stored["environments"], json!([environment]), "a replacement leaves it");
    assert!(before.get("environments").is_none());
    tenant.post(&path("11111111-2222-4333-8444-555555555555"), &json!({})).await.expect(404);
}

/// That a system shows its environments is asserted against a real tenant (2021); the keys are inferred.
#[tokio::test]
async fn a_system_shows_its_environments() {
    let tenant = Tenant::demo().await;
    let made = tenant.post("/environments", &body(&tenant).await).await.expect(201);
    let system = format!("/systems/{}", tenant.system_id("Core Ledger").await);
    let shown = tenant.get(&system).await.expect(200)["linkedEnvironments"].clone();
    assert_eq!(column(&shown, "name"), ["SIT 1", "Performance"]);
    assert_eq!(shown[1]["id"], made["id"]);
    let detail = tenant.get(&system).await.expect(200);
    assert_eq!(tenant.put(&system, &detail).await.expect(200), detail);
}
