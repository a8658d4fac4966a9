//! What a terminal shows that a pipe does not: how far a run is, while it lasts.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};

use nix::pty::{OpenptyResult, Winsize, openpty};
use plutora_sandbox::Seed;
use serde_json::json;

use crate::interrupts::signal;
use crate::support::{Ran, World, partly, status, system, writes};

/// A terminal so wide, and what reads it.
struct Screen {
    slave: OwnedFd,
    master: File,
}

impl Screen {
    fn new(columns: u16) -> Self {
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let OpenptyResult { master, slave } = openpty(&size, None).unwrap();
        Self { slave, master: File::from(master) }
    }

    /// Runs the program with this terminal for its stderr, and returns what that was shown too; `look` is
    /// given all of that whenever there is more.
    fn run(
        self,
        world: &World,
        arguments: &[&str],
        mut look: impl FnMut(&Child, &str),
    ) -> (Ran, String) {
        let stdin = self.slave.try_clone().unwrap();
        let child = world.spawn_on(arguments, [stdin, self.slave].map(Stdio::from));
        let (mut screen, mut all, mut some) = (self.master, Vec::new(), [0; 4_096]);
        // A terminal without a program at its other end is an error to read.
        while let Ok(read @ 1..) = screen.read(&mut some) {
            all.extend_from_slice(&some[..read]);
            look(&child, &String::from_utf8_lossy(&all));
        }
        (Ran::from(child.wait_with_output().unwrap()), String::from_utf8(all).unwrap())
    }
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
    let apply = ["apply", "-f", ".", "--auto-approve", "--parallelism", "1"];
    let (ran, screen) = Screen::new(120).run(&world(), &apply, |_, _| {});
    assert_eq!(ran.code, 0, "{ran:?} {screen}");
    let lines = lines(&screen);
    for what in ["reading Plutora", "applying"] {
        let of = |told: &str| lines.iter().any(|line| line.contains(what) && line.contains(told));
        assert!(of("0/4 objects: requests ") && of("1/4 objects"), "{what}: {lines:#?}");
        assert!(of("/s), ") && of(" s left"), "{what}: {lines:#?}");
    }
    assert!(ran.stdout.contains("Apply: 4 done") && !ran.stdout.contains("objects: "), "{ran:?}");
}

#[test]
fn a_line_fits_the_terminal_whatever_the_names_in_it() {
    for columns in [80, 40] {
        let world = World::with_latency(Seed::Demo, 150);
        world.manifest("a.yaml", &system(&"🚀".repeat(40), ""));
        let apply = ["apply", "-f", ".", "--auto-approve"];
        let (ran, screen) = Screen::new(columns).run(&world, &apply, |_, _| {});
        assert_eq!(ran.code, 0, "{ran:?}");
        let lines = lines(&screen);
        assert!(lines.iter().any(|line| line.contains("applying 0/1")), "{lines:#?}");
        for line in lines {
            let text = line.replace("\u{1b}[2K", "");
            assert!(console::measure_text_width(&text) <= columns.into(), "{text:?}");
        }
    }
}

#[test]
fn whoever_stops_a_run_has_no_line_left_on_the_terminal() {
    let mut stopped = false;
    let (ran, screen) = Screen::new(80).run(&world(), &["plan", "-f", "."], |child, screen| {
        if !stopped && screen.contains("objects: ") {
            stopped = true;
            signal(child, "-INT");
        }
    });
    assert_eq!(ran.code, 130, "{ran:?}");
    let (_, after) = screen.split_once("interrupted").unwrap();
    assert!(!after.contains("objects: "), "{screen:?}");
}

/// Consent may take hours, in which a release may become what a limit is about.
#[test]
fn what_was_consented_to_is_held_to_the_limits_as_releases_are_then() {
    for becomes in ["Independent", "Enterprise"] {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
        let id = world.id("releases", "identifier", "REL-2026.11");
        let screen = Screen::new(200);
        let mut keyboard = screen.master.try_clone().unwrap();
        let mut asked = false;
        let apply = ["apply", "-f", ".", "--deny-enterprise"];
        let (ran, screen) = screen.run(&world, &apply, |_, screen| {
            if !asked && screen.contains("Only `yes` is taken for yes") {
                asked = true;
                world.edit("releases", &id, &json!({"plutoraReleaseType": becomes}));
                keyboard.write_all(b"yes\n").unwrap();
            }
        });
        let is_refused = becomes == "Enterprise";
        assert_eq!(ran.code, if is_refused { 5 } else { 0 }, "{ran:?} {screen}");
        assert_eq!(writes(&world.journal()).len(), usize::from(!is_refused));
    }
}

/// It is what one looks at the line for.
#[test]
fn a_wait_is_told_on_a_line_of_80_columns() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.fault(&json!("GET /releases retry-after=3"));
    let (ran, screen) = Screen::new(80).run(&world, &["plan", "-f", "."], |_, _| {});
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = "reading Plutora: waiting 3 s as Plutora asks";
    assert!(screen.contains(told), "{:#?}", lines(&screen));
}
