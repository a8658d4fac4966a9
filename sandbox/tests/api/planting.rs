//! Edits and rows that come past the API.

use serde_json::json;

use crate::support::{Tenant, at, column};

#[tokio::test]
async fn everything_below_a_release_can_be_edited() {
    let tenant = Tenant::demo().await;
    for (release, collection, name, key, value) in [
        ("REL-2026.10", "phases", "phases", "startDate", json!("2026-10-06T00:00:00")),
        ("REL-2026.10", "gates", "gates", "endDate", json!("2026-10-30T00:00:00")),
        ("REL-2026.10", "activities", "activities", "title", json!("Renamed")),
        ("REL-2026.10", "criterias", "criteria", "title", json!("Renamed")),
    ] {
        let path = tenant.below(release, collection).await;
        let row = tenant.get(&path).await.expect(200)[0].clone();
        let edit = at(&format!("/__sandbox/{name}"), &row);
        let edited = tenant.patch(&edit, &json!({key: value})).await.expect(200);
        assert_eq!(edited["releaseId"], tenant.release_id(release).await);
        assert_eq!(tenant.get(&at(&path, &row)).await.expect(200)[key], value);
    }
}

#[tokio::test]
async fn a_deployment_date_can_be_renamed_and_set() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let row = tenant.get(&dates).await.expect(200)[0].clone();
    let changes = json!({"DeploymentTitle": "wave one", "deploymentStatus": "Rejected"});
    tenant.patch(&at("/__sandbox/deploymentdates", &row), &changes).await.expect(200);
    let after = tenant.get(&dates).await.expect(200)[0].clone();
    assert_eq!(after["deploymentTitle"], "wave one");
    assert_eq!(after["deploymentStatus"], "Rejected");
}

#[tokio::test]
async fn a_row_of_a_release_is_edited_under_both_ids() {
    let tenant = Tenant::demo().await;
    let (release, system) =
        (tenant.release_id("REL-2026.11").await, tenant.system_id("Core Ledger").await);
    let path = format!("/__sandbox/releaseSystems/{release}%2F{system}");
    let stored = tenant.patch(&path, &json!({"deploymentStatus": "Completed"})).await.expect(200);
    assert_eq!((&stored["releaseId"], &stored["systemId"]), (&json!(release), &json!(system)));
    let row = tenant.get(&format!("/releases/{release}/systems/{system}")).await.expect(200);
    assert_eq!(row["deploymentStatus"], "Completed");
    tenant.patch("/__sandbox/releaseSystems/unknown", &json!({})).await.expect(404);
}

#[tokio::test]
async fn a_system_can_be_planted_twice() {
    let tenant = Tenant::demo().await;
    let (release, system) =
        (tenant.release_id("REL-2026.11").await, tenant.system_id("Core Ledger").await);
    let row = json!({"releaseId": release, "systemId": system, "systemRoleType": "Impact"});
    let planted = tenant.post("/__sandbox/releaseSystems", &row).await.expect(200);
    assert!(planted["id"].is_string());
    let rows = tenant.get(&format!("/releases/{release}/systems")).await.expect(200);
    assert_eq!(column(&rows, "system"), ["Core Ledger", "Fraud Screening", "Core Ledger"]);
    assert!(rows[2].get("id").is_none() && rows[2].get("releaseId").is_none());
}

#[tokio::test]
async fn a_row_is_planted_as_it_is_and_under_its_own_id() {
    let tenant = Tenant::demo().await;
    let (release, system) =
        (tenant.release_id("REL-2026.11").await, tenant.system_id("Core Ledger").await);
    let row = json!({
        "id": "planted",
        "releaseId": release,
        "systemId": system,
        "deploymentTitle": "wave 1",
        "sortOrder": 3,
        "colour": "red",
    });
    assert_eq!(tenant.post("/__sandbox/deploymentDates", &row).await.expect(200), row);
    let dates = format!("/releases/{release}/systems/{system}/deploymentDates");
    let rows = tenant.get(&dates).await.expect(200);
    assert_eq!(column(&rows, "deploymentTitle"), ["wave 1", "wave 2", "wave 1"]);
    assert_eq!(rows[2]["id"], "planted");
    let state = tenant.get("/__sandbox/state").await.expect(200);
    assert_eq!(state["deploymentDates"].as_array().unwrap().last(), Some(&row));
    tenant.post("/__sandbox/deploymentDates", &json!([])).await.expect(400);
}

#[tokio::test]
async fn every_collection_takes_planted_rows() {
    let tenant = Tenant::demo().await;
    for name in ["systems", "releases", "phases", "gates", "activities", "criteria"] {
        let row = json!({"id": "planted", "name": "x"});
        assert_eq!(tenant.post(&format!("/__sandbox/{name}"), &row).await.expect(200), row);
        let state = tenant.get("/__sandbox/state").await.expect(200);
        assert_eq!(state[name].as_array().unwrap().last(), Some(&row), "{name}");
    }
}
