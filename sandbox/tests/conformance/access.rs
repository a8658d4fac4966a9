//! Tokens, and what is told without a valid one.

use reqwest::Method;
use serde_json::json;

use crate::answer::keys;
use crate::plutora::{STRANGER, facts};

const DENIED: &str = "Authorization has been denied for this request.";

facts! {
    async fn documented_a_token_comes_for_client_id_client_secret_username_and_password(plutora) {
        let token = plutora.ask_token(&plutora.form()).await.expect(200);
        assert_eq!(keys(&token), ["access_token", "token_type", "expires_in", "refresh_token"]);
        assert_eq!(token["token_type"], "bearer");
        assert!(token["expires_in"].as_u64().unwrap() > 0);
    }

    /// Vendor help, 2020; a day in newer help, 20 minutes in the primer of 2018.
    async fn documented_a_token_is_valid_for_23_hours(plutora) {
        if plutora.is_spared("it is said in three ways") {
            return;
        }
        let token = plutora.ask_token(&plutora.form()).await.expect(200);
        assert_eq!(token["expires_in"], 23 * 60 * 60);
    }

    /// Old clients append `&` or `&=`.
    async fn seen_an_empty_field_of_the_form_is_no_matter(plutora) {
        for end in ["&", "&="] {
            plutora.ask_token(&(plutora.form() + end)).await.expect(200);
        }
    }

    async fn inferred_wrong_credentials_are_a_400_with_an_error(plutora) {
        let id = plutora.form().replace("client_id=", "client_id=x");
        assert_eq!(plutora.ask_token(&id).await.expect(400)["error"], "invalid_client");
        let password = plutora.form().replace("&password=", "&password=x");
        assert_eq!(plutora.ask_token(&password).await.expect(400)["error"], "invalid_grant");
    }

    async fn documented_the_scheme_of_a_token_is_bearer_in_any_case(plutora) {
        let token = plutora.ask_token(&plutora.form()).await.expect(200);
        let token = token["access_token"].as_str().unwrap();
        for scheme in ["bearer", "Bearer"] {
            let request = plutora.request(Method::GET, "/me");
            let request = request.header("Authorization", format!("{scheme} {token}"));
            plutora.ask(request).await.expect(200);
        }
    }

    async fn asserted_without_a_valid_token_everything_is_a_401(plutora) {
        let nobody = plutora.ask(plutora.request(Method::GET, "/users")).await;
        assert_eq!(nobody.expect(401), json!({ "message": DENIED }));
        for token in ["", "random"] {
            let request = plutora.request(Method::GET, "/users").bearer_auth(token);
            assert_eq!(plutora.ask(request).await.expect(401), json!({ "message": DENIED }));
        }
    }

    async fn asserted_a_401_comes_before_a_400_and_a_404(plutora) {
        let unknown = plutora.request(Method::GET, &format!("/releases/{STRANGER}"));
        plutora.ask(unknown).await.expect(401);
        plutora.ask(plutora.request(Method::POST, "/releases").json(&json!({}))).await.expect(401);
    }

    async fn seen_me_is_the_email_of_the_user_as_a_json_string(plutora) {
        assert_eq!(plutora.get("/me").await.expect(200), plutora.username());
    }

    /// Nothing visible happens without it.
    async fn seen_a_request_needs_no_plutora_info(plutora) {
        let token = plutora.ask_token(&plutora.form()).await.expect(200);
        let token = token["access_token"].as_str().unwrap();
        plutora.ask(plutora.request(Method::GET, "/me").bearer_auth(token)).await.expect(200);
    }

    async fn asserted_answers_name_the_company_of_the_user(plutora) {
        let answer = plutora.get("/systems?pageNum=0").await;
        assert!(answer.headers.contains_key("x-plutora-user-company"));
    }
}
