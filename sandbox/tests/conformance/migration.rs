//! What becomes of phases, gates and what hangs on them when a release gets a parent.
//!
//! The user interface asks how to migrate them; the API does not (vendor help, 2020), and so activities,
//! environment requests and approvals are not adjusted. That phases and gates are left alone as well is
//! the reading of this suite, not the vendor's word.

use serde_json::{Value, json};

use crate::answer::at;
use crate::objects::with;
use crate::plutora::{Plutora, facts};

const ITEMS: [&str; 2] = ["phases", "gates"];
const TASKS: [&str; 2] = ["activities", "linkedItems"];

/// Gives a release a phase with an activity, and a gate.
async fn fill(plutora: &Plutora, release: &str) {
    let phase = plutora.item_body("Phases").await;
    let (phase, _) = plutora.make(&format!("{release}/phases"), &phase).await;
    plutora.make(&format!("{release}/gates"), &plutora.item_body("Gates").await).await;
    let activity = json!({
        "identifier": "ACT-1",
        "title": "Rehearsal",
        "status": "NotStarted",
        "type": "Activity",
        "activityDependencyType": "None",
        "assignedWorkItemID": phase["id"],
    });
    plutora.post(&format!("{release}/activities"), &activity).await.expect(201);
}

/// Makes an Enterprise and another release with something in each, and gives them with their paths.
async fn filled(plutora: &Plutora) -> [(Value, String); 2] {
    let releases = [plutora.release("Enterprise").await, plutora.release("Integrated").await];
    for (_, path) in &releases {
        fill(plutora, path).await;
    }
    releases
}

/// What is in some collections of a release.
async fn contents(plutora: &Plutora, release: &str, collections: &[&str]) -> Vec<Value> {
    let mut contents = Vec::new();
    for collection in collections {
        contents.push(plutora.get(&format!("{release}/{collection}")).await.expect(200));
    }
    contents
}

/// Sets the parent of a release.
async fn link(plutora: &Plutora, release: &Value, path: &str, parent: &Value) {
    let body = with(release, "parentReleaseId", parent["id"].clone());
    plutora.put(path, &body).await.expect(204);
}

/// Fails unless a PUT of a parent leaves some collections of both releases as they were.
async fn assert_left(plutora: &Plutora, collections: &[&str]) {
    let [(parent, of_parent), (child, of_child)] = filled(plutora).await;
    let before = [
        contents(plutora, &of_parent, collections).await,
        contents(plutora, &of_child, collections).await,
    ];
    link(plutora, &child, &of_child, &parent).await;
    let after = [
        contents(plutora, &of_parent, collections).await,
        contents(plutora, &of_child, collections).await,
    ];
    assert_eq!(before, after);
}

/// Fails unless a release has nothing in some collections.
async fn assert_empty(plutora: &Plutora, release: &str, collections: &[&str]) {
    for rows in contents(plutora, release, collections).await {
        assert_eq!(rows, json!([]));
    }
}

facts! {
    async fn documented_a_put_of_a_parent_leaves_activities_and_requests_as_they_were(plutora) {
        assert_left(plutora, &TASKS).await;
    }

    async fn documented_a_post_with_a_parent_copies_no_activities(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        fill(plutora, &of_parent).await;
        assert_empty(plutora, &plutora.child(&parent).await.1, &["activities"]).await;
    }

    async fn inferred_a_put_of_a_parent_leaves_phases_and_gates_as_they_were(plutora) {
        assert_left(plutora, &ITEMS).await;
    }

    async fn inferred_a_post_with_a_parent_copies_no_phases_or_gates(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        fill(plutora, &of_parent).await;
        assert_empty(plutora, &plutora.child(&parent).await.1, &ITEMS).await;
    }

    async fn inferred_many_made_with_a_parent_copy_no_phases_or_gates(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        fill(plutora, &of_parent).await;
        let body = plutora.release_body("Integrated").await;
        let body = with(&body, "parentReleaseId", parent["id"].clone());
        plutora.post("/releases/bulk", &json!([body])).await;
        let made = plutora.take("/releases", "identifier", &body["identifier"]).await;
        assert_eq!(made[0]["parentReleaseId"], parent["id"]);
        let path = at("/releases", &made[0]);
        assert_empty(plutora, &path, &ITEMS).await;
    }

    async fn inferred_what_a_parent_gets_afterwards_reaches_a_release_put_below_it(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        let (child, of_child) = plutora.release("Integrated").await;
        link(plutora, &child, &of_child, &parent).await;
        fill(plutora, &of_parent).await;
        for rows in contents(plutora, &of_child, &ITEMS).await {
            assert_ne!(rows, json!([]));
        }
    }

    async fn inferred_a_parent_that_is_cleared_leaves_what_was_inherited(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        let (child, of_child) = plutora.child(&parent).await;
        fill(plutora, &of_parent).await;
        let before = contents(plutora, &of_child, &ITEMS).await;
        link(plutora, &child, &of_child, &Value::Null).await;
        assert_eq!(contents(plutora, &of_child, &ITEMS).await, before);
        assert_ne!(before[0], json!([]));
    }
}
