//! The grammar and its meaning, on a handful of objects.

use serde_json::{Value, json};

use super::{Filter, FilterError, Terms};
use crate::choices::BareValues;
use crate::data::{Data, Object};
use crate::habits::Habits;
use crate::list::Column;
use crate::world::Tenant;

const COLUMNS: &[Column] = &[
    Column::text("id"),
    Column::text("name"),
    Column::moment("date"),
    Column::number("order"),
    Column::twin("owner", "ownerId", "owners", "value"),
];

fn tenant() -> Tenant {
    let mut data = Data::default();
    let mut add = |name: &str, object: Value| data.put(name, object.as_object().unwrap().clone());
    add("owners", json!({"id": "o1", "value": "Jane Doe"}));
    for object in [
        json!({"id": "1", "name": "Core Ledger", "date": "2026-03-01T10:00:00", "order": 1, "ownerId": "o1"}),
        json!({"id": "2", "name": "core (new)", "date": "2026-03-02T00:00:00", "order": 10, "ownerId": null}),
        json!({"id": "3", "name": "", "date": null, "order": 9.5, "ownerId": "gone"}),
    ] {
        add("things", object);
    }
    Tenant::plain(data)
}

fn read(filter: &str) -> Result<Filter, FilterError> {
    Filter::read(filter, Terms::of(COLUMNS, &Habits::default()))
}

fn matches(filter: &str) -> String {
    let filter = read(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    holding(&filter)
}

fn holding(filter: &Filter) -> String {
    let tenant = tenant();
    let id = |object: &Object| object.get("id").and_then(Value::as_str).unwrap().to_owned();
    let things = tenant.data.all("things");
    things.filter(|object| filter.holds(&tenant, object)).map(id).collect()
}

#[test]
fn every_operator_in_every_spelling() {
    for (filter, ids) in [
        ("`name` `Equals` `CORE ledger`", "1"),
        ("name = `core ledger`", "1"),
        ("`name` NotEquals `core ledger`", "23"),
        ("`name` Not Equals `core ledger`", "23"),
        ("`name`!=`core ledger`", "23"),
        ("`name` contains `CORE`", "12"),
        ("name ~ `led`", "1"),
        ("`name` `Not Contains` `core`", "3"),
        ("name !~ `core`", "3"),
        ("name StartsWith `core`", "12"),
        ("name starts with `ledger`", ""),
        ("order GreaterThan `9.5`", "2"),
        ("order > `1`", "23"),
        ("order Greater Or Equal `9.5`", "23"),
        ("order >= `10`", "2"),
        ("order LessThan `9.5`", "1"),
        ("order < `1`", ""),
        ("order LessOrEquals `9.5`", "13"),
        ("order less or equal `1`", "1"),
        ("order <= `10`", "123"),
        ("id IsWithin `1, 3`", "13"),
        ("id Not Within `1,3`", "2"),
        ("name IsWithin `CORE ledger,x`", "1"),
        ("order IsWithin `1,10`", "12"),
        ("owner HasValue", "1"),
        ("`name` `!∅`", "12"),
        ("date HasNoValue", "3"),
        ("name ∅ `` or id = `1`", "13"),
    ] {
        assert_eq!(matches(filter), ids, "{filter}");
    }
}

#[test]
fn and_binds_tighter_than_or_unless_parentheses_say_otherwise() {
    assert_eq!(matches("id = `1` or id = `2` and name ~ `zzz`"), "1");
    assert_eq!(matches("(id = `1` or id = `2`) AND name ~ `zzz`"), "");
    assert_eq!(matches("( id = `1` or ( id = `2` And order > `9` ) )"), "12");
    assert_eq!(matches("owner HasValue and id = `1` OR id = `3`"), "13");
}

#[test]
fn the_whole_may_stand_in_double_quotes_or_be_blank() {
    assert_eq!(matches("\"( id = `1` ) or ( `id` = `3` )\""), "13");
    assert_eq!(matches("  "), "123");
    assert_eq!(matches("\"\""), "123");
}

#[test]
fn dates_compare_by_day_or_by_instant() {
    for (filter, ids) in [
        ("date = `2026-03-01`", "1"),
        ("date = `03/01/2026`", "1"),
        ("date Equals `01-03-2026`", "1"),
        ("date = `2026/03/01`", "1"),
        ("date = `2026-03-01T00:00:00`", ""),
        ("date = `2026-03-01T11:00:00+01:00`", "1"),
        ("date > `2026-03-01`", "2"),
        ("date > `2026-03-01T09:59:59.999`", "12"),
        ("date <= `2026-03-01`", "1"),
        ("date != `2026-03-01`", "23"),
        ("date IsWithin `2026-03-02, 2026-03-01`", "12"),
    ] {
        assert_eq!(matches(filter), ids, "{filter}");
    }
}

#[test]
fn values_are_text_up_to_the_next_back_tick() {
    assert_eq!(matches("name = `core (new)`"), "2");
    assert_eq!(matches("`owner` = `jane doe`"), "1");
    let error = read("name = `a`b`").unwrap_err();
    assert!(matches!(error, FilterError::Malformed(_)), "{error}");
}

#[test]
fn what_is_not_understood_is_refused_with_its_reason() {
    for (filter, reason) in [
        ("colour = `red`", "unknown property 'colour'"),
        ("name > `a`", "'>' cannot be used on property 'name'"),
        ("date ~ `2026`", "'~' cannot be used on property 'date'"),
        ("date = `soon`", "value 'soon' is not valid for property 'date'"),
        ("order = `many`", "value 'many' is not valid"),
        ("name resembles `a`", "an operator is missing"),
        ("name `resembles` `a`", "'resembles' is no operator"),
        ("name = a", "'a' is out of place"),
        ("name =", "a value is missing"),
        ("name", "an operator is missing"),
        ("id = `1` and", "ends too early"),
        ("id = `1` id = `2`", "'id' is out of place"),
        ("(id = `1`", "ends too early"),
        ("id = `1`)", "')' is out of place"),
        ("= `1`", "'=' is out of place"),
    ] {
        let error = read(filter).unwrap_err().to_string();
        assert!(error.contains(reason), "{filter}: {error}");
    }
    let deep = format!("{}id = `1`{}", "(".repeat(60), ")".repeat(60));
    let error = read(&deep).unwrap_err().to_string();
    assert!(error.contains("nested too deeply"), "{error}");
}

#[test]
fn a_value_without_back_ticks_is_a_word_where_the_tenant_reads_one() {
    for (filter, ids) in [
        ("id = 1", "1"),
        ("date >= 2026-03-02 and id != 1", "2"),
        ("date = 2026-03-01T10:00:00", "1"),
        ("owner HasValue", "1"),
        ("name = `core ledger` or id = 3", "13"),
    ] {
        let filter = Filter::read(
            filter,
            Terms { bare_values: BareValues::Accepted, ..Terms::of(COLUMNS, &Habits::default()) },
        )
        .unwrap();
        assert_eq!(holding(&filter), ids);
        assert!(read("id = 1").is_err());
    }
}
