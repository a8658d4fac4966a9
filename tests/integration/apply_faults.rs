//! Faults around each write: nothing twice, nothing lost, and one more apply finishes.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{World, partly, release, system, writes};

const APPLY: [&str; 6] = ["apply", "-f", ".", "--auto-approve", "--timeout", "1"];

fn creations() -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &system("New System", ""));
    world.manifest("b.yaml", &release("REL-NEW", ""));
    world.clear_journal();
    world
}

fn posts(world: &World, path: &str) -> usize {
    let journal = world.journal();
    journal.iter().filter(|entry| entry["method"] == "POST" && entry["path"] == path).count()
}

/// Every way in which the answer to a POST can be lost after it took effect.
#[test]
fn a_creation_whose_answer_is_lost_is_found_and_never_sent_again() {
    for action in [json!("drop-after"), json!("empty-body"), json!("truncate")] {
        for path in ["/systems", "/releases"] {
            let world = creations();
            world.fault(&json!({"method": "POST", "path": path, "action": action}));
            let ran = world.run(&APPLY);
            assert_eq!(ran.code, 0, "{action} {path}: {ran:?}");
            assert_eq!(posts(&world, path), 1, "{action} {path}");
            assert_eq!(world.find("systems", "name", "New System").len(), 1);
            assert_eq!(world.find("releases", "identifier", "REL-NEW").len(), 1);
        }
    }
}

