//! The law that a plan does not depend on the order in which things come, on random tenants.

use plutora_sync::plan::Plan;
use proptest::prelude::*;
use serde_json::Value;

use crate::scenario::{plan_of, scenario};
use crate::support::{Model, block_on};

/// Ranks for the rows of lists: equal ones leave a list as it is.
fn ranks() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 16)
}

fn reorder<T>(rows: &mut Vec<T>, ranks: &[u8]) {
    assert!(rows.len() <= ranks.len(), "{} rows", rows.len());
    let mut ranked: Vec<(u8, T)> = ranks.iter().copied().zip(rows.drain(..)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    rows.extend(ranked.into_iter().map(|(_, row)| row));
}

fn reordered(mut model: Model, ranks: &[u8]) -> Model {
    for rows in model.lists.values_mut() {
        reorder(rows, ranks);
        let aliases = rows.iter_mut().filter_map(|row| row.get_mut("systemAlias"));
        aliases.filter_map(Value::as_array_mut).for_each(|aliases| reorder(aliases, ranks));
    }
    model
}

/// Where a manifest stands tells its order, and so does nothing else of a plan.
fn without_sources(mut plan: Plan) -> Plan {
    plan.steps.iter_mut().for_each(|step| step.sources = [].into());
    plan
}

/// Compares step by step first, as a failure shows what it compares.
fn assert_same(other: &Plan, plan: &Plan) {
    for (other, step) in other.steps.iter().zip(&plan.steps) {
        assert_eq!(other, step);
    }
    for (other, warning) in other.warnings.iter().zip(&plan.warnings) {
        assert_eq!(other, warning);
    }
    assert_eq!(other, plan);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_order_of_manifests_does_not_matter(scenario in scenario(), ranks in ranks()) {
        block_on(async {
            let model = scenario.model();
            let mut texts = scenario.manifests(&model);
            let plan = plan_of(&model, &texts).await;
            reorder(&mut texts, &ranks);
            let other = plan_of(&model, &texts).await;
            assert_same(&without_sources(other), &without_sources(plan));
        });
    }

    #[test]
    fn the_order_of_live_lists_does_not_matter(scenario in scenario(), ranks in ranks()) {
        block_on(async {
            let model = scenario.model();
            let texts = scenario.manifests(&model);
            let plan = plan_of(&model, &texts).await;
            assert_same(&plan_of(&reordered(model, &ranks), &texts).await, &plan);
        });
    }
}
