//! Both examples on a tenant of every habit that nobody knows: applied, nothing is left to do.

use plutora_sandbox::{Behaviour, Options};
use serde_json::{Value, json};

use crate::support::{World, partly};

const DOCS: &str = include_str!("../../docs/sandbox.md");

/// The habits that the documentation lists, each with its words.
fn habits() -> Vec<(String, Vec<String>)> {
    let rows = DOCS.lines().skip_while(|line| !line.starts_with("| flag | choices |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with("| `--"));
    let ticked =
        |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        (camel_case(ticked(cells[1])[0].trim_start_matches('-')), ticked(cells[2]))
    })
    .chain([("dialect".to_owned(), ["2019", "2021", "2025"].map(str::to_owned).to_vec())])
    .collect()
}

fn camel_case(flag: &str) -> String {
    let mut parts = flag.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

fn tenant(habit: &str, word: &str) -> World {
    let behaviour = json!({"habits": {(habit): word}}).to_string();
    let behaviour = Behaviour::default().overlaid(&behaviour).unwrap();
    World::with(Options::from(behaviour))
}

#[test]
fn every_habit_of_the_documentation_is_one() {
    let habits = habits();
    assert!(habits.len() > 25, "{habits:?}");
    for (habit, words) in habits {
        assert!(!words.is_empty(), "{habit}");
        for word in words {
            tenant(&habit, &word);
        }
    }
}

/// The tenants in which an example ends with a difference that no write can end, and what is said then.
fn difference(example: &str, habit: &str, word: &str) -> Option<&'static str> {
    match (example, habit, word) {
        // The examples name no managers.
        (_, "managers", "required") => Some("The ManagerId field is required."),
        // Of dates without a zone the program thinks that they are UTC.
        (_, "zone", "+10:00") => Some("was written, the server made it"),
        // Of the two, the portfolio alone declares statuses of systems, not of deployments.
        ("portfolio", "rowStatus", "ignored") => Some("the server keeps none here"),
        _ => None,
    }
}

/// Applies an example to every tenant, and plans it again.
fn apply_everywhere(example: &str) {
    let folder = format!("{}/examples/{example}", env!("CARGO_MANIFEST_DIR"));
    for (habit, words) in habits() {
        for word in words {
            let world = tenant(&habit, &word);
            let first = world.run(&["apply", "-f", &folder, "--auto-approve"]);
            let again = world.run(&["plan", "-f", &folder, "--detailed-exitcode"]);
            let codes = (first.code, again.code);
            match difference(example, &habit, &word) {
                None => assert_eq!(codes, (0, 0), "{habit} {word}: {first:?}, {again:?}"),
                Some(told) => {
                    assert_eq!(codes, (7, 2), "{habit} {word}: {first:?}, {again:?}");
                    assert!(first.stdout.contains(told), "{habit} {word}: {first:?}");
                }
            }
        }
    }
}

#[test]
fn the_quickstart_is_applied_in_every_tenant() {
    apply_everywhere("quickstart");
}

#[test]
fn the_portfolio_is_applied_in_every_tenant() {
    apply_everywhere("portfolio");
}

/// What Plutora makes of a value is told with the edit of the manifest that ends the difference.
#[test]
fn the_edit_that_is_named_ends_the_difference() {
    let world = tenant("zone", "+10:00");
    let manifest = |date: &str| partly("REL-2026.11", &format!("{{implementationDate: {date}}}"));
    world.manifest("a.yaml", &manifest("2026-11-28T01:00:00Z"));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    let told = ran.stdout.split_once("the server made it ").unwrap().1;
    let told = told.split_once("to end this, say `implementationDate: ").unwrap().1;
    world.manifest("a.yaml", &manifest(told.split_once('`').unwrap().0));
    let plan = world.run(&["plan", "-f", ".", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{plan:?}");
}

/// So it is for programs: the first of the ways out, carried out as it says.
#[test]
fn the_edit_in_a_report_ends_the_difference() {
    let world = tenant("zone", "+10:00");
    let date = "{implementationDate: 2026-11-28T01:00:00Z}";
    world.manifest("a.yaml", &partly("REL-2026.11", date));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve", "--format", "json"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    let difference = &ran.json()["steps"][0]["differences"][0];
    assert_eq!(
        (&difference["cause"], &difference["declared"]),
        (&"stored".into(), &difference["expected"])
    );
    let way = &difference["waysOut"][0];
    assert_eq!((&way["action"], &way["value"]), (&"set".into(), &difference["found"]));
    let path: Vec<&str> =
        way["path"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let ["spec", field] = path[..] else { panic!("{way}") };
    world.manifest("a.yaml", &partly("REL-2026.11", &format!("{{{field}: {}}}", way["value"])));
    let plan = world.run(&["plan", "-f", ".", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{plan:?}");
}
