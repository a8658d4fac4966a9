//! Phases and gates of a release, and how those of an Enterprise get into its children.

use serde_json::{Value, json};

use crate::answer::at;
use crate::objects::{assert_has, assert_has_keys, with};
use crate::plutora::{Plutora, facts};

/// The collections, and where the names of their items are.
const KINDS: [(&str, &str); 2] = [("phases", "Phases"), ("gates", "Gates")];

const KEYS: [&str; 6] =
    ["id", "workItemNameID", "startDate", "endDate", "isIgnore", "isIgnoreChild"];

/// Phases or gates of a release, and one that was made there.
struct Made {
    collection: String,
    item: Value,
    path: String,
}

/// Makes an item below a release.
async fn make(plutora: &Plutora, release: &str, (collection, kind): (&str, &str)) -> Made {
    let collection = format!("{release}/{collection}");
    let (item, path) = plutora.make(&collection, &plutora.item_body(kind).await).await;
    Made { collection, item, path }
}

/// Makes an item below an Enterprise that has a child, and gives it and what the child has of it.
async fn pass_on(plutora: &Plutora, kind: (&str, &str)) -> (Made, Made) {
    let (parent, of_parent) = plutora.release("Enterprise").await;
    let (_, of_child) = plutora.child(&parent).await;
    let made = make(plutora, &of_parent, kind).await;
    let collection = format!("{of_child}/{}", kind.0);
    let item = plutora.rows(&collection).await[0].clone();
    let path = at(&collection, &item);
    (made, Made { collection, item, path })
}

/// Makes a release of each kind, and gives their paths.
async fn all_kinds(plutora: &Plutora) -> [String; 3] {
    let project = plutora.release_body("Independent").await;
    let project = with(&project, "releaseProjectType", "IsProject");
    let (_, project) = plutora.make("/releases", &project).await;
    let (_, enterprise) = plutora.release("Enterprise").await;
    [enterprise, project, plutora.release("Independent").await.1]
}

