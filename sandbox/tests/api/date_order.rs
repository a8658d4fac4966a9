//! The order of deployment dates.

use serde_json::{Value, json};

use crate::deployment_dates::body;
use crate::support::{Tenant, at, column};

/// A system with dates `1`, `2`, `3`, `4`, in that order.
async fn four(tenant: &Tenant) -> String {
    let dates = tenant.dates_of("REL-2026.11", "Fraud Screening").await;
    for (number, title) in (1..).zip(["1", "2", "3", "4"]) {
        let made = tenant.post(&dates, &body(title)).await.expect(200);
        assert_eq!(made["sortOrder"], json!(number));
    }
    dates
}

/// The titles in their order, whose numbers are 1, 2, 3 and so on.
async fn titles(tenant: &Tenant, dates: &str) -> String {
    let rows = tenant.get(dates).await.expect(200);
    for (number, row) in (1..).zip(rows.as_array().unwrap()) {
        assert_eq!(row["sortOrder"], json!(number), "{rows}");
    }
    column(&rows, "deploymentTitle").concat()
}

async fn place(tenant: &Tenant, dates: &str, title: &str, order: Value) -> Value {
    let rows = tenant.get(dates).await.expect(200);
    let mut rows = rows.as_array().unwrap().iter();
    let mut row = rows.find(|row| row["deploymentTitle"] == title).unwrap().clone();
    row["sortOrder"] = order;
    tenant.put(&at(dates, &row), &row).await.expect(200)["sortOrder"].clone()
}

#[tokio::test]
async fn a_date_that_is_moved_pushes_the_others_along() {
    let tenant = Tenant::demo().await;
    let dates = four(&tenant).await;
    assert_eq!(place(&tenant, &dates, "4", json!(2)).await, 2);
    assert_eq!(titles(&tenant, &dates).await, "1423");
    assert_eq!(place(&tenant, &dates, "1", json!("3")).await, 3);
    assert_eq!(titles(&tenant, &dates).await, "4213");
}

#[tokio::test]
async fn a_place_that_there_is_not_is_the_nearest_that_there_is() {
    let tenant = Tenant::demo().await;
    let dates = four(&tenant).await;
    assert_eq!(place(&tenant, &dates, "1", json!(99)).await, 4);
    assert_eq!(titles(&tenant, &dates).await, "2341");
    assert_eq!(place(&tenant, &dates, "4", json!(0)).await, 1);
    assert_eq!(place(&tenant, &dates, "3", json!(-7)).await, 1);
    assert_eq!(titles(&tenant, &dates).await, "3421");
}

#[tokio::test]
async fn a_put_without_a_place_keeps_it() {
    let tenant = Tenant::demo().await;
    let dates = four(&tenant).await;
    assert_eq!(place(&tenant, &dates, "3", Value::Null).await, 3);
    assert_eq!(titles(&tenant, &dates).await, "1234");
}

#[tokio::test]
async fn dates_of_other_systems_keep_their_places() {
    let tenant = Tenant::demo().await;
    let ledger = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let before = tenant.get(&ledger).await.expect(200);
    let dates = four(&tenant).await;
    place(&tenant, &dates, "4", json!(1)).await;
    assert_eq!(tenant.get(&ledger).await.expect(200), before);
}

#[tokio::test]
async fn a_new_date_comes_last_and_a_gap_stays_until_something_moves() {
    let tenant = Tenant::demo().await;
    let dates = four(&tenant).await;
    let rows = tenant.get(&dates).await.expect(200);
    tenant.delete(&at(&dates, &rows[1])).await.expect(200);
    assert_eq!(tenant.post(&dates, &body("5")).await.expect(200)["sortOrder"], 5);
    assert_eq!(place(&tenant, &dates, "5", json!(5)).await, 5);
    assert_eq!(place(&tenant, &dates, "5", json!(1)).await, 1);
    assert_eq!(titles(&tenant, &dates).await, "5134");
}
