//! The law that a plan holds no call that could be left out, on random tenants.

use std::collections::BTreeSet;

use plutora_sync::plan::{Action, Plan};
use plutora_sync::resource::Key;
use proptest::prelude::*;

use crate::scenario::{plan_of, scenario};
use crate::support::{Model, applied_in_part, block_on};

/// Returns the steps that need a step, or one that needs it, in the order of the plan.
fn needing(plan: &Plan, needed: &Key) -> Vec<Key> {
    let mut undone = vec![needed.clone()];
    for step in &plan.steps {
        if step.depends_on.iter().any(|key| undone.contains(key)) {
            undone.push(step.key.clone());
        }
    }
    undone.split_off(1)
}

/// Returns the objects that are not as they should be.
fn unfinished(plan: &Plan) -> BTreeSet<Key> {
    let steps = plan.steps.iter().filter(|step| step.action != Action::InSync);
    steps.map(|step| step.key.clone()).collect()
}

/// Without a step, what needs it is skipped, and both are left to do, and nothing else is.
async fn assert_step_is_needed(model: Model, texts: &[String], plan: &Plan, step: &Key) {
    let mut without = plan.clone();
    without.steps.retain(|other| other.key != *step);
    let mut left = needing(plan, step);
    let (model, undone) = applied_in_part(model, &without).await;
    let skipped: Vec<_> = left.iter().map(|key| (key.clone(), "skipped")).collect();
    assert_eq!(undone, skipped, "without {step}");
    left.push(step.clone());
    let again = plan_of(&model, texts).await;
    assert_eq!(unfinished(&again), left.into_iter().collect(), "without {step}");
}

/// Without the second call of a creation, the report says so, and the status alone is left to do.
async fn assert_second_call_is_needed(model: Model, texts: &[String], plan: &Plan, step: &Key) {
    let mut without = plan.clone();
    let created = without.steps.iter_mut().find(|other| other.key == *step).unwrap();
    let Action::Create { then, .. } = &mut created.action else { panic!("{created:?}") };
    *then = None;
    let (model, undone) = applied_in_part(model, &without).await;
    assert_eq!(undone, [(step.clone(), "differs")]);
    let again = plan_of(&model, texts).await;
    assert_eq!(unfinished(&again), BTreeSet::from([step.clone()]));
    let left = again.steps.iter().find(|other| other.key == *step).unwrap();
    let Action::Update { changes, .. } = &left.action else { panic!("{left:?}") };
    let changed: Vec<&str> = changes.iter().map(|change| change.def.name).collect();
    assert_eq!(changed, ["status"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn no_planned_call_can_be_left_out(scenario in scenario()) {
        block_on(async {
            let model = scenario.model();
            let texts = scenario.manifests(&model);
            let plan = plan_of(&model, &texts).await;
            for step in &plan.steps {
                for number in 0..step.action.calls().count() {
                    let model = model.clone();
                    match number {
                        0 => assert_step_is_needed(model, &texts, &plan, &step.key).await,
                        1 => assert_second_call_is_needed(model, &texts, &plan, &step.key).await,
                        _ => panic!("{step:?} has a call more"),
                    }
                }
            }
        });
    }
}
