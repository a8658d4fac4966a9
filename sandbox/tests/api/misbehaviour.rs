//! Faults, throttle and all that can be changed while a sandbox runs.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use plutora_sandbox::{Behaviour, Fault, Options, RetryAfter, Seed, Throttle};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Tenant, answer, column};

async fn with_fault(fault: &str) -> Tenant {
    let faults = vec![fault.parse::<Fault>().unwrap()];
    Tenant::start(Behaviour { faults, ..Behaviour::default() }).await
}

async fn names(tenant: &Tenant, query: &str) -> Vec<String> {
    let page = tenant.get(&format!("/systems?{query}")).await.expect(200);
    column(if page.is_array() { &page } else { &page["resultSet"] }, "name")
}

#[tokio::test]
async fn a_body_is_no_json_though_the_request_took_effect() {
    let tenant = with_fault("POST /systems malformed").await;
    let body = tenant.system_body().await;
    let spoilt = tenant.post("/systems", &body).await;
    assert_eq!(spoilt.status, 201);
    assert!(serde_json::from_str::<Value>(&spoilt.text).is_err(), "{}", spoilt.text);
    assert_eq!(names(&tenant, "").await.len(), 9);
}

#[tokio::test]
async fn pages_repeat_shift_and_ignore_what_was_asked() {
    let tenant = Tenant::demo().await;
    let all = names(&tenant, "").await;
    let second = "pageNum=1&recordsPerPage=3";
    for (fault, rows) in [
        ("repeat-page", &all[0..3]),
        ("shift-page=1", &all[4..7]),
        ("shift-page=-1", &all[2..5]),
        ("ignore-paging", &all[..]),
    ] {
        tenant.fault(json!([format!("/systems {fault}")])).await;
        assert_eq!(names(&tenant, second).await, rows, "{fault}");
        assert_eq!(names(&tenant, second).await, all[3..6]);
    }
    tenant.fault(json!(["POST /releases/filter repeat-page"])).await;
    let body = json!({"pageNum": 1, "recordsPerPage": 2});
    let repeated = tenant.post("/releases/filter", &body).await.expect(200);
    assert_eq!(repeated["pageNum"], 1);
    let first = tenant.get("/releases?pageNum=0&recordsPerPage=2").await.expect(200);
    assert_eq!(repeated["resultSet"], first["resultSet"]);
}

#[tokio::test]
async fn an_answer_is_slow_before_or_after_the_effect() {
    let tenant = with_fault("GET /me delay=5").await;
    let before = Instant::now();
    tenant.get("/me").await.expect(200);
    assert!(before.elapsed() >= Duration::from_millis(5));

    let body = tenant.system_body().await;
    for (fault, systems) in [("POST delay=600000", 8), ("POST delay-answer=600000", 9)] {
        tenant.fault(json!([fault])).await;
        let request = tenant.client.post(format!("{}/systems", tenant.sandbox.url()));
        let request = tokio::spawn(request.bearer_auth(&tenant.token).json(&body).send());
        // Until the request is there, the fault waits for it.
        while tenant.get("/__sandbox/behaviour").await.expect(200)["faults"] != json!([]) {}
        while names(&tenant, "").await.len() < systems {}
        assert_eq!(names(&tenant, "").await.len(), systems, "{fault}");
        assert!(!request.is_finished());
        request.abort();
    }
}

#[tokio::test]
async fn a_sandbox_stops_though_it_holds_requests_back() {
    for fault in ["GET /me delay=600000", "GET /me delay-answer=600000"] {
        let tenant = with_fault(fault).await;
        let request = tenant.client.get(format!("{}/me", tenant.sandbox.url()));
        let request = tokio::spawn(request.bearer_auth(&tenant.token).send());
        while tenant.get("/__sandbox/behaviour").await.expect(200)["faults"] != json!([]) {}
        tenant.sandbox.stop().await.unwrap();
        request.abort();
    }
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let tenant = Tenant::demo().await;
    let url = tenant.sandbox.url();
    for (origin, status) in [("http://evil.example.com", 403), (url.as_str(), 204)] {
        let request = tenant.client.delete(format!("{url}/__sandbox/faults"));
        let answered = answer(request.header("Origin", origin)).await.unwrap();
        assert_eq!(answered.status, status, "{origin}");
    }
}

#[tokio::test]
async fn tokens_are_revoked_at_a_request() {
    let mut tenant = with_fault("GET skip=1 revoke-tokens").await;
    tenant.get("/me").await.expect(200);
    tenant.get("/me").await.expect(401);
    tenant.log_in().await;
    tenant.get("/me").await.expect(200);
}

