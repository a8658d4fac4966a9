//! The systems of a release.

use serde_json::{Value, json};

use crate::objects::{assert_has, assert_has_keys, with, without};
use crate::plutora::{STRANGER, facts};

const KEYS: [&str; 7] = [
    "systemId",
    "system",
    "systemRoleType",
    "systemRoleDependencyTypeId",
    "systemRoleDependencyType",
    "isGhost",
    "isDeleted",
];

facts! {
    async fn asserted_a_post_answers_201_and_the_row(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = plutora.link_body().await;
        let made = plutora.post(&format!("{release}/systems"), &body).await.expect(201);
        assert_has_keys(&made, &KEYS);
        assert_has(&made, &body);
    }

    async fn asserted_a_row_has_the_names_of_the_system_and_of_the_dependency(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let row = plutora.get(&plutora.link(&release).await).await.expect(200);
        let system = format!("/systems/{}", row["systemId"].as_str().unwrap());
        assert_eq!(row["system"], plutora.get(&system).await.expect(200)["name"]);
        let types = plutora.rows("/lookupfields/SystemRoleDependencyType").await;
        assert_eq!(row["systemRoleDependencyType"], types[0]["value"]);
    }

    async fn asserted_a_new_row_is_neither_ghost_nor_deleted(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = format!("{release}/systems");
        let body = with(&plutora.link_body().await, "isGhost", true);
        let made = plutora.post(&path, &with(&body, "isDeleted", true)).await.expect(201);
        assert_has(&made, &json!({"isGhost": false, "isDeleted": false}));
    }

    async fn asserted_without_a_type_of_dependency_it_is_a_400(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = format!("{release}/systems");
        let body = plutora.link_body().await;
        plutora.post(&path, &without(&body, "systemRoleDependencyTypeId")).await.expect(400);
        plutora.post(&path, &body).await.expect(201);
    }

    async fn asserted_an_unknown_system_is_a_404(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = with(&plutora.link_body().await, "systemId", STRANGER);
        plutora.post(&format!("{release}/systems"), &body).await.expect(404);
    }

    async fn seen_a_row_needs_no_role_type(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = without(&plutora.link_body().await, "systemRoleType");
        plutora.post(&format!("{release}/systems"), &body).await.expect(201);
    }

    /// Every public request and answer says `Impact`.
    async fn inferred_a_role_type_may_be_regression(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = with(&plutora.link_body().await, "systemRoleType", "Regression");
        let made = plutora.post(&format!("{release}/systems"), &body).await.expect(201);
        assert_eq!(made["systemRoleType"], "Regression");
    }

    async fn seen_a_list_is_a_bare_array(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let row = plutora.get(&plutora.link(&release).await).await.expect(200);
        let rows = plutora.get(&format!("{release}/systems")).await.expect(200);
        assert_eq!(rows[0]["systemId"], row["systemId"]);
    }

    async fn inferred_a_system_is_not_linked_twice(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let body = plutora.link_body().await;
        let path = format!("{release}/systems");
        plutora.post(&path, &body).await.expect(201);
        plutora.post(&path, &body).await.expect(400);
    }

    async fn inferred_a_put_answers_200_and_the_row(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = plutora.link(&release).await;
        let types = plutora.rows("/lookupfields/SystemRoleDependencyType").await;
        let other = types.last().unwrap()["id"].clone();
        let row = plutora.get(&path).await.expect(200);
        let body = with(&row, "systemRoleDependencyTypeId", other.clone());
        assert_eq!(plutora.put(&path, &body).await.expect(200)["systemRoleDependencyTypeId"], other);
        assert_eq!(plutora.get(&path).await.expect(200)["systemRoleDependencyTypeId"], other);
    }

    /// Vendor help, 2020, has the three, and neither an endpoint nor a field.
    async fn inferred_a_put_sets_the_status_to_completed_rollback_pending_or_rejected(plutora) {
        if plutora.is_spared("statuses may have other labels") {
            return;
        }
        let (_, release) = plutora.release("Independent").await;
        let path = plutora.link(&release).await;
        let row = plutora.get(&path).await.expect(200);
        for status in ["Completed", "RollbackPending", "Rejected"] {
            plutora.put(&path, &with(&row, "deploymentStatus", status)).await.expect(200);
            assert_eq!(plutora.get(&path).await.expect(200)["deploymentStatus"], status);
        }
    }

    async fn inferred_a_delete_answers_200_and_the_row_is_gone(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = plutora.link(&release).await;
        plutora.delete(&path).await.expect(200);
        plutora.get(&path).await.expect(404);
        assert_eq!(plutora.get(&format!("{release}/systems")).await.expect(200), json!([]));
    }

    async fn inferred_a_deleted_system_stays_in_its_releases_as_deleted(plutora) {
        let (_, release) = plutora.release("Independent").await;
        let path = plutora.link(&release).await;
        let (_, system) = path.rsplit_once('/').unwrap();
        plutora.delete(&format!("/systems/{system}")).await.expect(200);
        let row = plutora.get(&path).await.expect(200);
        assert_has(&row, &json!({"isDeleted": true, "system": Value::Null}));
    }
}
