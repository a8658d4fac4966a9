//! The token endpoint, and what a token is needed for.

use plutora_sandbox::Behaviour;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, answer, credentials, keys};

const DENIED: &str = "Authorization has been denied for this request.";

#[tokio::test]
async fn a_token_is_given_for_the_right_credentials() {
    let tenant = Tenant::demo().await;
    let token = tenant.ask_token(&credentials()).await.expect(200);
    assert_eq!(keys(&token), ["access_token", "token_type", "expires_in", "refresh_token"]);
    assert_eq!(token["token_type"], "bearer");
    assert_eq!(token["expires_in"], 23 * 60 * 60);
    let shouted = credentials().replace("jane%40example.com", "JANE@Example.com");
    tenant.ask_token(&shouted).await.expect(200);
}

#[tokio::test]
async fn wrong_credentials_are_told_apart() {
    let tenant = Tenant::demo().await;
    for (right, wrong, error) in [
        ("client_id=", "client_id=x", "invalid_client"),
        ("client_secret=", "client_secret=x", "invalid_client"),
        ("&password=", "&password=x", "invalid_grant"),
        ("username=", "username=x", "invalid_grant"),
        ("grant_type=password", "grant_type=refresh_token", "unsupported_grant_type"),
    ] {
        let refused = tenant.ask_token(&credentials().replace(right, wrong)).await.expect(400);
        assert_eq!(refused["error"], error, "{wrong}");
        assert_eq!(refused["error_description"].is_string(), error == "invalid_grant");
    }
    tenant.get("/oauth/token").await.expect(405);
}

#[tokio::test]
async fn without_a_valid_token_everything_is_denied_before_it_is_looked_at() {
    let mut tenant = Tenant::demo().await;
    tenant.token = "guess".to_owned();
    for (method, path, body) in [
        (Method::GET, "/me", None),
        (Method::GET, "/releases/unknown", None),
        (Method::GET, "/no/such/path", None),
        (Method::PATCH, "/releases", None),
        (Method::POST, "/releases", Some(json!("nonsense"))),
        (Method::PUT, "/systems/unknown", Some(json!({}))),
    ] {
        let denied = tenant.send(method, path, body.as_ref()).await;
        assert_eq!(denied.expect(401), json!({ "message": DENIED }), "{path}");
        assert!(!denied.headers.contains_key("x-plutora-user-company"));
    }
    let url = format!("{}/me", tenant.sandbox.url());
    assert_eq!(answer(tenant.client.get(url)).await.unwrap().status, 401);
}

#[tokio::test]
async fn the_scheme_is_in_any_case_and_me_is_a_plain_string() {
    let tenant = Tenant::demo().await;
    for scheme in ["bearer", "Bearer", "BEARER"] {
        let request = tenant.client.get(format!("{}/me", tenant.sandbox.url()));
        let request = request.header("Authorization", format!("{scheme} {}", tenant.token));
        let me = answer(request).await.unwrap();
        assert_eq!(me.expect(200), "jane@example.com");
        assert_eq!(me.headers["content-type"], "application/json; charset=utf-8");
        assert!(me.headers.contains_key("x-plutora-user-company"));
    }
}

#[tokio::test]
async fn a_token_ends_with_its_lifetime_or_when_it_is_revoked() {
    let short = Behaviour { token_lifetime_seconds: 0, ..Behaviour::default() };
    let short = Tenant::start(short).await;
    short.get("/me").await.expect(401);

    let mut tenant = Tenant::demo().await;
    tenant.get("/me").await.expect(200);
    assert_eq!(tenant.post("/__sandbox/tokens/revoke", &Value::Null).await.status, 204);
    tenant.get("/me").await.expect(401);
    tenant.log_in().await;
    tenant.get("/me").await.expect(200);
}
