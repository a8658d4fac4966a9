//! Changes, and their ties to systems, releases and each other.

use serde_json::{Value, json};

use crate::answer::keys;
use crate::plutora::{Plutora, STRANGER, facts};

/// Makes a change with some value under a key, and gives it.
async fn change_with(plutora: &Plutora, key: &str, value: Value) -> Value {
    let mut body = plutora.change_body().await;
    body[key] = value;
    plutora.make("/changes", &body).await.0
}

/// The path that tells of a change whether a release delivers it, and what it takes.
fn delivery(change: &str, release: &Value) -> (String, Value) {
    let path = format!("{change}/deliveryReleases/{}", release["id"].as_str().unwrap());
    let id = &release["id"];
    (path, json!({"releaseId": id, "targetRelease": true, "actualDeliveryRelease": false}))
}

facts! {
    async fn asserted_what_a_change_is_not_made_without(plutora) {
        let body = plutora.change_body().await;
        for key in [
            "name",
            "changePriorityId",
            "changeStatusId",
            "changeTypeId",
            "changeDeliveryRiskId",
            "changeThemeId",
            "raisedById",
            "organizationId",
        ] {
            let mut body = body.clone();
            body[key] = Value::Null;
            plutora.post("/changes", &body).await.expect(400);
        }
    }

    async fn asserted_display_names_stand_beside_the_ids_of_a_change(plutora) {
        let (change, _) = plutora.change().await;
        for (id, kind) in [
            ("changePriority", "ChangePriority"),
            ("changeStatus", "ChangeStatus"),
            ("changeType", "ChangeType"),
            ("changeDeliveryRisk", "ChangeDeliveryRisk"),
            ("changeTheme", "ChangeTheme"),
        ] {
            let values = plutora.rows(&format!("/lookupfields/{kind}")).await;
            assert_eq!(change[id], values[0]["value"], "{id}");
        }
    }

    async fn asserted_a_change_gets_a_number_and_the_date_of_its_making(plutora) {
        let (change, _) = plutora.change().await;
        assert!(change["changeId"].is_u64(), "{change}");
        for key in ["raisedDate", "lastModifiedDate", "lastModifiedBy"] {
            assert!(!change[key].as_str().unwrap().is_empty(), "{key}");
        }
    }

    async fn asserted_number_and_date_of_a_change_are_read_only(plutora) {
        let (change, path) = plutora.change().await;
        let mut body = change.clone();
        body["changeId"] = json!(1_000_000_007);
        body["raisedDate"] = json!("2001-01-01T00:00:00");
        assert!(plutora.put(&path, &body).await.status.is_success());
        let replaced = plutora.get(&path).await.expect(200);
        for key in ["changeId", "raisedDate"] {
            assert_eq!(replaced[key], change[key]);
        }
    }

    async fn asserted_a_business_value_is_any_number_from_0_to_100(plutora) {
        for score in [0, 37, 100] {
            let change = change_with(plutora, "businessValueScore", json!(score)).await;
            assert_eq!(change["businessValueScore"], score);
        }
    }

    async fn inferred_another_business_value_is_a_400(plutora) {
        for score in [-1, 101] {
            let mut body = plutora.change_body().await;
            body["businessValueScore"] = json!(score);
            plutora.post("/changes", &body).await.expect(400);
        }
    }

    async fn asserted_a_change_may_have_texts_and_a_date_of_delivery(plutora) {
        for (key, value) in [
            ("description", "Longer"),
            ("descriptionSimple", "Short"),
            ("expectedDeliveryDate", "2030-11-28T00:00:00"),
        ] {
            assert_eq!(change_with(plutora, key, json!(value)).await[key], value);
        }
    }

    async fn asserted_two_changes_may_have_one_name(plutora) {
        let ((first, _), (mut second, path)) = (plutora.change().await, plutora.change().await);
        second["name"] = first["name"].clone();
        assert!(plutora.put(&path, &second).await.status.is_success());
        assert_eq!(plutora.get(&path).await.expect(200)["name"], first["name"]);
    }

    async fn asserted_the_row_of_a_change_has_short_names(plutora) {
        let (change, _) = plutora.change().await;
        let filter = format!("`id` = `{}`", change["id"].as_str().unwrap());
        let page = plutora.filter("/changes", &filter).await.expect(200);
        let row = &page["resultSet"][0];
        for (short, long) in [
            ("priority", "changePriority"),
            ("status", "changeStatus"),
            ("type", "changeType"),
            ("assignedTo", "assignedTo"),
            ("raisedBy", "raisedBy"),
        ] {
            assert!(row[short].is_string() && row[short] == change[long], "{short}: {row}");
        }
    }

    async fn seen_rows_of_a_change_may_be_sent_with_it(plutora) {
        let (system, _) = plutora.system().await;
        let rows = json!([{"systemId": system["id"], "systemRoleType": "Impact"}]);
        let change = change_with(plutora, "systems", rows).await;
        assert_eq!(change["systems"][0]["systemId"], system["id"]);
        for key in ["additionalInformation", "stakeholders", "deliveryReleases", "comments"] {
            change_with(plutora, key, json!([])).await;
        }
    }

    async fn inferred_rows_of_a_change_that_are_left_out_stay(plutora) {
        let (system, _) = plutora.system().await;
        let mut body = plutora.change_body().await;
        body["systems"] = json!([{ "systemId": system["id"] }]);
        let (mut change, path) = plutora.make("/changes", &body).await;
        change.as_object_mut().unwrap().remove("systems");
        plutora.put(&path, &change).await.expect(200);
        let replaced = plutora.get(&path).await.expect(200);
        assert_eq!(replaced["systems"][0]["systemId"], system["id"]);
    }

    async fn inferred_post_of_a_system_to_a_change_is_201(plutora) {
        let ((system, _), (_, path)) = (plutora.system().await, plutora.change().await);
        let path = format!("{path}/systems");
        let body = json!({"systemId": system["id"], "systemRoleType": "Impact"});
        plutora.post(&path, &body).await.expect(201);
        assert_eq!(plutora.get(&path).await.expect(200)[0]["systemId"], system["id"]);
        plutora.post(&path, &body).await.expect(400);
    }

    async fn seen_a_release_is_told_to_deliver_a_change(plutora) {
        let ((release, path), (change, of)) =
            (plutora.release("Independent").await, plutora.change().await);
        let (put, body) = delivery(&of, &release);
        assert!(plutora.put(&put, &body).await.status.is_success());
        let rows = plutora.get(&format!("{path}/changes")).await.expect(200);
        assert_eq!(rows[0]["id"], change["id"]);
        let read = plutora.get(&of).await.expect(200);
        assert_eq!(read["deliveryReleases"][0], body);
    }

    async fn seen_changes_are_linked_in_three_groups(plutora) {
        let ((other, _), (_, path)) = (plutora.change().await, plutora.change().await);
        let path = format!("{path}/linkedChanges");
        let groups = ["childChanges", "parentChanges", "relatedChanges"];
        for group in groups {
            let mut body = json!({"childChanges": [], "parentChanges": [], "relatedChanges": []});
            body[group] = json!([{ "id": other["id"] }]);
            plutora.put(&path, &body).await.expect(200);
            let linked = plutora.get(&path).await.expect(200);
            assert_eq!(linked[group][0]["id"], other["id"], "{linked}");
        }
    }

    async fn inferred_an_unknown_change_is_not_linked(plutora) {
        let (_, path) = plutora.change().await;
        let body = json!({"relatedChanges": [{ "id": STRANGER }]});
        plutora.put(&format!("{path}/linkedChanges"), &body).await.expect(400);
    }

    async fn seen_a_change_has_linked_items(plutora) {
        let (_, path) = plutora.change().await;
        let items = plutora.get(&format!("{path}/linkedItems")).await.expect(200);
        assert_eq!(keys(&items), ["tecrs", "tebrs", "deploymentPlans"]);
    }

    async fn seen_custom_fields_of_a_change_are_read_and_written_by_themselves(plutora) {
        let (_, path) = plutora.change().await;
        let path = format!("{path}/additionalInformation");
        let rows = plutora.get(&path).await.expect(200);
        assert!(rows.is_array(), "{rows}");
        plutora.put(&path, &rows).await.expect(200);
    }
}
