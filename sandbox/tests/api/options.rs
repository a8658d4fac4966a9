//! Starting and stopping, and the options that change how all is answered.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use plutora_sandbox::{Behaviour, Options, Seed, StartError, start};

use crate::support::Tenant;

#[tokio::test]
async fn only_loopback_is_listened_on_unless_it_is_allowed() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let error = start(Options { listen, ..Options::default() }).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    assert!(error.to_string().contains("not a loopback address"));
    let sandbox =
        start(Options { listen, allow_remote: true, ..Options::default() }).await.unwrap();
    sandbox.stop().await.unwrap();

    let taken = start(Options::default()).await.unwrap();
    let options = Options { listen: taken.address(), ..Options::default() };
    assert!(matches!(start(options).await.unwrap_err(), StartError::Listen { .. }));
}

#[tokio::test]
async fn a_stopped_sandbox_is_gone_though_a_client_holds_a_silent_connection() {
    let tenant = Tenant::demo().await;
    let address = tenant.sandbox.address();
    assert_eq!(tenant.sandbox.url(), format!("http://{address}"));
    let silent = TcpStream::connect(address).unwrap();
    tenant.get("/me").await.expect(200);
    tenant.sandbox.stop().await.unwrap();
    assert!(TcpStream::connect(address).is_err());
    drop(silent);
}

#[tokio::test]
async fn a_dropped_sandbox_takes_no_more_connections() {
    let tenant = Tenant::demo().await;
    let address = tenant.sandbox.address();
    let Tenant { sandbox, client, .. } = tenant;
    drop(sandbox);
    let error = client.get(format!("http://{address}/me")).send().await.unwrap_err();
    assert!(error.is_connect() || error.is_request(), "{error:?}");
}

#[tokio::test]
async fn every_answer_waits_for_the_latency() {
    let late = Behaviour { latency_milliseconds: 5, ..Behaviour::default() };
    let tenant = Tenant::start(late).await;
    let before = Instant::now();
    tenant.get("/me").await.expect(200);
    assert!(before.elapsed() >= Duration::from_millis(5));
}

#[tokio::test]
async fn ten_thousand_releases_are_served() {
    let tenant = Tenant::seeded(Seed::Releases(10_000)).await;
    let last = tenant.get("/releases?pageNum=99&recordsPerPage=100").await.expect(200);
    assert_eq!(last["totalCount"], 10_000);
    assert_eq!(last["resultSet"][99]["identifier"], "REL-10000");
    let systems = tenant.get("/systems?pageNum=0").await.expect(200);
    assert_eq!(systems["totalCount"], 1_000);
}
