//! The `filter` of a list.

use serde_json::json;

use crate::making::letters;
use crate::plutora::{Plutora, facts};

/// Asserts which of three new releases pass each filter, where `#` is what their identifiers begin with.
async fn assert_passing(plutora: &Plutora, filters: &[(&str, &str)]) {
    let start = plutora.three_releases().await;
    for (filter, wanted) in filters {
        let written = filter.replace('#', &start);
        let page = plutora.filter("/releases", &written).await.expect(200);
        let mut found: Vec<char> = letters(&page, &start).chars().collect();
        found.sort_unstable();
        assert_eq!(found.into_iter().collect::<String>(), *wanted, "{written}");
    }
}

/// The same for conditions, each narrowed to the three releases.
async fn assert_holding(plutora: &Plutora, conditions: &[(&str, &str)]) {
    let narrow = |condition: &str| format!("`identifier` Contains `#` and {condition}");
    let filters: Vec<_> = conditions.iter().map(|(it, wanted)| (narrow(it), *wanted)).collect();
    let filters: Vec<_> = filters.iter().map(|(it, wanted)| (it.as_str(), *wanted)).collect();
    assert_passing(plutora, &filters).await;
}

async fn assert_unknown_field_is_500(plutora: &Plutora, path: &str) {
    let refused = plutora.filter(path, "`noSuchField` = `x`").await.expect(500);
    for key in ["message", "exceptionMessage"] {
        assert!(refused[key].is_string(), "{path}: {refused}");
    }
}

