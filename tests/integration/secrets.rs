//! Secrets are planted with a mark, the program is run in every way in which it could tell them, and all
//! that it leaves behind is searched.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use plutora_sandbox::{Credentials, Seed};
use serde_json::json;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::support::{Ran, World, partly, release};

/// The mark in every planted secret, and what is around it: signs that forms, JSON and HTML escape.
const MARK: &str = "xyzzy";
const CLIENT_SECRET: &str = "client-xyzzy/&\"secret";
const PASSWORD: &str = "pass xyzzy+\\word";
const TOKEN: &str = "token.xyzzy=-_";

/// Fails if a run, or a file that it left, tells a secret.
fn assert_silent(case: &str, ran: &Ran, left: &Path, secrets: &[&str]) {
    let files = WalkDir::new(left).into_iter().map(Result::unwrap);
    let files = files.filter(|it| it.file_type().is_file() && it.file_name() != "given");
    let texts =
        files.map(|it| (it.path().display().to_string(), std::fs::read(it.path()).unwrap()));
    let streams = [("stdout", &ran.stdout), ("stderr", &ran.stderr)];
    let streams = streams.map(|(name, text)| (name.to_owned(), text.clone().into_bytes()));
    for (name, bytes) in texts.chain(streams) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(!text.contains(secret), "{case}: {secret} is in {name}: {text}");
        }
    }
}

/// A Plutora that quotes every request in its answers, headers and all, with this status and form.
struct Gossip {
    url: String,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Json,
    Html,
    Text,
    Header,
    Location,
    /// HTML whose signs are escaped.
    Escaped,
    /// An address, in small hexadecimal digits.
    Address,
}

impl Gossip {
    fn start(status: u16, form: Form, gives_tokens: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::Relaxed);
                // A client that went away is the end of this connection alone.
                let _told = tell(stream.unwrap(), status, form, gives_tokens);
            }
        });
        Self { url, asked }
    }
}

fn tell(stream: TcpStream, status: u16, form: Form, gives_tokens: bool) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((_, number)) = line.to_lowercase().split_once("content-length:") {
            length = number.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let quoted = format!("{head}{}", String::from_utf8_lossy(&body));
    let (status, headers, body) = if gives_tokens && head.starts_with("POST /oauth/token") {
        let token = json!({"access_token": TOKEN, "refresh_token": TOKEN, "expires_in": 3600});
        (200, String::new(), token.to_string())
    } else {
        let flat = quoted.replace(['\r', '\n'], " ");
        match form {
            Form::Json => {
                (status, String::new(), json!({"message": quoted, "x": quoted}).to_string())
            }
            Form::Html => (status, String::new(), format!("<html>{quoted}</html>")),
            Form::Text => (status, String::new(), quoted),
            Form::Escaped => {
                let signs = [("&", "&amp;"), ("\"", "&quot;"), ("<", "&lt;")];
                let plain = url_decoded(&quoted);
                let html = signs.iter().fold(plain, |it, (sign, html)| it.replace(sign, html));
                (status, String::new(), format!("<html>{html}</html>"))
            }
            Form::Address => {
                let hex = |byte: u8| format!("%{byte:02x}");
                let all: String = url_decoded(&quoted).bytes().map(hex).collect();
                (status, String::new(), json!({"message": all}).to_string())
            }
            Form::Header => {
                (status, format!("Content-Type: {flat}\r\nRetry-After: {flat}\r\n"), flat)
            }
            Form::Location => {
                (status, format!("Location: http://elsewhere/?{flat}\r\n"), String::new())
            }
        }
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} So\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    reader.get_mut().write_all(answer.as_bytes())
}

/// Returns what a form means.
fn url_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs the program against a server with the planted secrets, and everything on that talks.
fn run_at(folder: &Path, url: &str, arguments: &[&str], more: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plutora-sync"));
    command.current_dir(folder).env_clear().args(arguments).args(["-vvv", "--timeout", "2"]);
    for (name, value) in [
        ("PLUTORA_API_URL", url),
        ("PLUTORA_CLIENT_ID", "id"),
        ("PLUTORA_CLIENT_SECRET", CLIENT_SECRET),
        ("PLUTORA_USERNAME", "jane@example.com"),
        ("PLUTORA_PASSWORD", PASSWORD),
        ("PLUTORA_SYNC_RATE", "0"),
        ("HOME", "."),
        ("TMPDIR", "."),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
    ] {
        command.env(name, value);
    }
    command.envs(more.iter().copied()).stdin(Stdio::null()).output().unwrap().into()
}

