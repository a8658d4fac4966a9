//! The deployment status of a system's row in a release.

use plutora_sandbox::{Habits, RowStatus};
use serde_json::{Value, json};

use crate::support::{Tenant, keys, rule};

const INVALID: &str = "Invalid deployment status";

/// The path and the row of Core Ledger in a release.
async fn row(tenant: &Tenant, release: &str) -> (String, Value) {
    let systems = tenant.below(release, "systems").await;
    let path = format!("{systems}/{}", tenant.system_id("Core Ledger").await);
    let row = tenant.get(&path).await.expect(200);
    (path, row)
}

async fn set(tenant: &Tenant, (path, row): &(String, Value), status: &str) -> Value {
    let mut body = row.clone();
    body["deploymentStatus"] = json!(status);
    let answer = tenant.put(path, &body).await;
    if answer.status == 200 {
        let answered = answer.json();
        assert_eq!(tenant.get(path).await.expect(200), answered);
        return answered["deploymentStatus"].clone();
    }
    rule(&answer.expect(400)).into()
}

#[tokio::test]
async fn a_post_starts_at_pending_whatever_it_carries() {
    let tenant = Tenant::demo().await;
    let systems = tenant.below("REL-2026.11", "systems").await;
    for (system, status) in [("Mobile App", json!("Completed")), ("Data Warehouse", json!("???"))] {
        let mut body = tenant.link_body(system).await;
        body["deploymentStatus"] = status;
        assert_eq!(tenant.post(&systems, &body).await.expect(201)["deploymentStatus"], "Pending");
    }
}

#[tokio::test]
async fn three_statuses_can_be_set_on_any_release() {
    let tenant = Tenant::demo().await;
    for release in ["REL-2026.11", "ENT-2026.Q3"] {
        let place = row(&tenant, release).await;
        for status in ["Completed", "RollbackPending", "Rejected"] {
            assert_eq!(set(&tenant, &place, status).await, status);
        }
        assert_eq!(set(&tenant, &place, "completed").await, "Completed");
    }
}

#[tokio::test]
async fn other_statuses_are_invalid() {
    let tenant = Tenant::demo().await;
    let place = row(&tenant, "REL-2026.11").await;
    for status in ["Endorsed", "Shipped", ""] {
        assert_eq!(set(&tenant, &place, status).await, INVALID, "{status}");
    }
}

#[tokio::test]
async fn nothing_goes_back_to_pending_and_the_current_status_can_be_sent_back() {
    let tenant = Tenant::demo().await;
    let place = row(&tenant, "REL-2026.11").await;
    assert_eq!(set(&tenant, &place, "Pending").await, "Pending");
    assert_eq!(set(&tenant, &place, "Rejected").await, "Rejected");
    assert_eq!(set(&tenant, &place, "Rejected").await, "Rejected");
    assert_eq!(set(&tenant, &place, "Pending").await, INVALID);
}

#[tokio::test]
async fn a_put_without_a_status_keeps_it() {
    let tenant = Tenant::demo().await;
    let (path, mut body) = row(&tenant, "REL-2026.11").await;
    body["deploymentStatus"] = json!("Completed");
    tenant.put(&path, &body).await.expect(200);
    body.as_object_mut().unwrap().remove("deploymentStatus");
    assert_eq!(tenant.put(&path, &body).await.expect(200)["deploymentStatus"], "Completed");
    body["deploymentStatus"] = Value::Null;
    assert_eq!(tenant.put(&path, &body).await.expect(200)["deploymentStatus"], "Completed");
}

#[tokio::test]
async fn rows_show_and_take_the_labels_of_the_tenant() {
    let status_labels = "Pending=pending1,Completed=Done".parse().unwrap();
    let tenant = Tenant::start(Habits { status_labels, ..Habits::default() }).await;
    let place = row(&tenant, "REL-2026.11").await;
    assert_eq!(place.1["deploymentStatus"], "pending1");
    assert_eq!(set(&tenant, &place, "DONE").await, "Done");
    assert_eq!(set(&tenant, &place, "Completed").await, "Done");
    assert_eq!(set(&tenant, &place, "Pending1").await, INVALID);
    let systems = place.0.rsplit_once('/').unwrap().0;
    let found = tenant.filter(systems, "deploymentStatus = `done`").await.expect(200);
    assert_eq!(found["totalCount"], 1);
}

#[tokio::test]
async fn a_tenant_may_have_no_statuses_of_rows() {
    let options = Habits { row_status: RowStatus::Ignored, ..Habits::default() };
    let tenant = Tenant::start(options).await;
    let (path, before) = row(&tenant, "REL-2026.11").await;
    assert_eq!(keys(&before).last(), Some(&"isDeleted"));
    let mut body = before.clone();
    for status in ["Completed", "Shipped"] {
        body["deploymentStatus"] = json!(status);
        assert_eq!(tenant.put(&path, &body).await.expect(200), before);
    }
    let rows = tenant.get(path.rsplit_once('/').unwrap().0).await.expect(200);
    assert_eq!(rows[0], before);
    let made = tenant.link_body("Mobile App").await;
    let made = tenant.post(path.rsplit_once('/').unwrap().0, &made).await.expect(201);
    assert!(made.get("deploymentStatus").is_none());
}
