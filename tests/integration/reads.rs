//! Which requests a plan makes, and which it spares.

use plutora_sandbox::Seed;
use plutora_sync::live::{Found, How};
use plutora_sync::plutora::{Get, Read, ReadError};
use plutora_sync::resource::Tenant;
use serde_json::{Value, json};

use crate::support::cache::{Cache, details, lists, managed};
use crate::support::{World, block_on, desired, id, look, partly, release, status};

#[test]
fn the_few_that_are_named_are_asked_for_by_one_filter() {
    let world = World::new(Seed::Releases(2_000));
    managed(&world, [7, 700, 1_400, 1_999, 2_000].into_iter());
    let (ran, asked) = Cache::new().plan(&world, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(lists(&asked), ["/lookupfields/ReleaseRiskLevel", "/releases"], "{ran:?}");
    assert_eq!(details(&asked), 5);
    let filters = world.journal();
    let filters = filters.iter().filter(|it| it["query"].as_str().unwrap().contains("filter"));
    assert_eq!(filters.count(), 1);
    let (_, whole) = Cache::new().plan(&world, &["--whole-lists"]);
    assert_eq!(whole.iter().filter(|path| *path == "/releases").count(), 20);
}

#[test]
fn what_the_lists_show_to_be_wrong_is_told_before_any_object_is_read() {
    let world = World::new(Seed::Releases(150));
    managed(&world, 1..=150);
    let cache = Cache::new();
    let new = |line: &str| partly("REL-NEW", &format!("{{{line}}}"));
    for (manifest, wrong) in [
        (new("organization: Nowhere"), "there is no organization `Nowhere`"),
        (new("riskLevel: Low"), "creating it needs more"),
        (new("systems: [{system: Nowhere}]"), "there is no system `Nowhere`"),
        (status("REL-00001", "Nowhere", None, "Completed"), "there is no system `Nowhere`"),
        (status("REL-0", "Nowhere", Some("x"), "Completed"), "there is no release `REL-0`"),
    ] {
        world.manifest("wrong.yaml", &manifest);
        let (ran, asked) = cache.plan(&world, &["--no-cache"]);
        assert_eq!((ran.code, details(&asked)), (3, 0), "{wrong}: {ran:?} {asked:?}");
        assert!(ran.stderr.contains(wrong), "{wrong}: {ran:?}");
    }
    // A list that is kept may be another by now; what the others show is told all the same.
    world.manifest("wrong.yaml", &partly("REL-00001", "{organization: Payments}"));
    assert_eq!(cache.plan(&world, &[]).0.code, 0);
    world.edit("releases", &world.id("releases", "identifier", "REL-00002"), &json!({"name": "x"}));
    let row = "{organization: Payments, systems: [{system: Nowhere}]}";
    world.manifest("wrong.yaml", &partly("REL-00001", row));
    let (ran, asked) = cache.plan(&world, &[]);
    assert_eq!((ran.code, details(&asked)), (3, 0), "{ran:?} {asked:?}");
    assert!(!asked.contains(&"/organizations".to_owned()), "{asked:?}");
}

/// Of several that bear the name of a declared one only that is told, whatever is said of it elsewhere.
#[test]
fn a_name_that_several_bear_is_told_once() {
    let world = World::new(Seed::Demo);
    let twin = world.release("REL-2026.11");
    world.plant("releases", &json!({"identifier": "REL-2026.11", "name": twin["name"]}));
    world.manifest("a.yaml", &partly("REL-2026.11", "{summary: x}"));
    world.manifest("b.yaml", &status("REL-2026.11", "Core Ledger", None, "Completed"));
    let ran = world.run(&["plan", "-f", "."]);
    assert!(ran.code == 3 && ran.stderr.contains("1 error"), "{ran:?}");
    assert!(ran.stderr.contains("pin one with `spec.id`"), "{ran:?}");
}

#[test]
fn a_filter_that_is_refused_or_ignored_is_no_answer() {
    let world = World::new(Seed::Releases(450));
    managed(&world, [3, 444].into_iter());
    world.fault(&json!({"method": "GET", "path": "/releases$", "action": {"status": 500}}));
    let (ran, asked) = Cache::new().plan(&world, &[]);
    assert_eq!((ran.code, details(&asked)), (0, 2), "{ran:?}");
    assert_eq!(asked.iter().filter(|path| *path == "/releases").count(), 1 + 5, "{asked:?}");
    let live = block_on(look(
        &Deaf,
        &desired(&[&partly("R-349", "{name: new}")]).unwrap(),
        &Tenant::default(),
    ));
    assert!(matches!(live.objects.values().next(), Some(Found::One(_))), "{:?}", live.objects);
    assert_eq!(live.choices.lists[0].how, How::Whole);
}

/// Answers every question for its list of 450 releases with a page of it, whatever the filter.
struct Deaf;

impl Read for Deaf {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let page: u128 = question.query[0].1.parse().unwrap();
        let rows: Vec<Value> = (page * 100..450.min(page * 100 + 100))
            .map(|number| json!({"id": id(number), "identifier": format!("R-{number}"), "name": "old"}))
            .collect();
        Ok(json!({"resultSet": rows, "totalCount": 450, "recordsPerPage": 100}))
    }
}

