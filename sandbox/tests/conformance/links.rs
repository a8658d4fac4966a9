//! What a release is tied to: linked releases and items, changes, and its parent.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::answer::{Answer, at};
use crate::objects::{assert_has, assert_has_keys, with, without};
use crate::plutora::{Plutora, facts};

const GROUPS: [&str; 3] = ["childReleases", "parentReleases", "relatedReleases"];

const CHANGE_ROW: [&str; 6] =
    ["id", "changeId", "changeName", "changeType", "changeExpectedDeliveryDate", "changeSystems"];

/// The kinds of linked items, and the keys of their rows; one of them is the vendor's own spelling.
const ITEMS: [(&str, &[&str]); 3] = [
    ("tecrs", &["id", "identifier", "name", "status"]),
    ("tebrs", &["id", "identifier", "name", "status"]),
    ("deploymentPlans", &["id", "externalIdentifer", "name", "deploymentPlanType", "status"]),
];

/// The row that stands for a release in a group.
fn row(release: &Value) -> Value {
    json!({"id": release["id"], "identifier": release["identifier"], "name": release["name"]})
}

/// Makes a release that is linked to another one of each kind, and gives its links and their path.
async fn linked(plutora: &Plutora) -> (Value, String) {
    let (_, path) = plutora.release("Independent").await;
    let path = path + "/linkedReleases";
    let links = json!({
        "childReleases": [row(&plutora.release("Independent").await.0)],
        "parentReleases": [row(&plutora.release("Enterprise").await.0)],
        "relatedReleases": [row(&plutora.release("Independent").await.0)],
    });
    plutora.put(&path, &links).await.expect(200);
    (links, path)
}

/// Has a release deliver a new change, and gives the answer.
async fn deliver(plutora: &Plutora, release: &Value) -> Answer {
    let (_, change) = plutora.change().await;
    let id = release["id"].as_str().unwrap();
    let body = json!({"releaseId": id, "targetRelease": true, "actualDeliveryRelease": false});
    plutora.put(&format!("{change}/deliveryReleases/{id}"), &body).await
}

/// A body of a release that may have a parent.
async fn child_body(plutora: &Plutora, parent: &Value) -> Value {
    let body = plutora.release_body("Integrated").await;
    with(&body, "parentReleaseId", parent["id"].clone())
}

