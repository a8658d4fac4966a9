//! About what is answered, and to whom.

use plutora_sandbox::{
    BulkAnswers, DeploymentRefusals, Habits, NotFoundBody, PlutoraInfo, RefreshGrant, UnknownPut,
    WorkItemPut, WrongCredentials,
};
use serde_json::{Value, json};

use super::STRANGER;
use crate::support::{Tenant, answer, at, credentials, rule};

#[tokio::test]
async fn a_refresh_token_is_refused_or_good_for_one_new_token() {
    for (refresh_grant, status) in [(RefreshGrant::Refused, 400), (RefreshGrant::Accepted, 200)] {
        let mut tenant = Tenant::start(Habits { refresh_grant, ..Habits::default() }).await;
        let first = tenant.ask_token(&credentials()).await.expect(200);
        let form = credentials().replace("grant_type=password", "grant_type=refresh_token");
        let form = format!("{form}&refresh_token={}", first["refresh_token"].as_str().unwrap());
        let second = tenant.ask_token(&form).await.expect(status);
        if status == 200 {
            second["access_token"].as_str().unwrap().clone_into(&mut tenant.token);
            assert_eq!(tenant.get("/me").await.expect(200), "jane@example.com");
            assert_eq!(tenant.ask_token(&form).await.expect(400)["error"], "invalid_grant");
        }
    }
    assert_eq!(Habits::default().refresh_grant, RefreshGrant::Refused);
}

#[tokio::test]
async fn a_404_is_empty_or_has_a_message() {
    for (not_found_body, has_message) in
        [(NotFoundBody::Empty, false), (NotFoundBody::Message, true)]
    {
        let tenant = Tenant::start(Habits { not_found_body, ..Habits::default() }).await;
        let answer = tenant.get(&format!("/systems/{STRANGER}")).await.expect(404);
        assert_eq!(answer["message"].is_string(), has_message);
    }
    assert_eq!(Habits::default().not_found_body, NotFoundBody::Empty);
}

#[tokio::test]
async fn the_header_plutora_info_is_ignored_or_checked() {
    for (plutora_info, status) in [(PlutoraInfo::Ignored, 200), (PlutoraInfo::Checked, 400)] {
        let tenant = Tenant::start(Habits { plutora_info, ..Habits::default() }).await;
        tenant.get("/me").await.expect(200);
        let request = || tenant.client.get(format!("{}/me", tenant.sandbox.url()));
        let request = || request().bearer_auth(&tenant.token);
        answer(request()).await.unwrap().expect(status);
        let odd = request().header("Plutora-Info", "script.name=<x>");
        answer(odd).await.unwrap().expect(status);
    }
    assert_eq!(Habits::default().plutora_info, PlutoraInfo::Ignored);
}

#[tokio::test]
async fn a_put_of_what_is_not_there_is_a_404_or_a_400_but_a_404_for_a_release() {
    for (unknown_put, status) in [(UnknownPut::NotFound, 404), (UnknownPut::BadRequest, 400)] {
        let tenant = Tenant::start(Habits { unknown_put, ..Habits::default() }).await;
        let system = tenant.system_body().await;
        tenant.put(&format!("/systems/{STRANGER}"), &system).await.expect(status);
        let release = tenant.release_body().await;
        tenant.put(&format!("/releases/{STRANGER}"), &release).await.expect(404);
    }
    assert_eq!(Habits::default().unknown_put, UnknownPut::NotFound);
}
#[tokio::test]
async fn wrong_credentials_are_a_400_or_a_401() {
    for (wrong_credentials, status) in
        [(WrongCredentials::BadRequest, 400), (WrongCredentials::Unauthorized, 401)]
    {
        let tenant = Tenant::start(Habits { wrong_credentials, ..Habits::default() }).await;
        for (right, wrong, error) in [
            ("sandbox-client-id", "nobody", "invalid_client"),
            ("sandbox-password", "guess", "invalid_grant"),
        ] {
            let refused = tenant.ask_token(&credentials().replace(right, wrong)).await;
            assert_eq!(refused.expect(status)["error"], error);
        }
    }
    assert_eq!(Habits::default().wrong_credentials, WrongCredentials::BadRequest);
}

#[tokio::test]
async fn a_put_of_a_phase_or_gate_is_a_201_or_a_200() {
    for (work_item_put, status) in [(WorkItemPut::Created, 201), (WorkItemPut::Ok, 200)] {
        let tenant = Tenant::start(Habits { work_item_put, ..Habits::default() }).await;
        for collection in ["phases", "gates"] {
            let path = tenant.below("ENT-2026.Q3", collection).await;
            let item = tenant.get(&path).await.expect(200)[0].clone();
            assert_eq!(tenant.put(&at(&path, &item), &item).await.expect(status), item);
        }
    }
    assert_eq!(Habits::default().work_item_put, WorkItemPut::Created);
}

#[tokio::test]
async fn a_deployment_date_is_refused_with_a_400_or_a_500() {
    for (deployment_refusals, status) in
        [(DeploymentRefusals::BadRequest, 400), (DeploymentRefusals::Failure, 500)]
    {
        let tenant = Tenant::start(Habits { deployment_refusals, ..Habits::default() }).await;
        let path = tenant.dates_of("REL-2026.11", "Core Ledger").await;
        let mut date = tenant.get(&path).await.expect(200)[0].clone();
        let tell = |refused: Value| match status {
            400 => rule(&refused).to_owned(),
            _ => refused["exceptionMessage"].as_str().unwrap().to_owned(),
        };
        date["deploymentStatus"] = json!("Shipped");
        let refused = tenant.put(&at(&path, &date), &date).await.expect(status);
        assert_eq!(tell(refused), "Invalid deployment status");
        date["startDate"] = json!("2099-01-01");
        let refused = tenant.post(&path, &date).await.expect(status);
        assert_eq!(tell(refused), "Start date can not be later than end date");
        // A body that is none is a 400 in any case, and so are the rules of others.
        tenant.post(&path, &json!({})).await.expect(400);
        let phases = tenant.below("REL-2026.10", "phases").await;
        let mut phase = tenant.item_body("Phases", "Deployment").await;
        phase["startDate"] = json!("2099-01-01");
        tenant.post(&phases, &phase).await.expect(400);
    }
    assert_eq!(Habits::default().deployment_refusals, DeploymentRefusals::BadRequest);
}

#[tokio::test]
async fn bulk_calls_answer_objects_or_messages() {
    for (bulk_answers, are_objects) in
        [(BulkAnswers::Objects, true), (BulkAnswers::Messages, false)]
    {
        let tenant = Tenant::start(Habits { bulk_answers, ..Habits::default() }).await;
        let body = json!([tenant.release_body().await, {"name": "half a release"}]);
        let answers = tenant.post("/releases/bulk", &body).await.expect(200);
        let answers = answers.as_array().unwrap();
        assert_eq!(answers[0]["id"].is_string(), are_objects);
        assert_eq!(answers[1]["modelState"].is_object(), are_objects);
        if !are_objects {
            assert_eq!(answers[0], "New has been created");
            assert!(answers.contains(&json!("The Identifier field is required.")), "{answers:?}");
        }
        tenant.release_id("REL-NEW").await;
    }
    assert_eq!(Habits::default().bulk_answers, BulkAnswers::Objects);
}
