//! What plans keep of what they have read, and for how long it counts.

use plutora_sandbox::{Lists, Seed};
use serde_json::{Value, json};

use crate::support::cache::{Cache, details, lists, managed};
use crate::support::{Ran, World, id, partly, writes};

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
fn another_user_or_client_has_a_cache_of_its_own() {
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
    // A ready-made token says whose it is when it is asked, and not of which tenant: one host may serve several.
    for _ in 0..2 {
        let ran = world.run_with(&arguments, &[("PLUTORA_TOKEN", &token)]);
        assert_eq!((ran.code, cache.files().len()), (0, 3), "{ran:?}");
    }
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

/// What was kept of an id is for showing; a name is its bearer's by now, and that of one.
#[test]
fn a_name_that_went_to_another_is_that_of_one() {
    let world = World::new(Seed::Demo);
    let user = |name: &str| world.id("users", "userName", name);
    let (raj, maria) = (user("raj@example.com"), user("maria@example.com"));
    let release = world.id("releases", "identifier", "REL-2026.11");
    world.edit("releases", &release, &json!({"managerId": raj}));
    let manage = |name: &str| {
        world.manifest("a.yaml", &partly("REL-2026.11", &format!("{{manager: {name}}}")));
    };
    let cache = Cache::new();
    manage("jane@example.com");
    assert_eq!(cache.plan(&world, &[]).0.code, 0);
    world.edit("users", &raj, &json!({"userName": "old@example.com"}));
    world.edit("users", &maria, &json!({"userName": "raj@example.com"}));
    manage("raj@example.com");
    let (ran, _) = cache.plan(&world, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let change = &ran.json()["steps"][0]["changes"][0];
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!("old@example.com"), &json!("raj@example.com"))
    );
}

/// A whole list that was kept is not believed once a name was asked for anew.
#[test]
fn what_was_asked_for_since_a_list_was_kept_counts_more_than_the_list() {
    let world = World::new(Seed::Demo);
    let id = |name: &str| world.id("organizations", "name", name);
    let (retail, payments) = (id("Retail Banking"), id("Payments"));
    let release = world.id("releases", "identifier", "REL-2026.11");
    world.edit("releases", &release, &json!({"organizationId": retail}));
    let manifest = partly("REL-2026.11", "{organization: Retail Banking, riskLevel: High}");
    world.manifest("a.yaml", &manifest);
    let cache = Cache::new();
    assert_eq!(cache.plan(&world, &["--whole-lists"]).0.code, 0);
    world.edit("organizations", &retail, &json!({"name": "Old"}));
    world.edit("organizations", &payments, &json!({"name": "Retail Banking"}));
    let folder = cache.0.path().to_str().unwrap();
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--cache-dir", folder]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let plans = [&[][..], &["--no-cache"]].map(|flags| cache.plan(&world, flags).0.json());
    assert_eq!(plans[0]["steps"], plans[1]["steps"]);
    world.edit("releases", &release, &json!({"organizationId": retail}));
    let plans = [&[][..], &["--no-cache"]].map(|flags| cache.plan(&world, flags).0.json());
    assert_eq!(plans[0]["summary"]["update"], 1);
    assert_eq!(plans[0]["steps"], plans[1]["steps"]);
}
