//! Lists in both shapes, to their end.

use std::cell::Cell;

use plutora_sandbox::{Lists, Seed};
use plutora_sync::live::Found;
use plutora_sync::plutora::{Get, Read, ReadError};
use plutora_sync::resource::{Referent, Tenant};
use serde_json::{Value, json};

use crate::support::{World, block_on, desired, id, look, partly, system};

/// Plans the folder from whole lists.
fn whole_lists(world: &World) -> Value {
    world.run(&["plan", "-f", ".", "--format", "json", "--whole-lists"]).json()
}

#[test]
fn the_last_of_250_releases_is_found_in_every_shape_of_list() {
    for (lists, pages) in [(Lists::Documented, 3), (Lists::Envelope, 3), (Lists::Array, 4)] {
        let world = World::with_lists(Seed::Releases(250), lists);
        world.manifest("a.yaml", &partly("REL-00250", "{name: New name}"));
        world.clear_journal();
        let plan = whole_lists(&world);
        assert_eq!(plan["summary"]["update"], 1, "{lists}");
        assert_eq!(world.journal().len(), pages, "{lists}: bare arrays end by an empty page");
    }
}

#[test]
fn exactly_full_pages_and_no_rows_at_all_are_ends_too() {
    for (releases, pages) in [(200, 2), (1, 1)] {
        let world = World::new(Seed::Releases(releases));
        world.manifest("a.yaml", &partly("REL-00001", "{name: New name}"));
        world.clear_journal();
        assert_eq!(whole_lists(&world)["summary"]["update"], 1);
        assert_eq!(world.journal().len(), pages);
    }
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &partly("REL-00001", "{name: New name}"));
    assert_eq!(world.run(&["plan", "-f", "."]).code, 3, "nothing there, and too little to create");
    assert_eq!(world.journal().len(), 1);
}

/// So many releases that not all of their names are kept, the last below the last but one.
const MANY: u128 = 50_200;

struct Long;

impl Read for Long {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let row = |number: u128| {
            let name = if number == MANY { "R`1".to_owned() } else { format!("R-{number}") };
            let above = (number == MANY).then(|| id(MANY - 1));
            json!({"id": id(number), "identifier": name, "parentReleaseId": above})
        };
        let Some((_, page)) = question.query.first() else { return Ok(row(MANY)) };
        let page: u128 = page.parse().unwrap();
        let filter = question.query.iter().find(|(key, _)| *key == "filter");
        let (rows, total): (Vec<Value>, _) = match filter {
            Some((_, filter)) => {
                assert_eq!(*filter, format!("`id` = `{}`", id(MANY - 1)));
                (vec![row(MANY - 1)], 1)
            }
            None => ((page * 100 + 1..=page * 100 + 100).map(row).collect(), MANY),
        };
        Ok(json!({"resultSet": rows, "totalCount": total, "recordsPerPage": 100}))
    }
}

#[test]
fn what_a_live_object_refers_to_in_a_list_that_is_long_is_asked_for() {
    let desired = desired(&[&partly("\"R`1\"", "{parent: R-5}")]).unwrap();
    let live = block_on(look(&Long, &desired, &Tenant::default()));
    assert!(matches!(live.objects.values().next(), Some(Found::One(_))), "{:?}", live.objects);
    let names = &live.names[&Referent::Release];
    let name_of = |number: u128| names.name_of(&id(number)).map(str::to_owned);
    let known = [5, 50_000, MANY, MANY - 1].map(|number| name_of(number).is_some());
    assert_eq!(known, [true; 4]);
    assert_eq!(name_of(MANY - 2), None, "there is no end of names that nobody wants");
}

/// A list without a total, of which a row is deleted while it is read for the first time.
#[derive(Default)]
struct Shifting {
    pages: Cell<u64>,
}

impl Read for Shifting {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let Some((_, page)) = question.query.first() else {
            return Ok(json!({"id": id(101), "name": "a `1`"}));
        };
        let page: u64 = page.parse().unwrap();
        if question.path != "/systems" {
            return Ok(json!([{"id": id(1), "name": "Retail Banking"}]));
        }
        let gone = u64::from(self.pages.replace(self.pages.get() + 1) > 0);
        let row = |number: u64| {
            let name = if number == 101 { "a `1`".to_owned() } else { format!("S {number}") };
            json!({"id": id(number.into()), "name": name})
        };
        // The first row of what is left is the second of what there was.
        let rows = (page * 100 + 1 + gone..=250.min(page * 100 + 100 + gone)).map(row);
        Ok(rows.collect())
    }
}

#[test]
fn a_row_that_no_page_showed_is_not_created_again_for_want_of_a_filter() {
    let desired = desired(&[&system("\"a `1`\"", "")]).unwrap();
    let live = block_on(look(&Shifting::default(), &desired, &Tenant::default()));
    assert!(matches!(live.objects.values().next(), Some(Found::One(_))), "{:?}", live.objects);
}