#[test]
fn names_that_no_filter_may_hold_are_asked_for_by_a_part_of_them() {
    let world = World::new(Seed::Releases(2_000));
    let rename = |from: &str, to: &str| {
        let id = world.id("releases", "identifier", from);
        world.edit("releases", &id, &json!({"identifier": to}));
    };
    rename("REL-00115", "REL `115` (Lager)");
    let lists = |name: &str| {
        world.manifest("a.yaml", &release(&format!("'{name}'"), ""));
        let (ran, asked) = Cache::new().plan(&world, &[]);
        let creates = ran.json()["summary"]["create"] == 1;
        (creates, asked.iter().filter(|path| *path == "/releases").count())
    };
    assert_eq!(lists("REL `115` (Lager)"), (false, 1));
    // One that is not there is found out in the same way, with one request more where the name could stand in
    // a filter as it is.
    assert_eq!(lists("REL `116` (Lager)"), (true, 1));
    assert_eq!(lists("REL 116 (Lager)"), (true, 2));
    // A part that half the list has, and no part.
    assert_eq!(lists("`REL-`"), (true, 1 + 20));
    assert_eq!(lists("R`1"), (true, 20 + 20));
}

/// One that lets too much through; what is refused may be an accident.
#[test]
fn a_filter_that_was_no_use_is_not_asked_again() {
    let world = World::new(Seed::Releases(2_000));
    let id = world.id("releases", "identifier", "REL-00115");
    world.edit("releases", &id, &json!({"identifier": "`REL-`"}));
    // As many others as take two filters.
    managed(&world, 1..=60);
    let asked = |cache: &Cache| {
        let (ran, _) = cache.plan(&world, &["--parallelism", "1"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let journal = world.journal();
        let lists = journal.iter().filter(|entry| entry["path"] == "/releases");
        let lists: Vec<&str> = lists.map(|entry| entry["query"].as_str().unwrap()).collect();
        (lists.iter().filter(|it| it.contains("filter=")).count(), lists.len())
    };
    let cache = Cache::new();
    world.fault(&json!("GET /releases$ skip=1 status=500"));
    // The first page tells how long the list is.
    assert_eq!(asked(&cache), (1, 1 + 1 + 20));
    assert_eq!(asked(&cache), (2, 2));

    world.manifest("a.yaml", &partly("'`REL-`'", "{riskLevel: Low}"));
    // What may be in vain is asked first.
    assert_eq!(asked(&cache), (1, 1 + 20));
    assert_eq!(asked(&cache), (0, 20));
    let folder = cache.0.path().to_str().unwrap();
    let ran = world.run(&["explain", "--reads", "-f", ".", "--cache-dir", folder]);
    let told = "whole, 20 requests for 61 of 2,000 rows; by filter in vain";
    assert!(ran.stdout.contains(told), "{ran:?}");
    std::fs::remove_file(world.folder.path().join("a.yaml")).unwrap();
    assert_eq!(asked(&cache), (2, 2), "the others are asked for as before");
}

/// A pinned id that was pasted wrongly would make two of one name.
#[test]
fn a_name_that_another_bears_is_not_given_to_a_pinned_object_however_it_is_read() {
    let world = World::new(Seed::Releases(2_000));
    let releases = world.id("releases", "identifier", "REL-00007");
    let systems =
        world.id("systems", "name", world.state()["systems"][3]["name"].as_str().unwrap());
    let other = world.state()["systems"][5]["name"].clone();
    let of_system = partly(&other.to_string(), &format!("{{id: {systems}}}"));
    for manifest in [
        partly("REL-01234", &format!("{{id: {releases}}}")),
        of_system.replace("kind: Release", "kind: System"),
    ] {
        world.manifest("a.yaml", &manifest);
        for flags in [&[][..], &["--whole-lists"]] {
            let (ran, _) = Cache::new().plan(&world, flags);
            assert_eq!(ran.code, 3, "{flags:?} {ran:?}");
            assert!(ran.stderr.contains("already"), "{ran:?}");
        }
    }
}

#[test]
fn one_odd_name_leaves_the_others_to_their_filter() {
    let world = World::new(Seed::Releases(2_000));
    let odd = "R&D (EU), 'no. 1' + #2 = 50 %?";
    let id = world.id("releases", "identifier", "REL-01500");
    world.edit("releases", &id, &json!({"identifier": odd}));
    managed(&world, [3, 444, 1_999].into_iter());
    world.manifest("odd.yaml", &partly(&format!("\"{odd}\""), "{riskLevel: Low}"));
    let (ran, asked) = Cache::new().plan(&world, &[]);
    assert_eq!((ran.code, details(&asked)), (0, 4), "{ran:?}");
    assert_eq!(asked.iter().filter(|path| *path == "/releases").count(), 3, "{asked:?}");
}

/// Reads a `&` in a filter as an end, and takes what stands before for a name that it does not have.
struct Misreading;

impl Read for Misreading {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let rows = |number: u64, identifier: &str| json!({"id": id(number.into()), "identifier": identifier, "name": "old"});
        let page: u64 = question.query[0].1.parse().unwrap();
        let filter = question.query.iter().find(|(name, _)| *name == "filter");
        let rows: Vec<Value> = match filter {
            Some((_, filter)) if filter.contains('&') => Vec::new(),
            Some((_, filter)) if filter.contains("Contains `B Portal`") => {
                vec![rows(2, "A&B Portal")]
            }
            Some(_) => vec![rows(1, "R-1")],
            None => (page * 100..page * 100 + 100)
                .map(|number| rows(number, if number == 777 { "R&D" } else { "other" }))
                .collect(),
        };
        let total = if filter.is_some() { rows.len() } else { 1_000 };
        Ok(json!({"resultSet": rows, "totalCount": total, "recordsPerPage": 100}))
    }
}

#[test]
fn an_odd_name_that_is_misread_is_found_by_a_part_of_it_or_in_the_whole_list() {
    for (odd, how) in [("A&B Portal", How::ByFilter), ("R&D", How::Whole)] {
        let texts = [partly(odd, "{name: new}"), partly("R-1", "{name: new}")];
        let desired = desired(&[&texts.concat()]).unwrap();
        let live = block_on(look(&Misreading, &desired, &Tenant::default()));
        let (_, found) = live.objects.iter().find(|(key, _)| key.name == odd).unwrap();
        assert!(matches!(found, Found::One(_)), "{:?}", live.objects);
        assert_eq!(live.choices.lists[0].how, how);
    }
}

#[test]
fn a_name_that_is_not_there_is_answered_with_those_that_are() {
    let world = World::new(Seed::Releases(120));
    world.manifest("a.yaml", &partly("REL-00001", "{parent: ENT-00119, organization: Paymets}"));
    let (ran, _) = Cache::new().plan(&world, &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("there is no release `ENT-00119`"), "{ran:?}");
    assert!(ran.stderr.contains("did you mean `REL-00119`?"), "{ran:?}");
    assert!(ran.stderr.contains("did you mean `Payments`?"), "{ran:?}");
}

#[test]
fn the_choice_and_the_price_of_the_others_are_explained() {
    let world = World::new(Seed::Releases(2_000));
    managed(&world, 1..=2);
    assert_eq!(world.apply_once().code, 0, "names by which would be written are not kept");
    let cache = Cache::new();
    let folder = cache.0.path().to_str().unwrap();
    let explain = |more: &[&str]| {
        let arguments = ["explain", "--reads", "-f", ".", "--cache-dir", folder];
        let ran = world.run(&[&arguments, more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        let start = ran.stdout.find("How lists").unwrap();
        ran.stdout[start..].lines().skip(1).take(3).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        explain(&[]),
        [
            "  /lookupfields/ReleaseRiskLevel  whole, 1 request for 1 of 3 rows; by filter impossible",
            "  /releases                       by filter, 1 request for 2 rows; whole unknown",
            "  details                         2 requests for 2 objects: 0 from rows, 0 kept, 2 read",
        ]
    );
    explain(&["--whole-lists"]);
    assert_eq!(
        explain(&[]),
        [
            "  /lookupfields/ReleaseRiskLevel  kept for 0 min, no request for 1 of 3 rows; whole 1, by filter impossible",
            "  /releases                       by filter, 1 request for 2 of 2,000 rows; whole 20",
            "  details                         0 requests for 2 objects: 0 from rows, 2 kept, 0 read",
        ]
    );
}

/// Returns how often each endpoint was asked, as the sandbox counted.
fn by_endpoint(journal: &[Value]) -> Value {
    let mut counted = std::collections::BTreeMap::<String, u64>::new();
    for entry in journal {
        let path = entry["path"].as_str().unwrap().split('/');
        let is_id = |part: &&str| part.len() == 36 && part.matches('-').count() == 4;
        let path: Vec<&str> = path.map(|it| if is_id(&it) { "{id}" } else { it }).collect();
        let endpoint = format!("{} {}", entry["method"].as_str().unwrap(), path.join("/"));
        *counted.entry(endpoint).or_default() += 1;
    }
    json!(counted)
}

#[test]
fn what_was_asked_and_what_is_to_come_is_told_by_endpoint() {
    let world = World::new(Seed::Demo);
    let folder = format!("{}/examples/quickstart", env!("CARGO_MANIFEST_DIR"));
    let paced = [("PLUTORA_SYNC_RATE", "1000")];
    let ran = world.run_with(&["plan", "-f", &folder, "--format", "json"], &paced);
    let plan = ran.json();
    let run = &plan["run"];
    assert_eq!(run["requestsByEndpoint"], by_endpoint(&world.journal()), "{run:#}");
    let needed = plan["forecast"]["applyRequests"].as_f64().unwrap();
    let all = needed + run["planRequests"].as_f64().unwrap();
    assert_eq!(run["hourShare"], json!((all / 26_000.0 * 10_000.0).round() / 10_000.0));
    assert_eq!(run["pace"]["requestsPerSecond"], 1_000.0);
    assert_eq!(run["tokenOutlives"], true, "{run:#}");

    world.clear_journal();
    let ran = world.run(&["apply", "-f", &folder, "--auto-approve", "--format", "json"]);
    let run = &ran.json()["run"];
    let both = ["planRequestsByEndpoint", "applyRequestsByEndpoint"];
    let told = both.iter().flat_map(|key| run[*key].as_object().unwrap());
    let told = told.fold(std::collections::BTreeMap::<_, u64>::new(), |mut told, (key, times)| {
        *told.entry(key.clone()).or_default() += times.as_u64().unwrap();
        told
    });
    assert_eq!(json!(told), by_endpoint(&world.journal()), "{run:#}");

    let ran = world.run_with(&["explain", "--reads", "-f", &folder], &paced);
    assert!(ran.stdout.contains("  GET /organizations"), "{ran:?}");
    assert!(
        ran.stdout.contains("an apply needs 0 requests, at least 0.0 s at 1000.0 a second"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("the token is used for"), "{ran:?}");
}
