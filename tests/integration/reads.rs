//! Which requests a plan makes, and which it spares.

use std::fmt::Write as _;
use std::path::PathBuf;

use plutora_sandbox::{Lists, Seed};
use plutora_sync::live::{Found, How};
use plutora_sync::plutora::{Get, Read, ReadError};
use plutora_sync::resource::Tenant;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Ran, World, block_on, desired, id, look, partly, release, writes};

/// A folder in which plans keep what they have read.
struct Cache(TempDir);

impl Cache {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Plans the folder of a world and returns the plan with how often each path was asked for.
    fn plan(&self, world: &World, more: &[&str]) -> (Ran, Vec<String>) {
        world.clear_journal();
        let folder = self.0.path().to_str().unwrap();
        let plan = ["plan", "-f", ".", "--format", "json", "--cache-dir", folder];
        let ran = world.run(&[&plan, more].concat());
        let journal = world.journal();
        (ran, journal.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()).collect())
    }

    fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.0.path()).unwrap().map(|file| file.unwrap().path()).collect()
    }
}

/// Manages a field that only details carry of the first so many releases.
fn managed(world: &World, numbers: impl Iterator<Item = u32>) {
    let all = numbers.fold(String::new(), |mut all, number| {
        write!(all, "{}", partly(&format!("REL-{number:05}"), "{riskLevel: Low}")).unwrap();
        all
    });
    world.manifest("all.yaml", &all);
}

fn details(asked: &[String]) -> usize {
    asked.iter().filter(|path| path.starts_with("/releases/")).count()
}

fn lists(asked: &[String]) -> Vec<&str> {
    let mut lists: Vec<&str> =
        asked.iter().map(String::as_str).filter(|it| !it.starts_with("/releases/")).collect();
    lists.sort_unstable();
    lists
}

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
fn many_names_are_read_with_the_list_and_a_second_plan_takes_little_more_than_its_pages() {
    let world = World::new(Seed::Releases(250));
    managed(&world, 1..=250);
    let cache = Cache::new();
    let (first, asked) = cache.plan(&world, &[]);
    assert_eq!((asked.len(), details(&asked)), (3 + 250 + 1, 250), "{:?}", lists(&asked));
    let (second, asked) = cache.plan(&world, &[]);
    assert_eq!(asked.len(), 3 + 1, "the names by which it would write: {asked:?}");
    let steps = |ran: &Ran| ran.json()["steps"].clone();
    assert_eq!(steps(&first), steps(&second));
    let (_, asked) = cache.plan(&world, &["--no-cache"]);
    assert_eq!(details(&asked), 250);
}

#[test]
fn what_was_changed_since_is_read_again_and_nothing_else() {
    let world = World::new(Seed::Releases(30));
    managed(&world, 1..=30);
    let cache = Cache::new();
    let (before, _) = cache.plan(&world, &[]);
    let level = |name: &str| {
        let levels = world.find("lookupfields", "value", name).into_iter();
        let levels = levels.filter(|it| it["type"] == "ReleaseRiskLevel");
        levels.map(|it| it["id"].as_str().unwrap().to_owned()).next_back().unwrap()
    };
    let low = world.find("releases", "releaseRiskLevelId", &level("Low"));
    let id = low[0]["id"].as_str().unwrap();
    world.edit("releases", id, &json!({"releaseRiskLevelId": level("High")}));
    let (after, asked) = cache.plan(&world, &[]);
    let detail = format!("/releases/{id}");
    assert_eq!(
        asked.iter().filter(|it| it.starts_with("/releases/")).collect::<Vec<_>>(),
        [&detail]
    );
    let updates = |ran: &Ran| ran.json()["summary"]["update"].as_u64().unwrap();
    assert_eq!(updates(&after), updates(&before) + 1);
    // A write reads fresh, whatever is kept, and its own change is seen by the next plan.
    let folder = cache.0.path().to_str().unwrap();
    world.clear_journal();
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--cache-dir", folder]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let journal = world.journal();
    let put = writes(&journal)[0]["path"].clone();
    let around: Vec<&Value> = journal.iter().filter(|it| it["path"] == put).collect();
    assert_eq!(around.len(), 3, "read, written and read back");
    let (settled, asked) = cache.plan(&world, &["--detailed-exitcode"]);
    assert_eq!((settled.code, details(&asked)), (0, 0), "as it was read back: {settled:?}");
    // And what somebody does after that is seen.
    world.edit("releases", id, &json!({"releaseRiskLevelId": level("High")}));
    let (after, asked) = cache.plan(&world, &["--detailed-exitcode"]);
    assert_eq!((after.code, details(&asked)), (2, 1), "{after:?}");
}

