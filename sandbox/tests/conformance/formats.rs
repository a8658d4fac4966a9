//! How values, paths and bodies are written.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, keys};
use crate::plutora::{DATE, Plutora, STRANGER, facts, unique};

/// The date that comes back of a release that is made with one.
async fn dated(plutora: &Plutora, date: &str) -> String {
    let mut body = plutora.release_body("Independent").await;
    body["implementationDate"] = json!(date);
    let (release, _) = plutora.make("/releases", &body).await;
    release["implementationDate"].as_str().unwrap().to_owned()
}

/// Sends the keys of a body as a form; what is null is left out, as old clients do.
async fn send_form(plutora: &Plutora, method: Method, path: &str, body: &Value) -> Answer {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = body.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let fields: Vec<_> = fields.map(|(key, value)| (key, text(value))).collect();
    plutora.ask(plutora.authorized(method, path).form(&fields)).await
}

/// Makes an object by a form, which is deleted at the end.
async fn make_by_form(plutora: &Plutora, collection: &str, body: &Value) -> (Value, String) {
    let made = send_form(plutora, Method::POST, collection, body).await.expect(201);
    let path = format!("{collection}/{}", made["id"].as_str().unwrap());
    plutora.made(path.clone());
    (made, path)
}

/// The keys of a body as `Pascal` writes them.
fn in_pascal_case(body: &Value) -> Value {
    let pascal = |key: &str| {
        let mut signs = key.chars();
        let first = signs.next().unwrap().to_uppercase();
        first.chain(signs).collect()
    };
    let keys = body.as_object().unwrap().iter();
    Value::Object(keys.map(|(key, value)| (pascal(key), value.clone())).collect())
}

/// Asserts which names two numbers, sent as texts, come back as.
async fn assert_named(plutora: &Plutora, kind: (&str, &str), project: (&str, &str)) {
    let mut body = plutora.release_body("Enterprise").await;
    body["plutoraReleaseType"] = json!(kind.0);
    body["releaseProjectType"] = json!(project.0);
    let (release, _) = plutora.make("/releases", &body).await;
    assert_eq!(release["plutoraReleaseType"], kind.1);
    assert_eq!(release["releaseProjectType"], project.1);
}

