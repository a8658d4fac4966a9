//! What runs remember of each other: the requests of the hour, and the token.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use plutora_sandbox::Seed;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Ran, World, partly, system, writes};

const CACHE: (&str, &str) = ("PLUTORA_SYNC_NO_TOKEN_CACHE", "");
const PLAN: [&str; 3] = ["plan", "-f", "."];

fn world() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.clear_journal();
    world
}

/// Plans with the tokens of a state folder, and returns how many were asked for.
fn tokens_of_a_plan(world: &World, state: &Path) -> usize {
    world.clear_journal();
    let state = ("PLUTORA_SYNC_STATE_DIR", state.to_str().unwrap());
    let ran = world.run_with(&[&PLAN[..], &["-vvv"]].concat(), &[CACHE, state]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let kept = fs::read_dir(PathBuf::from(state.1).join("tokens")).into_iter().flatten();
    for file in kept.filter_map(|file| fs::read_to_string(file.unwrap().path()).ok()) {
        let token = serde_json::from_str(&file).map(|it: serde_json::Value| it["token"].clone());
        if let Some(token) = token.ok().and_then(|it| it.as_str().map(str::to_owned)) {
            assert!(!ran.stderr.contains(&token) && !ran.stdout.contains(&token), "{ran:?}");
        }
    }
    world.tokens()
}

/// Returns the only file of a kind in a state folder.
fn file(state: &Path, kind: &str) -> PathBuf {
    let files = fs::read_dir(state.join(kind)).unwrap().map(|file| file.unwrap().path());
    let files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn a_token_serves_the_next_run_until_it_is_refused() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let state = state.path();
    assert_eq!(tokens_of_a_plan(&world, state), 1);
    assert_eq!(tokens_of_a_plan(&world, state), 0);
    let kept = file(state, "tokens");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    let folder = fs::metadata(kept.parent().unwrap()).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);

    let before = fs::read_to_string(&kept).unwrap();
    world.fault(&json!({"path": "/releases", "action": {"status": 401}}));
    assert_eq!(tokens_of_a_plan(&world, state), 1, "it is renewed once");
    assert_ne!(fs::read_to_string(&kept).unwrap(), before, "and kept again");
    assert_eq!(tokens_of_a_plan(&world, state), 0);

    // One that is refused again and again is not kept.
    world.fault(&json!({"path": "/", "times": "always", "action": {"status": 401}}));
    let folder = ("PLUTORA_SYNC_STATE_DIR", state.to_str().unwrap());
    assert_eq!(world.run_with(&PLAN, &[CACHE, folder]).code, 4);
    world.clear_faults();
    assert_eq!(tokens_of_a_plan(&world, state), 1);
}

#[test]
fn a_token_that_cannot_be_trusted_is_not_used() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let state = state.path();
    assert_eq!(tokens_of_a_plan(&world, state), 1);
    let kept = file(state, "tokens");
    let good = fs::read_to_string(&kept).unwrap();
    let spoil: [&dyn Fn(); 5] = [
        &|| fs::write(&kept, "{").unwrap(),
        &|| fs::write(&kept, good.replace("jane@example.com", "joe@example.com")).unwrap(),
        &|| {
            let mut told: serde_json::Value = serde_json::from_str(&good).unwrap();
            told["due"] = "2026-01-01T00:00:00Z".into();
            fs::write(&kept, told.to_string()).unwrap();
        },
        &|| fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap(),
        &|| {
            fs::rename(&kept, state.join("elsewhere")).unwrap();
            symlink(state.join("elsewhere"), &kept).unwrap();
        },
    ];
    for (number, spoil) in spoil.iter().enumerate() {
        spoil();
        assert_eq!(tokens_of_a_plan(&world, state), 1, "{number}");
        assert_eq!(tokens_of_a_plan(&world, state), 0, "{number}: it is a good one again");
    }
}

#[test]
fn no_token_is_kept_that_nobody_wants_kept() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let folder = ("PLUTORA_SYNC_STATE_DIR", state.path().to_str().unwrap());
    let token = world.token();
    let opt_out = [&PLAN[..], &["--no-token-cache"]].concat();
    assert_eq!(world.run_with(&opt_out, &[CACHE, folder]).code, 0);
    world.manifest("plutora-sync.yaml", "profile: p\nprofiles: {p: {tokenCache: false}}\n");
    assert_eq!(world.run_with(&PLAN, &[CACHE, folder]).code, 0);
    fs::remove_file(world.folder.path().join("plutora-sync.yaml")).unwrap();
    assert_eq!(world.run_with(&PLAN, &[CACHE, folder, ("PLUTORA_TOKEN", &token)]).code, 0);
    let sandbox = [&PLAN[..], &["--sandbox"]].concat();
    assert_eq!(world.run_with(&sandbox, &[CACHE, folder]).code, 0);
    // No home, no folder: quietly.
    let nowhere = ("PLUTORA_SYNC_STATE_DIR", "");
    let ran = world.run_with(&PLAN, &[CACHE, nowhere, ("PLUTORA_SYNC_RATE", "1000")]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(!state.path().join("tokens").exists() && !state.path().join("keys").exists());
}

