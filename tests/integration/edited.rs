//! Somebody edits in the user interface while an apply runs, at any moment: no edit is lost, but for one
//! in the round trip between the last look at an object and its replacement, which may be turned away at first.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{World, partly, status, system};

const RUNS: usize = 500;
const WORKERS: usize = 8;

/// What somebody edits: where it is stored, where it is read and replaced, and one of its keys.
struct Target {
    collection: &'static str,
    id: String,
    read: String,
    key: &'static str,
    /// Whether the manifests change the key.
    managed: bool,
}

impl Target {
    /// Returns the path at which it is replaced.
    fn replaced(&self) -> String {
        let Self { collection, id, read, .. } = self;
        if *collection == "deploymentDates" { format!("{read}/{id}") } else { read.clone() }
    }
}

/// A tenant in which two releases, a system and two deployment dates are to be replaced.
fn world() -> (World, Vec<Target>) {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, location: Berlin}"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{summary: Ours}"));
    world.manifest("c.yaml", &system("Core Ledger", "  description: Ours\n"));
    for wave in ["wave 1", "wave 2"] {
        let date = status("REL-2026.11", "Core Ledger", Some(wave), "Completed");
        world.manifest(&format!("{wave}.yaml"), &date);
    }
    let mut targets = Vec::new();
    let mut add = |collection, id: &str, read: &str, keys: &[(&'static str, bool)]| {
        for (key, managed) in keys.iter().copied() {
            let (id, read) = (id.to_owned(), read.to_owned());
            targets.push(Target { collection, id, read, key, managed });
        }
    };
    let release = world.id("releases", "identifier", "REL-2026.11");
    let other = world.id("releases", "identifier", "REL-2026.10");
    let ledger = world.id("systems", "name", "Core Ledger");
    let path = |id: &str| format!("/releases/{id}");
    let keys = [("location", true), ("summary", false), ("undocumented", false)];
    add("releases", &release, &path(&release), &keys);
    let keys = [("summary", true), ("location", false), ("undocumented", false)];
    add("releases", &other, &path(&other), &keys);
    let keys = [("description", true), ("undocumented", false)];
    add("systems", &ledger, &format!("/systems/{ledger}"), &keys);
    let dates = format!("/releases/{release}/systems/{ledger}/deploymentDates");
    for date in world.dates("REL-2026.11", "Core Ledger") {
        add("deploymentDates", date["id"].as_str().unwrap(), &dates, &[("changeRecord", false)]);
    }
    (world, targets)
}

/// What became of the edits that were made.
#[derive(Debug, Default)]
struct Tally {
    kept: usize,
    /// The plan had not read the object yet, and the field is declared otherwise.
    overruled: usize,
    /// In the one round trip.
    in_window: usize,
    lost: usize,
}

/// Mixes the number of a run into its choices.
fn mixed(number: usize) -> usize {
    let number = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from((number ^ (number >> 29)) >> 20).unwrap()
}

/// Whether the first attempt at each replacement of a run is turned away.
fn turns_away(number: usize) -> bool {
    number / 2 % 2 == 1
}

fn turn_each_away_once(world: &World, targets: &[Target]) {
    let mut paths: Vec<String> = targets.iter().map(Target::replaced).collect();
    paths.dedup();
    for path in paths {
        world.fault(&json!(format!("PUT {path}$ retry-after=0")));
    }
}

/// Returns how many requests an apply takes that nobody disturbs.
fn requests(number: usize) -> usize {
    let (world, targets) = world();
    let token = world.token();
    world.clear_journal();
    if turns_away(number) {
        turn_each_away_once(&world, &targets);
    }
    let apply = ["apply", "-f", ".", "--auto-approve"];
    assert_eq!(world.run_with(&apply, &[("PLUTORA_TOKEN", &token)]).code, 0);
    world.journal().len()
}

fn run(number: usize, requests: usize, tally: &Mutex<Tally>) {
    let (world, targets) = world();
    let choice = mixed(number);
    let target = &targets[choice % targets.len()];
    let replaced = target.replaced();
    let Target { collection, id, read, key, managed } = target;
    let moment = choice / targets.len() % requests;
    let theirs = format!("theirs {number}");
    let edit = json!({"collection": collection, "where": {"id": id}, "set": {(*key): theirs}});
    let token = world.token();
    world.clear_journal();
    world.fault(&json!({"skip": moment, "action": {"edit": edit}}));
    if turns_away(number) {
        turn_each_away_once(&world, &targets);
    }
    let parallelism = if number.is_multiple_of(2) { "1" } else { "4" };
    let apply = ["apply", "-f", ".", "--auto-approve", "--parallelism", parallelism];
    let ran = world.run_with(&apply, &[("PLUTORA_TOKEN", &token)]);

    let journal = world.journal();
    let at = |found: &dyn Fn(&Value) -> bool| journal.iter().position(found);
    let Some(edited) = at(&|entry| entry["fault"] == "edit") else { return };
    let reads = || {
        let reads = journal.iter().enumerate();
        reads.filter(|(_, it)| it["method"] == "GET" && it["path"] == *read).map(|(at, _)| at)
    };
    let is_put = |entry: &Value| entry["method"] == "PUT" && entry["path"] == replaced;
    let puts = || journal.iter().enumerate().filter(|(_, it)| is_put(it));
    // Only what replaces the object, and that right after a look, has a window in which an edit may be lost.
    let effective = puts().filter(|(_, it)| it["status"] != 429).map(|(at, _)| at);
    let in_window = effective.into_iter().any(|put| {
        let look = reads().rfind(|read| *read < put);
        let before = puts().map(|(at, _)| at).rfind(|other| *other < put);
        look.is_some_and(|it| Some(it) > before && it < edited) && edited <= put
    });
    let first_read = reads().next().expect("the plan reads it");
    let is = &world.find(collection, "id", id)[0][*key];

    let mut tally = tally.lock().unwrap();
    tally.in_window += usize::from(in_window);
    if *is == theirs {
        tally.kept += 1;
        // Whoever took the run for a success was told the truth as it was at the last look.
        if *managed && ran.code == 0 {
            assert!(reads().all(|read| read < edited), "{number} {key}: {ran:?}");
        }
    } else if in_window {
        tally.lost += 1;
    } else {
        assert!(
            *managed && edited <= first_read,
            "{number}: an edit of {key} in {collection} is lost: {ran:?}"
        );
        tally.overruled += 1;
    }
}

#[test]
fn no_edit_is_lost_outside_one_round_trip() {
    let requests = [requests(0), requests(2)];
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                let runs = numbers.take_while(|number| *number < RUNS);
                for number in runs {
                    run(number, requests[usize::from(turns_away(number))], &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    println!("of {RUNS} edits at {requests:?} requests: {tally:?}");
    assert!(tally.in_window > 0 && tally.lost == tally.in_window, "{tally:?}");
    assert!(tally.kept > RUNS / 2 && tally.overruled > 0, "{tally:?}");
}
