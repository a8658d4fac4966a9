//! Every kind of fault at every request of a plan and of an apply, in turn.
//!
//! A plan under a fault is the same as without, or none. After an apply under a fault, one more without
//! any ends in the same tenant, with nothing there twice and no creation sent twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Ran, World, settled, writes};

/// Side by side, because much of the time passes in waiting before a repetition.
const WORKERS: usize = 16;

/// The kinds of faults, in the sandbox's words or as JSON.
const FAULTS: [&str; 24] = [
    "status=400",
    "status=401",
    "status=403",
    "status=404",
    "status=408",
    "status=500",
    "status=502",
    "status=503 retry-after=0",
    "status=504",
    "status=429",
    "retry-after=0",
    r#"{"action": {"status": 200, "body": "<html>Sign in</html>"}}"#,
    r#"{"action": {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}}}"#,
    "drop-before",
    "drop-after",
    "empty-body",
    "truncate",
    "malformed",
    "revoke-tokens",
    "repeat-page",
    "shift-page=1",
    "ignore-paging",
    // Longer than the client waits: the effect comes late, or only its answer does.
    "delay=1500",
    "delay-answer=1500",
];

fn fault(written: &str, skip: usize) -> Value {
    let mut fault = if written.starts_with('{') {
        serde_json::from_str(written).unwrap()
    } else {
        json!(format!("{written} skip={skip}"))
    };
    if let Some(keys) = fault.as_object_mut() {
        keys.insert("skip".to_owned(), json!(skip));
    }
    fault
}

/// An example, and what happens to it when nothing goes wrong.
struct Example {
    folder: String,
    plan: Value,
    plan_requests: usize,
    apply_requests: usize,
    /// How many writes of each method take effect.
    creations: usize,
    replacements: usize,
    end: Value,
}

impl Example {
    fn new(name: &str) -> Self {
        let folder = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
        let world = World::new(Seed::Demo);
        let plan = plan(&world, &folder);
        let plan_requests = world.journal().len() + world.tokens();
        world.clear_journal();
        let ran = apply(&world, &folder);
        assert_eq!(ran.code, 0, "{ran:?}");
        let journal = world.journal();
        Self {
            plan: plan.json(),
            plan_requests,
            apply_requests: journal.len() + world.tokens(),
            creations: count(&journal, "POST"),
            replacements: count(&journal, "PUT"),
            end: settled(&world.state()),
            folder,
        }
    }
}

fn plan(world: &World, folder: &str) -> Ran {
    world.run(&["plan", "-f", folder, "--format", "json", "--timeout", "1"])
}

fn apply(world: &World, folder: &str) -> Ran {
    world.run(&["apply", "-f", folder, "--auto-approve", "--format", "json", "--timeout", "1"])
}

/// Counts the writes of a method that took effect.
fn count(journal: &[Value], method: &str) -> usize {
    let took_effect = |entry: &&&Value| entry["status"].as_u64().is_some_and(|it| it < 300);
    let sent = writes(journal);
    // What a fault answered by itself was never carried out.
    let own = |entry: &&&Value| entry["fault"] != "status";
    sent.iter().filter(own).filter(took_effect).filter(|entry| entry["method"] == method).count()
}

/// What came of the faults of a kind.
#[derive(Default)]
struct Tally {
    tried: usize,
    /// The run under the fault did everything all the same.
    unharmed: usize,
    /// Something was wrong, which stderr tells.
    wrong: usize,
}

