//! Pages of lists.

use serde_json::{Value, json};

use crate::answer::keys;
use crate::plutora::{Plutora, facts, unique};

const ENVELOPE: [&str; 5] = ["returnCount", "totalCount", "pageNum", "recordsPerPage", "resultSet"];

fn has_keys_of_an_envelope(page: &Value) -> bool {
    ENVELOPE.iter().all(|key| keys(page).contains(key))
}

/// Makes systems that a filter finds, and gives its query.
async fn systems(plutora: &Plutora, count: usize) -> String {
    let prefix = unique("Paging").replace(' ', "-");
    for number in 0..count {
        let mut body = plutora.system_body().await;
        body["name"] = json!(format!("{prefix}-{number}"));
        plutora.make("/systems", &body).await;
    }
    format!("filter=%60name%60%20Contains%20%60{prefix}%60")
}

facts! {
    async fn documented_pages_count_from_0_and_their_counters_are_numbers(plutora) {
        let filter = systems(plutora, 3).await;
        let page = |number: usize| format!("/systems?{filter}&pageNum={number}&recordsPerPage=2");
        let first = plutora.get(&page(0)).await.expect(200);
        let second = plutora.get(&page(1)).await.expect(200);
        for (page, number, rows) in [(&first, 0, 2), (&second, 1, 1)] {
            assert_eq!((&page["pageNum"], &page["recordsPerPage"]), (&json!(number), &json!(2)));
            assert_eq!((&page["returnCount"], &page["totalCount"]), (&json!(rows), &json!(3)));
            assert_eq!(page["resultSet"].as_array().unwrap().len(), rows);
        }
        assert_ne!(first["resultSet"][0], second["resultSet"][0]);
    }

    async fn asserted_with_page_num_a_list_is_an_envelope(plutora) {
        let page = plutora.get("/systems?pageNum=0").await.expect(200);
        assert!(has_keys_of_an_envelope(&page), "{page}");
    }

    async fn asserted_without_page_num_a_list_is_a_bare_array(plutora) {
        for path in ["/systems", "/releases", "/users", "/organizations"] {
            assert!(plutora.get(path).await.expect(200).is_array(), "{path}");
        }
    }

    async fn asserted_a_search_is_an_envelope_in_any_case(plutora) {
        let page = plutora.post("/releases/filter", &json!({"searchFilters": []})).await;
        assert!(has_keys_of_an_envelope(&page.expect(200)));
    }

    async fn asserted_names_of_query_parameters_are_in_any_case(plutora) {
        let page = plutora.get("/systems?pagenum=0&recordsperpage=1").await.expect(200);
        assert_eq!(page["recordsPerPage"], 1);
    }

    async fn asserted_a_page_past_the_end_is_empty_and_echoes_what_was_asked(plutora) {
        let path = "/users/UserGroups?pageNum=1000&recordsPerPage=10";
        let page = plutora.get(path).await.expect(200);
        assert_eq!((&page["pageNum"], &page["recordsPerPage"]), (&json!(1000), &json!(10)));
        assert_eq!(page["resultSet"], json!([]));
    }

    async fn asserted_a_search_for_0_records_a_page_is_accepted(plutora) {
        let body = json!({"searchFilters": [], "pageNum": 0, "recordsPerPage": 0});
        plutora.post("/releases/filter", &body).await.expect(200);
    }

    /// At most 100 are documented; what more does is in no public text.
    async fn inferred_more_than_100_records_a_page_are_100(plutora) {
        let page = plutora.get("/systems?pageNum=0&recordsPerPage=1000").await.expect(200);
        assert_eq!(page["recordsPerPage"], 100);
    }
}