#[tokio::test]
async fn an_editor_comes_at_a_request() {
    let tenant = Tenant::demo().await;
    let edits = json!([
        {"collection": "systems", "where": {"name": "Core Ledger"}, "set": {"name": "Renamed"}},
        {"collection": "releases", "where": {"identifier": "REL-2026.10"}, "delete": true},
        {"collection": "systems", "insert": {"name": "Planted"}},
        {"collection": "systems", "where": {"name": "nobody"}, "delete": true},
    ]);
    tenant
        .fault(json!([{"method": "GET", "path": "/systems", "skip": 1, "action": {"edit": edits}}]))
        .await;
    let before = names(&tenant, "").await;
    let after = names(&tenant, "").await;
    assert!(
        before.contains(&"Core Ledger".to_owned()) && !after.contains(&"Core Ledger".to_owned())
    );
    assert!(after.contains(&"Renamed".to_owned()) && after.contains(&"Planted".to_owned()));
    let gone = tenant.filter("/releases", "identifier = `REL-2026.10`").await.expect(200);
    assert_eq!(gone["totalCount"], 0);
    let entry = tenant.journal().await.into_iter().find(|entry| entry["fault"] == "edit").unwrap();
    assert_eq!(entry["path"], "/systems");
}

#[tokio::test]
async fn what_is_beyond_a_limit_is_told_when_to_come_again() {
    for (retry_after, has_header) in [(RetryAfter::Seconds, true), (RetryAfter::Absent, false)] {
        let throttle =
            Throttle { per_hour: NonZeroU32::new(2), retry_after, ..Throttle::default() };
        let mut tenant = Tenant::start(Behaviour { throttle, ..Behaviour::default() }).await;
        tenant.get("/me").await.expect(200);
        tenant.get("/unknown").await.expect(404);
        let refused = tenant.get("/me").await;
        assert_eq!(refused.status, 429);
        assert!(refused.text.contains("maximum admitted 2 per Hour"), "{}", refused.text);
        assert_eq!(refused.headers["content-type"], "text/plain; charset=utf-8");
        let header = refused.headers.get("retry-after").map(|it| it.to_str().unwrap().parse());
        assert_eq!(header, has_header.then_some(Ok(3600)));
        // Tokens come from another host, and the sandbox's own paths are no part of the API.
        tenant.log_in().await;
        assert_eq!(tenant.journal().await.iter().filter(|it| it["fault"] == "throttle").count(), 1);
    }
}

#[tokio::test]
async fn everything_can_be_changed_while_it_runs() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let path = "/__sandbox/behaviour";
    let before = tenant.get(path).await.expect(200);
    assert_eq!(before["habits"]["lists"], "documented");
    assert_eq!(
        before["throttle"],
        json!({"perSecond": null, "perHour": null, "retryAfter": "seconds"})
    );
    let change = json!({
        "latencyMilliseconds": 1,
        "tokenLifetimeSeconds": 60,
        "habits": {"lists": "envelope"},
        "faults": ["DELETE skip=2 times=always status=503"],
    });
    let after = tenant.send(Method::PATCH, path, Some(&change)).await.expect(200);
    let mut wanted = before.clone();
    wanted["latencyMilliseconds"] = json!(1);
    wanted["tokenLifetimeSeconds"] = json!(60);
    wanted["habits"]["lists"] = json!("envelope");
    wanted["faults"] = json!([{"method": "DELETE", "path": "/", "skip": 2, "times": "always", "action": {"status": 503}}]);
    assert_eq!(after, wanted);
    assert!(tenant.get("/users").await.expect(200)["resultSet"].is_array());
    let stranger = "/systems/11111111-2222-4333-8444-555555555555";
    for status in [404, 404, 503, 503] {
        tenant.delete(stranger).await.expect(status);
    }
    let wrong = tenant.patch(path, &json!({"habits": {"lists": "rows"}})).await.expect(400);
    assert!(wrong["message"].as_str().unwrap().contains("unknown list shape"), "{wrong}");
    wanted["faults"][0]["skip"] = json!(0);
    assert_eq!(tenant.get(path).await.expect(200), wanted);
    assert_eq!(
        tenant.ask_token(&crate::support::credentials()).await.expect(200)["expires_in"],
        60
    );
}

#[test]
fn options_come_from_a_behaviour() {
    let behaviour = Behaviour { latency_milliseconds: 7, ..Behaviour::default() };
    assert_eq!(Options::from(behaviour.clone()).behaviour, behaviour);
}
