//! Tokens, retries and what every request carries.

use std::net::TcpListener;

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{World, partly, system};

fn world() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.clear_journal();
    world
}

#[test]
fn one_token_serves_a_run_and_a_revoked_one_is_renewed_once() {
    let world = world();
    assert_eq!(world.run(&["plan", "-f", "."]).code, 0);
    assert_eq!(world.tokens(), 1);

    // Every answer is a 401: one new token is tried for each request, and then it ends.
    world.clear_journal();
    world.fault(&json!({"path": "/releases", "times": 99, "action": {"status": 401}}));
    assert_eq!(world.run(&["plan", "-f", "."]).code, 4);
    let asked = world.journal();
    assert_eq!(asked.iter().filter(|entry| entry["path"] == "/releases").count(), 2);
}

#[test]
fn a_token_revoked_in_the_middle_is_renewed_and_the_run_goes_on() {
    let world = world();
    world.fault(&json!({"path": "/releases", "skip": 1, "action": {"status": 401}}));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(world.tokens(), 2);
    assert_eq!(world.release("REL-2026.11")["releaseRiskLevel"], "High");
}

#[test]
fn a_ready_made_token_is_used_and_the_user_is_asked_for() {
    let world = world();
    let form = "client_id=sandbox-client-id&client_secret=sandbox-client-secret\
                &grant_type=password&username=jane@example.com&password=sandbox-password";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let token: Value = runtime.block_on(async {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.post(format!("{}/oauth/token", world.url())).body(form);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.send().await.unwrap().json().await.unwrap()
    });
    let token = token["access_token"].as_str().unwrap();
    world.clear_journal();
    let variables = [("PLUTORA_TOKEN", token), ("PLUTORA_PASSWORD", "")];
    let ran = world.run_with(&["plan", "-f", ".", "--format", "json"], &variables);
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["target"]["user"], "jane@example.com");
    assert_eq!(world.tokens(), 0);
    assert_eq!(world.journal().iter().filter(|entry| entry["path"] == "/me").count(), 1);
}

#[test]
fn reads_are_repeated_until_they_succeed_and_counted_once() {
    let world = world();
    let busy = json!({"status": 429, "headers": {"Retry-After": "0"}});
    world.fault(&json!({"path": "/releases", "action": busy}));
    world.fault(&json!({"path": "/lookupfields", "action": {"status": 503, "headers": {"Retry-After": "0"}}}));
    let plan = world.plan();
    assert_eq!(world.journal().len(), 5);
    assert_eq!(plan["run"]["planRequests"], 3);
}

#[test]
fn every_request_carries_who_we_are_and_the_log_and_the_report_carry_its_id() {
    let world = world();
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--format", "json", "-vv"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let correlation = report["steps"][0]["correlation"].as_str().unwrap();
    let run = report["run"]["id"].as_str().unwrap();
    let journal = world.journal();
    let ids: std::collections::BTreeSet<&str> = journal
        .iter()
        .map(|entry| {
            let info = entry["plutoraInfo"].as_str().unwrap();
            assert!(info.starts_with("script.name=plutora-sync;script.version="), "{info}");
            assert!(info.contains(run), "{info}");
            info.rsplit_once('=').unwrap().1
        })
        .collect();
    assert_eq!(ids.len(), journal.len(), "each request has its own");
    let put = journal.iter().find(|entry| entry["method"] == "PUT").unwrap();
    assert!(put["plutoraInfo"].as_str().unwrap().ends_with(correlation));
    assert!(ran.stderr.contains(&format!("correlation={correlation}")), "{}", ran.stderr);
    assert!(ran.stdout.contains(correlation));
}

#[test]
fn the_log_never_holds_a_token_or_a_password() {
    let world = world();
    for form in ["text", "json"] {
        let ran = world.run(&["apply", "-f", ".", "--auto-approve", "-vvv", "--log-format", form]);
        for secret in ["sandbox-password", "sandbox-client-secret", "earer"] {
            assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{ran:?}");
        }
        assert!(ran.stderr.contains("/releases"), "it does log: {}", ran.stderr);
    }
}

#[test]
fn a_redirect_is_not_followed_so_the_token_stays() {
    let world = world();
    let elsewhere = json!({"status": 302, "headers": {"Location": "http://127.0.0.1:1/releases"}});
    world.fault(&json!({"path": "/releases", "action": elsewhere}));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let expected = "302 a redirect to http://127.0.0.1:1/releases, which is not followed";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

/// Neither credentials nor a token nor a body go to where a server points.
#[test]
fn nothing_at_all_follows_a_redirect() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("http://{}/", elsewhere.local_addr().unwrap());
    for request in ["POST /oauth/token", "GET /releases", "PUT /releases", "POST /systems"] {
        for status in [301, 302, 303, 307, 308] {
            let world = world();
            world.manifest("b.yaml", &system("New System", ""));
            let (method, path) = request.split_once(' ').unwrap();
            let action = json!({"status": status, "headers": {"Location": location}});
            world.fault(
                &json!({"method": method, "path": path, "times": "always", "action": action}),
            );
            let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
            assert_ne!(ran.code, 0, "{request} {status}: {ran:?}");
            let told = format!("a redirect to {location}, which is not followed");
            assert!((ran.stdout + &ran.stderr).contains(&told), "{request} {status}");
            let followed = elsewhere.accept().map(|_| ());
            assert!(followed.is_err(), "{request} {status} was followed");
        }
    }
}

#[test]
fn what_cannot_be_read_is_shown_with_the_id_of_its_request() {
    let world = world();
    let proxy = json!({"status": 200, "body": "<html>Sign in</html>"});
    world.fault(&json!({"path": "/releases", "action": proxy}));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("a page of HTML, perhaps of a proxy"), "{}", ran.stderr);
    assert!(ran.stderr.contains("(correlation "), "{}", ran.stderr);
}
