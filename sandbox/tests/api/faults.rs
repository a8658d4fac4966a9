//! Fault rules, seen from the client's side of the connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use reqwest::Method;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::support::Tenant;

async fn count(tenant: &Tenant) -> usize {
    tenant.get("/systems").await.expect(200).as_array().unwrap().len()
}

#[tokio::test]
async fn a_status_is_answered_and_nothing_happens() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    tenant
        .fault(json!([{
            "method": "POST", "path": "/Systems", "skip": 1, "times": 2,
            "action": {"status": 503, "headers": {"Retry-After": "2"}, "body": "slow down"},
        }]))
        .await;
    tenant.post("/systems", &body).await.expect(201);
    for _ in 0..2 {
        let refused = tenant.post("/systems", &body).await;
        assert_eq!((refused.status.as_u16(), refused.text.as_str()), (503, "slow down"));
        assert_eq!(refused.headers["retry-after"], "2");
    }
    tenant.post("/systems", &body).await.expect(201);
    assert_eq!(count(&tenant).await, 10);
    let noted = tenant.journal().await;
    let spoilt: Vec<_> = noted.iter().filter(|entry| entry["fault"] == "status").collect();
    assert_eq!(spoilt.len(), 2);
    assert_eq!(spoilt[0]["status"], 503);
}

#[tokio::test]
async fn a_dropped_connection_is_an_error_with_or_without_the_effect() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    for (action, systems, status) in [("drop-before", 8, None), ("drop-after", 9, Some(201))] {
        tenant.fault(json!([{"method": "POST", "action": action}])).await;
        let error = tenant.try_send(Method::POST, "/systems", Some(&body)).await.unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert_eq!(count(&tenant).await, systems, "{action}");
        let noted = tenant.journal().await;
        let spoilt = noted.iter().find(|entry| entry["fault"] == action).unwrap();
        assert_eq!(spoilt["status"].as_u64(), status);
    }
}

#[tokio::test]
async fn an_answer_comes_without_its_body_or_with_half_of_it() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    tenant.fault(json!([{"action": "empty-body"}, {"action": "truncate"}])).await;
    let empty = tenant.post("/systems", &body).await;
    assert_eq!((empty.status.as_u16(), empty.text.as_str()), (201, ""));
    let cut = tenant.post("/systems", &body).await;
    assert_eq!(cut.status, 201);
    assert!(cut.text.starts_with("{\"id\":") && !cut.text.ends_with('}'), "{}", cut.text);
    assert_eq!(cut.headers["content-length"], cut.text.len().to_string());
    assert_eq!(count(&tenant).await, 10);
}

#[tokio::test]
async fn rules_are_cleared_and_bad_ones_refused() {
    let tenant = Tenant::demo().await;
    tenant.fault(json!([{"times": 100, "action": {"status": 500}}])).await;
    tenant.get("/me").await.expect(500);
    tenant.delete("/__sandbox/faults").await.expect(204);
    tenant.get("/me").await.expect(200);
    let refused = tenant.post("/__sandbox/faults", &json!([{"action": "explode"}])).await;
    assert!(refused.expect(400)["message"].as_str().unwrap().contains("explode"));
}

#[tokio::test]
async fn not_one_byte_of_an_answer_comes_over_a_dropped_connection() {
    let tenant = Tenant::demo().await;
    tenant.fault(json!([{"action": "drop-before"}, {"action": "drop-after"}])).await;
    for _ in 0..2 {
        let address = tenant.sandbox.address();
        let bytes = spawn_blocking(move || raw_answer(address)).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), "");
    }
    let address = tenant.sandbox.address();
    let bytes = spawn_blocking(move || raw_answer(address)).await.unwrap();
    assert!(bytes.starts_with(b"HTTP/1.1 401 Unauthorized\r\n"));
}

fn raw_answer(address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    // A reset is as much of an end as a close.
    let _ended = stream.read_to_end(&mut bytes);
    bytes
}
