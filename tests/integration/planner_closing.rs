//! A law of the closing check, on random tenants whose server makes something else of what is written: a
//! step is reported as done just where a further plan would leave its object alone.

use std::cell::Cell;

use plutora_sync::plan::Action;
use plutora_sync::plutora::{Get, Read, ReadError, Tried, Write, WriteError, Written};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scenario::{plan_of, scenario};
use crate::support::{Served, block_on, carried_out, reader_of};

/// Texts that a manifest may manage and whose change leaves every manifest as valid as it was.
const TEXTS: [&str; 3] = ["summary", "description", "changeRecord"];

/// A server that changes something when it carries out one of its writes.
struct Meddling {
    live: Served,
    /// How many writes come before.
    left: Cell<usize>,
    /// Whether it changes the release above instead of what is written.
    above: bool,
}

impl Meddling {
    fn meddle(&self, path: &str) {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        if left > 0 {
            return;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let path = if self.above { parts[..parts.len().min(3)].join("/") } else { path.to_owned() };
        let Some((list, id)) = path.rsplit_once('/') else { return };
        let mut model = self.live.0.borrow_mut();
        let rows = model.lists.get_mut(list).into_iter().flatten();
        for row in rows.filter(|row| row["id"] == id) {
            for key in TEXTS {
                if row.get(key).is_some() {
                    row[key] = json!("meddled");
                }
            }
        }
    }
}

impl Read for Meddling {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.live.get(question).await
    }
}

impl Write for Meddling {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let written = self.live.post(path, body, tried).await?;
        self.meddle(&format!("{path}/{}", written.answer["id"].as_str().unwrap()));
        Ok(written)
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let written = self.live.put(path, body, tried).await?;
        self.meddle(path);
        Ok(written)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_reported_as_done_is_what_a_further_plan_would_leave_alone(
        scenario in scenario(), left in 0..12_usize, above in any::<bool>(),
    ) {
        block_on(async {
            let before = scenario.model();
            let texts = scenario.manifests(&before);
            let plan = plan_of(&before, &texts).await;
            let server = Meddling { live: reader_of(before), left: Cell::new(left), above };
            let report = carried_out(&plan, &server).await;
            let again = plan_of(&server.live.0.into_inner(), &texts).await;
            for step in report.steps.iter().filter(|step| step.outcome.wrote()) {
                let in_sync = again.steps.iter().any(|it| it.key == step.key && it.action == Action::InSync);
                assert_eq!(step.outcome.is_complete(), in_sync, "{step:#?} {again:#?}");
            }
        });
    }
}
