//! The status of each call that is about a release or its parts.

use reqwest::Method;
use serde_json::{Value, json};

use crate::plutora::{DATE, Plutora, STRANGER, facts};

/// Makes a phase or a gate of a new release, and gives it with its path.
async fn work_item(plutora: &Plutora, kind: &str) -> (Value, String) {
    let (_, release) = plutora.release("Independent").await;
    let mut body = plutora.item_body("Phases").await;
    body["workItemNameID"] = json!(plutora.first(&format!("/WorkItemNames/{kind}")).await);
    plutora.make(&format!("{release}/{kind}"), &body).await
}

async fn assert_other_name_is_400(plutora: &Plutora, kind: &str) {
    let names = plutora.rows(&format!("/WorkItemNames/{kind}")).await;
    let (mut item, path) = work_item(plutora, kind).await;
    let other = names.iter().find(|name| name["id"] != item["workItemNameID"]).unwrap();
    item["workItemNameID"] = other["id"].clone();
    plutora.put(&path, &item).await.expect(400);
}

async fn system_row(plutora: &Plutora) -> Value {
    json!({
        "systemId": plutora.system().await.0["id"],
        "systemRoleType": "Impact",
        "systemRoleDependencyTypeId": plutora.lookup("SystemRoleDependencyType").await,
    })
}

async fn stakeholder(plutora: &Plutora) -> Value {
    json!({
        "userId": plutora.first("/users").await,
        "stakeholderRoleIds": [plutora.lookup("StakeholderRole").await],
        "responsible": true,
        "accountable": true,
    })
}

/// The path of the deployment dates of a system in a new release.
async fn deployment_dates(plutora: &Plutora) -> String {
    let (_, release) = plutora.release("Independent").await;
    let row = system_row(plutora).await;
    plutora.post(&format!("{release}/systems"), &row).await.expect(201);
    format!("{release}/systems/{}/deploymentDates", row["systemId"].as_str().unwrap())
}

/// Makes a deployment date, and gives it with its path.
async fn deployment_date(plutora: &Plutora) -> (Value, String) {
    let path = deployment_dates(plutora).await;
    let body = json!({"deploymentTitle": "Wave 1", "startDate": DATE, "endDate": DATE});
    let date = plutora.post(&path, &body).await.expect(200);
    let path = format!("{path}/{}", date["id"].as_str().unwrap());
    plutora.made(path.clone());
    (date, path)
}

