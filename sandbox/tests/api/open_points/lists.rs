//! About lists and filters.

use plutora_sandbox::{
    BareArrays, BareValues, Habits, LargePages, Options, PartLists, Seed, WrongFilter,
};
use serde_json::{Value, json};

use crate::support::Tenant;

#[tokio::test]
async fn a_bare_array_is_cut_or_whole_and_a_page_is_always_a_page() {
    for (bare_arrays, rows) in [(BareArrays::Cut, 100), (BareArrays::Whole, 150)] {
        let seed = Seed::Releases(150);
        let tenant = Tenant::start(Options {
            seed,
            ..Options::from(Habits { bare_arrays, ..Habits::default() })
        })
        .await;
        let count = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(count(&tenant.get("/releases").await.expect(200)), rows);
        let page = tenant.get("/releases?pageNum=0").await.expect(200);
        assert_eq!(count(&page["resultSet"]), 100);
    }
    assert_eq!(Habits::default().bare_arrays, BareArrays::Cut);
}

#[tokio::test]
async fn a_filter_value_without_back_ticks_is_refused_or_accepted() {
    for (bare_values, status) in [(BareValues::Refused, 500), (BareValues::Accepted, 200)] {
        let tenant = Tenant::start(Habits { bare_values, ..Habits::default() }).await;
        tenant.filter("/releases", "identifier = REL-2026.10").await.expect(status);
        tenant.filter("/releases", "identifier = `REL-2026.10`").await.expect(200);
    }
    assert_eq!(Habits::default().bare_values, BareValues::Refused);
}

#[tokio::test]
async fn lists_below_a_release_are_paged_or_whole() {
    for (part_lists, is_whole) in [(PartLists::Paged, false), (PartLists::Whole, true)] {
        let tenant = Tenant::start(Habits { part_lists, ..Habits::default() }).await;
        let phases = tenant.below("ENT-2026.Q3", "phases").await;
        let all = tenant.get(&phases).await.expect(200).as_array().unwrap().len();
        let page = tenant.get(&format!("{phases}?pageNum=0&recordsPerPage=1")).await.expect(200);
        let page = if page.is_array() { &page } else { &page["resultSet"] };
        assert_eq!(page.as_array().unwrap().len(), if is_whole { all } else { 1 });
        let systems = tenant.get("/systems?pageNum=0&recordsPerPage=1").await.expect(200);
        assert_eq!(systems["returnCount"], 1, "other lists are not touched");
    }
    assert_eq!(Habits::default().part_lists, PartLists::Paged);
}

#[tokio::test]
async fn a_wrong_filter_is_a_500_or_a_400() {
    for (wrong_filter, status) in [(WrongFilter::Failure, 500), (WrongFilter::BadRequest, 400)] {
        let tenant = Tenant::start(Habits { wrong_filter, ..Habits::default() }).await;
        let refused = tenant.filter("/releases", "colour = `red`").await.expect(status);
        assert_eq!(refused.get("exceptionMessage").is_some(), status == 500);
    }
    assert_eq!(Habits::default().wrong_filter, WrongFilter::Failure);
}

#[tokio::test]
async fn a_page_of_more_than_100_is_cut_or_granted() {
    for (large_pages, rows) in [(LargePages::Cut, 100), (LargePages::Granted, 150)] {
        let seed = Seed::Releases(150);
        let habits = Habits { large_pages, ..Habits::default() };
        let tenant = Tenant::start(Options { seed, ..Options::from(habits) }).await;
        let page = tenant.get("/releases?pageNum=0&recordsPerPage=1000").await.expect(200);
        assert_eq!(page["returnCount"], rows);
        let search = json!({"searchFilters": [], "pageNum": 0, "recordsPerPage": 1000});
        assert_eq!(tenant.post("/releases/filter", &search).await.expect(200)["returnCount"], rows);
    }
    assert_eq!(Habits::default().large_pages, LargePages::Cut);
}