facts! {
    async fn asserted_a_post_answers_201_and_the_item(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for (collection, kind) in KINDS {
            let path = format!("{release}/{collection}");
            let made = plutora.post(&path, &plutora.item_body(kind).await).await.expect(201);
            assert_has_keys(&made, &KEYS);
            assert_eq!(plutora.get(&at(&path, &made)).await.expect(200), made);
        }
    }

    async fn asserted_name_start_and_end_are_mandatory(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for (collection, kind) in KINDS {
            let body = plutora.item_body(kind).await;
            let fields = ["workItemNameID", "startDate", "endDate"];
            plutora.assert_mandatory(&format!("{release}/{collection}"), &body, &fields).await;
        }
    }

    async fn seen_name_start_and_end_are_enough(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for (collection, kind) in KINDS {
            let body = plutora.item_body(kind).await;
            assert_has(&plutora.make(&format!("{release}/{collection}"), &body).await.0, &body);
        }
    }

    async fn asserted_a_list_is_a_bare_array(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for kind in KINDS {
            let Made { collection, item, .. } = make(plutora, &release, kind).await;
            assert_eq!(plutora.get(&collection).await.expect(200), json!([item]));
        }
    }

    /// Asserted in 2019.
    async fn asserted_a_put_answers_201_and_the_item(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for kind in KINDS {
            let Made { item, path, .. } = make(plutora, &release, kind).await;
            let changed = with(&item, "endDate", "2030-11-22T00:00:00");
            assert_eq!(plutora.put(&path, &changed).await.expect(201), changed);
            assert_eq!(plutora.get(&path).await.expect(200), changed);
        }
    }

    async fn asserted_the_name_of_an_item_cannot_be_changed(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for kind in KINDS {
            let Made { item, path, .. } = make(plutora, &release, kind).await;
            let names = plutora.rows(&format!("/WorkItemNames/{}", kind.1)).await;
            if names.len() < 2 && plutora.is_spared("it has a single name") {
                continue;
            }
            let changed = with(&item, "workItemNameID", names[1]["id"].clone());
            plutora.put(&path, &changed).await.expect(400);
        }
    }

    async fn asserted_a_put_cannot_have_an_enterprise_ignore_an_item(plutora) {
        let (_, release) = plutora.release("Enterprise").await;
        for kind in KINDS {
            let Made { item, path, .. } = make(plutora, &release, kind).await;
            let answer = plutora.put(&path, &with(&item, "isIgnore", true)).await.expect(201);
            assert_eq!(answer["isIgnore"], false);
            assert_eq!(plutora.get(&path).await.expect(200)["isIgnore"], false);
        }
    }

    async fn inferred_a_post_cannot_have_an_enterprise_ignore_an_item(plutora) {
        let (_, release) = plutora.release("Enterprise").await;
        for (collection, kind) in KINDS {
            let body = with(&plutora.item_body(kind).await, "isIgnore", true);
            let (made, _) = plutora.make(&format!("{release}/{collection}"), &body).await;
            assert_eq!(made["isIgnore"], false);
        }
    }

    /// In the user interface a child may ignore what it inherits (vendor help).
    async fn inferred_another_release_than_an_enterprise_can_ignore_an_item(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for (collection, kind) in KINDS {
            let body = plutora.item_body(kind).await;
            let collection = format!("{release}/{collection}");
            let (made, path) = plutora.make(&collection, &with(&body, "isIgnore", true)).await;
            assert_eq!(made["isIgnore"], true);
            for ignores in [false, true] {
                plutora.put(&path, &with(&made, "isIgnore", ignores)).await.expect(201);
                assert_eq!(plutora.get(&path).await.expect(200)["isIgnore"], ignores);
            }
        }
    }

    async fn asserted_is_ignore_child_comes_back_false_from_a_post(plutora) {
        for release in all_kinds(plutora).await {
            for (collection, kind) in KINDS {
                let body = with(&plutora.item_body(kind).await, "isIgnoreChild", true);
                let (made, _) = plutora.make(&format!("{release}/{collection}"), &body).await;
                assert_eq!(made["isIgnoreChild"], false);
            }
        }
    }

    async fn asserted_is_ignore_child_comes_back_false_from_a_put(plutora) {
        for release in all_kinds(plutora).await {
            for kind in KINDS {
                let Made { item, path, .. } = make(plutora, &release, kind).await;
                let body = with(&item, "isIgnoreChild", true);
                assert_eq!(plutora.put(&path, &body).await.expect(201)["isIgnoreChild"], false);
            }
        }
    }

    async fn inferred_a_start_later_than_the_end_is_a_400(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for (collection, kind) in KINDS {
            let body = with(&plutora.item_body(kind).await, "endDate", "2030-11-03T00:00:00");
            plutora.post(&format!("{release}/{collection}"), &body).await.expect(400);
        }
    }

    async fn inferred_a_delete_answers_200_and_the_item_is_gone(plutora) {
        let (_, release) = plutora.release("Independent").await;
        for kind in KINDS {
            let Made { path, .. } = make(plutora, &release, kind).await;
            plutora.delete(&path).await.expect(200);
            plutora.get(&path).await.expect(404);
        }
    }

    /// Asserted in 2021.
    async fn asserted_what_a_parent_gets_afterwards_reaches_its_children(plutora) {
        for kind in KINDS {
            let (parent, child) = pass_on(plutora, kind).await;
            assert_eq!(child.item["workItemNameID"], parent.item["workItemNameID"]);
        }
    }

    async fn inferred_what_a_child_gets_does_not_reach_its_parent(plutora) {
        let (parent, of_parent) = plutora.release("Enterprise").await;
        let (_, of_child) = plutora.child(&parent).await;
        for kind in KINDS {
            make(plutora, &of_child, kind).await;
            let path = format!("{of_parent}/{}", kind.0);
            assert_eq!(plutora.get(&path).await.expect(200), json!([]));
        }
    }

    async fn inferred_new_dates_reach_what_was_inherited(plutora) {
        for kind in KINDS {
            let (parent, child) = pass_on(plutora, kind).await;
            let changed = with(&parent.item, "endDate", "2030-11-22T00:00:00");
            plutora.put(&parent.path, &changed).await.expect(201);
            assert_eq!(plutora.get(&child.path).await.expect(200)["endDate"], changed["endDate"]);
        }
    }

    async fn inferred_what_a_parent_loses_its_children_lose(plutora) {
        for kind in KINDS {
            let (parent, child) = pass_on(plutora, kind).await;
            plutora.delete(&parent.path).await.expect(200);
            assert_eq!(plutora.get(&child.collection).await.expect(200), json!([]));
        }
    }

    /// In the user interface it can be deleted on the Enterprise only (vendor help).
    async fn inferred_a_child_cannot_delete_what_it_inherited(plutora) {
        for kind in KINDS {
            let (_, child) = pass_on(plutora, kind).await;
            plutora.delete(&child.path).await.expect(400);
            plutora.get(&child.path).await.expect(200);
        }
    }
}
