//! PUT: a full replacement.

use serde_json::{Value, json};

use crate::plutora::{Plutora, facts};

fn without(object: &Value, keys: &[&str]) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().retain(|key, _| !keys.contains(&key.as_str()));
    object
}

/// Whether nothing is there, which a text may say in two ways.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value == ""
}

/// A release that has a value wherever it can, and its path.
async fn full_release(plutora: &Plutora) -> (Value, String) {
    let (enterprise, _) = plutora.release("Enterprise").await;
    let mut body = plutora.release_body("Integrated").await;
    body["location"] = json!("Somewhere");
    body["managerId"] = json!(plutora.first("/users").await);
    body["parentReleaseId"] = enterprise["id"].clone();
    plutora.make("/releases", &body).await
}

/// Replaces a release without some keys, and reads it.
async fn replace_without(plutora: &Plutora, release: &Value, path: &str, keys: &[&str]) -> Value {
    plutora.put(path, &without(release, keys)).await.expect(204);
    plutora.get(path).await.expect(200)
}

/// Asserts that values of custom fields survive a PUT of their object that empties them.
async fn assert_values_survive(plutora: &Plutora, kind: &str, (object, path): (Value, String)) {
    let fields = plutora.rows(&format!("/customfields/{kind}")).await;
    let Some(field) = fields.iter().find(|field| field["dataType"] == "FreeText") else {
        println!("not tried: no custom field of a {kind} is a free text");
        return;
    };
    let values = format!("{path}/additionalInformation");
    let mut rows = plutora.get(&values).await.expect(200);
    let row = rows.as_array_mut().unwrap().iter_mut().find(|row| row["id"] == field["id"]);
    row.unwrap()["text"] = json!("kept");
    assert!(plutora.put(&values, &rows).await.status.is_success());
    let mut body = object;
    body["additionalInformation"] = json!([]);
    assert!(plutora.put(&path, &body).await.status.is_success());
    assert_eq!(plutora.get(&values).await.expect(200), rows);
}

facts! {
    async fn documented_a_field_that_is_left_out_is_emptied(plutora) {
        let (release, path) = full_release(plutora).await;
        let optional = ["summary", "location", "displayColor", "managerId"];
        let replaced = replace_without(plutora, &release, &path, &optional).await;
        for key in optional {
            assert!(!is_empty(&release[key]) && is_empty(&replaced[key]), "{key}: {replaced}");
        }
        assert!(is_empty(&replaced["manager"]), "{replaced}");
    }

    async fn asserted_a_put_without_a_mandatory_field_is_a_400(plutora) {
        let (release, path) = plutora.release("Independent").await;
        for key in ["identifier", "name", "releaseTypeId", "implementationDate", "organizationId"] {
            plutora.put(&path, &without(&release, &[key])).await.expect(400);
        }
    }

    async fn asserted_an_empty_assignee_of_a_change_clears(plutora) {
        let (mut change, path) = plutora.change().await;
        assert!(change["assignedToId"].is_string());
        change["assignedToId"] = json!("");
        assert!(plutora.put(&path, &change).await.status.is_success());
        assert_eq!(plutora.get(&path).await.expect(200)["assignedToId"], Value::Null);
    }

    async fn asserted_a_business_value_score_that_is_left_out_is_0(plutora) {
        let (change, path) = plutora.change().await;
        assert_eq!(change["businessValueScore"], 60);
        let change = without(&change, &["businessValueScore"]);
        assert!(plutora.put(&path, &change).await.status.is_success());
        assert_eq!(plutora.get(&path).await.expect(200)["businessValueScore"], 0);
    }

    /// Nothing public settles it.
    async fn inferred_an_expected_delivery_date_that_is_left_out_is_emptied(plutora) {
        let mut body = plutora.change_body().await;
        body["expectedDeliveryDate"] = json!("2030-11-28T00:00:00");
        let (change, path) = plutora.make("/changes", &body).await;
        assert!(change["expectedDeliveryDate"].is_string());
        let change = without(&change, &["expectedDeliveryDate"]);
        assert!(plutora.put(&path, &change).await.status.is_success());
        assert_eq!(plutora.get(&path).await.expect(200)["expectedDeliveryDate"], Value::Null);
    }

    async fn asserted_what_was_read_may_be_sent_back_with_its_display_names(plutora) {
        let (release, path) = full_release(plutora).await;
        let replaced = replace_without(plutora, &release, &path, &[]).await;
        let date = ["lastModifiedDate"];
        assert_eq!(without(&replaced, &date), without(&release, &date));
    }

    async fn documented_read_only_fields_are_ignored(plutora) {
        let (release, path) = full_release(plutora).await;
        let mut body = release.clone();
        for key in ["releaseType", "organization", "manager", "parentRelease"] {
            body[key] = json!("Ignored");
        }
        body["lastModifiedDate"] = json!("2001-01-01T00:00:00");
        let replaced = replace_without(plutora, &body, &path, &[]).await;
        for key in ["releaseType", "organization", "manager", "parentRelease"] {
            assert_eq!(replaced[key], release[key], "{key}");
        }
        assert_ne!(replaced["lastModifiedDate"], body["lastModifiedDate"]);
    }

    async fn seen_a_put_of_a_system_leaves_its_custom_fields(plutora) {
        assert_values_survive(plutora, "System", plutora.system().await).await;
    }

    /// For changes, one suite of 2019 sends them along.
    async fn inferred_a_put_of_a_release_or_a_change_leaves_its_custom_fields(plutora) {
        assert_values_survive(plutora, "Release", plutora.release("Independent").await).await;
        assert_values_survive(plutora, "Change", plutora.change().await).await;
    }

    async fn asserted_a_put_of_a_release_may_leave_out_its_kind_summary_and_location(plutora) {
        let (release, path) = full_release(plutora).await;
        let keys = ["plutoraReleaseType", "releaseProjectType", "summary", "location"];
        plutora.put(&path, &without(&release, &keys)).await.expect(204);
    }

    /// Nothing public tells what a PUT without it stores.
    async fn inferred_a_release_keeps_a_kind_that_is_left_out(plutora) {
        let (release, path) = full_release(plutora).await;
        let keys = ["plutoraReleaseType", "releaseProjectType"];
        let replaced = replace_without(plutora, &release, &path, &keys).await;
        for key in keys {
            assert_eq!(replaced[key], release[key]);
        }
    }

    async fn inferred_a_parent_that_is_left_out_is_left(plutora) {
        let (release, path) = full_release(plutora).await;
        assert!(release["parentReleaseId"].is_string());
        let replaced = replace_without(plutora, &release, &path, &["parentReleaseId"]).await;
        for key in ["parentReleaseId", "parentRelease"] {
            assert_eq!(replaced[key], Value::Null);
        }
    }
}
