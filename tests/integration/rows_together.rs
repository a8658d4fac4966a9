//! New rows of one list, which are sent one after another and read back together.

use plutora_sandbox::Seed;
use plutora_sync::apply::Outcome;
use plutora_sync::plutora::{Get, Read, ReadError, Tried, Write, WriteError, Written};
use serde_json::{Value, json};

use crate::support::rows::{APPLY, date, rows};
use crate::support::{Model, Served, World, carried_out, planned, reader_of, release};

/// A system in a release, and so many new dates of it with a status.
fn dates(number: usize, status: &str) -> Value {
    let dates: Vec<Value> = (0..number).map(|it| date(&format!("new {it}"), status)).collect();
    let dependency = "Code Implementation Dependency";
    json!([{"system": "Core Ledger", "dependencyType": dependency, "deployments": dates}])
}

fn world(number: usize, status: &str) -> World {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &rows("REL-2026.11", &dates(number, status)));
    world
}

/// Returns the methods of the requests for lists of dates and what is on them, from the first look of an apply on.
fn methods(journal: &[Value], planned: usize) -> String {
    let about_dates =
        journal.iter().filter(|it| it["path"].as_str().unwrap().contains("/deploymentDates"));
    let methods = about_dates.map(|entry| entry["method"].as_str().unwrap()).skip(planned);
    methods.collect::<Vec<_>>().join(" ")
}

#[test]
fn rows_of_a_list_that_is_new_are_read_back_ten_at_a_time() {
    let posts = |number: usize| ["POST"; 12][..number].join(" ");
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("NEW", &format!("systems: {}", dates(12, "Pending"))));
    let journal = world.apply();
    assert_eq!(methods(&journal, 0), format!("{} GET {} GET", posts(10), posts(2)));
    let row = world.dates("NEW", "Core Ledger");
    let titles: Vec<&str> = row.iter().map(|it| it["deploymentTitle"].as_str().unwrap()).collect();
    assert_eq!(titles, (0..12).map(|number| format!("new {number}")).collect::<Vec<_>>());
}

/// What reads one back is the look before the next.
#[test]
fn in_a_list_that_is_there_each_row_is_looked_for_right_before_it_is_created() {
    let world = world(3, "Pending");
    assert_eq!(methods(&world.apply(), 1), "GET POST GET POST GET POST GET");
}

/// Somebody might set it meanwhile.
#[test]
fn a_row_that_gets_a_status_is_read_back_before_another_is_created() {
    let world = World::new(Seed::Demo);
    let mut rows = dates(4, "Pending");
    rows[0]["deployments"][1]["status"] = json!("Completed");
    world.manifest("a.yaml", &release("NEW", &format!("systems: {rows}")));
    assert_eq!(methods(&world.apply(), 0), "POST POST GET PUT GET POST POST GET");
}

#[test]
fn what_is_refused_stops_none_of_the_others() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("NEW", &format!("systems: {}", dates(4, "Pending"))));
    let no = json!({"status": 400, "body": "{\"message\": \"The request is invalid.\"}"});
    world.fault(&json!({"method": "POST", "path": "/releases/*/systems/*/deploymentDates", "skip": 1, "action": no}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.stdout.contains("Apply: 5 done, 1 failed"), "{ran:?}");
    assert_eq!(methods(&world.journal(), 0), "POST POST POST POST GET");
    let row = world.dates("NEW", "Core Ledger");
    let titles: Vec<&str> = row.iter().map(|it| it["deploymentTitle"].as_str().unwrap()).collect();
    assert_eq!(titles, ["new 0", "new 2", "new 3"]);
}

/// Between a creation and reading it back somebody has time for an edit, unless it is the last.
#[test]
fn what_a_row_holds_after_others_were_created_nobody_lays_on_the_server() {
    for (edited, told) in
        [("new 0", "the server made it so, or somebody since"), ("new 1", "the server made it")]
    {
        let world = World::new(Seed::Demo);
        world.manifest("a.yaml", &release("NEW", &format!("systems: {}", dates(2, "Pending"))));
        let (which, what) =
            (json!({"deploymentTitle": edited}), json!({"endDate": "2027-01-01T00:00:00Z"}));
        let edit = json!({"collection": "deploymentDates", "where": which, "set": what});
        world
            .fault(&json!({"method": "GET", "path": "/releases/*/systems/*/deploymentDates", "action": {"edit": edit}}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 7, "{ran:?}");
        assert!(ran.stdout.contains(told), "{ran:?}");
        assert_eq!(ran.stdout.contains("or somebody since"), edited == "new 0", "{ran:?}");
    }
}

/// A server on which somebody else is a moment faster with each row.
struct Beaten(Served);

impl Read for Beaten {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.0.get(question).await
    }
}

impl Write for Beaten {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.0.borrow_mut().add_below(path, body.clone());
        self.0.post(path, body, tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.put(path, body, tried).await
    }
}

#[tokio::test]
async fn a_row_that_somebody_else_has_added_in_that_second_is_told() {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "S"}));
    model.add("/releases", json!({"identifier": "R", "plutoraReleaseType": "Independent"}));
    let dates = json!([{"title": "wave", "start": "2026-12-01", "end": "2026-12-02"}]);
    for (row, told) in [
        (json!({"system": "S", "dependencyType": "Code"}), "its list has it twice"),
        (
            json!({"system": "S", "dependencyType": "Code", "deployments": dates}),
            "its list has another of its name",
        ),
    ] {
        let plan = planned(&model, &[&rows("R", &json!([row]))]).await.unwrap();
        let server = Beaten(reader_of(model));
        let report = carried_out(&plan, &server).await;
        let [step] = report.steps.as_slice() else { panic!("one step") };
        let Outcome::Failed { error, .. } = &step.outcome else { panic!("{:?}", step.outcome) };
        assert!(error.contains(told), "{error}");
        model = server.0.0.into_inner();
        let systems = model.lists.iter_mut().find(|(list, _)| list.starts_with("/releases/"));
        systems.unwrap().1.truncate(1);
    }
}
