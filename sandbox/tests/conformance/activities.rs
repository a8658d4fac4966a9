//! Activities and criteria of a release.

use serde_json::{Value, json};

use crate::answer::at;
use crate::objects::{assert_has, assert_has_keys, with};
use crate::plutora::{Plutora, facts};

const COLLECTIONS: [&str; 2] = ["activities", "criterias"];

const KEYS: [&str; 12] = [
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

/// Makes a phase of a release, and gives a body of an activity in it.
async fn body(plutora: &Plutora, release: &str) -> Value {
    let phases = format!("{release}/phases");
    let (phase, _) = plutora.make(&phases, &plutora.item_body("Phases").await).await;
    json!({
        "identifier": "ACT-1",
        "title": "Rehearsal",
        "status": "InProgress",
        "description": "All hands",
        "activityDependencyType": "None",
        "type": "Activity",
        "assignedToID": plutora.first("/users").await,
        "assignedWorkItemID": phase["id"],
        "startDate": "2030-11-05T00:00:00",
        "endDate": "2030-11-06T00:00:00",
        "forecastDate": "2030-11-07T00:00:00",
    })
}

/// Makes an activity or a criterion with each of some values, which are kept.
async fn assert_kept(plutora: &Plutora, collection: &str, key: &str, values: &[&str]) {
    let (_, release) = plutora.release("Independent").await;
    let body = body(plutora, &release).await;
    for value in values {
        let body = with(&body, key, *value);
        assert_has(&plutora.make(&format!("{release}/{collection}"), &body).await.0, &body);
    }
}

facts! {
    async fn asserted_a_post_of_an_activity_answers_201_and_the_activity(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = format!("{release}/activities");
        let body = body(plutora, &release).await;
        let made = plutora.post(&path, &body).await.expect(201);
        assert_has_keys(&made, &KEYS);
        assert_has(&made, &body);
        assert_eq!(plutora.get(&at(&path, &made)).await.expect(200), made);
    }

    async fn inferred_a_post_of_a_criterion_answers_201_and_the_criterion(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = with(&body(plutora, &release).await, "type", "EntryCriteria");
        let made = plutora.post(&format!("{release}/criterias"), &body).await.expect(201);
        assert_has(&made, &body);
    }

    async fn asserted_an_activity_is_not_started_in_progress_or_completed(plutora) {
        let statuses = ["NotStarted", "InProgress", "Completed"];
        assert_kept(plutora, "activities", "status", &statuses).await;
    }

    async fn seen_an_activity_depends_on_nothing_or_on_the_enterprise(plutora) {
        let types = ["None", "Enterprise"];
        assert_kept(plutora, "activities", "activityDependencyType", &types).await;
    }

    async fn seen_a_criterion_is_of_the_type_entry_criteria(plutora) {
        assert_kept(plutora, "criterias", "type", &["EntryCriteria"]).await;
    }

    async fn inferred_a_criterion_may_be_of_the_type_exit_criteria(plutora) {
        assert_kept(plutora, "criterias", "type", &["ExitCriteria"]).await;
    }

    async fn inferred_the_title_alone_is_mandatory(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for collection in COLLECTIONS {
            let path = format!("{release}/{collection}");
            plutora.assert_mandatory(&path, &json!({"title": "Rehearsal"}), &["title"]).await;
        }
    }

    async fn asserted_a_work_item_is_a_phase_or_a_gate_of_the_release(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = body(plutora, &release).await;
        let gates = format!("{release}/gates");
        let (gate, _) = plutora.make(&gates, &plutora.item_body("Gates").await).await;
        for item in [&body["assignedWorkItemID"], &gate["id"]] {
            let body = with(&body, "assignedWorkItemID", item.clone());
            let (made, _) = plutora.make(&format!("{release}/activities"), &body).await;
            assert_eq!(made["assignedWorkItemID"], *item);
        }
    }

    async fn seen_a_work_item_may_be_the_name_of_a_phase(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let name = plutora.first("/WorkItemNames/Phases").await;
        let body = with(&body(plutora, &release).await, "assignedWorkItemID", name);
        plutora.post(&format!("{release}/activities"), &body).await.expect(201);
    }

    async fn inferred_a_work_item_of_another_release_is_a_400(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let (_, other) = plutora.release("Independent").await;
        let body = body(plutora, &other).await;
        plutora.post(&format!("{release}/activities"), &body).await.expect(400);
    }

    async fn asserted_a_criterion_needs_no_work_item(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = body(plutora, &release).await;
        let body = with(&body, "type", "EntryCriteria");
        let body = with(&body, "assignedWorkItemID", Value::Null);
        let (made, _) = plutora.make(&format!("{release}/criterias"), &body).await;
        assert_eq!(made["assignedWorkItemID"], Value::Null);
    }

    async fn seen_a_criterion_is_also_found_without_its_release(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = with(&body(plutora, &release).await, "type", "EntryCriteria");
        let (made, path) = plutora.make(&format!("{release}/criterias"), &body).await;
        for path in [path, at("/criteria", &made)] {
            assert_eq!(plutora.get(&path).await.expect(200)["id"], made["id"]);
        }
    }

    async fn asserted_activities_are_listed_below_their_release(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = format!("{release}/activities");
        let (made, _) = plutora.make(&path, &body(plutora, &release).await).await;
        assert_eq!(plutora.rows(&path).await[0]["id"], made["id"]);
    }

    async fn inferred_a_put_answers_200_and_the_activity(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = body(plutora, &release).await;
        let (made, path) = plutora.make(&format!("{release}/activities"), &body).await;
        let changed = with(&made, "status", "Completed");
        assert_eq!(plutora.put(&path, &changed).await.expect(200), changed);
        assert_eq!(plutora.get(&path).await.expect(200), changed);
    }
}
