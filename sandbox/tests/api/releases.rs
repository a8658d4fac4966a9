//! Releases: create, read, delete, and what is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, answer, keys};

const ENTERPRISE_ID_FILTER: &str = "identifier = `ENT-2026.Q3`";

#[tokio::test]
async fn a_release_is_made_read_and_deleted() {
    let tenant = Tenant::demo().await;
    let mut body = tenant.release_body().await;
    body["id"] = json!("11111111-2222-4333-8444-555555555555");
    body["colour"] = json!("nobody knows this key");
    let made = tenant.post("/Releases", &body).await.expect(201);
    let wanted = [
        "id",
        "identifier",
        "name",
        "summary",
        "releaseTypeId",
        "releaseType",
        "location",
        "releaseStatusTypeId",
        "releaseStatusType",
        "releaseRiskLevelId",
        "releaseRiskLevel",
        "implementationDate",
        "displayColor",
        "organizationId",
        "organization",
        "managerId",
        "manager",
        "parentReleaseId",
        "parentRelease",
        "plutoraReleaseType",
        "releaseProjectType",
        "additionalInformation",
        "lastModifiedDate",
    ];
    assert_eq!(keys(&made), wanted);
    assert_ne!(made["id"], body["id"]);
    assert_eq!(made["implementationDate"], "2026-12-05T22:00:00");
    assert_eq!(made["manager"], "Sam Lee");
    assert_eq!(made["releaseRiskLevel"], "Low");
    assert_eq!((&made["parentReleaseId"], &made["parentRelease"]), (&Value::Null, &Value::Null));

    let path = format!("/releases/{}", made["id"].as_str().unwrap());
    assert_eq!(tenant.get(&path).await.expect(200), made);
    assert_eq!(tenant.delete(&path).await.expect(200), Value::Null);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(tenant.send(method, &path, None).await.expect(404), Value::Null);
    }
    tenant.put(&path, &body).await.expect(400);
    body["id"] = made["id"].clone();
    tenant.put(&path, &body).await.expect(404);
}

#[tokio::test]
async fn keys_and_names_are_taken_in_any_case_and_names_as_numbers() {
    let tenant = Tenant::demo().await;
    let Value::Object(body) = tenant.release_body().await else { unreachable!() };
    let mut shouted: serde_json::Map<String, Value> =
        body.into_iter().map(|(key, value)| (key.to_uppercase(), value)).collect();
    shouted.insert("PLUTORARELEASETYPE".to_owned(), json!("integrated"));
    shouted.insert("RELEASEPROJECTTYPE".to_owned(), json!("3"));
    let made = tenant.post("/releases", &Value::Object(shouted)).await.expect(201);
    assert_eq!(made["plutoraReleaseType"], "Integrated");
    assert_eq!(made["releaseProjectType"], "None");
    assert_eq!(made["identifier"], "REL-NEW");
    // Whether an identifier may repeat is not settled, so it may.
    tenant.post("/releases", &tenant.release_body().await).await.expect(201);
}

#[tokio::test]
async fn all_missing_fields_are_told_at_once() {
    let tenant = Tenant::demo().await;
    let refused = tenant.post("/releases", &json!({})).await.expect(400);
    assert_eq!(refused["message"], "The request is invalid.");
    let wanted = [
        "release.Identifier",
        "release.Name",
        "release.ReleaseTypeId",
        "release.ReleaseStatusTypeId",
        "release.ReleaseRiskLevelId",
        "release.ImplementationDate",
        "release.OrganizationId",
        "release.PlutoraReleaseType",
        "release.ReleaseProjectType",
    ];
    assert_eq!(keys(&refused["modelState"]), wanted);
    assert_eq!(refused["modelState"]["release.Name"], json!(["The Name field is required."]));
}

#[tokio::test]
async fn values_that_mean_nothing_are_refused_by_field() {
    let tenant = Tenant::demo().await;
    let stranger = "11111111-2222-4333-8444-555555555555";
    let low_risk = tenant.release_body().await["releaseRiskLevelId"].clone();
    for (field, key, value) in [
        ("releaseTypeId", "release.ReleaseTypeId", json!("Major")),
        ("releaseTypeId", "release.ReleaseTypeId", low_risk),
        ("organizationId", "release.OrganizationId", json!(stranger)),
        ("managerId", "release.ManagerId", json!(stranger)),
        ("parentReleaseId", "release.ParentReleaseId", json!(stranger)),
        ("implementationDate", "release.ImplementationDate", json!("soon")),
        ("plutoraReleaseType", "release.PlutoraReleaseType", json!("Huge")),
        ("releaseProjectType", "release.ReleaseProjectType", json!(4)),
    ] {
        let mut body = tenant.release_body().await;
        body[field] = value;
        let refused = tenant.post("/releases", &body).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), [key]);
    }
    for body in ["", "{\"name\":", "[]", "\"text\""] {
        let url = format!("{}/releases", tenant.sandbox.url());
        let request = tenant.client.post(url).bearer_auth(&tenant.token).body(body);
        assert!(answer(request).await.unwrap().expect(400)["modelState"].is_object(), "{body}");
    }
}

#[tokio::test]
async fn a_parent_is_an_enterprise_and_an_enterprise_has_none() {
    let tenant = Tenant::demo().await;
    let enterprise = tenant.id("/releases", ENTERPRISE_ID_FILTER).await;
    let other = tenant.id("/releases", "identifier = `REL-2026.10`").await;

    let mut child = tenant.release_body().await;
    child["parentReleaseId"] = json!(enterprise);
    let made = tenant.post("/releases", &child).await.expect(201);
    assert_eq!(made["parentRelease"], "Third quarter 2026");

    let mut under_other = tenant.release_body().await;
    under_other["parentReleaseId"] = json!(other);
    let mut second_enterprise = child.clone();
    second_enterprise["plutoraReleaseType"] = json!("Enterprise");
    for body in [under_other, second_enterprise] {
        let refused = tenant.post("/releases", &body).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), ["internalServerValidationError"]);
    }

    let mut no_longer_enterprise = tenant.release("ENT-2026.Q3").await;
    no_longer_enterprise["plutoraReleaseType"] = json!("Independent");
    tenant.put(&format!("/releases/{enterprise}"), &no_longer_enterprise).await.expect(400);

    tenant.delete(&format!("/releases/{enterprise}")).await.expect(200);
    let orphan = tenant.release("REL-2026.08").await;
    assert_eq!(orphan["parentReleaseId"], Value::Null);
}
