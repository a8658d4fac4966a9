//! Rows of a release whose creation or status meets a fault, on the sandbox.

use plutora_sandbox::{Habits, Lists, Seed};
use serde_json::{Value, json};

use crate::support::rows::{APPLY, date, rows, waves};
use crate::support::{World, writes};

fn creations() -> World {
    let world = World::new(Seed::Demo);
    let dates = json!([date("new 1", "Completed"), date("new 2", "Pending")]);
    let linked = json!([
        {"system": "Core Ledger", "deployments": dates},
        {"system": "Mobile App", "dependencyType": "Code Implementation Dependency", "status": "Rejected"},
    ]);
    world.manifest("a.yaml", &rows("REL-2026.11", &linked));
    world
}

fn assert_made_once(world: &World) {
    let titles: Vec<String> = waves(world).into_iter().map(|(title, ..)| title).collect();
    assert_eq!(titles, ["wave 1", "wave 2", "new 1", "new 2"]);
    let app = world.id("systems", "name", "Mobile App");
    assert_eq!(world.find("releaseSystems", "systemId", &app).len(), 1);
}

#[test]
fn a_row_whose_answer_is_lost_is_found_and_never_sent_again() {
    for action in [json!("drop-after"), json!("empty-body"), json!("truncate")] {
        for skip in 0..3 {
            let world = creations();
            world.fault(
                &json!({"method": "POST", "path": "/releases", "skip": skip, "action": action}),
            );
            let ran = world.run(&APPLY);
            assert_eq!(ran.code, 0, "{action} {skip}: {ran:?}");
            let posts = world.journal();
            let posts = posts.iter().filter(|entry| entry["method"] == "POST").count();
            assert_eq!(posts, 3, "{action} {skip}");
            assert_made_once(&world);
        }
    }
}