/// A POST that did nothing, although it may have: it is looked up first, then sent again.
#[test]
fn a_creation_that_did_not_take_effect_is_sent_again_after_looking() {
    for action in [json!("drop-before"), json!({"status": 503}), json!({"status": 500})] {
        let world = creations();
        world.fault(&json!({"method": "POST", "path": "/releases", "action": action}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{action}: {ran:?}");
        assert_eq!(world.find("releases", "identifier", "REL-NEW").len(), 1, "{action}");

        let asked: Vec<String> = world
            .journal()
            .iter()
            .filter(|entry| entry["path"] == "/releases")
            .map(|entry| entry["method"].as_str().unwrap().to_owned())
            .collect();
        let between: Vec<&str> = asked
            .iter()
            .map(String::as_str)
            .skip_while(|method| *method != "POST")
            .skip(1)
            .take_while(|method| *method != "POST")
            .collect();
        assert!(!between.is_empty(), "{action}: looked before sending again: {asked:?}");
    }
}

/// While it waits, somebody else may create the same.
#[test]
fn a_creation_that_was_turned_away_is_looked_up_before_it_is_sent_again() {
    for faster in [false, true] {
        let world = creations();
        world.fault(&json!("POST /releases retry-after=0"));
        let theirs = json!({"id": "aaaaaaaa-0000-4000-8000-000000000003", "identifier": "REL-NEW",
                            "name": "Theirs"});
        if faster {
            let edit = json!({"collection": "releases", "insert": theirs});
            // The plan's own, the one before the creation, and the one after the wait.
            world.fault(&json!({"method": "GET", "path": "/releases$", "skip": 2, "action": {"edit": edit}}));
        }
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, if faster { 7 } else { 0 }, "{ran:?}");
        assert_eq!(posts(&world, "/releases"), if faster { 1 } else { 2 });
        assert_eq!(world.find("releases", "identifier", "REL-NEW").len(), 1);
    }
}

/// An edit that is made while a replacement waits is seen.
#[test]
fn a_replacement_that_was_turned_away_is_made_anew_from_a_fresh_body() {
    let edits = [("location", "Theirs", 0), ("summary", "Theirs", 6)];
    let waits = ["retry-after=0", "revoke-tokens"];
    for ((field, value, code), wait) in
        edits.iter().flat_map(|edit| waits.map(|wait| (*edit, wait)))
    {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.11", "{summary: Ours}"));
        let id = world.id("releases", "identifier", "REL-2026.11");
        let path = format!("/releases/{id}$");
        world.fault(&json!(format!("PUT {path} {wait}")));
        let edit = json!({"collection": "releases", "where": {"id": id}, "set": {(field): value}});
        // The plan's own, the look before, and the one after the wait.
        world.fault(&json!({"method": "GET", "path": path, "skip": 2, "action": {"edit": edit}}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, code, "{ran:?}");
        assert_eq!(ran.stdout.contains("; 1 sent again\n"), code == 0, "{ran:?}");
        assert_eq!(world.release("REL-2026.11")[field], value, "{ran:?}");
        let summary = if code == 0 { "Ours" } else { "Theirs" };
        assert_eq!(world.release("REL-2026.11")["summary"], summary);
    }
}

/// No token would ever be new enough for what follows a look.
#[test]
fn an_apply_comes_to_its_end_where_each_request_takes_a_new_token() {
    let world = creations();
    world.manifest("c.yaml", &partly("REL-2026.11", "{summary: Ours}"));
    let body = json!({"access_token": world.token(), "token_type": "bearer", "expires_in": 0});
    let action = json!({"status": 200, "body": body.to_string()});
    world.fault(&json!({"path": "/oauth/token", "times": "always", "action": action}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 3, "{ran:?}");
}

/// A permission that is missing is no token that is old.
#[test]
fn a_write_that_is_denied_is_sent_once_more_with_a_new_token_and_then_no_more() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{summary: Ours}"));
    world.manifest("b.yaml", &system("New System", ""));
    for (method, list) in [("PUT", "releases"), ("POST", "systems")] {
        world.fault(&json!(format!("{method} /{list} status=401 times=always")));
    }
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(writes(&world.journal()).len(), 4, "{ran:?}");
}

/// A PUT in doubt is settled by reading.
#[test]
fn a_replacement_in_doubt_is_settled_by_reading() {
    for (action, sent) in
        [(json!("drop-after"), 1), (json!("drop-before"), 2), (json!({"status": 502}), 2)]
    {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
        world.fault(&json!({"method": "PUT", "path": "/releases", "action": action}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 0, "{action}: {ran:?}");
        assert_eq!(writes(&world.journal()).len(), sent, "{action}");
        assert_eq!(world.release("REL-2026.11")["releaseRiskLevel"], "High");
    }
}

#[test]
fn a_refused_creation_fails_skips_its_dependents_and_lets_the_others_go_on() {
    let world = World::new(Seed::Empty);
    world.manifest("1.yaml", &release("PARENT", "").replace("Independent", "Enterprise"));
    world.manifest("2.yaml", &release("CHILD", "parent: PARENT"));
    world.manifest("3.yaml", &system("Other", ""));
    let no = json!({"status": 400, "body": "{\"message\": \"The request is invalid.\"}"});
    world.fault(&json!({"method": "POST", "path": "/releases", "action": no}));

    let ran = world.run(&[APPLY.as_slice(), &["--format", "json"]].concat());

    assert_eq!(ran.code, 7, "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let outcome = |name: &str| {
        let steps = report["steps"].as_array().unwrap().iter();
        steps.clone().find(|step| step["name"] == name).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome("PARENT"), "failed");
    assert_eq!(outcome("CHILD"), "skipped");
    assert_eq!(outcome("Other"), "done");
    assert!(ran.stdout.contains("The request is invalid."), "{}", ran.stdout);

    // What stood in the way is gone: the same command does the rest.
    assert_eq!(writes(&world.apply()).len(), 2);
}

/// Each kind of fault at each request of an apply, the one for the token included, in turn.
#[test]
fn after_a_fault_at_any_request_one_more_apply_reaches_the_same_end() {
    let actions = [json!("drop-before"), json!("drop-after"), json!({"status": 400})];
    // Side by side, because most of the time passes in waiting before a repetition.
    std::thread::scope(|scope| {
        for action in &actions {
            for skips in [0..5, 5..10, 10..15, 15..20] {
                scope.spawn(move || skips.for_each(|skip| fault_at(skip, action)));
            }
        }
    });
}

fn fault_at(skip: u32, action: &Value) {
    let world = creations();
    world.manifest("c.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.apply_with_fault_at(skip, action);
    assert_eq!(world.find("systems", "name", "New System").len(), 1);
    assert_eq!(world.find("releases", "identifier", "REL-NEW").len(), 1);
}

/// No escape of a back-tick is known, so such a name is looked for by a part of it, or else in the whole list.
#[test]
fn a_lost_answer_is_settled_for_names_that_no_filter_could_hold() {
    settled("Pay `tick` \"quoted\" 100% (or so) é", true);
    settled("A `é` \"1\"", false);
}

fn settled(name: &str, by_filter: bool) {
    let world = World::new(Seed::Releases(120));
    world.manifest("a.yaml", &system(&Value::from(name).to_string(), ""));
    world.fault(&json!({"method": "POST", "path": "/systems", "action": "drop-after"}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(posts(&world, "/systems"), 1);
    let journal = world.journal();
    let systems = journal.iter().filter(|entry| entry["path"] == "/systems");
    let filtered = |entry: &Value| entry["query"].as_str().unwrap().contains("filter");
    assert_eq!(systems.filter(|entry| filtered(entry)).count() > 0, by_filter);
    assert_eq!(world.find("systems", "name", name).len(), 1);
}

/// A part of a name that half the list has is asked for once, and not worth the whole list.
#[test]
fn a_look_before_a_creation_takes_one_request_whatever_comes() {
    let world = World::new(Seed::Demo);
    let like = world.find("systems", "name", "Core Ledger")[0].clone();
    for number in 0..320 {
        let mut other = like.clone();
        other["id"] = json!(format!("aadac83b-0000-4000-9000-{number:012}"));
        other["name"] = json!(format!("Portal {number}"));
        world.plant("systems", &other);
    }
    world.manifest("a.yaml", &system("'`x` Portal'", ""));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    let journal = world.journal();
    let asks = |entry: &&Value| entry["method"] == "GET" && entry["path"] == "/systems";
    // The part and then all of it for the plan; and the part.
    assert_eq!(journal.iter().filter(asks).count(), 1 + 4 + 1);
    assert!(ran.stdout.contains("3 requests used, as forecast"), "{ran:?}");
}

#[test]
fn a_filter_that_the_server_does_not_know_is_given_up_for_the_whole_list() {
    let world = creations();
    world.fault(&json!({"method": "POST", "path": "/releases", "action": "drop-after"}));
    // The list is read for the plan, then it is asked whether somebody was faster; the third time
    // is the search for what was created.
    let unknown =
        json!({"method": "GET", "path": "/releases", "skip": 2, "action": {"status": 500}});
    world.fault(&unknown);
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(posts(&world, "/releases"), 1);
    let lists = world.journal().into_iter().filter(|entry| entry["path"] == "/releases");
    let asked: Vec<bool> = lists
        .filter(|entry| entry["method"] == "GET")
        .map(|entry| entry["query"].as_str().unwrap().contains("filter"))
        .collect();
    assert_eq!(asked, [true, true, true, false], "the filter is not tried again");
}

#[test]
fn a_replacement_that_never_takes_effect_ends_with_a_look_and_a_clear_word() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.fault(&json!({"method": "PUT", "times": 99, "action": {"status": 500}}));
    let ran = world.run(&[APPLY.as_slice(), &["--format", "json"]].concat());
    assert_eq!(ran.code, 7, "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["steps"][0]["outcome"], "failed", "{report:#}");
    assert!(ran.stdout.contains("the object is as it was before"), "{}", ran.stdout);
    assert_eq!(writes(&world.journal()).len(), 3);
}
