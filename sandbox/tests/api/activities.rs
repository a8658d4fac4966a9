//! Activities and criteria of a release.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys};

const FIELDS: [&str; 12] = [
    "id",
    "identifier",
    "title",
    "status",
    "description",
    "activityDependencyType",
    "type",
    "assignedToID",
    "assignedWorkItemID",
    "startDate",
    "endDate",
    "forecastDate",
];

#[tokio::test]
async fn a_title_is_enough() {
    let tenant = Tenant::demo().await;
    for (collection, kind) in [("activities", "Activity"), ("criterias", "EntryCriteria")] {
        let path = tenant.below("REL-2026.11", collection).await;
        let made = tenant.post(&path, &json!({"title": "Rehearsal"})).await.expect(201);
        assert_eq!(keys(&made), FIELDS);
        assert_eq!(made["title"], "Rehearsal");
        assert_eq!((&made["status"], &made["type"]), (&json!("NotStarted"), &json!(kind)));
        assert_eq!(made["activityDependencyType"], "None");
        for key in ["assignedToID", "assignedWorkItemID", "startDate", "forecastDate"] {
            assert_eq!(made[key], Value::Null, "{key}");
        }
        assert_eq!(tenant.get(&path).await.expect(200), json!([made]));
        assert_eq!(tenant.get(&at(&path, &made)).await.expect(200), made);
    }
}

#[tokio::test]
async fn every_field_is_kept() {
    let tenant = Tenant::demo().await;
    let phases = tenant.below("REL-2026.10", "phases").await;
    let body = json!({
        "identifier": "ACT-1",
        "title": "Rehearsal",
        "status": "inprogress",
        "description": "All hands",
        "activityDependencyType": "Enterprise",
        "type": "ExitCriteria",
        "assignedToID": tenant.id("/users", "userName = `sam@example.com`").await,
        "assignedWorkItemID": tenant.get(&phases).await.expect(200)[0]["id"],
        "startDate": "2026-10-06",
        "endDate": "2026-10-07T12:00:00Z",
        "forecastDate": "2026-10-08T00:00:00",
    });
    let mut wanted = body.clone();
    wanted["status"] = json!("InProgress");
    wanted["startDate"] = json!("2026-10-06T00:00:00");
    wanted["endDate"] = json!("2026-10-07T12:00:00");
    for collection in ["activities", "criterias"] {
        let path = tenant.below("REL-2026.10", collection).await;
        let made = tenant.post(&path, &body).await.expect(201);
        wanted["id"] = made["id"].clone();
        assert_eq!(made, wanted);
    }
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_told_at_once() {
    let tenant = Tenant::demo().await;
    let stranger = "11111111-2222-4333-8444-555555555555";
    for (collection, model) in [("activities", "activity"), ("criterias", "criteria")] {
        let path = tenant.below("REL-2026.11", collection).await;
        let body = json!({
            "status": "Done",
            "activityDependencyType": "Some",
            "type": "Idea",
            "assignedToID": stranger,
            "startDate": "soon",
        });
        let refused = tenant.post(&path, &body).await.expect(400);
        let wanted =
            ["Title", "Status", "ActivityDependencyType", "Type", "AssignedToID", "StartDate"];
        let wanted = wanted.map(|field| format!("{model}.{field}"));
        assert_eq!(keys(&refused["modelState"]), wanted);
    }
}

#[tokio::test]
async fn a_work_item_is_one_of_the_release_or_a_name() {
    let tenant = Tenant::demo().await;
    let own = tenant.get(&tenant.below("REL-2026.10", "gates").await).await.expect(200);
    let other = tenant.get(&tenant.below("ENT-2026.Q3", "gates").await).await.expect(200);
    let name = tenant.id("/WorkItemNames/Phases", "name = `Development`").await;
    let release = json!(tenant.release_id("REL-2026.10").await);
    for collection in ["activities", "criterias"] {
        let path = tenant.below("REL-2026.10", collection).await;
        for item in [own[0]["id"].clone(), json!(name)] {
            let body = json!({"title": "x", "assignedWorkItemID": item});
            let made = tenant.post(&path, &body).await.expect(201);
            assert_eq!(made["assignedWorkItemID"], item);
        }
        for item in [other[0]["id"].clone(), release.clone(), json!("Development")] {
            let body = json!({"title": "x", "assignedWorkItemID": item});
            let refused = tenant.post(&path, &body).await.expect(400);
            let key = keys(&refused["modelState"])[0];
            assert!(key.ends_with(".AssignedWorkItemID"), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_put_replaces_an_activity() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("ENT-2026.Q3", "activities").await;
    let before = tenant.get(&path).await.expect(200)[0].clone();
    assert!(before["assignedToID"].is_string());
    let body = json!({"title": "Regression", "status": "Completed"});
    let after = tenant.put(&at(&path, &before), &body).await.expect(200);
    assert_eq!((&after["title"], &after["status"]), (&json!("Regression"), &json!("Completed")));
    assert_eq!(
        (&after["assignedToID"], &after["assignedWorkItemID"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(tenant.get(&at(&path, &before)).await.expect(200), after);
    tenant.put(&at(&path, &before), &json!({})).await.expect(400);
}

#[tokio::test]
async fn an_activity_on_a_deleted_phase_can_still_be_replaced() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.10", "activities").await;
    let activity = tenant.get(&path).await.expect(200)[0].clone();
    let phases = tenant.below("REL-2026.10", "phases").await;
    let phase = format!("{phases}/{}", activity["assignedWorkItemID"].as_str().unwrap());
    tenant.delete(&phase).await.expect(200);
    assert_eq!(tenant.put(&at(&path, &activity), &activity).await.expect(200), activity);
}

#[tokio::test]
async fn a_criterion_is_found_below_its_release_and_by_itself() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("ENT-2026.Q3", "criterias").await;
    let rows = tenant.get(&path).await.expect(200);
    assert_eq!(column(&rows, "title"), ["No open severity 1 defects"]);
    for path in [at(&path, &rows[0]), at("/criteria", &rows[0]), at("/Criteria", &rows[0])] {
        assert_eq!(tenant.get(&path).await.expect(200), rows[0], "{path}");
    }
    let elsewhere = tenant.below("REL-2026.10", "criterias").await;
    tenant.get(&at(&elsewhere, &rows[0])).await.expect(404);
    tenant.get("/criteria/11111111-2222-4333-8444-555555555555").await.expect(404);
}

#[tokio::test]
async fn methods_that_no_public_material_shows_are_not_there() {
    let tenant = Tenant::demo().await;
    for (collection, methods) in
        [("activities", vec![Method::DELETE]), ("criterias", vec![Method::PUT, Method::DELETE])]
    {
        let path = tenant.below("ENT-2026.Q3", collection).await;
        let row = tenant.get(&path).await.expect(200)[0].clone();
        for method in methods {
            tenant.send(method, &at(&path, &row), Some(&row)).await.expect(405);
        }
    }
}