#[test]
fn a_server_that_quotes_requests_tells_nothing_through_us() {
    let forms = [
        Form::Json,
        Form::Html,
        Form::Text,
        Form::Header,
        Form::Location,
        Form::Escaped,
        Form::Address,
    ];
    let with_tokens = [200, 302, 400, 401, 403].map(|status| (status, true));
    let without = [200, 302, 400, 401].map(|status| (status, false));
    // Side by side, because much of the time passes in waiting before a repetition.
    thread::scope(|threads| {
        for form in forms {
            for (status, gives_tokens) in with_tokens.into_iter().chain(without) {
                threads.spawn(move || assert_tells_nothing(status, form, gives_tokens));
            }
        }
    });
}

fn assert_tells_nothing(status: u16, form: Form, gives_tokens: bool) {
    let folder = TempDir::new().unwrap();
    let manifest = partly("REL-2026.11", "{riskLevel: High}");
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let gossip = Gossip::start(status, form, gives_tokens);
    let arguments = ["plan", "-f", "a.yaml", "--log-format", "json"];
    let ran = run_at(folder.path(), &gossip.url, &arguments, &[]);
    let case = format!("{status} {form:?} {gives_tokens}");
    assert!([1, 4].contains(&ran.code), "{case}: {ran:?}");
    assert!(gossip.asked.load(Ordering::Relaxed) > 0, "{case}");
    assert_silent(&case, &ran, folder.path(), &[MARK]);
}

#[test]
fn no_command_leaves_a_secret_behind() {
    let Credentials { client_secret, password, .. } = Credentials::DEMO;
    let world = World::new(Seed::Demo);
    let folder = world.folder.path();
    world.manifest("a.yaml", &release("REL-NEW", "parent: ENT-2026.Q3"));
    let variables = [
        ("HOME", "."),
        ("TMPDIR", "."),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("PLUTORA_SYNC_LOG_FORMAT", "json"),
    ];
    let plan = ["plan", "-f", ".", "-vvv", "--out", "plan.json"];
    for arguments in [
        &plan[..],
        &["plan", "-f", ".", "-vvv", "--format", "markdown"],
        &["show", "plan.json", "-vvv"],
        &["show", "plan.json", "-vvv", "--format", "json"],
        &["apply", "-f", ".", "-vvv", "--auto-approve"],
        &["apply", "-f", ".", "-vvv", "--auto-approve", "--format", "json"],
        &["validate", "-f", ".", "-vvv"],
        &["schema", "config"],
        &["plan", "--help"],
    ] {
        let ran = world.run_with(arguments, &variables);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_silent(&arguments.join(" "), &ran, folder, &[client_secret, password]);
        // The sandbox's tokens are 64 digits; no other such number is there but digests.
        let digits = |it: char| !it.is_ascii_hexdigit();
        for text in [&ran.stdout, &ran.stderr] {
            let tokens = text.replace("sha256:", "sha256-");
            let token = tokens
                .split(digits)
                .find(|it| it.len() == 64 && !text.contains(&format!("sha256:{it}")));
            assert_eq!(token, None, "{arguments:?}: {text}");
        }
    }
}

/// Wherever in an apply a server quotes the token, in an answer that means nothing or in a refusal.
#[test]
fn an_apply_tells_no_token_that_a_server_quotes() {
    let folder = format!("{}/examples/quickstart", env!("CARGO_MANIFEST_DIR"));
    let trial = |skip: usize, status: u16| {
        let world = World::new(Seed::Demo);
        let token = world.token();
        let body = json!([format!("Authorization: Bearer {token}")]).to_string();
        let action = json!({"status": status, "body": body});
        world.fault(&json!({"skip": skip, "times": 3, "action": action}));
        let mut arguments = vec!["apply", "-f", &folder, "--auto-approve", "--timeout", "1"];
        arguments.extend(["--format", "json", "-vvv"]);
        let ran = world.run_with(&arguments, &[("PLUTORA_TOKEN", &token)]);
        assert_silent(&format!("{status} at {skip}"), &ran, world.folder.path(), &[&token]);
    };
    thread::scope(|threads| {
        for worker in 0..8 {
            threads.spawn(move || {
                for skip in (worker..52).step_by(8) {
                    trial(skip, 200);
                    trial(skip, 400);
                }
            });
        }
    });
}

