//! The forecast of an apply where lists below a release are long. That an apply takes as many requests
//! as its plan said is asserted wherever the tests apply something.

use plutora_sandbox::{Habits, Lists, PartLists};
use serde_json::{Value, json};

use crate::support::rows::{date, rows};
use crate::support::{Ran, World, partly, release, system, writes};

const EVERY_SHAPE: [Lists; 3] = [Lists::Documented, Lists::Envelope, Lists::Array];

fn world(lists: Lists) -> World {
    World::with(Habits { lists, ..Habits::default() })
}

/// Adds dates to the two of Core Ledger in REL-2026.11.
fn plant_dates(world: &World, count: u64) {
    let row = world.state()["deploymentDates"][0].clone();
    for number in 0..count {
        let mut date = row.clone();
        date["id"] = json!(format!("aaaaaaaa-0000-4000-8000-{number:012}"));
        date["deploymentTitle"] = json!(format!("more {number}"));
        date["sortOrder"] = json!(number + 3);
        world.plant("deploymentDates", &date);
    }
}

fn core_ledger(dates: &[Value]) -> Value {
    json!([{"system": "Core Ledger", "deployments": dates}])
}

/// A list of more rows than a page holds takes more than one request.
#[test]
fn long_lists_of_rows_are_forecast_as_they_are_read() {
    let shapes = EVERY_SHAPE.map(|lists| (lists, PartLists::Paged));
    for (lists, part_lists) in shapes.into_iter().chain([(Lists::Documented, PartLists::Whole)]) {
        let world = World::with(Habits { lists, part_lists, ..Habits::default() });
        plant_dates(&world, 150);
        let dates = core_ledger(&[
            date("new", "Completed"),
            json!({"title": "wave 1", "status": "Completed"}),
        ]);
        world.manifest("a.yaml", &rows("REL-2026.11", &dates));
        let plan = world.plan();
        assert_eq!(plan["summary"]["unmanaged"], 152, "{lists}: 151 dates and a system");
        world.run(&["plan", "-f", ".", "--out", "plan.json", "--format", "json"]);
        let shown = Ran::bare(world.folder.path(), &["show", "plan.json", "--format", "json"]);
        assert_eq!(shown.json()["forecast"], plan["forecast"]);
        std::fs::remove_file(world.folder.path().join("plan.json")).unwrap();
        world.apply();
    }
}

/// The longer a list, the more a step takes that comes late; and each finds the list as the one before
/// has read it back.
#[test]
fn lists_that_grow_past_a_page_are_forecast_as_they_grow() {
    for lists in EVERY_SHAPE {
        let world = world(lists);
        plant_dates(&world, 95);
        let dates = [0, 1, 2, 3, 4].map(|number| date(&format!("new {number}"), "Completed"));
        world.manifest("a.yaml", &rows("REL-2026.11", &core_ledger(&dates)));
        let plan = world.plan();
        let requests: Vec<u64> = plan["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["action"] == "create")
            .map(|step| step["requests"].as_u64().unwrap())
            .collect();
        let wanted: [u64; 5] = match lists {
            // Of 98, 99, 100, 101 and 102 rows: a page of 100 rows may be the last of bare arrays. Of more than
            // one page that of the row is read once more before its status is set.
            Lists::Documented | Lists::Envelope => [5, 4, 4, 7, 7],
            Lists::Array => [5, 4, 7, 7, 7],
        };
        assert_eq!(requests, wanted, "{lists}");
        world.apply();
    }
}

/// The rows of a list that is not there yet, with more of them than a page holds.
#[test]
fn lists_that_are_made_longer_than_a_page_are_forecast() {
    for lists in EVERY_SHAPE {
        let world = world(lists);
        let names: Vec<String> = (0..102).map(|number| format!("S{number:03}")).collect();
        let mut linked: Vec<Value> = names
            .iter()
            .map(|name| json!({"system": name, "dependencyType": "Code Implementation Dependency"}))
            .collect();
        linked[0]["deployments"] =
            (0..101).map(|number| date(&format!("d{number}"), "Pending")).collect();
        let systems: String = names.iter().map(|name| system(name, "")).collect();
        let systems_field = format!("systems: {}", Value::Array(linked));
        world.manifest("a.yaml", &(systems + &release("NEW", &systems_field)));
        let journal = world.apply();
        assert_eq!(writes(&journal).len(), 102 + 1 + 102 + 101, "{lists}");
    }
}

/// A filter ignores case; what it finds beside the name is read with the same request.
#[test]
fn a_name_that_differs_only_in_case_costs_nothing_more() {
    for lists in EVERY_SHAPE {
        let world = world(lists);
        world.manifest("a.yaml", &(system("CORE LEDGER", "") + &release("rel-2026.11", "")));
        world.apply();
    }
}

/// More phases than a page holds are read again after a move as they were read before.
#[test]
fn a_release_of_many_phases_is_forecast() {
    for lists in EVERY_SHAPE {
        let world = world(lists);
        let phase = world.state()["phases"][0].clone();
        for number in 0..102 {
            let mut phase = phase.clone();
            phase["id"] = json!(format!("aaaaaaaa-0000-4000-8000-{number:012}"));
            phase["releaseId"] = json!(world.id("releases", "identifier", "REL-2026.11"));
            world.plant("phases", &phase);
        }
        world.manifest("a.yaml", &partly("REL-2026.11", "{parent: ENT-2026.Q3}"));
        world.apply();
    }
}

/// Rows of systems have no id of their own; two equal ones are two on two pages as well.
#[test]
fn a_system_linked_twice_is_noticed_across_pages() {
    for lists in EVERY_SHAPE {
        let world = world(lists);
        let state = world.state();
        let release = world.id("releases", "identifier", "REL-2026.11");
        let rows = state["releaseSystems"].as_array().unwrap();
        let row = rows.iter().find(|row| row["releaseId"] == *release).unwrap();
        let plant = |number: u32, system: &Value| {
            let mut row = row.clone();
            row["id"] = json!(format!("aaaaaaaa-0000-4000-8000-{number:012}"));
            row["systemId"] = system.clone();
            world.plant("releaseSystems", &row);
        };
        for number in 0..110 {
            plant(number, &json!(format!("bbbbbbbb-0000-4000-8000-{number:012}")));
        }
        plant(110, &row["systemId"]);
        let name =
            world.find("systems", "id", row["systemId"].as_str().unwrap())[0]["name"].clone();
        let linked = json!({"systems": [{"system": name, "status": "Completed"}]});
        world.manifest("a.yaml", &partly("REL-2026.11", &linked.to_string()));
        let ran = world.run(&["plan", "-f", "."]);
        assert_eq!(ran.code, 3, "{lists}: {ran:?}");
        assert!(ran.stderr.contains("the system is in the release 2 times"), "{ran:?}");
    }
}
