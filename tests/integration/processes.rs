//! The program as a server of others.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use plutora_sandbox::Seed;
use serde_json::Value;

use crate::interrupts::signal;
use crate::support::{World, partly};

/// Starts `sandbox` and gives the variables that it prints of where it is, and whatever it prints then.
fn serve(world: &World, arguments: &[&str]) -> (Child, Vec<String>, impl Iterator<Item = String>) {
    let arguments = [&["sandbox", "--listen", "127.0.0.1:0"], arguments].concat();
    let mut child = world.spawn(&arguments, &[]);
    let mut exports = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .filter_map(|line| line.unwrap().strip_prefix("export ").map(str::to_owned));
    (child, exports.by_ref().take(5).collect(), exports)
}

#[test]
fn the_sandbox_command_behaves_as_its_file_says_and_the_flags_over_it() {
    let world = World::new(Seed::Empty);
    let file = r#"{"habits": {"lists": "envelope", "names": "unique"}, "throttle": {"perHour": 9},
                   "faults": ["GET /systems drop-before"]}"#;
    world.manifest("behaviour.json", file);
    let flags = "--lists array --per-hour 20000 --per-second 9 --latency 1 --retry-after date";
    let fault =
        ["--fault", "GET /releases status=503 retry-after=0", "--behaviour", "behaviour.json"];
    let flags: Vec<&str> = flags.split(' ').chain(fault).collect();
    let (mut child, exports, rest) = serve(&world, &flags);
    let url = exports[0].split_once('=').unwrap().1;
    let behaviour = world.behaviour_of(url);
    signal(&child, "-TERM");
    child.wait().unwrap();
    assert_eq!(rest.count(), 0, "who has it throttle wants no other pace than the usual");
    assert_eq!(behaviour["habits"]["lists"], "array");
    assert_eq!(behaviour["habits"]["names"], "unique");
    assert_eq!(behaviour["throttle"]["perHour"], 20000);
    assert_eq!(
        (&behaviour["throttle"]["perSecond"], &behaviour["throttle"]["retryAfter"]),
        (&9.into(), &"date".into())
    );
    assert_eq!(
        (&behaviour["latencyMilliseconds"], &behaviour["tokenLifetimeSeconds"]),
        (&1.into(), &82_800.into())
    );
    let actions: Vec<&Value> =
        behaviour["faults"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert_eq!(actions.len(), 2);
    assert_eq!((actions[0], &actions[1]["status"]), (&"drop-before".into(), &503.into()));

    world.manifest("behaviour.json", r#"{"habits": {"lists": "rows"}}"#);
    let ran = world.run(&["sandbox", "--behaviour", "behaviour.json"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("behaviour.json") && ran.stderr.contains("unknown list shape"),
        "{ran:?}"
    );
    let ran = world.run(&["sandbox", "--fault", "GET explode"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("unknown action 'explode'"), "{ran:?}");
}

#[test]
fn the_sandbox_command_serves_with_what_it_prints() {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &partly("REL-00003", "{name: Another name}"));
    let (mut child, mut exports, mut rest) = serve(&world, &["--seed", "releases=5"]);
    exports.extend(rest.next());
    assert_eq!(exports[5], "PLUTORA_SYNC_RATE=0");
    let variables: Vec<(&str, &str)> =
        exports.iter().map(|line| line.split_once('=').unwrap()).collect();
    let ran = world.run_with(&["plan", "-f", ".", "--format", "json"], &variables);
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0), "a stop is how it ends");
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["summary"]["update"], 1, "{ran:?}");
}