#[test]
fn a_ready_made_token_and_files_of_secrets_are_no_better_known() {
    for (status, form) in [(400, Form::Json), (401, Form::Text), (500, Form::Html)] {
        let folder = TempDir::new().unwrap();
        let manifest = partly("REL-2026.11", "{riskLevel: High}");
        std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
        // Files that are given are left out of the search; nothing else is called so.
        std::fs::write(folder.path().join("given"), TOKEN).unwrap();
        let gossip = Gossip::start(status, form, false);
        for more in [[("PLUTORA_TOKEN", TOKEN)], [("PLUTORA_TOKEN_FILE", "given")]] {
            let ran = run_at(folder.path(), &gossip.url, &["plan", "-f", "a.yaml"], &more);
            assert!([1, 4].contains(&ran.code), "{ran:?}");
            assert_silent(&format!("{status} {form:?}"), &ran, folder.path(), &[MARK]);
        }
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_not_quoted() {
    let folder = TempDir::new().unwrap();
    let manifest = partly("REL-2026.11", "{riskLevel: High}");
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let in_variable = partly("REL-2026.11", "{summary: \"${env:PLUTORA_PASSWORD}\"}");
    std::fs::write(folder.path().join("variable.yaml"), in_variable).unwrap();
    let nowhere = "http://127.0.0.1:1";
    let plan = &["plan", "-f", "a.yaml"][..];
    for (arguments, more, code) in [
        (&["plan", "-f", "a.yaml", "--password=xyzzy"][..], ("X", "x"), 3),
        (&["plan", "-f", "a.yaml", "--token", "xyzzy"], ("X", "x"), 3),
        (&["plan", "-f", "variable.yaml"], ("X", "x"), 3),
        (plan, ("PLUTORA_API_URL", "https://jane:xyzzy@plutora.example.com"), 3),
        (plan, ("PLUTORA_API_URL", "https:jane:xyzzy@plutora example.com"), 3),
        (plan, ("PLUTORA_API_URL", "ftp://jane:xyzzy@plutora.example.com"), 3),
        (plan, ("PLUTORA_TOKEN", "xyzzy\nline"), 3),
        (plan, ("PLUTORA_PASSWORD", "xyzzy\u{1b}"), 3),
        (plan, ("PLUTORA_CLIENT_SECRET_FILE", "/nowhere"), 3),
    ] {
        let ran = run_at(folder.path(), nowhere, arguments, &[more]);
        assert_eq!(ran.code, code, "{more:?}: {ran:?}");
        assert_silent(&format!("{arguments:?} {more:?}"), &ran, folder.path(), &["xyzzy"]);
    }
    for config in ["password: xyzzy\n", "profiles: {default: {clientSecret: xyzzy}}\n"] {
        std::fs::write(folder.path().join("given"), config).unwrap();
        let ran =
            run_at(folder.path(), nowhere, &["plan", "-f", "a.yaml", "--config", "given"], &[]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_silent(config, &ran, folder.path(), &["xyzzy"]);
    }
}

#[test]
fn the_secret_of_a_proxy_is_not_quoted() {
    let folder = TempDir::new().unwrap();
    let manifest = partly("REL-2026.11", "{riskLevel: High}");
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let proxy = [("HTTPS_PROXY", "http://jane:xyzzy@127.0.0.1:1")];
    let url = "https://plutora.example.com";
    let ran = run_at(folder.path(), url, &["plan", "-f", "a.yaml"], &proxy);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("no way through the proxy that HTTPS_PROXY"), "{ran:?}");
    assert_silent("proxy", &ran, folder.path(), &["xyzzy"]);
}
