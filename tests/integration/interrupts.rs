//! What interrupts a run from outside: signals, readers that go away, disks that are full, homes that are
//! not there.
#![cfg(unix)]

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::process::{Child, Command, Stdio};

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Ran, World, partly, system, writes};

pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A tenant without anything, and six systems to be created in it.
fn six_systems(milliseconds: u64) -> World {
    let world = World::with_latency(Seed::Empty, milliseconds);
    for number in 0..6 {
        world.manifest(&format!("{number}.yaml"), &system(&format!("System {number}"), ""));
    }
    world
}

const APPLY: [&str; 8] =
    ["apply", "-f", ".", "--auto-approve", "--parallelism", "1", "--format", "json"];

/// Waits for the sandbox to have had a request that writes.
fn await_write(world: &World, child: &mut Child) {
    while writes(&world.journal()).is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended without writing");
        std::thread::yield_now();
    }
}

#[test]
fn an_interrupted_apply_finishes_its_step_reports_and_is_completed_by_another() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let world = six_systems(30);
        let mut child = world.spawn(&APPLY, &[]);
        await_write(&world, &mut child);
        signal(&child, name);
        let ran = Ran::from(child.wait_with_output().unwrap());

        assert_eq!(ran.code, 130, "{ran:?}");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let written = writes(&world.journal()).len() as u64;
        assert_eq!(report["summary"]["done"], written, "what was begun was finished: {report:#}");
        assert_eq!(report["summary"]["not-started"], 6 - written);
        assert_eq!(writes(&world.apply()).len() as u64, 6 - written);
    }
}

/// A manifest that comes through a pipe may be long in coming; nothing is asked of Plutora by then.
#[test]
fn a_run_that_is_interrupted_while_it_reads_manifests_writes_its_reports() {
    let world = World::new(Seed::Empty);
    let pipe = world.folder.path().join("pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for command in ["plan", "apply"] {
        let reports = ["--report", "json=report.json", "--events", "events.ndjson"];
        let mut arguments = vec![command, "-f", "pipe.yaml"];
        arguments.extend(reports);
        let child = world.spawn(&arguments, &[]);
        // Can be opened when the other side reads.
        let writer = fs::File::options().write(true).open(&pipe).unwrap();
        signal(&child, "-TERM");
        let ran = Ran::from(child.wait_with_output().unwrap());
        drop(writer);

        assert_eq!((ran.code, ran.stdout.as_str()), (130, ""), "{ran:?}");
        assert!(ran.stderr.contains("interrupted"), "{ran:?}");
        let read = |name: &str| fs::read_to_string(world.folder.path().join(name)).unwrap();
        let report: Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!((&report["command"], &report["exitCode"]), (&json!(command), &json!(130)));
        assert_eq!(report["failure"]["message"], "interrupted", "{report:#}");
        let last: Value =
            serde_json::from_str(read("events.ndjson").lines().last().unwrap()).unwrap();
        assert_eq!((&last["type"], &last["exitCode"]), (&json!("end"), &json!(130)));
        assert!(world.journal().is_empty());
    }
}

/// A report for a pipe that nobody reads would be waited for; who goes on asking is obeyed.
#[test]
fn a_late_signal_ends_a_run_whatever_it_waits_for() {
    let world = World::new(Seed::Empty);
    let pipe = |name: &str| {
        let pipe = world.folder.path().join(name);
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        pipe
    };
    let (manifests, _report) = (pipe("pipe.yaml"), pipe("report.json"));
    let arguments = ["plan", "-f", "pipe.yaml", "--report", "json=report.json"];
    let mut child = world.spawn(&arguments, &[]);
    let writer = fs::File::options().write(true).open(&manifests).unwrap();
    while child.try_wait().unwrap().is_none() {
        signal(&child, "-INT");
    }
    drop(writer);
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).code, 130);
}

/// Whoever stops a run does not wait a quarter of an hour because a server would have liked that.
#[test]
fn an_interrupted_apply_waits_for_no_repetition() {
    let world = six_systems(0);
    world.fault(&json!("POST /systems retry-after=800 times=always"));
    let mut child = world.spawn(&APPLY, &[]);
    await_write(&world, &mut child);
    signal(&child, "-TERM");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 1, "nothing was sent again");
    let report = ran.json();
    // Turned away is not begun.
    assert_eq!(report["summary"]["not-started"], 6, "{report:#}");
    world.clear_faults();
    assert_eq!(writes(&world.apply()).len(), 6);

    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{summary: Ours}"));
    world.fault(&json!("PUT /releases retry-after=800 times=always"));
    let mut child = world.spawn(&APPLY, &[]);
    await_write(&world, &mut child);
    signal(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(
        (ran.code, ran.json()["summary"]["not-started"].as_u64()),
        (130, Some(1)),
        "{ran:?}"
    );
}

/// What may still come is waited for no longer, and nothing is sent again.
#[test]
fn an_interrupted_apply_does_not_wait_for_a_creation_in_doubt() {
    let world = six_systems(0);
    world.fault(&json!("POST /systems drop-before"));
    let mut child = world.spawn(&[&APPLY[..], &["--timeout", "3000"]].concat(), &[]);
    await_write(&world, &mut child);
    signal(&child, "-TERM");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 1, "nothing was sent again");
    assert_eq!(ran.json()["summary"]["in-doubt"], 1, "{ran:?}");
    world.clear_faults();
    // It would have the next apply wait as long as a request may take.
    fs::remove_file(&world.kept()["journal.ndjson"]).unwrap();
    assert_eq!(writes(&world.apply()).len(), 6);
}

