//! Which creations go together, and what that is said to take.

use plutora_sync::plan::{InBulk, Plan};
use plutora_sync::plutora::{Length, Pages};
use serde_json::json;

use crate::bulk::names;
use crate::support::{Model, block_on, planned, release, system};

fn plan_of(manifests: &[String]) -> Plan {
    let texts: Vec<&str> = manifests.iter().map(String::as_str).collect();
    block_on(planned(&Model::tenant(), &texts)).unwrap()
}

#[test]
fn only_what_takes_fewer_requests_together_goes_together() {
    let systems = |names: &[String]| -> Vec<String> {
        names.iter().map(|name| system(&json!(name).to_string(), "")).collect()
    };
    let sizes = |names: &[String]| -> Vec<usize> {
        let plan = plan_of(&systems(names));
        let sizes: Vec<usize> =
            plan.batches(InBulk::default(), |_| false).iter().map(|it| it.steps.len()).collect();
        let alone = plan.apply_requests();
        let saves = plan.in_bulk(Some(InBulk::default())).apply_requests() < alone;
        assert_eq!(saves, !sizes.is_empty(), "{names:?}");
        sizes
    };
    assert_eq!(sizes(&names(1)), [0; 0]);
    assert_eq!(sizes(&names(2)), [2]);
    assert_eq!(sizes(&names(101)), [100], "one alone takes three requests, and four in bulk");
    assert_eq!(sizes(&names(102)), [100, 2]);
    let odd = ["A", "`B`", "C & D"].map(str::to_owned);
    assert_eq!(sizes(&odd), [0; 0], "no filter holds two of the names");
    let cases = ["Alpha", "ALPHA", "Beta"].map(str::to_owned);
    assert_eq!(sizes(&cases), [2]);
    // Each takes a filter of its own.
    let long = ["x", "y"].map(|it| it.repeat(1_500));
    assert_eq!(sizes(&long), [0; 0]);
    let plan = plan_of(&[systems(&names(3)), vec![release("R", "")]].concat());
    let first = plan.steps[0].key.clone();
    assert_eq!(
        plan.batches(InBulk::default(), |key| *key == first)[0].steps.len(),
        2,
        "that one is settled"
    );
    assert_eq!(plan.apply_requests(), 4 * 3);
    let in_bulk = plan.in_bulk(Some(InBulk::default()));
    assert_eq!(in_bulk.apply_requests(), 3 + (3 + 3));
    assert_eq!(in_bulk.clone().in_bulk(Some(InBulk::default())), in_bulk);
}

#[test]
fn a_list_that_is_known_to_be_short_is_cheaper_than_filters() {
    let names: Vec<String> = (0..200).map(|it| format!("{it:03} {}", "x".repeat(90))).collect();
    let plan = plan_of(&names.iter().map(|name| system(name, "")).collect::<Vec<_>>());
    let of = |rows: u64, pages: Pages| {
        let systems = Some(Length { rows, pages, is_least: false });
        let plan = plan.clone().in_bulk(Some(InBulk { systems }));
        // What is not a look.
        plan.apply_requests() - 200 - 2
    };
    assert_eq!(of(0, Pages::Counted(100)), 1 + 1 + 1 + 2);
    assert_eq!(of(0, Pages::Bare), 1 + 2 + 2 + 3, "an empty page ends them");
    assert_eq!(of(250, Pages::Counted(100)), 3 + 4 + 4 + 5);
    assert_eq!(of(550, Pages::Counted(100)), 6 + 7 + 7 + 7, "seven filters hold a hundred names");
    assert_eq!(of(1_000_000, Pages::Counted(100)), 4 * 7);
    // A plan that was saved by a run that saw how long the list is, taken up by one that does not know, or that
    // creates each by itself.
    let systems = Some(Length { rows: 0, pages: Pages::Counted(100), is_least: false });
    let saved = plan.clone().in_bulk(Some(InBulk { systems }));
    let unknown = Some(InBulk::default());
    assert_eq!(saved.clone().in_bulk(unknown), plan.clone().in_bulk(unknown));
    assert_eq!(saved.in_bulk(None), plan);
}