facts! {
    async fn asserted_linked_releases_come_in_three_groups(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let links = plutora.get(&format!("{path}/linkedReleases")).await.expect(200);
        assert_has_keys(&links, &GROUPS);
        assert!(GROUPS.iter().all(|group| links[group] == json!([])), "{links}");
    }

    async fn asserted_a_put_of_linked_releases_answers_200_and_they_are_linked(plutora) {
        let (links, path) = linked(plutora).await;
        assert_eq!(plutora.get(&path).await.expect(200), links);
    }

    async fn inferred_a_put_of_linked_releases_replaces_all_groups(plutora) {
        let (links, path) = linked(plutora).await;
        plutora.put(&path, &without(&links, "childReleases")).await.expect(200);
        let wanted = with(&links, "childReleases", json!([]));
        assert_eq!(plutora.get(&path).await.expect(200), wanted);
    }

    async fn inferred_a_linked_parent_is_no_parent(plutora) {
        let (_, path) = linked(plutora).await;
        let release = path.strip_suffix("/linkedReleases").unwrap();
        assert_eq!(plutora.get(release).await.expect(200)["parentReleaseId"], Value::Null);
    }

    async fn inferred_a_parent_is_no_linked_one(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        let (_, path) = plutora.child(&parent).await;
        let links = plutora.get(&format!("{path}/linkedReleases")).await.expect(200);
        assert_eq!(links["parentReleases"], json!([]));
    }

    async fn inferred_the_other_release_of_a_link_does_not_have_it(plutora) {
        let (links, _) = linked(plutora).await;
        for group in GROUPS {
            let path = at("/releases", &links[group][0]) + "/linkedReleases";
            let links = plutora.get(&path).await.expect(200);
            assert!(GROUPS.iter().all(|group| links[group] == json!([])), "{links}");
        }
    }

    async fn asserted_linked_items_come_in_three_groups(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let items = plutora.get(&format!("{path}/linkedItems")).await.expect(200);
        assert_has_keys(&items, &ITEMS.map(|(group, _)| group));
    }

    /// Looked for in the releases that are there, as no endpoint links an item.
    async fn asserted_keys_of_linked_items(plutora) {
        let mut found = BTreeSet::new();
        for release in plutora.rows("/releases").await {
            let items = plutora.get(&(at("/releases", &release) + "/linkedItems")).await;
            // Another test's release may be gone by now.
            if items.status == 404 {
                continue;
            }
            let items = items.expect(200);
            for (group, keys) in ITEMS {
                for row in items[group].as_array().unwrap() {
                    assert_has_keys(row, keys);
                    found.insert(group);
                }
            }
        }
        assert!(found.len() == ITEMS.len() || plutora.is_spared("no items of a kind"), "{found:?}");
    }

    async fn asserted_a_release_lists_the_changes_that_it_delivers(plutora) {
        let (release, path) = plutora.release("Independent").await;
        assert!(deliver(plutora, &release).await.status.is_success());
        let rows = plutora.get(&format!("{path}/changes")).await.expect(200);
        assert_has_keys(&rows[0], &CHANGE_ROW);
        assert!(rows[0]["changeSystems"].is_array());
    }

    async fn seen_changes_of_a_release_are_a_bare_array_in_any_case(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let path = format!("{path}/changes?pageNum=0&recordsPerPage=10");
        assert!(plutora.get(&path).await.expect(200).is_array());
    }

    /// A suite of 2019 tries it, without a look at the answer.
    async fn documented_an_enterprise_delivers_no_change(plutora) {
        let (release, path) = plutora.release("Enterprise").await;
        deliver(plutora, &release).await;
        assert_eq!(plutora.get(&format!("{path}/changes")).await.expect(200), json!([]));
    }

    async fn asserted_without_a_parent_its_id_and_its_name_are_null(plutora) {
        let (made, _) = plutora.release("Independent").await;
        assert_has(&made, &json!({"parentReleaseId": null, "parentRelease": null}));
    }

    async fn asserted_a_post_sets_a_parent(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        let body = child_body(plutora, &parent).await;
        let (made, _) = plutora.make("/releases", &body).await;
        assert_eq!(made["parentReleaseId"], parent["id"]);
    }

    async fn documented_a_put_sets_a_parent(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        let (release, path) = plutora.release("Integrated").await;
        let body = with(&release, "parentReleaseId", parent["id"].clone());
        plutora.put(&path, &body).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["parentReleaseId"], parent["id"]);
    }

    async fn documented_a_child_has_the_name_of_its_parent(plutora) {
        let body = with(&plutora.release_body("Enterprise").await, "name", "Quarter");
        let (parent, _) = plutora.make("/releases", &body).await;
        assert_eq!(plutora.child(&parent).await.0["parentRelease"], "Quarter");
    }

    async fn inferred_a_put_clears_a_parent_that_is_null_or_left_out(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        for is_left_out in [false, true] {
            let (child, path) = plutora.child(&parent).await;
            let body = with(&child, "parentReleaseId", Value::Null);
            let body = if is_left_out { without(&body, "parentReleaseId") } else { body };
            plutora.put(&path, &body).await.expect(204);
            assert_eq!(plutora.get(&path).await.expect(200)["parentReleaseId"], Value::Null);
        }
    }

    /// The vendor's schema names Enterprises as candidates.
    async fn inferred_a_parent_that_is_no_enterprise_is_a_400(plutora) {
        let (parent, _) = plutora.release("Independent").await;
        plutora.refuse("/releases", &child_body(plutora, &parent).await).await;
    }

    /// The vendor's schema has no candidates for it.
    async fn inferred_a_parent_of_an_enterprise_is_a_400(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        let body = plutora.release_body("Enterprise").await;
        let body = with(&body, "parentReleaseId", parent["id"].clone());
        plutora.refuse("/releases", &body).await;
    }

    async fn inferred_children_of_a_deleted_release_have_no_parent(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        let (_, path) = plutora.child(&parent).await;
        plutora.delete(&of_parent).await.expect(200);
        assert_eq!(plutora.get(&path).await.expect(200)["parentReleaseId"], Value::Null);
    }
}
