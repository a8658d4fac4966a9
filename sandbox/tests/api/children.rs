//! What all collections below a release have in common.

use plutora_sandbox::{Habits, Lists};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, at, column};

const COLLECTIONS: [&str; 5] = ["systems", "phases", "gates", "activities", "criterias"];
const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

#[tokio::test]
async fn everything_below_an_unknown_release_is_not_found() {
    let tenant = Tenant::demo().await;
    for collection in COLLECTIONS.iter().chain(&["linkedReleases"]) {
        let path = format!("/releases/{STRANGER}/{collection}");
        assert_eq!(tenant.get(&path).await.expect(404), Value::Null, "{collection}");
        assert_eq!(tenant.get(&path).await.text, "");
    }
    let dates = format!("/releases/{STRANGER}/systems/{STRANGER}/deploymentDates");
    assert_eq!(tenant.get(&dates).await.expect(404), Value::Null);
    for collection in COLLECTIONS {
        let path = format!("/releases/{STRANGER}/{collection}");
        assert_eq!(tenant.post(&path, &json!({})).await.expect(404), Value::Null);
        let single = format!("{path}/{STRANGER}");
        assert_eq!(tenant.get(&single).await.expect(404), Value::Null);
    }
    for collection in ["systems", "phases", "gates"] {
        let path = format!("/releases/{STRANGER}/{collection}/{STRANGER}");
        assert_eq!(tenant.put(&path, &json!({})).await.expect(404), Value::Null);
        assert_eq!(tenant.delete(&path).await.expect(404), Value::Null);
    }
}

#[tokio::test]
async fn an_unknown_object_of_a_known_release_is_not_found() {
    let tenant = Tenant::demo().await;
    for collection in COLLECTIONS {
        let path = format!("{}/{STRANGER}", tenant.below("REL-2026.11", collection).await);
        assert_eq!(tenant.get(&path).await.expect(404), Value::Null, "{collection}");
    }
}

#[tokio::test]
async fn an_object_is_found_below_its_own_release_only() {
    let tenant = Tenant::demo().await;
    let phases = tenant.below("REL-2026.10", "phases").await;
    let phase = tenant.get(&phases).await.expect(200)[0].clone();
    tenant.get(&at(&phases, &phase)).await.expect(200);
    let elsewhere = at(&tenant.below("REL-2026.11", "phases").await, &phase);
    tenant.get(&elsewhere).await.expect(404);
    tenant.put(&elsewhere, &phase).await.expect(404);
    tenant.delete(&elsewhere).await.expect(404);
    tenant.get(&at(&phases, &phase)).await.expect(200);
}

#[tokio::test]
async fn a_missing_token_is_told_before_an_unknown_release() {
    let mut tenant = Tenant::demo().await;
    tenant.token = "nonsense".to_owned();
    for collection in COLLECTIONS {
        tenant.get(&format!("/releases/{STRANGER}/{collection}")).await.expect(401);
    }
    tenant.get("/WorkItemNames/Phases").await.expect(401);
}

#[tokio::test]
async fn lists_are_shaped_and_paged_as_all_others() {
    for (lists, plain_is_array, paged_is_array) in [
        (Lists::Documented, true, false),
        (Lists::Envelope, false, false),
        (Lists::Array, true, true),
    ] {
        let tenant = Tenant::start(Habits { lists, ..Habits::default() }).await;
        let id = "/releases?filter=identifier%20%3D%20%60ENT-2026.Q3%60";
        let found = tenant.get(id).await.expect(200);
        let row = if found.is_array() { &found[0] } else { &found["resultSet"][0] };
        let phases = format!("/releases/{}/phases", row["id"].as_str().unwrap());
        let plain = tenant.get(&phases).await.expect(200);
        assert_eq!(plain.is_array(), plain_is_array, "{lists}");
        let paged = tenant.get(&format!("{phases}?pageNum=1&recordsPerPage=3")).await.expect(200);
        assert_eq!(paged.is_array(), paged_is_array, "{lists}");
        let rows = if paged_is_array { &paged } else { &paged["resultSet"] };
        assert_eq!(column(rows, "startDate"), ["2026-09-19T00:00:00"]);
    }
}

