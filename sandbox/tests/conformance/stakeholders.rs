//! The stakeholders of a release, and its manager, who is one of them.

use serde_json::{Value, json};

use crate::answer::{at, rule};
use crate::objects::{assert_has, assert_has_keys, with};
use crate::plutora::{Plutora, STRANGER, facts};

const KEYS: [&str; 11] = [
    "id",
    "userId",
    "user",
    "groupId",
    "group",
    "stakeholderRoleIds",
    "stakeholderRoles",
    "responsible",
    "accountable",
    "consulted",
    "informed",
];

/// The body of a stakeholder who is a user.
async fn body(plutora: &Plutora) -> Value {
    json!({
        "userId": plutora.first("/users").await,
        "groupId": null,
        "stakeholderRoleIds": [plutora.lookup("StakeholderRole").await],
        "responsible": true,
        "accountable": false,
        "consulted": true,
        "informed": false,
    })
}

/// The body of a stakeholder that is a group.
async fn group_body(plutora: &Plutora) -> Value {
    let body = with(&body(plutora).await, "userId", Value::Null);
    with(&body, "groupId", plutora.first("/users/UserGroups").await)
}

/// Makes a release, and gives the path of its stakeholders.
async fn stakeholders(plutora: &Plutora) -> String {
    plutora.release("Independent").await.1 + "/stakeholders"
}

/// The row of a release's manager among its stakeholders.
async fn stakeholder(plutora: &Plutora, release: &Value, path: &str) -> Option<Value> {
    let rows = plutora.rows(&format!("{path}/stakeholders")).await;
    rows.into_iter().find(|row| row["userId"] == release["managerId"])
}

facts! {
    async fn asserted_a_post_answers_201_and_the_stakeholder(plutora) {
        let path = stakeholders(plutora).await;
        let body = body(plutora).await;
        let made = plutora.post(&path, &body).await.expect(201);
        assert_has_keys(&made, &KEYS);
        assert_has(&made, &body);
    }

    async fn asserted_the_name_of_the_group_of_a_user_is_empty(plutora) {
        let path = stakeholders(plutora).await;
        let (made, _) = plutora.make(&path, &body(plutora).await).await;
        assert_eq!(made["group"], "");
        assert_ne!(made["user"], "");
    }

    async fn asserted_the_name_of_the_user_of_a_group_is_empty(plutora) {
        let path = stakeholders(plutora).await;
        let (made, _) = plutora.make(&path, &group_body(plutora).await).await;
        assert_eq!(made["user"], "");
        assert_ne!(made["group"], "");
    }

    async fn seen_names_of_roles_stand_in_one_text(plutora) {
        let path = stakeholders(plutora).await;
        let roles = plutora.rows("/lookupfields/StakeholderRole").await;
        let (ids, names): (Vec<_>, Vec<_>) =
            roles.iter().take(2).map(|row| (&row["id"], row["value"].as_str().unwrap())).unzip();
        let body = with(&body(plutora).await, "stakeholderRoleIds", json!(ids));
        let (made, _) = plutora.make(&path, &body).await;
        assert_eq!(made["stakeholderRoles"], names.join(", "));
    }

    async fn asserted_a_user_who_is_there_already_is_a_400(plutora) {
        let path = stakeholders(plutora).await;
        let body = body(plutora).await;
        plutora.make(&path, &body).await;
        assert_ne!(rule(&plutora.refuse(&path, &body).await), "");
    }

    async fn asserted_an_unknown_role_is_a_400(plutora) {
        let path = stakeholders(plutora).await;
        let body = with(&body(plutora).await, "stakeholderRoleIds", json!([STRANGER]));
        plutora.refuse(&path, &body).await;
    }

    async fn inferred_a_stakeholder_is_either_a_user_or_a_group(plutora) {
        let path = stakeholders(plutora).await;
        let user = body(plutora).await;
        let both = with(&user, "groupId", group_body(plutora).await["groupId"].clone());
        for body in [both, with(&user, "userId", Value::Null)] {
            plutora.refuse(&path, &body).await;
        }
    }

    async fn asserted_a_put_answers_204(plutora) {
        let path = stakeholders(plutora).await;
        let (made, path) = plutora.make(&path, &body(plutora).await).await;
        plutora.put(&path, &with(&made, "informed", true)).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["informed"], true);
    }

    async fn asserted_a_put_of_an_unknown_stakeholder_is_a_400(plutora) {
        let path = format!("{}/{STRANGER}", stakeholders(plutora).await);
        plutora.put(&path, &body(plutora).await).await.expect(400);
    }

    async fn asserted_the_manager_has_to_be_accountable(plutora) {
        let (release, path) = plutora.managed().await;
        let row = stakeholder(plutora, &release, &path).await.unwrap();
        let path = at(&format!("{path}/stakeholders"), &row);
        plutora.put(&path, &with(&row, "accountable", false)).await.expect(400);
        plutora.put(&path, &with(&row, "accountable", true)).await.expect(204);
    }

    /// Asserted in 2021; a client of 2017 says that one is needed.
    async fn asserted_a_release_needs_no_manager(plutora) {
        assert_eq!(plutora.release("Independent").await.0["managerId"], Value::Null);
    }

    async fn asserted_the_manager_of_a_new_release_is_an_accountable_stakeholder(plutora) {
        let (made, path) = plutora.managed().await;
        assert_eq!(stakeholder(plutora, &made, &path).await.unwrap()["accountable"], true);
    }

    async fn asserted_an_empty_manager_id_clears_the_manager(plutora) {
        let (made, path) = plutora.managed().await;
        plutora.put(&path, &with(&made, "managerId", "")).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["managerId"], Value::Null);
    }

    async fn asserted_a_cleared_manager_stays_a_stakeholder(plutora) {
        let (made, path) = plutora.managed().await;
        plutora.put(&path, &with(&made, "managerId", "")).await.expect(204);
        assert!(stakeholder(plutora, &made, &path).await.is_some());
    }

    /// Asserted in 2019; the id of the row, in a PUT, in 2021.
    async fn asserted_a_path_takes_the_id_of_the_user(plutora) {
        let path = stakeholders(plutora).await;
        let (made, _) = plutora.make(&path, &body(plutora).await).await;
        let path = format!("{path}/{}", made["userId"].as_str().unwrap());
        assert_eq!(plutora.get(&path).await.expect(200), made);
    }

    /// Asserted in 2021.
    async fn asserted_a_path_takes_the_id_of_the_group(plutora) {
        let path = stakeholders(plutora).await;
        let (made, _) = plutora.make(&path, &group_body(plutora).await).await;
        let path = format!("{path}/{}", made["groupId"].as_str().unwrap());
        assert_eq!(plutora.get(&path).await.expect(200), made);
    }

    async fn inferred_a_delete_answers_200_and_the_stakeholder_is_gone(plutora) {
        let path = stakeholders(plutora).await;
        let (_, path) = plutora.make(&path, &body(plutora).await).await;
        plutora.delete(&path).await.expect(200);
        plutora.get(&path).await.expect(404);
    }
}
