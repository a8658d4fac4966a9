//! What an apply finds where filters find nothing, as `--whole-lists` takes it to be.

use plutora_sync::apply::{self, Options, Report};
use plutora_sync::live::{Kept, Scope};
use plutora_sync::plan::Plan;
use plutora_sync::plutora::{
    Effect, Get, Identity, Read, ReadError, Tried, Write, WriteError, Written,
};
use plutora_sync::resource::Tenant;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Model, Quiet, Served, planned, reader_of, system};

const BLIND: Options =
    Options { parallelism: 1, settle: std::time::Duration::ZERO, whole_lists: true };

/// A server whose filters let nothing through, and whose answers to creations are lost.
struct Blind(Served);

impl Read for Blind {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        if question.query.iter().any(|(name, _)| *name == "filter") {
            return Ok(json!({"resultSet": [], "totalCount": 0, "recordsPerPage": 100}));
        }
        self.0.get(question).await
    }
}

impl Write for Blind {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.post(path, body, tried).await?;
        Err(WriteError::InDoubt {
            method: "POST",
            path: path.to_owned(),
            cause: "504 from a gateway".to_owned(),
            effect: Effect::Unknown,
            correlation: Identity::new(Uuid::nil()).next(),
        })
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.put(path, body, tried).await
    }
}

async fn plan(model: &Model) -> Plan {
    planned(model, &[&system("A", ""), &system("B", "")]).await.unwrap()
}

#[tokio::test]
async fn a_creation_without_an_answer_is_looked_for_in_the_whole_list() {
    let model = Model::tenant();
    let plan = plan(&model).await;
    let server = Blind(reader_of(model));
    let report: Report =
        apply::run(&plan, &apply::Since::new(), (&server, &server), BLIND, &Quiet).await;
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(server.0.0.into_inner().lists["/systems"].len(), 2);
}

#[tokio::test]
async fn what_was_created_since_a_plan_is_found_with_one_look_at_the_whole_list() {
    let mut model = Model::tenant();
    let plan = plan(&model).await;
    for name in ["A", "B"] {
        model.add("/systems", json!({"name": name, "vendor": "somebody else's"}));
    }
    model.calls.borrow_mut().clear();
    let server = Blind(reader_of(model));
    let (kept, tenant) = (Kept::nothing(), Tenant::default());
    let scope = Scope {
        api_url: "https://x.example.com",
        user: "jane",
        tenant: &tenant,
        parallelism: 1,
        kept: &kept,
        whole_lists: true,
    };
    let checked =
        apply::check((&plan, &apply::Earlier::default()), &server, &scope, false).await.unwrap();
    assert_eq!(checked.since.len(), 2, "{checked:?}");
    let calls = server.0.0.into_inner().calls.into_inner();
    assert_eq!(calls.iter().filter(|call| *call == "GET /systems").count(), 1, "{calls:?}");
}
