//! Servers that answer what Plutora never would: an error that says what came and from where.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Ran, World, partly, release, system, writes};

/// Plans against the sandbox, in which a request of a path is answered so.
fn plan_with(path: &str, body: &Value) -> Ran {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, organization: Payments}"));
    world.manifest("b.yaml", &system("New System", ""));
    let action = json!({"status": 200, "body": body.to_string()});
    world.fault(&json!({"method": "GET", "path": path, "times": "always", "action": action}));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert!(writes(&world.journal()).is_empty(), "nothing was written: {ran:?}");
    ran
}

/// Fails unless the run ended with a code, and said what came and from where.
fn assert_says(ran: &Ran, code: i32, texts: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for text in texts {
        assert!(ran.stderr.contains(text), "no '{text}' in {}", ran.stderr);
    }
}

#[test]
fn lists_that_are_none_are_told() {
    for body in
        [json!(null), json!(17), json!("x"), json!({}), json!({"resultSet": {}}), json!([1])]
    {
        let ran = plan_with("/releases", &body);
        assert_says(&ran, 1, &["/releases"]);
    }
}

#[test]
fn rows_without_what_they_need_are_told() {
    let nameless = json!({"id": "x"});
    let numbered = json!({"id": 5, "identifier": "REL-2026.11"});
    for row in [json!({}), nameless, numbered, json!({"identifier": "REL-2026.11"})] {
        let ran = plan_with("/releases", &json!([row]));
        assert_says(&ran, 1, &["/releases", "no `id` or no `identifier`"]);
    }
}

/// Before a creation it is asked whether somebody was faster; an answer that does not say is no "no".
#[test]
fn nothing_is_created_where_a_row_could_be_it() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("REL-NEW", ""));
    let action = json!({"status": 200, "body": "[{}]"});
    world.fault(&json!({"method": "GET", "path": "/releases$", "skip": 1, "action": action}));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("no `id` or no `identifier`"), "{ran:?}");
    assert!(writes(&world.journal()).is_empty(), "{ran:?}");
}

#[test]
fn an_id_that_is_no_guid_is_told() {
    let row = json!([{"id": "../users", "identifier": "REL-2026.11", "name": "x"}]);
    assert_says(&plan_with("/releases", &row), 1, &["/releases", "../users"]);
}

/// Of what is managed; anything else may be as it is, and stays so.
#[test]
fn fields_of_another_type_are_told() {
    let fields = "{summary: x, manager: raj@example.com, implementationDate: 2026-11-30}";
    let date =
        "{systems: [{system: Core Ledger, deployments: [{title: wave 1, end: 2026-11-29}]}]}";
    let of_date: fn(&World) -> Value = |world| world.dates("REL-2026.11", "Core Ledger")[0].clone();
    let of_release: fn(&World) -> Value = |world| world.release("REL-2026.11");
    for (list, spec, of, key, path) in [
        ("releases", fields, of_release, "summary", "/releases/"),
        ("releases", fields, of_release, "managerId", "/releases/"),
        ("releases", fields, of_release, "implementationDate", "/releases/"),
        ("deploymentDates", date, of_date, "endDate", "/deploymentDates/"),
    ] {
        for value in [json!([1]), json!({"a": 1})] {
            let world = World::new(Seed::Demo);
            world.manifest("a.yaml", &partly("REL-2026.11", spec));
            let id = of(&world)["id"].as_str().unwrap().to_owned();
            world.edit(list, &id, &json!({(key): value}));
            let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
            assert_says(&ran, 1, &[path, &format!("under `{key}`, found a")]);
            assert!(writes(&world.journal()).is_empty(), "{ran:?}");
            world.manifest("a.yaml", &partly("REL-2026.11", "{location: x}"));
            let ran = world.run(&["plan", "-f", "."]);
            assert_eq!(ran.code, 0, "{ran:?}");
            world.run(&["apply", "-f", ".", "--auto-approve"]);
            assert_eq!(of(&world)[key], value);
        }
    }
}

#[test]
fn lookups_of_one_name_are_ambiguous_with_both_ids() {
    let ids = ["11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-555555555556"];
    let values = ids.map(|id| json!({"id": id, "value": "High", "type": "ReleaseRiskLevel"}));
    let ran = plan_with("/lookupfields/ReleaseRiskLevel", &json!(values));
    assert_says(&ran, 3, &["High", ids[0], ids[1]]);
}

/// A server that gives a token to everybody, and answers all else with the same bytes.
fn serve(answer: fn(&mut TcpStream) -> std::io::Result<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head = head(&mut stream);
            // A client that went away is the end of this connection alone.
            let _sent = if head.starts_with("POST /oauth/token") {
                let token =
                    json!({"access_token": "x", "token_type": "bearer", "expires_in": 3600});
                whole(&mut stream, &token.to_string())
            } else if head.starts_with("GET /me") {
                whole(&mut stream, "\"jane@example.com\"")
            } else {
                answer(&mut stream)
            };
        }
    });
    url
}

/// Reads up to the end of a request's head.
fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn whole(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn plan_at(url: &str) -> Ran {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &partly("REL-1", "{summary: x}"));
    world.run_with(&["plan", "-f", ".", "--timeout", "30"], &[("PLUTORA_API_URL", url)])
}

fn a_length_that_is_too_long() {
    let url = serve(|stream| {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 999\r\n\r\n";
        write!(stream, "{head}[]")
    });
    assert_says(&plan_at(&url), 1, &["/releases", "broke off"]);
}

fn a_length_that_is_too_short() {
    let url = serve(|stream| {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n";
        write!(stream, "{head}[{{\"id\": 1}}]")
    });
    assert_says(&plan_at(&url), 1, &["/releases"]);
}

fn a_body_without_an_end() {
    let url = serve(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")?;
        let spaces = vec![b' '; 1 << 20];
        loop {
            stream.write_all(&spaces)?;
        }
    });
    let ran = plan_at(&url);
    assert_says(&ran, 1, &["/releases", "answered what cannot be read: a body of more than 16 MB"]);
    assert!(!ran.stderr.contains("is this where"), "it is where it is: {ran:?}");
}

fn a_byte_order_mark() {
    let url = serve(|stream| whole(stream, "\u{feff}[]"));
    assert_says(&plan_at(&url), 3, &["Release/REL-1 does not exist"]);
}

fn what_is_no_http() {
    let url = serve(|stream| stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"));
    assert_says(&plan_at(&url), 1, &["/releases"]);
}

fn a_server_that_is_not_there() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = plan_at(&format!("http://{gone}"));
    assert_says(&ran, 1, &[&gone.to_string()]);
}

/// Side by side, because the program asks each of them again, and waits in between.
#[test]
fn what_breaks_the_rules_of_http_is_told() {
    let servers: [fn(); 6] = [
        a_byte_order_mark,
        a_length_that_is_too_long,
        a_length_that_is_too_short,
        a_body_without_an_end,
        what_is_no_http,
        a_server_that_is_not_there,
    ];
    thread::scope(|scope| {
        for server in servers {
            scope.spawn(server);
        }
    });
}