#[test]
fn a_row_whose_status_could_not_be_set_is_there_and_the_next_apply_sets_it() {
    let world = creations();
    let no = json!({"status": 400, "body": "{\"message\": \"The request is invalid.\"}"});
    world.fault(&json!({"method": "PUT", "path": "/releases", "times": 2, "action": no}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("but its status is not set: PUT"), "{}", ran.stdout);
    assert_made_once(&world);
    let journal = world.apply();
    let methods: Vec<&Value> = writes(&journal).iter().map(|entry| &entry["method"]).collect();
    assert_eq!(methods, ["PUT", "PUT"]);
}

/// Between the creation and the first look at it.
#[test]
fn a_status_that_somebody_has_set_on_a_new_row_is_left_to_them() {
    let set = |theirs: &str, labels: &str| {
        let labels = labels.parse().unwrap();
        let world = World::with(Habits { status_labels: labels, ..Habits::default() });
        let row = json!([{"system": "Core Ledger", "deployments": [date("new", "Completed")]}]);
        world.manifest("a.yaml", &rows("REL-2026.11", &row));
        let (which, what) =
            (json!({"deploymentTitle": "new"}), json!({"deploymentStatus": theirs}));
        let edit = json!({"collection": "deploymentDates", "where": which, "set": what});
        // Read for the plan, looked for, read after the creation.
        let path = "/releases/*/systems/*/deploymentDates";
        world.fault(&json!({"method": "GET", "path": path, "skip": 2, "action": {"edit": edit}}));
        let ran = world.run(&APPLY);
        let stored = world.find("deploymentDates", "deploymentTitle", "new")[0].clone();
        (ran.code, ran.stdout, stored["deploymentStatus"].as_str().unwrap().to_owned())
    };
    let (code, told, stored) = set("Rejected", "Pending=Pending");
    assert_eq!((code, stored.as_str()), (7, "Rejected"), "{told}");
    assert!(told.contains("but its status is not set: somebody has, to Rejected"), "{told}");
    assert_eq!(set("Completed", "Pending=Pending").0, 0);
    // A tenant's own word for Pending, that no profile explains, is none of somebody's.
    assert_eq!(set("pending1", "Pending=pending1").0, 0);
}

#[test]
fn a_status_that_was_sent_and_not_read_back_is_in_doubt() {
    let world = World::new(Seed::Demo);
    let row = json!([{"system": "Core Ledger", "deployments": [date("new", "Completed")]}]);
    world.manifest("a.yaml", &rows("REL-2026.11", &row));
    let release = world.id("releases", "identifier", "REL-2026.11");
    let system = world.id("systems", "name", "Core Ledger");
    let path = format!("/releases/{release}/systems/{system}/deploymentDates");
    // Read for the plan, looked for, read after the creation; then the status is read back.
    world.fault(&json!({"method": "GET", "path": path, "skip": 3, "action": {"status": 404}}));
    let ran = world.run(&[APPLY.as_slice(), &["--format", "json"]].concat());
    assert_eq!(ran.code, 7, "{ran:?}");
    let step = ran.json()["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(step["outcome"], "in-doubt", "{step:#}");
    assert!(
        ran.stdout.contains("its status may not be set: written, but not read back"),
        "{step:#}"
    );
    assert_eq!(writes(&world.apply()), Vec::<&Value>::new());
}

/// Each kind of fault at each request of an apply, in turn.
#[test]
fn after_a_fault_at_any_request_about_rows_one_more_apply_reaches_the_same_end() {
    let actions = [json!("drop-before"), json!("drop-after"), json!({"status": 400})];
    std::thread::scope(|scope| {
        for action in &actions {
            for skips in [0..6, 6..12, 12..18, 18..24] {
                scope.spawn(move || skips.for_each(|skip| fault_at(skip, action)));
            }
        }
    });
}

fn fault_at(skip: u32, action: &Value) {
    let world = creations();
    world.apply_with_fault_at(skip, action);
    // A date that was to come first and failed is made after the one that did not.
    let mut titles: Vec<String> = waves(&world).into_iter().map(|(title, ..)| title).collect();
    titles.sort();
    assert_eq!(titles, ["new 1", "new 2", "wave 1", "wave 2"]);
    let app = world.id("systems", "name", "Mobile App");
    assert_eq!(world.find("releaseSystems", "systemId", &app).len(), 1);
}

/// Nobody counts the rows of bare arrays, so a row that moves to a page that was read shows on none.
#[test]
fn a_row_that_no_page_showed_is_looked_for_once_more_and_a_second_of_its_name_is_told() {
    let planted = || {
        let world = World::with(Habits { lists: Lists::Array, ..Habits::default() });
        let wave = world.find("deploymentDates", "deploymentTitle", "wave 1")[0].clone();
        for number in 0..150 {
            let (mut row, title) = (wave.clone(), format!("t{number:03}"));
            row["id"] = json!(format!("aadac83b-0000-4000-9000-{number:012}"));
            row["deploymentTitle"] = json!(title);
            row["sortOrder"] = json!(number + 10);
            world.plant("deploymentDates", &row);
        }
        let dates = json!([date("t098", "Pending")]);
        let linked = json!([{"system": "Core Ledger", "deployments": dates}]);
        world.manifest("a.yaml", &rows("REL-2026.11", &linked));
        // The second page begins a row later, as if one before it had gone.
        let shift = "GET /releases/*/systems/*/deploymentDates skip=1 times=1 shift-page=1";
        world.fault(&json!(shift));
        world
    };
    let world = planted();
    let ran = world.run(&APPLY);
    assert_eq!((ran.code, writes(&world.journal()).len()), (0, 1), "an update: {ran:?}");

    let world = planted();
    // So does that of the second reading, and that of the look before the creation.
    for skip in [2, 3] {
        let again = format!("GET /releases/*/systems/*/deploymentDates skip={skip} shift-page=1");
        world.fault(&json!(again));
    }
    let ran = world.run(&APPLY);
    assert_eq!(world.find("deploymentDates", "deploymentTitle", "t098").len(), 2, "{ran:?}");
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("its list has another of its name"), "{ran:?}");
}
