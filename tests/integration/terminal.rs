//! What a terminal shows that a pipe does not: how far a run is, while it lasts.
#![cfg(unix)]

use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use nix::pty::{Winsize, openpty};
use plutora_sandbox::Seed;

use crate::support::{Ran, World, partly, status, system};

const COLUMNS: u16 = 120;

/// Runs the program with a terminal for its stderr, and returns what that was shown too.
fn run(world: &World, arguments: &[&str]) -> (Ran, String) {
    let size = Winsize { ws_row: 24, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&size, None).unwrap();
    let child = world.spawn_on(arguments, Stdio::from(terminal.slave));
    let mut screen = File::from(terminal.master);
    let reading = std::thread::spawn(move || {
        let (mut all, mut some) = (Vec::new(), [0; 4_096]);
        // A terminal without a program at its other end is an error to read.
        while let Ok(read @ 1..) = screen.read(&mut some) {
            all.extend_from_slice(&some[..read]);
        }
        String::from_utf8(all).unwrap()
    });
    let ran = Ran::from(child.wait_with_output().unwrap());
    (ran, reading.join().unwrap())
}

/// A tenant in which five objects are declared, three of them by themselves.
fn world() -> World {
    let world = World::with_latency(Seed::Demo, 300);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("b.yaml", &system("New System", ""));
    for wave in ["wave 1", "wave 2"] {
        let date = status("REL-2026.11", "Core Ledger", Some(wave), "Completed");
        world.manifest(&format!("{wave}.yaml"), &date);
    }
    world
}

/// What stands on the line at one time or another; each is drawn anew after a carriage return.
fn lines(screen: &str) -> Vec<&str> {
    screen.split(['\r', '\n']).filter(|line| line.contains("objects: ")).collect()
}

#[test]
fn a_terminal_is_shown_how_far_reading_and_applying_are() {
    let (ran, screen) =
        run(&world(), &["apply", "-f", ".", "--auto-approve", "--parallelism", "1"]);
    assert_eq!(ran.code, 0, "{ran:?} {screen}");
    let lines = lines(&screen);
    for what in ["reading Plutora", "applying"] {
        let of = |told: &str| lines.iter().any(|line| line.contains(what) && line.contains(told));
        assert!(of("0/4 objects: requests ") && of("1/4 objects"), "{what}: {lines:#?}");
        assert!(of("/s), ") && of(" s left"), "{what}: {lines:#?}");
    }
    assert!(ran.stdout.contains("Apply: 4 done") && !ran.stdout.contains("objects: "), "{ran:?}");
}