/// Carries out a trial for each fault at each of so many requests, and tells how each kind fared.
fn each(requests: usize, trial: impl Fn(&str, usize) -> bool + Sync) -> BTreeMap<usize, Tally> {
    let (next, tallies) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<usize, Tally>::new()));
    let one = |number: usize| {
        let (kind, skip) = (number % FAULTS.len(), number / FAULTS.len());
        // The other trials go on, so that one run shows all that is wrong.
        let outcome = catch_unwind(AssertUnwindSafe(|| trial(FAULTS[kind], skip)));
        let mut tallies = tallies.lock().unwrap();
        let tally = tallies.entry(kind).or_default();
        tally.tried += 1;
        tally.unharmed += usize::from(matches!(outcome, Ok(true)));
        tally.wrong += usize::from(outcome.is_err());
    };
    let numbers = || std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
    let all = requests * FAULTS.len();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| numbers().take_while(|number| *number < all).for_each(one));
        }
    });
    tallies.into_inner().unwrap()
}

/// Gives the kinds with their figures, and fails if anything was wrong.
fn conclude(title: &str, tallies: &BTreeMap<usize, Tally>) -> String {
    let mut text = format!("{title}\n");
    for (kind, Tally { tried, unharmed, wrong }) in tallies {
        writeln!(text, "{:70} {tried:5} {unharmed:5} {wrong:5}", FAULTS[*kind]).unwrap();
    }
    assert!(tallies.values().all(|tally| tally.wrong == 0), "{text}");
    text
}

fn plan_under_faults(name: &str) -> String {
    let example = Example::new(name);
    let mut wanted = example.plan.clone();
    let take_run = |plan: &mut Value| plan.as_object_mut().unwrap().remove("run");
    take_run(&mut wanted);
    let world = || World::new(Seed::Demo);
    let tallies = each(example.plan_requests, |written, skip| {
        let world = world();
        world.fault(&fault(written, skip));
        let ran = plan(&world, &example.folder);
        assert!([0, 1, 3, 4].contains(&ran.code), "{written} at {skip}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{written} at {skip}: {ran:?}");
        assert!(writes(&world.journal()).is_empty());
        if ran.code == 0 {
            let mut planned = ran.json();
            take_run(&mut planned);
            planned["target"] = wanted["target"].clone();
            planned["digest"] = wanted["digest"].clone();
            if written.starts_with("status=4") {
                // What Plutora refuses to tell of phases and gates is said in a warning, and the plan
                // goes on.
                planned["warnings"] = wanted["warnings"].clone();
            }
            assert!(planned == wanted, "{written} at {skip}: {planned:#}");
        }
        ran.code == 0
    });
    conclude(&format!("plan of {name}"), &tallies)
}

fn apply_under_faults(name: &str) -> String {
    let example = Example::new(name);
    let tallies = each(example.apply_requests, |written, skip| {
        let world = World::new(Seed::Demo);
        world.fault(&fault(written, skip));
        let ran = apply(&world, &example.folder);
        assert!([0, 1, 3, 4, 7].contains(&ran.code), "{written} at {skip}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{written} at {skip}: {ran:?}");
        world.clear_faults();
        // One that ended well needs no other, as it left what an apply without a fault leaves.
        if ran.code != 0 {
            let again = apply(&world, &example.folder);
            assert_eq!(again.code, 0, "{written} at {skip}: {again:?}");
        }
        assert!(settled(&world.state()) == example.end, "{written} at {skip}: {ran:?}");
        let journal = world.journal();
        assert_eq!(count(&journal, "POST"), example.creations, "{written} at {skip}");
        let replacements = count(&journal, "PUT");
        assert!(replacements <= example.replacements, "{written} at {skip}: {replacements}");
        ran.code == 0
    });
    conclude(&format!("apply of {name}"), &tallies)
}

#[test]
fn a_plan_of_the_quickstart_is_right_or_none() {
    println!("{}", plan_under_faults("quickstart"));
}

#[test]
fn a_plan_of_the_portfolio_is_right_or_none() {
    println!("{}", plan_under_faults("portfolio"));
}

#[test]
fn an_apply_of_the_quickstart_ends_the_same() {
    println!("{}", apply_under_faults("quickstart"));
}

#[test]
fn an_apply_of_the_portfolio_ends_the_same() {
    println!("{}", apply_under_faults("portfolio"));
}