facts! {
    async fn asserted_post_of_a_release_is_201_with_it(plutora) {
        let body = plutora.release_body("Independent").await;
        let (release, _) = plutora.make("/releases", &body).await;
        assert_eq!(release["identifier"], body["identifier"]);
    }

    async fn asserted_put_of_a_release_is_204_without_a_body(plutora) {
        let (release, path) = plutora.release("Independent").await;
        assert_eq!(plutora.put(&path, &release).await.expect(204), Value::Null);
    }

    async fn asserted_delete_of_a_release_is_200_and_then_404(plutora) {
        let (_, path) = plutora.release("Independent").await;
        plutora.delete(&path).await.expect(200);
        plutora.delete(&path).await.expect(404);
        plutora.get(&path).await.expect(404);
    }

    /// Only that the call exists is known.
    async fn inferred_post_of_releases_in_bulk_is_200(plutora) {
        let body = plutora.release_body("Independent").await;
        let made = plutora.post("/releases/bulk", &json!([body])).await.expect(200);
        plutora.made(format!("/releases/{}", made[0]["id"].as_str().unwrap()));
    }

    /// 2019, and not looked at since.
    async fn asserted_post_and_put_of_a_phase_and_a_gate_are_201_with_it(plutora) {
        for kind in ["phases", "gates"] {
            let (item, path) = work_item(plutora, kind).await;
            assert_eq!(plutora.put(&path, &item).await.expect(201)["id"], item["id"]);
        }
    }

    async fn asserted_put_of_a_phase_or_a_gate_under_another_name_is_400(plutora) {
        assert_other_name_is_400(plutora, "phases").await;
        assert_other_name_is_400(plutora, "gates").await;
    }

    async fn inferred_delete_of_a_phase_and_a_gate_is_200(plutora) {
        for kind in ["phases", "gates"] {
            let (_, path) = work_item(plutora, kind).await;
            plutora.delete(&path).await.expect(200);
        }
    }

    async fn asserted_post_of_a_system_to_a_release_is_201_with_its_row(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let body = system_row(plutora).await;
        let row = plutora.post(&format!("{path}/systems"), &body).await.expect(201);
        assert_eq!(row["systemId"], body["systemId"]);
    }

    async fn asserted_post_of_a_system_to_a_release_without_a_dependency_type_is_400(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let mut body = system_row(plutora).await;
        body["systemRoleDependencyTypeId"] = Value::Null;
        plutora.post(&format!("{path}/systems"), &body).await.expect(400);
    }

    async fn asserted_post_of_an_unknown_system_to_a_release_is_404(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let mut body = system_row(plutora).await;
        body["systemId"] = json!(STRANGER);
        plutora.post(&format!("{path}/systems"), &body).await.expect(404);
    }

    async fn asserted_post_of_a_stakeholder_is_201_and_of_a_second_400(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let (path, body) = (format!("{path}/stakeholders"), stakeholder(plutora).await);
        plutora.post(&path, &body).await.expect(201);
        plutora.post(&path, &body).await.expect(400);
    }

    async fn asserted_post_of_a_stakeholder_in_an_unknown_role_is_400(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let mut body = stakeholder(plutora).await;
        body["stakeholderRoleIds"] = json!([STRANGER]);
        plutora.post(&format!("{path}/stakeholders"), &body).await.expect(400);
    }

    async fn asserted_put_of_a_stakeholder_is_204_and_of_an_unknown_one_400(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let path = format!("{path}/stakeholders");
        let row = plutora.post(&path, &stakeholder(plutora).await).await.expect(201);
        plutora.put(&format!("{path}/{}", row["id"].as_str().unwrap()), &row).await.expect(204);
        plutora.put(&format!("{path}/{STRANGER}"), &row).await.expect(400);
    }

    async fn asserted_put_of_a_manager_who_is_not_accountable_is_400(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["managerId"] = json!(plutora.first("/users").await);
        let (_, path) = plutora.make("/releases", &body).await;
        let path = format!("{path}/stakeholders");
        let mut row = plutora.get(&path).await.expect(200)[0].clone();
        row["stakeholderRoleIds"] = json!([plutora.lookup("StakeholderRole").await]);
        row["accountable"] = json!(false);
        plutora.put(&format!("{path}/{}", row["id"].as_str().unwrap()), &row).await.expect(400);
    }

    async fn asserted_post_of_an_activity_is_201(plutora) {
        let (phase, path) = work_item(plutora, "phases").await;
        let (release, _) = path.split_once("/phases").unwrap();
        let body = json!({
            "title": "Conformance",
            "status": "NotStarted",
            "activityDependencyType": "None",
            "type": "Activity",
            "assignedToID": plutora.first("/users").await,
            "assignedWorkItemID": phase["id"],
            "startDate": DATE,
            "endDate": DATE,
        });
        plutora.post(&format!("{release}/activities"), &body).await.expect(201);
    }

    async fn asserted_get_and_put_of_linked_releases_are_200(plutora) {
        let (_, path) = plutora.release("Independent").await;
        let path = format!("{path}/linkedReleases");
        let linked = plutora.get(&path).await.expect(200);
        plutora.put(&path, &linked).await.expect(200);
    }

    async fn asserted_post_and_put_of_a_deployment_date_are_200_with_it(plutora) {
        let (date, path) = deployment_date(plutora).await;
        assert_eq!(plutora.put(&path, &date).await.expect(200)["id"], date["id"]);
    }

    async fn asserted_delete_of_a_deployment_date_is_200_without_a_body(plutora) {
        let (_, path) = deployment_date(plutora).await;
        assert_eq!(plutora.delete(&path).await.expect(200), Value::Null);
    }

    async fn asserted_booking_of_an_environment_is_200_and_null(plutora) {
        let (_, phase) = work_item(plutora, "phases").await;
        let (_, environment) = plutora.environment().await;
        let answer = plutora.send(Method::POST, &format!("{phase}{environment}"), None).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "null"));
    }
}
