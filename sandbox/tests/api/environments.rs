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