facts! {
    async fn asserted_a_date_time_comes_back_without_a_zone(plutora) {
        assert_eq!(dated(plutora, DATE).await, DATE);
        let date = dated(plutora, &format!("{DATE}Z")).await;
        assert!(!date.contains(['Z', '+']), "{date}");
    }

    async fn asserted_the_zeros_at_the_end_of_a_fraction_are_trimmed(plutora) {
        assert_eq!(dated(plutora, &format!("{DATE}.480")).await, format!("{DATE}.48"));
    }

    async fn asserted_a_date_time_may_be_sent_with_or_without_a_zone_and_a_fraction(plutora) {
        for end in ["", "Z", ".000Z", "+00:00"] {
            dated(plutora, &format!("{DATE}{end}")).await;
        }
    }

    async fn seen_a_fraction_may_be_sent_with_seven_digits(plutora) {
        dated(plutora, &format!("{DATE}.9137257+00:00")).await;
    }

    async fn inferred_a_date_time_is_in_utc(plutora) {
        assert_eq!(dated(plutora, "2030-11-28T23:30:00+01:30").await, DATE);
        assert_eq!(dated(plutora, "2030-11-28T20:00:00-02:00").await, DATE);
    }

    async fn inferred_a_date_alone_is_its_midnight(plutora) {
        assert_eq!(dated(plutora, "2030-11-28").await, "2030-11-28T00:00:00");
    }

    async fn inferred_a_fraction_is_kept_to_the_millisecond(plutora) {
        assert_eq!(dated(plutora, &format!("{DATE}.1239999")).await, format!("{DATE}.123"));
    }

    async fn asserted_an_id_is_a_guid_in_lower_case(plutora) {
        let (release, _) = plutora.release("Independent").await;
        let id = release["id"].as_str().unwrap();
        assert_eq!(Uuid::parse_str(id).unwrap().hyphenated().to_string(), id);
    }

    async fn asserted_an_id_in_the_body_of_a_post_is_ignored(plutora) {
        let mut body = plutora.system_body().await;
        body["id"] = json!(STRANGER);
        let (system, _) = plutora.make("/systems", &body).await;
        assert_ne!(system["id"], STRANGER);
    }

    async fn asserted_paths_are_in_any_case(plutora) {
        let (release, path) = plutora.release("Independent").await;
        for path in [path.replace("releases", "Releases"), path.replace("releases", "RELEASES")] {
            assert_eq!(plutora.get(&path).await.expect(200), release, "{path}");
        }
        let values = plutora.get("/lookupfields/ReleaseType").await.expect(200);
        assert_eq!(plutora.get("/LookupFields/releasetype").await.expect(200), values);
    }

    async fn asserted_a_slash_at_the_end_of_a_path_is_no_matter(plutora) {
        let (release, path) = plutora.release("Independent").await;
        assert_eq!(plutora.get(&format!("{path}/")).await.expect(200), release);
    }

    async fn seen_a_slash_may_be_doubled(plutora) {
        let (release, path) = plutora.release("Independent").await;
        assert_eq!(plutora.get(&format!("/{path}")).await.expect(200), release);
    }

    async fn asserted_keys_of_a_body_are_in_any_case(plutora) {
        let body = in_pascal_case(&plutora.change_body().await);
        let (change, _) = plutora.make("/changes", &body).await;
        assert_eq!(change["name"], body["Name"]);
        assert_eq!(change["organizationId"], body["OrganizationId"]);
    }

    async fn asserted_keys_of_an_answer_begin_in_lower_case(plutora) {
        let (release, _) = plutora.release("Independent").await;
        assert!(keys(&release).iter().all(|key| key.starts_with(char::is_lowercase)), "{release}");
    }

    async fn asserted_a_name_out_of_a_few_may_be_its_number_as_a_text(plutora) {
        assert_named(plutora, ("1", "Enterprise"), ("3", "None")).await;
    }

    async fn seen_the_numbers_of_the_other_kinds_of_a_release(plutora) {
        assert_named(plutora, ("2", "Integrated"), ("1", "IsProject")).await;
        assert_named(plutora, ("3", "Independent"), ("2", "NotIsProject")).await;
    }

    async fn inferred_a_name_out_of_a_few_is_in_any_case(plutora) {
        let mut body = plutora.system_body().await;
        body["status"] = json!("INACTIVE");
        let (system, _) = plutora.make("/systems", &body).await;
        assert_eq!(system["status"], "Inactive");
    }

    async fn asserted_a_body_may_be_a_form(plutora) {
        let body = plutora.release_body("Independent").await;
        let (mut release, path) = make_by_form(plutora, "/releases", &body).await;
        assert_eq!(release["name"], body["name"]);
        release["name"] = json!("Two & more");
        release.as_object_mut().unwrap().remove("additionalInformation");
        send_form(plutora, Method::PUT, &path, &release).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["name"], "Two & more");
    }

    async fn asserted_an_empty_manager_in_a_form_is_null(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["managerId"] = json!(plutora.first("/users").await);
        let (release, path) = make_by_form(plutora, "/releases", &body).await;
        assert_eq!(release["managerId"], body["managerId"]);
        body["id"] = release["id"].clone();
        body["managerId"] = json!("");
        send_form(plutora, Method::PUT, &path, &body).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["managerId"], Value::Null);
    }

    async fn asserted_a_yes_or_no_in_a_form_is_true_or_false(plutora) {
        let mut body = plutora.environment_body().await;
        for is_shared in [true, false] {
            body["name"] = json!(unique("Conformance"));
            body["isSharedEnvironment"] = json!(is_shared);
            let (environment, _) = make_by_form(plutora, "/environments", &body).await;
            assert_eq!(environment["isSharedEnvironment"], is_shared);
        }
    }

    async fn inferred_an_empty_parent_in_a_form_is_null_too(plutora) {
        let mut body = plutora.release_body("Independent").await;
        body["parentReleaseId"] = json!("");
        let (release, _) = make_by_form(plutora, "/releases", &body).await;
        assert_eq!(release["parentReleaseId"], Value::Null);
    }

    async fn inferred_rows_in_a_form_are_counted(plutora) {
        let mut body = plutora.system_body().await;
        let aliases = ["PAY", "LOAN"].map(unique);
        body["systemAlias[0][name]"] = json!(aliases[0]);
        body["systemAlias[1][name]"] = json!(aliases[1]);
        let (system, _) = make_by_form(plutora, "/systems", &body).await;
        let names = [0, 1].map(|place| &system["systemAlias"][place]["name"]);
        assert_eq!(names, aliases.each_ref());
    }

    async fn asserted_answers_are_json_in_utf_8(plutora) {
        let answer = plutora.get("/releases?pageNum=0").await;
        assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
    }

    async fn seen_a_get_may_have_a_body(plutora) {
        let (release, path) = plutora.release("Independent").await;
        let request = plutora.authorized(Method::GET, &path).json(&json!({"name": "x"}));
        assert_eq!(plutora.ask(request).await.expect(200), release);
    }
}
