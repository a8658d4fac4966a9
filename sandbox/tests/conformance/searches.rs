//! Searches: `POST …/filter`.

use serde_json::{Value, json};

use crate::making::letters;
use crate::plutora::{Plutora, facts};

fn filter(property: &str, operator: &str, value: &str) -> Value {
    json!({"property": property, "direction": "ASC", "operator": operator, "value": value})
}

fn leaf(left: &str, operator: &str, right: &str) -> Value {
    json!({"Left": left, "Operator": operator, "Right": right})
}

fn node(left: &Value, operator: &str, right: &Value) -> Value {
    json!({"Left": left, "Operator": operator, "Right": right})
}

/// The letters of the three releases that a search finds, in its order.
async fn found(plutora: &Plutora, start: &str, search: &Value) -> String {
    letters(&plutora.post("/releases/filter", search).await.expect(200), start)
}

/// The same for a search by an expando object, in the order of the letters.
async fn expanded(plutora: &Plutora, start: &str, object: &Value) -> String {
    let page = plutora.post("/releases/filter", &json!({ "expandoObject": object })).await;
    let mut letters: Vec<char> = letters(&page.expect(200), start).chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

facts! {
    async fn documented_search_filters_find_by_property_operator_and_value(plutora) {
        let start = plutora.three_releases().await;
        let search = json!({
            "searchFilters": [filter("identifier", "Equals", &format!("{start}B"))],
            "recordsPerPage": 100,
            "pageNum": 0,
        });
        assert_eq!(found(plutora, &start, &search).await, "B");
    }

    async fn documented_all_search_filters_have_to_hold(plutora) {
        let start = plutora.three_releases().await;
        let search = json!({"searchFilters": [
            filter("identifier", "Contains", &start),
            filter("identifier", "NotEquals", &format!("{start}A")),
            filter("implementationDate", "LessThan", "2030-11-29"),
        ]});
        assert_eq!(found(plutora, &start, &search).await, "B");
    }

    async fn documented_a_direction_sorts_by_its_property(plutora) {
        let start = plutora.three_releases().await;
        for (direction, wanted) in [("ASC", "ABC"), ("DESC", "CBA")] {
            let mut filter = filter("identifier", "Contains", &start);
            filter["direction"] = json!(direction);
            let search = json!({ "searchFilters": [filter] });
            assert_eq!(found(plutora, &start, &search).await, wanted);
        }
    }

    /// Said to be broken for releases by a client of 2018.
    async fn documented_is_within_and_not_within_take_values_between_commas(plutora) {
        let start = plutora.three_releases().await;
        let value = format!("{start}A,{start}C");
        for (operator, wanted) in [("IsWithin", "AC"), ("NotWithin", "B")] {
            let search = json!({"searchFilters": [
                filter("identifier", "Contains", &start),
                filter("identifier", operator, &value),
            ]});
            assert_eq!(found(plutora, &start, &search).await, wanted);
        }
    }

    /// Clients send them in vain.
    async fn seen_other_keys_are_no_matter(plutora) {
        let start = plutora.three_releases().await;
        let mut filter = filter("identifier", "Contains", &start);
        filter["values"] = json!(["x"]);
        let search = json!({"searchFilters": [filter], "page": 7, "pageSize": 1, "filterOrder": 1});
        assert_eq!(found(plutora, &start, &search).await, "ABC");
    }

    async fn asserted_an_expando_object_may_be_a_single_condition(plutora) {
        let start = plutora.three_releases().await;
        let object = leaf("identifier", "Equals", &format!("{start}B"));
        assert_eq!(expanded(plutora, &start, &object).await, "B");
    }

    async fn asserted_an_expando_object_joins_by_and(plutora) {
        let start = plutora.three_releases().await;
        let left = leaf("identifier", "Contains", &start);
        let right = leaf("identifier", "NotEquals", &format!("{start}B"));
        assert_eq!(expanded(plutora, &start, &node(&left, "AND", &right)).await, "AC");
    }

    async fn asserted_an_expando_object_joins_by_or(plutora) {
        let start = plutora.three_releases().await;
        let [left, right] =
            ["A", "B"].map(|letter| leaf("identifier", "Equals", &format!("{start}{letter}")));
        assert_eq!(expanded(plutora, &start, &node(&left, "OR", &right)).await, "AB");
    }

    async fn asserted_an_expando_object_nests(plutora) {
        let start = plutora.three_releases().await;
        let [a, b] =
            ["A", "B"].map(|letter| leaf("identifier", "Equals", &format!("{start}{letter}")));
        let either = node(&a, "OR", &b);
        let later = leaf("implementationDate", "GreaterThan", "2030-11-27");
        assert_eq!(expanded(plutora, &start, &node(&either, "AND", &later)).await, "B");
    }

    async fn asserted_starts_with_is_an_operator(plutora) {
        let start = plutora.three_releases().await;
        let object = leaf("identifier", "StartsWith", &start);
        assert_eq!(expanded(plutora, &start, &object).await, "ABC");
        let inside = leaf("identifier", "StartsWith", start.strip_prefix("CONF").unwrap());
        assert_eq!(expanded(plutora, &start, &inside).await, "");
    }

    async fn asserted_expando_object_may_begin_in_either_case(plutora) {
        let start = plutora.three_releases().await;
        for key in ["expandoObject", "ExpandoObject"] {
            let search = json!({(key): leaf("identifier", "Equals", &format!("{start}C"))});
            assert_eq!(found(plutora, &start, &search).await, "C", "{key}");
        }
    }

    async fn asserted_changes_are_searched_in_both_forms(plutora) {
        let (change, _) = plutora.change().await;
        let name = change["name"].as_str().unwrap();
        for search in [
            json!({"searchFilters": [filter("name", "Equals", name)]}),
            json!({"expandoObject": leaf("name", "Equals", name)}),
        ] {
            let page = plutora.post("/changes/filter", &search).await.expect(200);
            assert_eq!(page["totalCount"], 1, "{search}");
            assert_eq!(page["resultSet"][0]["id"], change["id"]);
        }
    }

    /// Known of the filter of other lists.
    async fn inferred_an_unknown_property_is_a_500(plutora) {
        let search = json!({"searchFilters": [filter("noSuchField", "Equals", "x")]});
        let refused = plutora.post("/releases/filter", &search).await.expect(500);
        assert!(refused["exceptionMessage"].is_string(), "{refused}");
    }
}