/// A rate beyond all others, and so small a share of it that an hour holds a few requests.
fn few(world: &World, arguments: &[&str], share: &str, state: &Path) -> Ran {
    let flags = ["--rate", "1000", "--budget-share", share];
    let state = ("PLUTORA_SYNC_STATE_DIR", state.to_str().unwrap());
    world.run_with(&[arguments, &flags].concat(), &[state])
}

#[test]
fn a_full_hour_ends_a_run_and_a_later_one_does_the_rest() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let state = state.path();
    // Two requests, and a plan takes three.
    let ran = few(&world, &PLAN, "0.0001", state);
    assert_eq!(ran.code, 8, "{ran:?}");
    let told =
        "the 2 requests that this run may make in an hour are used up; the next may be sent at 20";
    assert!(ran.stderr.contains(told) && ran.stderr.contains("--budget-share"), "{ran:?}");
    assert_eq!(world.journal().len(), 2);

    // The key's hour is full by what other runs have sent.
    leave(0, state);
    world.clear_journal();
    let ran = few(&world, &PLAN, "1", state);
    assert_eq!(ran.code, 8, "{ran:?}");
    let told = "the 26000 requests that one key may make in an hour are used up";
    assert!(ran.stderr.contains(told) && ran.stderr.contains("--rate 0"), "{ran:?}");
    assert_eq!(world.journal().len(), 0);
    // Nobody counts who is not paced.
    assert_eq!(few(&world, &["plan", "-f", ".", "-v"], "1", &state.join("other")).code, 0);
    let ran = world.run_with(&PLAN, &[("PLUTORA_SYNC_STATE_DIR", state.to_str().unwrap())]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Has the hour of a key hold so many more requests.
fn leave(left: u64, state: &Path) {
    let kept = file(state, "keys");
    let account = fs::read_to_string(&kept).unwrap();
    let mut account: serde_json::Value = serde_json::from_str(&account).unwrap();
    let slot = account["hour"].as_object().unwrap().keys().next_back().unwrap().clone();
    account["hour"] = json!({slot: 26_000 - left});
    fs::write(&kept, account.to_string()).unwrap();
}

#[test]
fn an_apply_that_the_hour_does_not_hold_is_not_begun() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let state = state.path();
    world.manifest("b.yaml", &system("New System", ""));
    let plan = few(&world, &[&PLAN[..], &["--format", "json"]].concat(), "1", state).json();
    let number = |of: &str, what: &str| plan[of][what].as_u64().unwrap();
    let needed = number("run", "planRequests") + number("forecast", "applyRequests");

    leave(needed - 1, state);
    let ran = few(&world, &PLAN, "1", state);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("it would have to stop half-way"), "{ran:?}");
    leave(needed - 1, state);
    world.clear_journal();
    let apply = ["apply", "-f", ".", "--auto-approve"];
    let ran = few(&world, &apply, "1", state);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(ran.stderr.contains("this apply would have to stop half-way"), "{ran:?}");
    assert!(writes(&world.journal()).is_empty());

    leave(needed, state);
    let ran = few(&world, &PLAN, "1", state);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.stdout.contains("half-way"), "{ran:?}");

    // Enough for what is forecast, but not for what is turned away and sent again, or looked at again.
    leave(needed, state);
    world.goes_wrong();
    let busy = json!({"status": 429, "headers": {"Retry-After": "0"}});
    world.fault(&json!({"method": "POST", "path": "/systems", "action": busy}));
    let ran = few(&world, &apply, "1", state);
    assert_eq!(ran.code, 7, "{ran:?}");
    let told = "requests that one key may make in an hour are used up";
    assert!((ran.stdout.clone() + &ran.stderr).contains(told), "{ran:?}");
    leave(needed + 10, state);
    let ran = few(&world, &apply, "1", state);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// At a rate that fills an hour, what is more than one holds would be broken off whenever it began.
