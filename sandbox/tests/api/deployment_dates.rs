//! Deployment dates: create, list, replace, delete.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys, rule};

pub(crate) fn body(title: &str) -> Value {
    json!({
        "deploymentTitle": title,
        "startDate": "2026-12-01T22:00:00Z",
        "endDate": "2026-12-02T02:00:00Z",
    })
}

#[tokio::test]
async fn a_date_is_made_listed_replaced_and_deleted() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Fraud Screening").await;
    let mut body = body("wave 1");
    body["deploymentTypeID"] = json!(tenant.lookup("DeploymentType", "Blue/green").await);
    body["deployingToID"] = json!(tenant.lookup("DeploymentTo", "Production").await);
    body["changeRecord"] = json!("CHG-1");
    let made = tenant.post(&dates, &body).await.expect(200);
    let wanted = [
        "id",
        "deploymentTitle",
        "deploymentTypeID",
        "deploymentType",
        "deployingToID",
        "deployingTo",
        "enterpriseTypeID",
        "enterpriseType",
        "startDate",
        "endDate",
        "changeRecord",
        "deploymentStatus",
        "deploymentCompletedDate",
        "sortOrder",
    ];
    assert_eq!(keys(&made), wanted);
    assert_eq!(
        (&made["deploymentType"], &made["deployingTo"]),
        (&json!("Blue/green"), &json!("Production"))
    );
    assert_eq!(
        (&made["startDate"], &made["sortOrder"]),
        (&json!("2026-12-01T22:00:00"), &json!(1))
    );
    assert_eq!(tenant.get(&dates).await.expect(200), json!([made]));

    let mut changed = made.clone();
    changed["deploymentTitle"] = json!("wave one");
    changed["deploymentType"] = json!("ignored");
    changed["enterpriseType"] = json!("ignored");
    let answered = tenant.put(&at(&dates, &made), &changed).await.expect(200);
    changed["deploymentType"] = json!("Blue/green");
    changed["enterpriseType"] = Value::Null;
    assert_eq!(answered, changed);
    assert_eq!(tenant.get(&dates).await.expect(200), json!([answered]));

    let deleted = tenant.delete(&at(&dates, &made)).await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (200, ""));
    assert_eq!(tenant.get(&dates).await.expect(200), json!([]));
    tenant.delete(&at(&dates, &made)).await.expect(404);
    tenant.put(&at(&dates, &made), &changed).await.expect(404);
}

#[tokio::test]
async fn a_single_date_cannot_be_read() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let row = tenant.get(&dates).await.expect(200)[0].clone();
    tenant.get(&at(&dates, &row)).await.expect(405);
}

#[tokio::test]
async fn a_system_that_is_not_linked_has_no_dates() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Mobile App").await;
    assert_eq!(tenant.get(&dates).await.expect(404), Value::Null);
    assert_eq!(tenant.post(&dates, &body("x")).await.expect(404), Value::Null);
}

#[tokio::test]
async fn a_date_is_found_below_its_own_system_only() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let row = tenant.get(&dates).await.expect(200)[0].clone();
    for (release, system) in [("REL-2026.11", "Fraud Screening"), ("REL-2026.10", "Core Ledger")] {
        let elsewhere = at(&tenant.dates_of(release, system).await, &row);
        tenant.put(&elsewhere, &row).await.expect(404);
        tenant.delete(&elsewhere).await.expect(404);
    }
    assert_eq!(tenant.get(&dates).await.expect(200).as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_start_later_than_the_end_is_refused() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let row = tenant.get(&dates).await.expect(200)[0].clone();
    let mut turned = row.clone();
    turned["startDate"] = json!("2026-11-29T02:00:01");
    for (method, path) in [(Method::POST, dates.clone()), (Method::PUT, at(&dates, &row))] {
        let refused = tenant.send(method, &path, Some(&turned)).await.expect(400);
        assert_eq!(rule(&refused), "Start date can not be later than end date");
    }
    turned["startDate"] = turned["endDate"].clone();
    tenant.put(&at(&dates, &row), &turned).await.expect(200);
}

#[tokio::test]
async fn a_post_ignores_status_order_completion_and_id() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let mut body = body("wave 3");
    body["id"] = json!("11111111-2222-4333-8444-555555555555");
    body["deploymentStatus"] = json!("no such status");
    body["sortOrder"] = json!("first");
    body["deploymentCompletedDate"] = json!("2026-01-01T00:00:00");
    let made = tenant.post(&dates, &body).await.expect(200);
    assert_ne!(made["id"], body["id"]);
    assert_eq!((&made["deploymentStatus"], &made["sortOrder"]), (&json!("Pending"), &json!(3)));
    assert_eq!(made["deploymentCompletedDate"], Value::Null);
}

#[tokio::test]
async fn title_start_and_end_are_mandatory_and_ids_are_checked() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let refused = tenant.post(&dates, &json!({})).await.expect(400);
    let wanted =
        ["deploymentDate.DeploymentTitle", "deploymentDate.StartDate", "deploymentDate.EndDate"];
    assert_eq!(keys(&refused["modelState"]), wanted);

    let mut wrong = body("x");
    wrong["deploymentTypeID"] = json!(tenant.lookup("DeploymentTo", "Production").await);
    wrong["deployingToID"] = json!("Production");
    let refused = tenant.post(&dates, &wrong).await.expect(400);
    let wanted = ["deploymentDate.DeploymentTypeID", "deploymentDate.DeployingToID"];
    assert_eq!(keys(&refused["modelState"]), wanted);
    let text = &refused["modelState"]["deploymentDate.DeploymentTypeID"][0];
    assert_eq!(text, "Invalid DeploymentType");
}

#[tokio::test]
async fn an_id_that_contradicts_the_path_is_refused() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let rows = tenant.get(&dates).await.expect(200);
    let refused = tenant.put(&at(&dates, &rows[0]), &rows[1]).await.expect(400);
    assert!(refused["message"].as_str().unwrap().contains("differs"));
}

#[tokio::test]
async fn titles_may_repeat() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    tenant.post(&dates, &body("wave 2")).await.expect(200);
    let rows = tenant.get(&dates).await.expect(200);
    assert_eq!(column(&rows, "deploymentTitle"), ["wave 1", "wave 2", "wave 2"]);
}

#[tokio::test]
async fn a_put_empties_what_it_leaves_out() {
    let tenant = Tenant::demo().await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let row = tenant.get(&dates).await.expect(200)[0].clone();
    assert_eq!(row["deploymentType"], "Rolling");
    let after = tenant.put(&at(&dates, &row), &body("wave 1")).await.expect(200);
    for key in ["deploymentTypeID", "deploymentType", "deployingToID", "deployingTo"] {
        assert_eq!(after[key], Value::Null, "{key}");
    }
    assert_eq!(after["sortOrder"], 1);
}
