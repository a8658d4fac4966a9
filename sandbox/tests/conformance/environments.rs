//! Environments, and the booking of one for a phase.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::keys;
use crate::plutora::{Plutora, STRANGER, facts};

/// Makes a phase of a new release, and gives its path.
async fn phase(plutora: &Plutora) -> String {
    let (_, release) = plutora.release("Independent").await;
    plutora.make(&format!("{release}/phases"), &plutora.item_body("Phases").await).await.1
}

/// The text of a lookup value.
async fn value(plutora: &Plutora, kind: &str, id: &Value) -> Value {
    let values = plutora.rows(&format!("/lookupfields/{kind}")).await;
    values.iter().find(|value| value["id"] == *id).unwrap()["value"].clone()
}

/// The row of an environment in the list, found by its system, which has no other.
async fn row(plutora: &Plutora, environment: &Value) -> Value {
    let system = format!("/systems/{}", environment["linkedSystemId"].as_str().unwrap());
    let system = plutora.get(&system).await.expect(200);
    let filter = format!("`linkedSystem` = `{}`", system["name"].as_str().unwrap());
    plutora.filter("/environments", &filter).await.expect(200)["resultSet"][0].clone()
}

facts! {
    async fn asserted_what_an_environment_is_not_made_without(plutora) {
        let body = plutora.environment_body().await;
        for key in body.as_object().unwrap().keys() {
            let mut body = body.clone();
            body[key] = Value::Null;
            plutora.post("/environments", &body).await.expect(400);
        }
    }

    async fn asserted_the_answer_to_a_post_has_the_ids_that_were_sent(plutora) {
        let body = plutora.environment_body().await;
        let (environment, _) = plutora.make("/environments", &body).await;
        for key in ["linkedSystemId", "usageWorkItemId", "environmentStatusId"] {
            assert_eq!(environment[key], body[key]);
        }
    }

    async fn seen_usage_and_status_are_null_right_after_a_post(plutora) {
        let (environment, _) = plutora.environment().await;
        for key in ["usageWorkItem", "environmentStatus"] {
            assert_eq!(environment[key], Value::Null, "{environment}");
        }
    }

    async fn inferred_all_display_names_are_there_when_read(plutora) {
        let (made, path) = plutora.environment().await;
        let read = plutora.get(&path).await.expect(200);
        for (name, kind) in
            [("usageWorkItem", "UsedForWorkItem"), ("environmentStatus", "EnvironmentStatus")]
        {
            let id = &made[format!("{name}Id")];
            assert_eq!(read[name], value(plutora, kind, id).await);
        }
        let system = format!("/systems/{}", made["linkedSystemId"].as_str().unwrap());
        let system = plutora.get(&system).await.expect(200);
        assert_eq!(read["linkedSystem"], system["name"]);
    }

    async fn documented_the_status_of_an_environment_is_a_lookup(plutora) {
        let (made, _) = plutora.environment().await;
        let status = value(plutora, "EnvironmentStatus", &made["environmentStatusId"]).await;
        assert_eq!(row(plutora, &made).await["status"], status);
    }

    async fn asserted_description_url_and_manager_may_be_sent(plutora) {
        let mut body = plutora.environment_body().await;
        for (key, text) in
            [("description", "Nightly"), ("url", "https://e.example"), ("environmentMgr", "Sam")]
        {
            body[key] = json!(text);
        }
        let (environment, _) = plutora.make("/environments", &body).await;
        for key in ["description", "url", "environmentMgr"] {
            assert_eq!(environment[key], body[key]);
        }
    }

    async fn asserted_the_row_of_an_environment(plutora) {
        let (environment, _) = plutora.environment().await;
        let row = row(plutora, &environment).await;
        for key in [
            "id",
            "name",
            "url",
            "linkedSystem",
            "usageWorkItem",
            "status",
            "color",
            "buildNumber",
            "lastModifiedDate",
            "lastModifiedBy",
        ] {
            assert!(keys(&row).contains(&key), "{key}: {row}");
        }
    }

    async fn asserted_put_changes_an_environment(plutora) {
        let (_, path) = plutora.environment().await;
        let mut environment = plutora.get(&path).await.expect(200);
        environment["color"] = json!("#654321");
        environment["url"] = json!("https://e.example");
        plutora.put(&path, &environment).await.expect(204);
        let replaced = plutora.get(&path).await.expect(200);
        for key in ["color", "url"] {
            assert_eq!(replaced[key], environment[key]);
        }
    }

    async fn inferred_hosts_are_kept_as_they_are_sent(plutora) {
        let mut body = plutora.environment_body().await;
        let (none, _) = plutora.make("/environments", &body).await;
        assert_eq!(none["hosts"], json!([]));
        body["hosts"] = json!([{"name": "h1", "layers": []}]);
        let (_, path) = plutora.make("/environments", &body).await;
        assert_eq!(plutora.get(&path).await.expect(200)["hosts"], body["hosts"]);
    }

    /// Public texts contradict each other.
    async fn inferred_two_environments_may_have_one_name(plutora) {
        let body = plutora.environment_body().await;
        plutora.make("/environments", &body).await;
        plutora.make("/environments", &body).await;
    }

    async fn asserted_booking_an_environment_for_a_phase_is_200_and_null(plutora) {
        let (phase, (_, environment)) = (phase(plutora).await, plutora.environment().await);
        let answer = plutora.send(Method::POST, &format!("{phase}{environment}"), None).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "null"));
    }

    async fn inferred_an_environment_may_be_booked_again(plutora) {
        let (phase, (_, environment)) = (phase(plutora).await, plutora.environment().await);
        for _ in 0..2 {
            plutora.send(Method::POST, &format!("{phase}{environment}"), None).await.expect(200);
        }
    }

    async fn inferred_booking_of_or_for_nothing_is_a_404(plutora) {
        let (phase, (_, environment)) = (phase(plutora).await, plutora.environment().await);
        let (phases, _) = phase.rsplit_once('/').unwrap();
        for path in [
            format!("{phase}/environments/{STRANGER}"),
            format!("{phases}/{STRANGER}{environment}"),
        ] {
            plutora.send(Method::POST, &path, None).await.expect(404);
        }
    }
}
