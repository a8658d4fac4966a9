//! The systems of a release.

use serde_json::{Value, json};

use crate::support::{Tenant, column, keys, rule};

const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

#[tokio::test]
async fn a_system_is_linked_read_and_unlinked() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let mut body = tenant.link_body("Mobile App").await;
    body["system"] = json!("ignored");
    body["isGhost"] = json!(true);
    let made = tenant.post(&systems, &body).await.expect(201);
    let wanted = [
        "systemId",
        "system",
        "systemRoleType",
        "systemRoleDependencyTypeId",
        "systemRoleDependencyType",
        "isGhost",
        "isDeleted",
        "deploymentStatus",
    ];
    assert_eq!(keys(&made), wanted);
    assert_eq!(made["system"], "Mobile App");
    assert_eq!(made["systemRoleType"], "Impact");
    assert_eq!(made["systemRoleDependencyType"], "Code Implementation Dependency");
    assert_eq!((&made["isGhost"], &made["isDeleted"]), (&json!(false), &json!(false)));

    let path = format!("{systems}/{}", body["systemId"].as_str().unwrap());
    assert_eq!(tenant.get(&path).await.expect(200), made);
    let rows = tenant.get(&systems).await.expect(200);
    assert_eq!(column(&rows, "system"), ["Core Ledger", "Fraud Screening", "Mobile App"]);
    assert_eq!(rows[2], made);
    assert_eq!(tenant.delete(&path).await.expect(200), Value::Null);
    tenant.get(&path).await.expect(404);
    tenant.delete(&path).await.expect(404);
    tenant.put(&path, &body).await.expect(404);
}

#[tokio::test]
async fn an_unknown_system_is_not_found() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let mut body = tenant.link_body("Mobile App").await;
    body["systemId"] = json!(STRANGER);
    assert_eq!(tenant.post(&systems, &body).await.expect(404), Value::Null);
    body["systemId"] = json!("Mobile App");
    let refused = tenant.post(&systems, &body).await.expect(400);
    assert_eq!(keys(&refused["modelState"]), ["releaseSystem.SystemId"]);
}

#[tokio::test]
async fn system_and_type_of_dependency_are_mandatory() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let refused = tenant.post(&systems, &json!({})).await.expect(400);
    let both = ["releaseSystem.SystemId", "releaseSystem.SystemRoleDependencyTypeId"];
    assert_eq!(keys(&refused["modelState"]), both);

    let mut body = tenant.link_body("Mobile App").await;
    for wrong in [json!(STRANGER), json!(tenant.lookup("ReleaseType", "Major").await), json!(null)]
    {
        body["systemRoleDependencyTypeId"] = wrong;
        let refused = tenant.post(&systems, &body).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), both[1..]);
    }
}

#[tokio::test]
async fn a_role_type_is_one_of_two() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let mut body = tenant.link_body("Mobile App").await;
    body["systemRoleType"] = json!("Boss");
    let refused = tenant.post(&systems, &body).await.expect(400);
    assert_eq!(keys(&refused["modelState"]), ["releaseSystem.SystemRoleType"]);
    body["systemRoleType"] = json!("regression");
    assert_eq!(tenant.post(&systems, &body).await.expect(201)["systemRoleType"], "Regression");
}

#[tokio::test]
async fn a_system_is_not_linked_twice() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let refused = tenant.post(&systems, &tenant.link_body("Core Ledger").await).await.expect(400);
    assert!(rule(&refused).contains("already linked"));
    let elsewhere = tenant.below("REL-2026.03", "systems").await;
    tenant.post(&elsewhere, &tenant.link_body("Core Ledger").await).await.expect(201);
}

#[tokio::test]
async fn a_put_replaces_what_can_be_written() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let mut body = tenant.link_body("Mobile App").await;
    body["systemRoleType"] = json!("Regression");
    tenant.post(&systems, &body).await.expect(201);
    let path = format!("{systems}/{}", body["systemId"].as_str().unwrap());
    let other =
        tenant.lookup("SystemRoleDependencyType", "Regression Verification Dependency").await;
    let answered =
        tenant.put(&path, &json!({"systemRoleDependencyTypeId": other})).await.expect(200);
    assert_eq!(answered["systemRoleDependencyType"], "Regression Verification Dependency");
    assert_eq!(answered["systemRoleType"], "Impact", "what was left out is the default again");
    assert_eq!(answered["system"], "Mobile App");
    assert_eq!(tenant.get(&path).await.expect(200), answered);
    tenant.put(&path, &json!({})).await.expect(400);
}

#[tokio::test]
async fn a_put_of_another_system_than_that_of_the_path_is_refused() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let ledger = tenant.system_id("Core Ledger").await;
    let body = tenant.link_body("Mobile App").await;
    let refused = tenant.put(&format!("{systems}/{ledger}"), &body).await.expect(400);
    assert!(refused["message"].as_str().unwrap().contains("differs"));
}

#[tokio::test]
async fn the_dates_of_an_unlinked_system_are_gone() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let path = dates.strip_suffix("/deploymentDates").unwrap();
    let elsewhere = tenant.dates_of("ENT-2026.Q3", "Core Ledger").await;
    tenant.delete(path).await.expect(200);
    tenant.get(&dates).await.expect(404);
    let systems = tenant.below("REL-2026.11", "systems").await;
    tenant.post(&systems, &tenant.link_body("Core Ledger").await).await.expect(201);
    assert_eq!(tenant.get(&dates).await.expect(200), json!([]));
    assert_eq!(tenant.get(&elsewhere).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_deleted_system_stays_in_its_releases_as_deleted() {
    let tenant = Tenant::demo().await;
    let system = tenant.system_id("Fraud Screening").await;
    tenant.delete(&format!("/systems/{system}")).await.expect(200);
    for release in ["REL-2026.11", "REL-2026.10"] {
        let systems = tenant.below(release, "systems").await;
        let row = tenant.get(&format!("{systems}/{system}")).await.expect(200);
        assert_eq!((&row["isDeleted"], &row["system"]), (&json!(true), &Value::Null), "{release}");
    }
    let ledger = tenant.system_id("Core Ledger").await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    let row = tenant.get(&format!("{systems}/{ledger}")).await.expect(200);
    assert_eq!(row["isDeleted"], false);
}

/// Inferred: a row that is marked as deleted does not keep its system from being linked again.
#[tokio::test]
async fn a_system_whose_row_is_deleted_is_linked_anew() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.11", "systems").await;
    let body = tenant.link_body("Core Ledger").await;
    tenant.post(&path, &body).await.expect(400);
    let release = tenant.release_id("REL-2026.11").await;
    let state = tenant.get("/__sandbox/state").await.expect(200);
    let rows = state["releaseSystems"].as_array().unwrap().iter();
    let mut rows = rows.filter(|row| row["releaseId"] == *release);
    let row = rows.find(|row| row["systemId"] == body["systemId"]).unwrap();
    // The id of a row is those of its release and its system.
    let id = row["id"].as_str().unwrap().replace('/', "%2F");
    let edit = format!("/__sandbox/releaseSystems/{id}");
    tenant.patch(&edit, &json!({"isDeleted": true})).await.expect(200);
    assert_eq!(tenant.post(&path, &body).await.expect(201)["isDeleted"], false);
}
