//! An apply that is killed, at each of its writes, and finished by another.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use plutora_sandbox::{Behaviour, Options, Seed};
use serde_json::{Value, json};

use crate::interrupts::signal;
use crate::support::{Ran, World, partly, release, settled, system, writes};

/// Side by side, because much of the time passes in waiting for what may be under way.
const WORKERS: usize = 12;

/// How a write fares whose sender is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Write {
    /// It is carried out a little after that.
    Late,
    /// It was carried out, and nobody heard of it.
    Unheard,
    /// It never is.
    Lost,
}

impl Write {
    const ALL: [Self; 3] = [Self::Late, Self::Unheard, Self::Lost];

    fn action(self) -> Value {
        match self {
            Self::Late => json!({"delay": 2_000}),
            Self::Unheard => json!({"delay-answer": 600_000}),
            Self::Lost => json!({"delay": 600_000}),
        }
    }

    /// How long a request may take, in seconds; what is late is so by less.
    fn timeout(self) -> &'static str {
        if self == Self::Late { "3" } else { "1" }
    }
}

/// Starts an apply, one step at a time, and kills it once its write `index` of a method is under way.
fn kill_at(world: &World, folder: &str, method: &str, index: usize, write: Write) {
    kill_with(world, folder, (method, index, 1), write, &[]);
}

/// Starts an apply, and kills it once `several` of its writes of a method are under way.
fn kill_with(
    world: &World,
    folder: &str,
    (method, index, several): (&str, usize, usize),
    write: Write,
    flags: &[&str],
) {
    // A token is asked for with a POST as well, which is not to be counted.
    let token = world.token();
    let fault = json!({"method": method, "path": "/", "skip": index, "times": several, "action": write.action()});
    world.fault(&fault);
    let parallelism = several.to_string();
    let apply = ["apply", "-f", folder, "--auto-approve", "--parallelism", &parallelism];
    let arguments = [&apply[..], &["--timeout", write.timeout()], flags].concat();
    let mut child = world.spawn(&arguments, &[("PLUTORA_TOKEN", &token)]);
    while !world.faults_are_taken() {
        assert!(child.try_wait().unwrap().is_none(), "{method} {index}: it ended");
        std::thread::yield_now();
    }
    signal(&child, "-KILL");
    assert_eq!(child.wait().unwrap().code(), None, "{method} {index}: it was killed");
    assert!(world.kept().contains_key("journal.ndjson"), "{method} {index}");
}

/// Returns whether what was late has been carried out.
fn has_come(world: &World) -> bool {
    world.journal().iter().any(|entry| entry["fault"] == "delay")
}

/// Finishes what was killed, by the same apply again or by what it has left.
fn finish(world: &World, folder: &str, resume: bool) -> Ran {
    let apply = ["apply", "--auto-approve", "--timeout", "1", "--format", "json"];
    let what = if resume { vec!["--resume"] } else { vec!["-f", folder] };
    world.run(&[&apply[..], &what].concat())
}

/// New things within what is there already, and what is there within new things.
fn mixed() -> String {
    let date = |title: &str, status: &str| {
        format!(
            "{{title: {title}, start: 2027-01-01, end: 2027-01-02, type: Rolling, deployingTo: \
             Production, status: {status}}}"
        )
    };
    let (first, second) = (date("first", "Completed"), date("second", "Pending"));
    let how = "dependencyType: Code Implementation Dependency";
    let rows = format!(
        "systems: [{{system: New System, {how}, deployments: [{first}, {second}]}}, \
         {{system: Core Ledger, {how}, deployments: [{first}]}}]"
    );
    let there = partly("REL-2026.11", &format!("{{riskLevel: High, {rows}}}"));
    system("New System", "") + &there + &release("REL-NEW", &rows)
}