#[tokio::test]
async fn paths_and_keys_are_taken_in_any_case_and_unknown_keys_ignored() {
    let tenant = Tenant::demo().await;
    let release = tenant.release_id("REL-2026.11").await.to_uppercase();
    let body = tenant.item_body("Phases", "Deployment").await;
    let body = json!({
        "WORKITEMNAMEID": body["workItemNameID"].as_str().unwrap().to_uppercase(),
        "startdate": body["startDate"],
        "EndDate": body["endDate"],
        "colour": "nobody knows this key",
    });
    let made = tenant.post(&format!("/Releases/{release}/PHASES/"), &body).await.expect(201);
    assert!(made.get("colour").is_none());
    let id = made["id"].as_str().unwrap().to_uppercase();
    assert_eq!(tenant.get(&format!("//releases/{release}/Phases/{id}")).await.expect(200), made);
}

#[tokio::test]
async fn an_id_in_the_body_of_a_post_is_ignored() {
    let tenant = Tenant::demo().await;
    let mut phase = tenant.item_body("Phases", "Deployment").await;
    phase["id"] = json!(STRANGER);
    let activity = json!({"id": STRANGER, "title": "Rehearsal"});
    for (collection, body) in [("phases", phase), ("activities", activity)] {
        let path = tenant.below("REL-2026.11", collection).await;
        let made = tenant.post(&path, &body).await.expect(201);
        assert_ne!(made["id"], STRANGER);
        tenant.get(&at(&path, &made)).await.expect(200);
    }
}

#[tokio::test]
async fn the_parts_of_a_deleted_release_are_gone() {
    let tenant = Tenant::demo().await;
    let release = tenant.release_id("REL-2026.10").await;
    let linked = tenant.below("REL-2026.10", "linkedReleases").await;
    tenant.put(&linked, &json!({})).await.expect(200);
    let names = [
        "releaseSystems",
        "deploymentDates",
        "phases",
        "gates",
        "activities",
        "criteria",
        "linkedReleases",
    ];
    let count = |state: &Value, name: &str| {
        let rows = state[name].as_array().unwrap().iter();
        rows.filter(|row| row["releaseId"] == json!(release)).count()
    };
    let before = tenant.get("/__sandbox/state").await.expect(200);
    tenant.delete(&format!("/releases/{release}")).await.expect(200);
    let after = tenant.get("/__sandbox/state").await.expect(200);
    for name in names {
        assert!(count(&before, name) > 0, "{name}");
        assert_eq!(count(&after, name), 0, "{name}");
    }
    assert!(!after["phases"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn writes_below_a_release_are_noted_and_can_be_spoilt() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.11", "phases").await;
    let body = tenant.item_body("Phases", "Deployment").await;
    tenant.fault(json!([{"method": "POST", "path": path, "action": "drop-after"}])).await;
    tenant.try_send(Method::POST, &path, Some(&body)).await.unwrap_err();
    assert_eq!(tenant.get(&path).await.expect(200).as_array().unwrap().len(), 1);
    let noted = tenant.journal().await;
    let spoilt = noted.iter().find(|entry| entry["fault"] == "drop-after").unwrap();
    assert_eq!((&spoilt["status"], &spoilt["body"]), (&json!(201), &body));
}

#[tokio::test]
async fn names_of_phases_and_gates_are_listed_filtered_and_paged() {
    let tenant = Tenant::demo().await;
    let phases = tenant.get("/WorkItemNames/Phases").await.expect(200);
    let wanted = ["Development", "System Test", "User Acceptance Test", "Deployment"];
    assert_eq!(column(&phases, "name"), wanted);
    assert_eq!(crate::support::keys(&phases[0]), ["id", "name"]);
    let gates = tenant.get("/workitemnames/gates?pageNum=0&recordsPerPage=2").await.expect(200);
    assert_eq!(gates["totalCount"], 3);
    assert_eq!(column(&gates["resultSet"], "name"), ["Code Freeze", "Go/No-go"]);
    let id = tenant.id("/WorkItemNames/Gates", "name = `go live`").await;
    let found = tenant.filter("/WorkItemNames/Gates", &format!("id = `{id}`")).await.expect(200);
    assert_eq!(column(&found["resultSet"], "name"), ["Go Live"]);
}