#[test]
fn a_damaged_or_foreign_cache_costs_requests_and_nothing_else() {
    let world = World::new(Seed::Releases(5));
    managed(&world, 1..=5);
    let cache = Cache::new();
    let (whole, _) = cache.plan(&world, &[]);
    let file = cache.files().pop().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let half: String = text.chars().take(text.len() / 2).collect();
    for damaged in
        [half, text.replace("Low", "Hgh"), "plutora-sync cache 9\n".into(), "\u{0}".into()]
    {
        std::fs::write(&file, &damaged).unwrap();
        let (ran, asked) = cache.plan(&world, &[]);
        assert_eq!((ran.code, &ran.json()["steps"]), (0, &whole.json()["steps"]), "{ran:?}");
        assert!(details(&asked) > 0, "{damaged}");
        assert_eq!(details(&cache.plan(&world, &[]).1), 0, "it is whole again");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&cache.files()[0]), 0o600);
        // Who else could write it could hide differences.
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        let (ran, asked) = cache.plan(&world, &[]);
        assert!(details(&asked) == 5 && ran.stderr.contains("is not used: others"), "{ran:?}");
        assert_eq!(mode(&cache.files()[0]), 0o600);
        std::fs::remove_file(&file).unwrap();
        std::process::Command::new("mkfifo").arg(&file).status().unwrap();
        assert_eq!(cache.plan(&world, &[]).0.code, 0, "nothing is waited for");
    }
}

#[test]
fn runs_at_once_share_a_cache_without_harm() {
    let world = World::new(Seed::Releases(40));
    managed(&world, 1..=40);
    let cache = Cache::new();
    let folder = cache.0.path().to_str().unwrap();
    let arguments = ["plan", "-f", ".", "--format", "json", "--cache-dir", folder];
    let children: Vec<_> = (0..4).map(|_| world.spawn(&arguments, &[])).collect();
    for child in children {
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    }
    assert_eq!(cache.files().len(), 1, "no temporary file is left");
    assert_eq!(details(&cache.plan(&world, &[]).1), 0);
}