#[test]
fn an_apply_that_is_killed_at_any_write_is_finished_with_nothing_twice() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let of_its_own = tempfile::TempDir::new().unwrap();
    fs::write(of_its_own.path().join("mixed.yaml"), mixed()).unwrap();
    let own = of_its_own.path().to_str().unwrap();
    for folder in [&format!("{examples}/quickstart"), &format!("{examples}/portfolio"), own] {
        let undisturbed = World::new(Seed::Demo);
        assert_eq!(undisturbed.run(&["apply", "-f", folder, "--auto-approve"]).code, 0);
        let end = settled(&undisturbed.state());
        let journal = undisturbed.journal();
        let points: Vec<(&str, usize)> = ["POST", "PUT"]
            .into_iter()
            .flat_map(|method| {
                let sent = writes(&journal).into_iter().filter(|it| it["method"] == method);
                (0..sent.count()).map(move |index| (method, index))
            })
            .collect();
        println!("{folder}: killed {} times", points.len() * Write::ALL.len());
        let next = AtomicUsize::new(0);
        let trial = |number: usize| {
            let (method, index) = points[number / Write::ALL.len()];
            let write = Write::ALL[number % Write::ALL.len()];
            let resume = (index + number % 3).is_multiple_of(2);
            let world = World::new(Seed::Demo);
            kill_at(&world, folder, method, index, write);
            let ran = finish(&world, folder, resume);
            assert_eq!(ran.code, 0, "{method} {index} {write:?} {resume}: {ran:?}");
            assert!(ran.stderr.contains("was cut off while it wrote"), "{ran:?}");
            while write == Write::Late && !has_come(&world) {
                std::thread::yield_now();
            }
            assert!(settled(&world.state()) == end, "{method} {index} {write:?}: {ran:?}");
            assert!(!world.kept().contains_key("journal.ndjson"), "nothing is left to finish");
            world.clear_journal();
            let again = world.run(&["apply", "-f", folder]);
            assert_eq!(again.code, 0, "nothing is left to do: {again:?}");
            assert!(writes(&world.journal()).is_empty());
        };
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                    numbers.take_while(|it| *it < points.len() * Write::ALL.len()).for_each(trial);
                });
            }
        });
    }
}

/// Each of them is in doubt, and each is looked up.
#[test]
fn an_apply_that_is_killed_with_several_writes_under_way_is_finished_with_nothing_twice() {
    let trial = |write: Write, index: usize, resume: bool| {
        let world = World::new(Seed::Empty);
        let names: Vec<String> = (0..8).map(|number| format!("System {number}")).collect();
        let manifests: String = names.iter().map(|name| system(name, "")).collect();
        world.manifest("a.yaml", &manifests);
        kill_with(&world, ".", ("POST", index, 4), write, &[]);
        let ran = finish(&world, ".", resume);
        assert_eq!(ran.code, 0, "{write:?} {index} {resume}: {ran:?}");
        assert!(ran.stderr.contains("was cut off while it wrote"), "{ran:?}");
        while write == Write::Late && !has_come(&world) {
            std::thread::yield_now();
        }
        for name in &names {
            assert_eq!(world.find("systems", "name", name).len(), 1, "{write:?} {index} {name}");
        }
        assert!(!world.kept().contains_key("journal.ndjson"), "nothing is left to finish");
    };
    std::thread::scope(|scope| {
        for write in Write::ALL {
            for (index, resume) in [(0, true), (0, false), (3, true), (4, false)] {
                scope.spawn(move || trial(write, index, resume));
            }
        }
    });
}

/// Nobody is told of any object of a request for many; each is looked up.
#[test]
fn an_apply_that_is_killed_while_it_creates_many_at_once_is_finished_with_nothing_twice() {
    let trial = |write: Write, resume: bool, bulk: bool| {
        let world = World::new(Seed::Empty);
        let names: Vec<String> = (0..12).map(|number| format!("System {number:02}")).collect();
        let manifests: String = names.iter().map(|name| system(name, "")).collect();
        world.manifest("a.yaml", &manifests);
        kill_with(&world, ".", ("POST", 0, 1), write, &["--bulk"]);
        let apply = ["apply", "--auto-approve", "--timeout", "1"];
        let what = if resume { vec!["--resume"] } else { vec!["-f", "."] };
        let flags: &[&str] = if bulk { &["--bulk"] } else { &[] };
        let ran = world.run(&[&apply[..], &what, flags].concat());
        assert_eq!(ran.code, 0, "{write:?} {resume} {bulk}: {ran:?}");
        assert!(ran.stderr.contains("System/System 09, and 2 more; waiting"), "{ran:?}");
        while write == Write::Late && !has_come(&world) {
            std::thread::yield_now();
        }
        for name in &names {
            assert_eq!(world.find("systems", "name", name).len(), 1, "{write:?} {name}");
        }
        assert!(!world.kept().contains_key("journal.ndjson"), "nothing is left to finish");
    };
    std::thread::scope(|scope| {
        for write in Write::ALL {
            for (resume, bulk) in [(true, true), (false, true), (true, false), (false, false)] {
                scope.spawn(move || trial(write, resume, bulk));
            }
        }
    });
}

