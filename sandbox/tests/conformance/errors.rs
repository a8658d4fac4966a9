//! Refusals: their statuses and what they say.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::{keys, rule};
use crate::plutora::{STRANGER, facts};

/// Asserts the text that a body is refused with for one of its fields.
fn assert_told(refused: &Value, text: &str) {
    let told = refused["modelState"].as_object().unwrap().values();
    let told: Vec<&Value> = told.flat_map(|texts| texts.as_array().unwrap()).collect();
    assert!(told.contains(&&json!(text)), "{refused}");
}

facts! {
    async fn asserted_a_missing_field_is_a_400_with_a_message_and_a_model_state(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["name"] = Value::Null;
        let refused = plutora.post("/releases", &body).await.expect(400);
        assert!(refused["message"].is_string() && refused["modelState"].is_object(), "{refused}");
    }

    async fn asserted_an_empty_mandatory_text_is_as_good_as_missing(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["name"] = json!("");
        plutora.post("/releases", &body).await.expect(400);
    }

    /// As ASP.NET does it; no public text quotes the key.
    async fn inferred_a_model_state_has_a_text_under_model_and_field(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["name"] = Value::Null;
        let refused = plutora.post("/releases", &body).await.expect(400);
        assert_eq!(refused["message"], "The request is invalid.");
        let state = json!({"release.Name": ["The Name field is required."]});
        assert_eq!(refused["modelState"], state);
    }

    async fn asserted_an_id_that_is_no_guid_is_a_400(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["organizationId"] = json!("no-guid");
        plutora.post("/releases", &body).await.expect(400);
    }

    async fn asserted_no_body_is_a_400(plutora) {
        plutora.send(Method::POST, "/releases", None).await.expect(400);
    }

    async fn inferred_an_id_of_nothing_is_a_400(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["releaseTypeId"] = json!(STRANGER);
        let refused = plutora.post("/releases", &body).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), ["release.ReleaseTypeId"]);
    }

    async fn asserted_a_broken_rule_is_a_400_under_internal_server_validation_error(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let path = format!("{path}/stakeholders");
        let body = json!({
            "userId": plutora.first("/users").await,
            "stakeholderRoleIds": [plutora.lookup("StakeholderRole").await],
            "responsible": true,
        });
        plutora.post(&path, &body).await.expect(201);
        let refused = plutora.post(&path, &body).await.expect(400);
        assert!(refused["message"].is_string() && !rule(&refused).is_empty(), "{refused}");
    }

    async fn asserted_an_id_that_is_not_that_of_the_path_is_a_400_with_a_message(plutora) {
        let (mut release, path) = plutora.release("Independent").await;
        release["id"] = json!(STRANGER);
        assert!(plutora.put(&path, &release).await.expect(400)["message"].is_string());
    }

    /// Nothing public shows one.
    async fn inferred_a_404_has_no_body(plutora) {
        assert_eq!(plutora.get(&format!("/releases/{STRANGER}")).await.expect(404), Value::Null);
    }

    async fn asserted_an_empty_body_is_told_before_an_unknown_id(plutora) {
        for path in ["/systems", "/environments"] {
            plutora.put(&format!("{path}/{STRANGER}"), &json!({})).await.expect(400);
        }
    }

    async fn asserted_another_id_in_the_body_is_told_before_an_unknown_change(plutora) {
        let (change, _) = plutora.change().await;
        plutora.put(&format!("/changes/{STRANGER}"), &change).await.expect(400);
    }

    /// No public text knows a 409, a 412 or an entity tag.
    async fn inferred_who_writes_last_wins(plutora) {
        let (read, path) = plutora.release("Independent").await;
        let mut other = read.clone();
        other["name"] = json!("Another");
        plutora.put(&path, &other).await.expect(204);
        plutora.put(&path, &read).await.expect(204);
        let answer = plutora.get(&path).await;
        assert_eq!(answer.expect(200)["name"], read["name"]);
        assert!(!answer.headers.contains_key("etag"));
    }

    async fn asserted_the_text_for_an_environment_without_a_usage(plutora) {
        let mut body = plutora.environment_body().await;
        body["usageWorkItemId"] = Value::Null;
        let refused = plutora.post("/environments", &body).await.expect(400);
        assert_told(&refused, "The UsageWorkItemId field is required.");
    }

    async fn asserted_the_text_for_an_environment_of_an_unknown_usage(plutora) {
        let mut body = plutora.environment_body().await;
        body["usageWorkItemId"] = json!(STRANGER);
        let refused = plutora.post("/environments", &body).await.expect(400);
        assert_told(&refused, "Invalid UsageWorkItem");
    }
}
