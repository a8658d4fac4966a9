//! Certificates and proxies.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use plutora_sandbox::{Behaviour, Options, Seed, Throttle};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener as Listener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{World, partly};

/// Puts TLS in front of the sandbox, for a host and until a year; returns the URL and the certificate of
/// its authority.
fn behind_tls(world: &World, host: &str, until: i32) -> (String, String) {
    far_behind_tls(world, (host, until), Duration::ZERO)
}

/// Puts it there so far away that a handshake takes so long.
fn far_behind_tls(
    world: &World,
    (host, until): (&str, i32),
    handshake: Duration,
) -> (String, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let plain = world.url().trim_start_matches("http://").to_owned();
    let listener = world.runtime().block_on(Listener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    world.runtime().spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                tokio::time::sleep(handshake).await;
                let Ok(mut outside) = acceptor.accept(stream).await else { return };
                let Ok(mut inside) = TcpStream::connect(plain).await else { return };
                copy_bidirectional(&mut outside, &mut inside).await.ok();
            });
        }
    });
    (format!("https://localhost:{port}"), authority.pem())
}

#[test]
fn a_certificate_is_trusted_only_with_its_authority() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let (url, authority) = behind_tls(&world, "localhost", 4_000);
    let variables = [("PLUTORA_API_URL", url.as_str())];
    world.manifest("ca.pem", &authority);

    let ran = world.run_with(&["plan", "-f", ".", "--ca-file", "ca.pem"], &variables);
    assert_eq!(ran.code, 0, "{ran:?}");

    // Without it the handshake fails, and not again and again.
    let ran = world.run_with(&["plan", "-f", "."], &variables);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("certificate") && !ran.stderr.contains("trying again"), "{ran:?}");

    world.manifest("ca.pem", "not a certificate");
    let ran = world.run_with(&["plan", "-f", ".", "--ca-file", "ca.pem"], &variables);
    assert_eq!(ran.code, 3, "{ran:?}");
    let ran = world.run_with(&["plan", "-f", ".", "--ca-file", "none.pem"], &variables);
    assert_eq!(ran.code, 3, "{ran:?}");
}

#[test]
fn a_certificate_of_another_host_or_of_another_time_does_not_fit() {
    for (host, until, told) in
        [("elsewhere.example.com", 4_000, "not valid for name"), ("localhost", 2_020, "expired")]
    {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
        let (url, authority) = behind_tls(&world, host, until);
        world.manifest("ca.pem", &authority);
        for rate in ["0", "5.5"] {
            let ran = world.run_with(
                &["apply", "-f", ".", "--ca-file", "ca.pem", "--auto-approve", "--rate", rate],
                &[("PLUTORA_API_URL", &url)],
            );
            assert_eq!(ran.code, 1, "{ran:?}");
            for text in [url.as_str(), "certificate", told] {
                assert!(ran.stderr.contains(text), "no '{text}' in {ran:?}");
            }
            assert!(!ran.stderr.contains("trying again"), "{ran:?}");
        }
        assert!(world.journal().is_empty() && world.tokens() == 0, "nothing was said to it");
    }
}

/// A request that waits for its connection comes closer to those after it.
#[test]
fn a_server_that_is_far_away_is_not_asked_too_often_in_the_first_second() {
    let throttle = Throttle { per_second: NonZeroU32::new(6), ..Throttle::default() };
    let behaviour = Behaviour { throttle, ..Behaviour::default() };
    let world = World::with(Options { seed: Seed::Releases(20), behaviour, ..Options::default() });
    let releases: Vec<String> =
        (1..=8).map(|number| partly(&format!("REL-{number:05}"), "{riskLevel: High}")).collect();
    world.manifest("a.yaml", &releases.concat());
    let place = ("localhost", 4_000);
    let (url, authority) = far_behind_tls(&world, place, Duration::from_millis(150));
    world.manifest("ca.pem", &authority);
    // No token is asked for before, on the same connection.
    let token = world.token();
    let variables = [
        ("PLUTORA_API_URL", url.as_str()),
        ("PLUTORA_TOKEN", &token),
        ("PLUTORA_SYNC_RATE", "5.5"),
    ];
    let is_refused = || {
        world.clear_journal();
        let plan = ["plan", "-f", ".", "--ca-file", "ca.pem", "--no-cache"];
        let ran = world.run_with(&plan, &variables);
        assert_eq!(ran.code, 0, "{ran:?}");
        world.journal().iter().any(|it| it["status"] == 429)
    };
    // A machine that stands still for a moment may have one refused, but not each of them.
    assert!((0..3).any(|_| !is_refused()), "{:#?}", world.journal());
}

#[test]
fn a_proxy_is_asked_for_the_way_to_plutora_and_never_for_the_loopback_interface() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());

    let mut child = world.spawn(
        &["plan", "-f", "."],
        &[("HTTPS_PROXY", &url), ("PLUTORA_API_URL", "https://plutora.example.com")],
    );
    let (stream, _) = proxy.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(line.trim(), "CONNECT plutora.example.com:443 HTTP/1.1");

    let everywhere = [("HTTPS_PROXY", url.as_str()), ("HTTP_PROXY", &url), ("ALL_PROXY", &url)];
    assert_eq!(world.run_with(&["plan", "-f", "."], &everywhere).code, 0);
}