const APPLY: [&str; 6] = ["apply", "-f", ".", "--auto-approve", "--timeout", "1"];

fn one_system() -> World {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &system("System", ""));
    world
}

#[test]
fn two_applies_of_one_plutora_exclude_each_other() {
    let world = one_system();
    world.fault(&json!("GET /systems delay=600000"));
    let mut first = world.spawn(&APPLY, &[]);
    while !world.faults_are_taken() {
        assert!(first.try_wait().unwrap().is_none(), "it ended");
        std::thread::yield_now();
    }
    let second = world.run(&APPLY);
    assert_eq!((second.code, second.stdout.as_str()), (1, ""), "{second:?}");
    let holder = format!("under way: process {} on ", first.id());
    assert!(second.stderr.contains(&holder) && second.stderr.contains(&world.url()), "{second:?}");
    // Whoever only looks is not kept out.
    assert_eq!(world.run(&["plan", "-f", "."]).code, 0);
    signal(&first, "-KILL");
    first.wait().unwrap();
    assert_eq!(world.run(&APPLY).code, 0, "a lock ends with its process");
}

#[test]
fn there_may_be_nothing_to_resume() {
    let world = one_system();
    for _ in 0..2 {
        let ran = world.run(&["apply", "--resume"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
        assert!(ran.stderr.contains("nothing to resume"), "{ran:?}");
        let ran = world.run(&["apply", "--resume", "--format", "json"]);
        assert_eq!((ran.code, &ran.json()["complete"]), (0, &json!(true)), "{ran:?}");
        assert_eq!(world.run(&APPLY).code, 0);
    }
    let ran = world.run(&["apply", "--resume", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("Nothing to do"), "the manifests are looked at: {ran:?}");
    let nowhere = [("PLUTORA_SYNC_STATE_DIR", "")];
    let ran = world.run_with(&["apply", "--resume"], &nowhere);
    assert!(ran.stderr.contains("nothing to resume"), "{ran:?}");
    let ran = world.run(&["apply", "--resume", "--plan", "plan.json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}

/// What was refused, or failed, is what `--resume` does the next time; an edit in between is stale.
#[test]
fn a_run_that_left_something_undone_can_be_resumed_too() {
    let world = World::new(Seed::Empty);
    for name in ["One", "Two"] {
        world.manifest(&format!("{name}.yaml"), &system(name, ""));
    }
    world.fault(&json!("POST /systems skip=1 status=400"));
    assert_eq!(world.run(&[&APPLY[..], &["--parallelism", "1"]].concat()).code, 7);
    world.clear_faults();
    world.manifest("Two.yaml", &system("Two", "  description: Another\n"));
    let ran = world.run(&["apply", "--resume", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("the manifests are not those"), "{ran:?}");
    let ran = world.run(&["apply", "--resume", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("already     System One"), "{ran:?}");
    assert!(ran.stdout.contains("created     System Two"), "{ran:?}");
}

#[test]
fn a_journal_that_is_lost_damaged_or_contradicted_is_no_error() {
    let damages: [fn(&World); 5] = [
        |world| fs::remove_file(&world.kept()["journal.ndjson"]).unwrap(),
        |world| fs::write(&world.kept()["journal.ndjson"], b"\xff\x00{").unwrap(),
        |world| fs::write(&world.kept()["plan.json"], "").unwrap(),
        |world| fs::remove_file(&world.kept()["plan.json"]).unwrap(),
        |world| {
            for row in world.find("systems", "name", "System") {
                world.edit("systems", row["id"].as_str().unwrap(), &json!({"name": "Renamed"}));
            }
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let world = one_system();
        kill_at(&world, ".", "POST", 0, Write::Unheard);
        damage(&world);
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{number}: {ran:?}");
        assert_eq!(world.find("systems", "name", "System").len(), 1, "{number}");
        assert!(!world.kept().contains_key("journal.ndjson"), "{number}");
    }
}

/// Waits for what was late, and holds that there is one system.
fn assert_one(world: &World, ran: &Ran) {
    assert_eq!(ran.code, 0, "{ran:?}");
    while !has_come(world) {
        std::thread::yield_now();
    }
    assert_eq!(world.find("systems", "name", "System").len(), 1, "{ran:?}");
}

#[test]
fn what_can_be_read_of_a_damaged_journal_counts() {
    let world = one_system();
    kill_at(&world, ".", "POST", 0, Write::Late);
    let file = &world.kept()["journal.ndjson"];
    let damaged = [&fs::read(file).unwrap()[..], b"\xff{"].concat();
    fs::write(file, damaged).unwrap();
    assert_one(&world, &world.run(&APPLY));
}

/// It is noted long before it is sent: nobody knows when its sender died.
#[test]
fn a_call_that_waited_for_its_turn_is_given_its_time_as_well() {
    let world = one_system();
    world.fault(&json!("POST /systems retry-after=2"));
    let apply = ["apply", "-f", ".", "--auto-approve", "--timeout", "3"];
    let mut child = world.spawn(&apply, &[]);
    let mut await_taken = || {
        while !world.faults_are_taken() {
            assert!(child.try_wait().unwrap().is_none(), "it ended");
            std::thread::yield_now();
        }
    };
    await_taken();
    world.fault(&json!({"method": "POST", "path": "/systems", "action": {"delay": 2_000}}));
    await_taken();
    signal(&child, "-KILL");
    child.wait().unwrap();
    assert_one(&world, &world.run(&APPLY));
}

/// Another apply clears the way for the next, and says what it leaves undone.
#[test]
fn what_an_unfinished_apply_wanted_and_another_says_nothing_of_is_told() {
    let world = World::new(Seed::Empty);
    for name in ["One", "Two", "Three"] {
        world.manifest(&format!("{name}.yaml"), &system(name, ""));
    }
    world.fault(&json!("POST /systems skip=1 times=always status=400"));
    assert_eq!(world.run(&[&APPLY[..], &["--parallelism", "1"]].concat()).code, 7);
    world.clear_faults();
    // What writes nothing takes nothing away.
    let ran = world.run(&["apply", "-f", "One.yaml", "--auto-approve"]);
    assert!(ran.code == 0 && !ran.stderr.contains("says nothing of"), "{ran:?}");
    assert!(world.kept().contains_key("journal.ndjson"));
    let left = world.run(&["apply", "-f", "Two.yaml", "--auto-approve"]);
    assert_eq!(left.code, 0, "{left:?}");
    let told = "takes its place without finishing it: it says nothing of System/Three; apply their \
                manifests too, or `apply --resume` before this one";
    assert!(left.stderr.contains(told), "{left:?}");
    let ran = world.run(&APPLY);
    assert!(ran.code == 0 && !ran.stderr.contains("says nothing of"), "{ran:?}");
}

/// A server that made something else of what was created is no somebody else.
#[test]
fn what_a_killed_run_has_created_is_its_own_whatever_the_server_made_of_it() {
    let behaviour = Behaviour::default().overlaid(r#"{"habits": {"zone": "+10:00"}}"#).unwrap();
    let world = World::with(Options::from(behaviour));
    for name in ["REL-A", "REL-B", "REL-C"] {
        world.manifest(&format!("{name}.yaml"), &release(name, ""));
    }
    kill_at(&world, ".", "POST", 1, Write::Unheard);
    let ran = finish(&world, ".", true);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(ran.json()["summary"]["differs"], 3, "{ran:?}");
    // Of two the answer is lost, and somebody may have been there since.
    for (place, cause) in ["unclear", "unclear", "stored"].into_iter().enumerate() {
        assert_eq!(ran.json()["steps"][place]["differences"][0]["cause"], cause, "{ran:?}");
    }
    for name in ["REL-A", "REL-B", "REL-C"] {
        assert_eq!(world.find("releases", "identifier", name).len(), 1, "{name}");
    }
    // And so it stays, however often its plan is taken up.
    for _ in 0..2 {
        let ran = finish(&world, ".", true);
        assert_eq!((ran.code, &ran.json()["summary"]["differs"]), (7, &json!(3)), "{ran:?}");
    }
}

/// Puts something else in the place of a file: a link to a file that is there, or a pipe that nobody
/// reads or writes.
fn replace(file: &Path, with: &str) {
    fs::remove_file(file).ok();
    if with == "pipe" {
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
    } else {
        let other = file.with_file_name("other");
        fs::write(&other, "other").unwrap();
        std::os::unix::fs::symlink(other, file).unwrap();
    }
}

/// Nothing is waited for, and nothing goes through a link.
#[test]
fn what_cannot_be_noted_is_not_written() {
    let world = one_system();
    assert_eq!(world.run(&APPLY).code, 0);
    world.manifest("b.yaml", &system("Another", ""));
    let folder = world.kept()["lock"].parent().unwrap().to_owned();
    for with in ["pipe", "link"] {
        replace(&folder.join("journal.ndjson"), with);
        world.clear_journal();
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 1, "{with}: {ran:?}");
        let left_out = "journal.ndjson cannot be read, and is left out: it is no file of its own";
        let refused = "journal.ndjson cannot be written: it is no file of its own";
        assert!(ran.stderr.contains(left_out) && ran.stderr.contains(refused), "{ran:?}");
        assert!(writes(&world.journal()).is_empty());
    }
    assert_eq!(fs::read_to_string(folder.join("other")).unwrap(), "other");
    fs::remove_file(folder.join("journal.ndjson")).unwrap();
    assert_eq!(world.run(&APPLY).code, 0);
}

#[test]
fn a_lock_that_is_none_is_refused_and_a_plan_that_is_none_is_lost() {
    for with in ["pipe", "link"] {
        let world = one_system();
        kill_at(&world, ".", "POST", 0, Write::Unheard);
        let kept = world.kept();
        replace(&kept["plan.json"], with);
        replace(&kept["holder.json"], with);
        let ran = world.run(&["apply", "--resume", "--auto-approve", "--timeout", "1"]);
        assert_eq!(ran.code, 3, "{with}: {ran:?}");
        assert!(ran.stderr.contains("is lost"), "{ran:?}");
        replace(&kept["lock"], with);
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 3, "{with}: {ran:?}");
        assert!(ran.stderr.contains("it is no file of its own"), "{ran:?}");
        fs::remove_file(&kept["lock"]).unwrap();
        assert_eq!(world.run(&APPLY).code, 0);
    }
}

#[test]
fn without_a_place_for_it_an_apply_goes_on_and_says_so() {
    let world = one_system();
    let ran = world.run_with(&APPLY, &[("PLUTORA_SYNC_STATE_DIR", ""), ("HOME", "/proc")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("no journal is kept in /proc"), "{ran:?}");
    let ran = world.run_with(&APPLY, &[("PLUTORA_SYNC_STATE_DIR", "/proc/state")]);
    assert_eq!(ran.code, 3, "a folder that was asked for must be of use: {ran:?}");
    assert!(ran.stderr.contains("/proc/state"), "{ran:?}");
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = one_system();
    kill_at(&world, ".", "POST", 0, Write::Unheard);
    let kept = world.kept();
    assert_eq!(
        kept.keys().collect::<Vec<_>>(),
        ["holder.json", "journal.ndjson", "lock", "plan.json"]
    );
    let folder = fs::metadata(kept["lock"].parent().unwrap()).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    for (name, file) in kept {
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