#[test]
fn an_interrupted_apply_waits_for_no_token() {
    let world = six_systems(0);
    world.fault(&json!("POST /systems revoke-tokens"));
    world.fault(&json!("POST /oauth/token skip=1 retry-after=800 times=always"));
    let mut child = world.spawn(&APPLY, &[]);
    await_write(&world, &mut child);
    while world.tokens() < 2 {
        std::thread::yield_now();
    }
    signal(&child, "-TERM");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    assert_eq!(ran.json()["summary"]["not-started"], 6, "{ran:?}");
    world.clear_faults();
    assert_eq!(writes(&world.apply()).len(), 6);
}

#[test]
fn a_second_signal_stops_at_once_and_tells_what_was_under_way() {
    let world = six_systems(0);
    world.fault(&json!("POST /systems delay-answer=100000"));
    let mut child = world.spawn(&APPLY, &[]);
    await_write(&world, &mut child);
    signal(&child, "-INT");
    let mut stderr = child.stderr.take().unwrap();
    let mut told = [0; 8];
    stderr.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"stopping");
    signal(&child, "-INT");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.contains("System 0") && rest.contains("run apply again"), "{rest}");
    world.clear_faults();
    assert_eq!(writes(&world.apply()).len(), 5, "the first was created all the same");
}

#[test]
fn a_plan_stops_while_it_reads() {
    let world = six_systems(0);
    world.fault(&json!("GET /systems delay=100000"));
    for arguments in [&["plan", "-f", "."][..], &APPLY] {
        let child = world.spawn(arguments, &[]);
        while !world.journal().iter().any(|entry| entry["path"] != "/systems") {
            std::thread::yield_now();
        }
        signal(&child, "-INT");
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stdout.as_str()), (130, ""), "{ran:?}");
        assert!(writes(&world.journal()).is_empty());
        world.clear_journal();
        world.fault(&json!("GET /systems delay=100000"));
    }
}

#[test]
fn a_reader_that_goes_away_stops_nothing() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let mut child = world.spawn(&["plan", "-f", "."], &[]);
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));

    let mut child = world.spawn(&["apply", "-f", ".", "--auto-approve", "-vvv"], &[]);
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(world.run(&["plan", "-f", ".", "--detailed-exitcode"]).code, 0, "it was applied");
}

/// Runs the program in a shell, where `"$@"` stands for it.
fn run_in_shell(world: &World, script: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_plutora-sync")]).args(arguments);
    command.current_dir(world.folder.path()).env_clear().stdin(Stdio::null());
    command.envs(world.access()).output().unwrap().into()
}

#[test]
fn a_full_disk_is_told_and_costs_nothing() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let to_full = "exec \"$@\" > /dev/full";
    let ran = run_in_shell(&world, to_full, &["plan", "-f", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("cannot be printed: No space left"), "{ran:?}");
    // What cannot be shown is not applied.
    let ran = run_in_shell(&world, to_full, &["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(writes(&world.journal()).is_empty());
    let ran = run_in_shell(&world, to_full, &["plan", "--help"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ["apply", "-f", ".", "--auto-approve", "--format", "json"];
    let ran = run_in_shell(&world, to_full, &json);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("the apply itself was carried out"), "{ran:?}");

    // No file may grow beyond a kilobyte, which is as good as a full disk.
    let small = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let ran = run_in_shell(&world, small, &["plan", "-f", ".", "--out", "plan.json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("plan.json cannot be written: File too large"), "{ran:?}");
    let state = ["apply", "-f", ".", "--sandbox=state.json", "--auto-approve"];
    let ran = run_in_shell(&world, small, &state);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("state.json"), "{ran:?}");
    let left = fs::read_dir(world.folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["a.yaml"], "nothing half-written stays");
}

#[test]
fn a_plan_is_written_where_a_link_leads_and_into_a_pipe() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let at = |name: &str| world.folder.path().join(name);
    fs::write(at("real.json"), "{}").unwrap();
    symlink("real.json", at("link.json")).unwrap();
    let ran = world.run(&["plan", "-f", "a.yaml", "--out", "link.json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(at("link.json").is_symlink(), "it is still a link");
    assert!(fs::read_to_string(at("real.json")).unwrap().contains("formatVersion"));
    assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    let child = world.spawn(&["plan", "-f", "a.yaml", "--out", "pipe"], &[]);
    let plan: Value = serde_json::from_slice(&fs::read(at("pipe")).unwrap()).unwrap();
    assert_eq!(plan["summary"]["update"], 1);
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).code, 0);
    assert!(fs::metadata(at("pipe")).unwrap().file_type().is_fifo(), "it is still a pipe");
}

#[test]
fn a_pipe_is_no_state_to_wait_for() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    assert!(
        Command::new("mkfifo").arg(world.folder.path().join("pipe")).status().unwrap().success()
    );
    let ran = world.run(&["plan", "-f", "a.yaml", "--sandbox=pipe"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("it is no file"), "{ran:?}");
}

#[test]
fn no_home_is_needed() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let read_only = world.folder.path().join("home");
    fs::create_dir(&read_only).unwrap();
    fs::set_permissions(&read_only, std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    for home in ["", "/nowhere", read_only.to_str().unwrap(), "/proc"] {
        for variable in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR"] {
            let ran = world.run_with(&["plan", "-f", "a.yaml"], &[(variable, home)]);
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{variable} {home}: {ran:?}");
        }
    }
    assert_eq!(world.run(&["plan", "-f", "a.yaml"]).code, 0, "without one at all");
}