#[test]
fn another_user_has_a_cache_of_their_own() {
    let world = World::new(Seed::Releases(3));
    managed(&world, 1..=3);
    let cache = Cache::new();
    let token = world.token();
    cache.plan(&world, &[]);
    world.clear_journal();
    let folder = cache.0.path().to_str().unwrap();
    let arguments = ["plan", "-f", ".", "--cache-dir", folder];
    let ran = world.run_with(&arguments, &[("PLUTORA_USERNAME", "JANE@EXAMPLE.COM")]);
    assert_eq!((ran.code, cache.files().len()), (0, 2), "{ran:?}");
    // A ready-made token says whose it is when it is asked.
    let ran = world.run_with(&arguments, &[("PLUTORA_TOKEN", &token)]);
    assert_eq!((ran.code, cache.files().len()), (0, 2), "{ran:?}");
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
fn what_a_live_object_refers_to_is_shown_by_its_name_although_nobody_named_it() {
    let world = World::new(Seed::Demo);
    let manifest = |spec: &str| world.manifest("a.yaml", &partly("REL-2026.11", spec));
    manifest("{manager: jane@example.com}");
    let ran = world.apply_once();
    assert_eq!(ran.code, 0, "{ran:?}");
    manifest("{manager: raj@example.com}");
    let cache = Cache::new();
    for asked_for_users in [2, 2] {
        let (ran, asked) = cache.plan(&world, &[]);
        let change = &ran.json()["steps"][0]["changes"][0];
        assert_eq!(change["before"], "jane@example.com", "{ran:?}");
        let users = asked.iter().filter(|path| *path == "/users").count();
        assert_eq!(users, asked_for_users, "one for the name, one for the id");
    }
}

#[test]
fn names_by_which_something_is_written_are_read_anew() {
    let world = World::new(Seed::Demo);
    let id = |name: &str| world.id("organizations", "name", name);
    let (retail, payments) = (id("Retail Banking"), id("Payments"));
    let manifest = |spec: &str| world.manifest("a.yaml", &partly("REL-2026.11", spec));
    manifest("{organization: Payments, riskLevel: High}");
    let cache = Cache::new();
    let levels = "/lookupfields/ReleaseRiskLevel";
    let organizations = ["/organizations"; 2];
    let all = [&[levels][..], &organizations, &["/releases"]].concat();
    for _ in 0..2 {
        assert_eq!(lists(&cache.plan(&world, &[]).1), all, "one for the name, one for the id");
    }
    let rename = |id: &str, name: &str| {
        world.edit("organizations", id, &json!({"name": name}));
    };
    rename(&payments, "Old Payments");
    rename(&retail, "Payments");
    let folder = cache.0.path().to_str().unwrap();
    let apply = ["apply", "-f", ".", "--auto-approve", "--cache-dir", folder];
    let ran = world.run(&apply);
    assert_eq!(
        (ran.code, world.release("REL-2026.11")["organizationId"].as_str()),
        (0, Some(&*retail)),
        "{ran:?}"
    );
    assert_eq!(lists(&cache.plan(&world, &[]).1), ["/releases"], "nothing would be written");
    // Nor is a manifest refused for what is so no longer.
    rename(&payments, "Payments");
    manifest("{organization: Payments, riskLevel: High, summary: new}");
    assert_eq!(cache.plan(&world, &[]).0.code, 3, "two have that name");
    rename(&payments, "Old Payments");
    assert_eq!(cache.plan(&world, &[]).0.code, 0);
}

/// They are for showing, and what is at stake itself is read each time.
#[test]
fn names_of_phases_and_gates_are_kept() {
    let (world, cache) = (World::new(Seed::Demo), Cache::new());
    world.manifest("a.yaml", &partly("REL-2026.09", "{parent: null}"));
    let asked = |part: &str| {
        let (ran, asked) = cache.plan(&world, &[]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let warnings = ran.json()["warnings"].clone();
        (warnings, asked.iter().filter(|path| path.contains(part)).count())
    };
    let (first, names) = asked("/WorkItemNames/");
    assert_eq!(names, 2);
    assert_eq!(asked("/WorkItemNames/"), (first.clone(), 0));
    assert_eq!(asked("/phases"), (first, 2));
}

#[test]
fn rows_below_a_release_are_read_again_unless_the_configuration_says_otherwise() {
    let world = World::new(Seed::Demo);
    let systems =
        "\n  systems:\n    - system: Core Ledger\n      deployments:\n        - title: wave 1";
    world.manifest("a.yaml", &partly("REL-2026.11", systems));
    let cache = Cache::new();
    for _ in 0..2 {
        assert_eq!(details(&cache.plan(&world, &[]).1), 2, "its systems, and their dates");
    }
    world.manifest("plutora-sync.yaml", "cache: {children: true}\n");
    assert_eq!(details(&cache.plan(&world, &[]).1), 2);
    let (ran, asked) = cache.plan(&world, &[]);
    assert_eq!((ran.code, details(&asked)), (0, 0), "{ran:?}");
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

/// A list that nobody counts is as long as it was seen to be, and ends with a page that is empty.
#[test]
fn a_second_plan_of_lists_without_a_total_takes_no_more_requests() {
    let world = World::with_lists(Seed::Releases(500), Lists::Array);
    managed(&world, 1..201);
    let cache = Cache::new();
    let lists = || {
        let (ran, asked) = cache.plan(&world, &[]);
        assert_eq!(ran.code, 0, "{ran:?}");
        asked.iter().filter(|path| *path == "/releases").count()
    };
    assert_eq!([lists(), lists()], [6, 5]);
    let explained = |flags: &[&str]| {
        let ran = world.run(&[&["explain", "--reads", "-f", "."], flags].concat());
        ran.stdout.lines().find(|line| line.contains("  /releases ")).unwrap().to_owned()
    };
    let folder = cache.0.path().to_str().unwrap();
    let told = "by filter, 5 requests for 200 of 500 rows; whole 6";
    assert!(explained(&["--cache-dir", folder]).contains(told), "{}", explained(&[]));
    // Where nothing is kept, what the first page has told counts all the same.
    let counted = World::new(Seed::Releases(500));
    managed(&counted, 1..61);
    let ran = counted.run(&["explain", "--reads", "-f", ".", "--no-cache"]);
    assert!(ran.stdout.contains("3 requests for 60 of 500 rows; whole 5"), "{ran:?}");
}

/// Names of what live objects refer to are had in the cheaper way too, and kept one by one.
#[test]
fn names_of_live_references_are_asked_for_or_read_whole_and_each_is_kept() {
    let world = World::new(Seed::Releases(200));
    let user = world.state()["users"][0].clone();
    for number in 1..=120_u128 {
        let mut other = user.clone();
        other["id"] = json!(id(70_000 + number));
        other["userName"] = json!(format!("user{number:03}@example.com"));
        world.plant("users", &other);
        let release = world.id("releases", "identifier", &format!("REL-{number:05}"));
        world.edit("releases", &release, &json!({"managerId": id(70_000 + number)}));
    }
    let manage = |numbers: std::ops::RangeInclusive<u32>| {
        let of = |number| partly(&format!("REL-{number:05}"), "{manager: jane@example.com}");
        world.manifest("a.yaml", &numbers.map(of).collect::<String>());
    };
    let cache = Cache::new();
    let users = |flags: &[&str]| {
        let (ran, asked) = cache.plan(&world, flags);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains("user001@example.com"), "{ran:?}");
        asked.iter().filter(|path| *path == "/users").count()
    };
    // One for the name; four for the ids of all of them, or two pages, of which the first tells.
    manage(1..=1);
    assert_eq!(users(&["--no-cache"]), 1 + 1);
    manage(1..=120);
    assert_eq!(users(&["--no-cache"]), 1 + 2);
}

/// Two folders of manifests share a cache, and neither forgets what the other needs.
#[test]
fn names_that_other_manifests_need_stay_kept() {
    let world = World::new(Seed::Demo);
    let cache = Cache::new();
    let asked_for = |release: &str| {
        let of = world.release(release)["organization"].as_str().unwrap().to_owned();
        world.manifest("a.yaml", &partly(release, &format!("{{organization: {of}}}")));
        let (ran, asked) = cache.plan(&world, &[]);
        assert_eq!((ran.code, &ran.json()["summary"]["inSync"]), (0, &json!(1)), "{ran:?}");
        asked.iter().filter(|path| *path == "/organizations").count()
    };
    let other = world.id("organizations", "name", "Corporation");
    let id = world.id("releases", "identifier", "REL-2026.10");
    world.edit("releases", &id, &json!({"organizationId": other}));
    let both = ["REL-2026.11", "REL-2026.10"];
    assert_eq!(both.map(asked_for), [1, 1]);
    assert_eq!(both.map(asked_for), [0, 0]);
}
