//! The program as a process: stopped in the middle, serving others, read only in part.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};
use std::time::Duration;

use plutora_sandbox::Seed;
use serde_json::Value;

use crate::support::{Ran, World, partly, system, writes};

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn an_interrupted_apply_finishes_its_step_reports_and_is_completed_by_another() {
    let world = World::with_latency(Seed::Empty, Duration::from_millis(30));
    for number in 0..6 {
        world.manifest(&format!("{number}.yaml"), &system(&format!("System {number}"), ""));
    }
    let arguments =
        ["apply", "-f", ".", "--auto-approve", "--parallelism", "1", "--format", "json"];
    let mut child = world.spawn(&arguments, &[]);
    while writes(&world.journal()).is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended without writing");
        std::thread::yield_now();
    }
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());

    assert_eq!(ran.code, 130, "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let written = writes(&world.journal()).len() as u64;
    assert_eq!(report["summary"]["done"], written, "what was begun was finished: {report:#}");
    assert_eq!(report["summary"]["not-started"], 6 - written);

    assert_eq!(writes(&world.apply()).len() as u64, 6 - written);
}

#[test]
fn the_sandbox_command_serves_with_what_it_prints() {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &partly("REL-00003", "{name: Another name}"));
    let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--seed", "releases=5"];
    let mut child = world.spawn(&arguments, &[]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let exports: Vec<String> = lines
        .by_ref()
        .map(|line| line.unwrap())
        .filter_map(|line| line.strip_prefix("export ").map(str::to_owned))
        .take(6)
        .collect();
    let variables: Vec<(&str, &str)> =
        exports.iter().map(|line| line.split_once('=').unwrap()).collect();
    let ran = world.run_with(&["plan", "-f", ".", "--format", "json"], &variables);
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0), "a stop is how it ends");
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["summary"]["update"], 1, "{ran:?}");
}

#[test]
fn a_closed_pipe_is_success() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let mut child = world.spawn(&["plan", "-f", "."], &[]);
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