facts! {
    async fn documented_equals_and_not_equals_are_words_or_symbols(plutora) {
        assert_holding(plutora, &[
            ("`identifier` Equals `#B`", "B"),
            ("`identifier` = `#B`", "B"),
            ("`identifier` NotEquals `#B`", "AC"),
            ("`identifier` Not Equals `#B`", "AC"),
            ("`identifier` != `#B`", "AC"),
        ]).await;
    }

    async fn documented_contains_and_not_contains_are_words_or_symbols(plutora) {
        assert_holding(plutora, &[
            ("`identifier` Contains `.B`", "B"),
            ("`identifier` ~ `.B`", "B"),
            ("`identifier` NotContains `.B`", "AC"),
            ("`identifier` Not Contains `.B`", "AC"),
            ("`identifier` !~ `.B`", "AC"),
        ]).await;
    }

    async fn documented_dates_compare_by_words_spaced_words_and_symbols(plutora) {
        assert_holding(plutora, &[
            ("`implementationDate` GreaterThan `2030-11-29`", "C"),
            ("`implementationDate` Greater Than `2030-11-29`", "C"),
            ("`implementationDate` > `2030-11-29`", "C"),
            ("`implementationDate` GreaterOrEqual `2030-11-27`", "BC"),
            ("`implementationDate` Greater Or Equal `2030-11-27`", "BC"),
            ("`implementationDate` >= `2030-11-27`", "BC"),
            ("`implementationDate` LessThan `2030-11-27`", "A"),
            ("`implementationDate` Less Than `2030-11-27`", "A"),
            ("`implementationDate` < `2030-11-27`", "A"),
            ("`implementationDate` LessOrEquals `2030-11-29`", "AB"),
            ("`implementationDate` Less Or Equals `2030-11-29`", "AB"),
            ("`implementationDate` <= `2030-11-29`", "AB"),
        ]).await;
    }

    /// The vendor's help writes it with an s.
    async fn asserted_less_or_equal_may_be_written_without_its_s(plutora) {
        assert_holding(plutora, &[("`implementationDate` LessOrEqual `2030-11-27`", "A")]).await;
    }

    async fn documented_numbers_compare_by_size(plutora) {
        let mut body = plutora.change_body().await;
        body["businessValueScore"] = json!(100);
        let (change, _) = plutora.make("/changes", &body).await;
        for (condition, count) in [("> `20`", 1), (">= `100`", 1), ("< `20`", 0), ("<= `99`", 0)] {
            let id = change["id"].as_str().unwrap();
            let filter = format!("`id` = `{id}` and `businessValueScore` {condition}");
            let found = plutora.filter("/changes", &filter).await.expect(200);
            assert_eq!(found["totalCount"], count, "{condition}");
        }
    }

    async fn documented_is_within_and_not_within_take_values_between_commas(plutora) {
        assert_holding(plutora, &[
            ("`identifier` IsWithin `#A,#C`", "AC"),
            ("`identifier` NotWithin `#A,#C`", "B"),
        ]).await;
    }

    /// Newer help only.
    async fn documented_has_value_and_has_no_value_are_words_or_symbols(plutora) {
        assert_holding(plutora, &[
            ("`parentRelease` HasValue", ""),
            ("`parentRelease` !∅", ""),
            ("`parentRelease` HasNoValue", "ABC"),
            ("`parentRelease` ∅", "ABC"),
        ]).await;
    }

    /// It is known of searches.
    async fn inferred_starts_with_is_an_operator_of_a_filter_too(plutora) {
        assert_passing(plutora, &[("`identifier` StartsWith `#`", "ABC")]).await;
    }

    async fn documented_field_operator_and_value_may_stand_in_back_ticks(plutora) {
        assert_holding(plutora, &[("`identifier` `Equals` `#B`", "B")]).await;
    }

    async fn asserted_field_and_operator_may_stand_without_back_ticks(plutora) {
        assert_passing(plutora, &[
            ("identifier Equals `#B`", "B"),
            ("identifier Contains `#` and implementationDate >= `2030-11-28`", "BC"),
        ]).await;
    }

    async fn asserted_the_whole_may_stand_in_double_quotes(plutora) {
        assert_passing(plutora, &[
            ("\"( identifier ~ `#` ) and ( identifier = `#A` or identifier = `#B` )\"", "AB"),
        ]).await;
    }

    async fn documented_and_binds_before_or(plutora) {
        assert_passing(plutora, &[
            ("`identifier` = `#A` or `identifier` = `#B` and `identifier` ~ `.C`", "A"),
        ]).await;
    }

    async fn documented_parentheses_with_spaces_around_them_group(plutora) {
        assert_passing(plutora, &[
            ("( `identifier` = `#A` or `identifier` = `#B` ) and `identifier` ~ `.B`", "B"),
        ]).await;
    }

    async fn documented_the_whole_is_in_any_case(plutora) {
        let start = plutora.three_releases().await;
        let filter = format!("`identifier` Equals `{start}A` or `identifier` Contains `{start}B`");
        for filter in [filter.to_lowercase(), filter.to_uppercase()] {
            let page = plutora.filter("/releases", &filter).await.expect(200);
            assert_eq!(page["totalCount"], 2, "{filter}");
        }
    }

    async fn documented_dates_have_four_forms(plutora) {
        assert_holding(plutora, &[
            ("`implementationDate` >= `2030/11/28`", "BC"),
            ("`implementationDate` >= `2030-11-28`", "BC"),
            ("`implementationDate` >= `11/28/2030`", "BC"),
            ("`implementationDate` >= `28-11-2030`", "BC"),
        ]).await;
    }

    async fn seen_a_date_may_have_a_time(plutora) {
        assert_holding(plutora, &[
            ("`implementationDate` < `2030-11-28T22:00:00`", "A"),
            ("`implementationDate` <= `2030-11-28T22:00:00`", "AB"),
            ("`implementationDate` > `2030-11-28T22:00:00`", "C"),
            ("`implementationDate` >= `2030-11-28T22:00:00`", "BC"),
        ]).await;
    }

    async fn asserted_a_date_without_a_time_equals_the_whole_day(plutora) {
        assert_holding(plutora, &[("`implementationDate` = `2030-11-28`", "B")]).await;
    }

    async fn inferred_a_date_without_a_time_is_the_whole_day_for_every_operator(plutora) {
        assert_holding(plutora, &[
            ("`implementationDate` > `2030-11-28`", "C"),
            ("`implementationDate` <= `2030-11-28`", "AB"),
            ("`implementationDate` != `2030-11-28`", "AC"),
        ]).await;
    }

    async fn asserted_an_unknown_field_of_users_groups_and_organizations_is_a_500(plutora) {
        for path in ["/users", "/users/UserGroups", "/organizations"] {
            assert_unknown_field_is_500(plutora, path).await;
        }
    }

    async fn inferred_an_unknown_field_of_other_lists_is_a_500(plutora) {
        for path in ["/releases", "/changes", "/systems", "/environments"] {
            assert_unknown_field_is_500(plutora, path).await;
        }
    }

    async fn documented_lists_cannot_be_filtered_by_custom_fields(plutora) {
        for field in plutora.rows("/customfields/Release").await {
            let filter = format!("`{}` HasValue", field["name"].as_str().unwrap());
            assert_ne!(plutora.filter("/releases", &filter).await.status, 200, "{filter}");
        }
    }
}