#[test]
fn an_apply_that_no_hour_holds_is_not_begun() {
    let (world, state) = (world(), TempDir::new().unwrap());
    world.manifest("a.yaml", &(0..10).map(|it| system(&format!("S{it}"), "")).collect::<String>());
    let few = |arguments: &[&str]| {
        let flags = ["--rate", "5000", "--budget-share", "0.001"];
        let state = ("PLUTORA_SYNC_STATE_DIR", state.path().to_str().unwrap());
        world.run_with(&[arguments, &flags].concat(), &[state])
    };
    let ran = few(&PLAN);
    assert!(ran.code == 0 && ran.stdout.contains("no hour holds so many"), "{ran:?}");
    let ran = few(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(
        ran.stderr.contains("no hour holds its 30 requests") && ran.stderr.contains("at most 7"),
        "{ran:?}"
    );
    assert!(writes(&world.journal()).is_empty());

    let ran = world.run_with(&PLAN, &[("PLUTORA_SYNC_BUDGET_SHARE", "0.5")]);
    assert!(ran.code == 0 && ran.stderr.contains("the budget share counts for nothing"), "{ran:?}");
}

#[test]
fn requests_are_counted_over_all_runs_and_a_broken_count_begins_anew() {
    let (world, state) = (world(), TempDir::new().unwrap());
    let state = state.path();
    let counted = || {
        let account = fs::read_to_string(file(state, "keys")).unwrap();
        let account: serde_json::Value = serde_json::from_str(&account).unwrap();
        let counts = account["hour"].as_object().unwrap().values();
        counts.map(|count| count.as_u64().unwrap()).sum::<u64>()
    };
    world.fault(
        &json!({"path": "/releases", "action": {"status": 503, "headers": {"Retry-After": "0"}}}),
    );
    assert_eq!(few(&world, &PLAN, "1", state).code, 0);
    let sent = world.journal().len() as u64;
    assert_eq!(counted(), sent, "a repetition counts, a token does not");
    // Side by side.
    let folder = ("PLUTORA_SYNC_STATE_DIR", state.to_str().unwrap());
    let rate = ("PLUTORA_SYNC_RATE", "1000");
    let runs = [(); 4].map(|()| world.spawn(&PLAN, &[folder, rate]));
    for run in runs {
        let ran = Ran::from(run.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
    assert_eq!(counted(), world.journal().len() as u64);

    fs::write(file(state, "keys"), "{\"at\": 1").unwrap();
    world.clear_journal();
    let ran = few(&world, &PLAN, "1", state);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("cannot be read, and begins anew"), "{ran:?}");
    assert_eq!(counted(), world.journal().len() as u64);
}

#[test]
fn a_phase_is_told_with_its_requests_when_somebody_wants_to_know() {
    let world = world();
    let apply = ["apply", "-f", ".", "--auto-approve", "-v"];
    let ran = world.run(&apply);
    assert_eq!(ran.code, 0, "{ran:?}");
    for told in [
        "reading Plutora: begun objects=1",
        "reading Plutora: ended requests=3 objects=1",
        "applying: begun objects=1",
        "applying: ended requests=3 objects=1",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {ran:?}");
    }
    assert_eq!(world.run(&PLAN).stderr, "");
}

/// Whoever asks to be left alone for an hour is, and is told of with the time.
#[test]
fn a_wait_that_is_too_long_ends_the_run_with_its_end() {
    let world = World::new(Seed::Releases(150));
    let managed = (1..=100).map(|number| partly(&format!("REL-{number:05}"), "{riskLevel: Low}"));
    world.manifest("a.yaml", &managed.collect::<String>());
    for fault in [
        "GET /releases status=429 retry-after=2000 times=always",
        "GET /releases/* status=503 retry-after=2000 skip=20 times=always",
    ] {
        world.clear_journal();
        world.fault(&json!(fault));
        let ran = world.run(&["plan", "-f", "."]);
        world.clear_faults();
        assert_eq!(ran.code, 8, "{ran:?}");
        assert!(
            ran.stderr.contains("error: Plutora has asked to send nothing before 20"),
            "{ran:?}"
        );
        let refused = world.journal().iter().filter(|it| it["status"] != 200).count();
        assert!((1..=8).contains(&refused), "those that were under way: {refused}");
    }
}

/// And other runs of the key hear of it.
#[test]
fn a_wait_that_is_too_long_is_told_of_a_write_and_to_the_next_run() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.fault(&json!("PUT /releases retry-after=7200 times=always"));
    let paced = [("PLUTORA_SYNC_RATE", "5.5")];
    let ran = world.run_with(&["apply", "-f", ".", "--auto-approve"], &paced);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("Plutora has asked to send nothing before 20"), "{ran:?}");
    let asked = world.journal().len();
    let ran = world.run_with(&["plan", "-f", "."], &paced);
    assert_eq!((ran.code, world.journal().len()), (8, asked), "{ran:?}");
}
