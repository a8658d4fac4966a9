//! Lists in both shapes, to their end.

use plutora_sandbox::{Lists, Seed};
use serde_json::Value;

use crate::support::{World, partly};

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
