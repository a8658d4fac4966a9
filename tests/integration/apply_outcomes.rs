//! What an apply makes of a live state that is not what was planned.

use std::cell::{Cell, RefCell};

use plutora_sync::apply::{self, Cause, Observer, Options, Outcome, Report};
use plutora_sync::error::Exit;
use plutora_sync::plan::{Plan, Step};
use plutora_sync::plutora::{
    Effect, Get, Identity, Read, ReadError, Tried, Write, WriteError, Written,
};
use plutora_sync::resource::FieldValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Model, Served, carried_out, partly, reader_of, release, system};

/// Stops after so many steps.
struct StopAfter(Cell<usize>);

impl Observer for StopAfter {
    fn started(&self, _: &Step) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    fn finished(&self, _: &Step, _: &Outcome) {}

    fn stopped(&self) -> bool {
        self.0.get() == 0
    }

    async fn stop(&self) {
        std::future::pending::<()>().await;
    }
}

async fn planned(model: &Model, manifests: &[&str]) -> Plan {
    crate::support::planned(model, manifests).await.unwrap()
}

async fn apply(plan: &Plan, model: Model, steps: usize) -> (Report, Model) {
    let live = reader_of(model);
    let options = Options { parallelism: 1, ..Options::default() };
    let observer = StopAfter(Cell::new(steps));
    let report = apply::run(plan, &apply::Since::new(), (&live, &live), options, &observer).await;
    (report, live.0.into_inner())
}

fn a_release() -> Value {
    json!({"identifier": "R1", "name": "One", "summary": "old", "location": "here"})
}

#[tokio::test]
async fn a_field_that_moved_since_the_plan_makes_the_object_stale_and_untouched() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}")]).await;
    model.lists.get_mut("/releases").unwrap()[0]["summary"] = json!("somebody else's");

    let (report, model) = apply(&plan, model, 9).await;

    let Outcome::Stale(moved) = &report.steps[0].outcome else { panic!("{report:?}") };
    assert_eq!(moved[0].expected, FieldValue::text("old"));
    assert_eq!(moved[0].found, FieldValue::text("somebody else's"));
    assert_eq!(model.lists["/releases"][0]["summary"], "somebody else's");
    assert!(!model.calls.borrow().iter().any(|call| call.starts_with("PUT")));
}

#[tokio::test]
async fn an_unmanaged_field_that_moved_is_kept() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}")]).await;
    model.lists.get_mut("/releases").unwrap()[0]["location"] = json!("there");

    let (report, model) = apply(&plan, model, 9).await;

    assert!(report.is_complete());
    let live = &model.lists["/releases"][0];
    assert_eq!((&live["summary"], &live["location"]), (&json!("new"), &json!("there")));
}

#[tokio::test]
async fn an_object_that_somebody_created_since_the_plan_is_not_created_again() {
    let mut model = Model::tenant();
    let names = ["S", "R&D (EU)", "'`odd` (name)'", "'`A`'"];
    let texts = names.map(|name| system(name, ""));
    let plan = planned(&model, &texts.each_ref().map(String::as_str)).await;
    for name in ["S", "R&D (EU)", "`odd` (name)"] {
        model.add("/systems", json!({"name": name, "vendor": "somebody else's"}));
    }

    let (report, model) = apply(&plan, model, 9).await;

    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["stale", "stale", "done", "stale"]);
    assert_eq!(model.lists["/systems"].len(), 4);
    // What no filter can ask for is not looked for beforehand.
    assert_eq!(plan.apply_requests(), 2 + 3 + 3 + 3);
}

#[tokio::test]
async fn an_object_that_is_gone_fails_its_step_alone() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}"), &system("S", "")]).await;
    model.lists.insert("/releases".into(), Vec::new());

    let (report, _) = apply(&plan, model, 9).await;

    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["done", "failed"]);
}

#[tokio::test]
async fn a_stop_begins_no_call_although_its_step_has_begun() {
    let model = Model::tenant();
    let plan = planned(&model, &[&system("A", ""), &system("B", ""), &release("R", "")]).await;

    let (report, model) = apply(&plan, model, 1).await;

    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["not-started"; 3]);
    assert!(report.interrupted && !report.is_complete());
    assert!(!model.calls.into_inner().iter().any(|call| call.starts_with('P')));
}

#[tokio::test]
async fn requests_are_as_forecast() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}"), &release("R2", "")]).await;
    model.calls.borrow_mut().clear();
    let (_, model) = apply(&plan, model, 9).await;
    assert_eq!(model.calls.borrow().len() as u64, plan.apply_requests());
}

/// A server that stores what it gets in capitals.
struct Shouting(Served);

impl Read for Shouting {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.0.get(question).await
    }
}

impl Write for Shouting {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.post(path, body, tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let mut body = body.clone();
        body["summary"] = json!(body["summary"].as_str().unwrap().to_uppercase());
        self.0.put(path, &body, tried).await
    }
}

#[tokio::test]
async fn what_the_server_makes_different_is_said_and_is_no_success() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}")]).await;
    let server = Shouting(reader_of(model));
    let options = Options { parallelism: 1, ..Options::default() };
    let observer = StopAfter(Cell::new(9));

    let report =
        apply::run(&plan, &apply::Since::new(), (&server, &server), options, &observer).await;

    assert_eq!(report.steps[0].outcome.word(), "differs");
    let Outcome::Done { differs, .. } = &report.steps[0].outcome else { panic!("{report:?}") };
    assert_eq!(differs[0].expected, FieldValue::text("new"));
    assert_eq!(differs[0].found, FieldValue::text("NEW"));
    assert_eq!(Exit::of_report(&report), Exit::Incomplete);
}

/// A server behind a gateway that gives up: the creation takes effect while we look.
struct Late {
    live: Served,
    pending: RefCell<Option<(String, Value)>>,
    effect: Effect,
}

impl Read for Late {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let answer = self.live.get(question).await;
        if let Some((path, body)) = self.pending.take() {
            self.live.0.borrow_mut().add(&path, body);
        }
        answer
    }
}

impl Write for Late {
    async fn post(&self, path: &str, body: &Value, _: Tried) -> Result<Written, WriteError> {
        self.live.0.borrow().calls.borrow_mut().push(format!("POST {path}"));
        if self.effect == Effect::Unknown {
            self.pending.replace(Some((path.to_owned(), body.clone())));
        }
        let cause = "504 from a gateway".to_owned();
        let correlation = Identity::new(Uuid::nil()).next();
        let (method, path) = ("POST", path.to_owned());
        Err(WriteError::InDoubt { method, path, cause, effect: self.effect, correlation })
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.live.put(path, body, tried).await
    }
}

async fn late(effect: Effect) -> (Report, Vec<String>) {
    let model = Model::tenant();
    let plan = planned(&model, &[&system("S", "")]).await;
    let server = Late { live: reader_of(model), pending: RefCell::default(), effect };
    let options = Options { parallelism: 1, ..Options::default() };
    let observer = StopAfter(Cell::new(9));
    let report =
        apply::run(&plan, &apply::Since::new(), (&server, &server), options, &observer).await;
    let model = server.live.0.into_inner();
    let mut posts = model.calls.into_inner();
    posts.retain(|call| call.starts_with("POST"));
    (report, posts)
}

#[tokio::test]
async fn a_creation_that_takes_effect_after_its_answer_is_not_sent_twice() {
    let (report, posts) = late(Effect::Unknown).await;
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(posts.len(), 1);
}

#[tokio::test]
async fn what_the_server_says_it_created_is_never_sent_again_even_if_it_cannot_be_found() {
    let (report, posts) = late(Effect::Certain).await;
    assert_eq!(report.steps[0].outcome.word(), "in-doubt");
    assert_eq!(posts.len(), 1);
}

#[tokio::test]
async fn a_managed_field_that_moved_beside_the_written_one_is_said_to_have_moved() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new, location: here}")]).await;
    model.lists.get_mut("/releases").unwrap()[0]["location"] = json!("there");

    let (report, model) = apply(&plan, model, 9).await;

    let Outcome::Done { differs, .. } = &report.steps[0].outcome else { panic!("{report:?}") };
    assert_eq!((differs[0].def.name, differs[0].cause), ("location", Cause::Moved));
    assert_eq!(model.lists["/releases"][0]["location"], "there", "it is not ours to undo");
}

#[tokio::test]
async fn nothing_but_stale_steps_is_a_stale_plan() {
    let mut model = Model::tenant();
    model.add("/releases", a_release());
    let plan = planned(&model, &[&partly("R1", "{summary: new}")]).await;
    model.lists.get_mut("/releases").unwrap()[0]["summary"] = json!("moved");
    let (report, _) = apply(&plan, model, 9).await;
    assert_eq!(Exit::of_report(&report), Exit::Stale);
}

/// A server that refuses to change the date `b`, while somebody changes `c`.
struct Refusing(Served);

impl Read for Refusing {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.0.get(question).await
    }
}

impl Write for Refusing {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.0.post(path, body, tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        if body["deploymentTitle"] != "b" {
            return self.0.put(path, body, tried).await;
        }
        let (list, _) = path.rsplit_once('/').unwrap();
        self.0.0.borrow_mut().lists.get_mut(list).unwrap()[2]["changeRecord"] = json!("theirs");
        let (method, path, cause) = ("PUT", path.to_owned(), "refused".to_owned());
        let correlation = Identity::new(Uuid::nil()).next();
        Err(WriteError::NotDone { method, path, cause, denied: false, correlation })
    }
}

/// A step takes the list from the one before only if that one read it back.
#[tokio::test]
async fn after_a_step_that_failed_the_next_reads_the_list_itself() {
    let mut model = Model::tenant();
    let system = model.add("/systems", json!({"name": "S"}));
    let release = model.add("/releases", a_release());
    let row = json!({"systemId": system, "system": "S"});
    let dates = model.add_below(&format!("/releases/{release}/systems"), row) + "/deploymentDates";
    let titles = ["a", "b", "c"];
    for title in titles {
        model.add_below(&dates, json!({"deploymentTitle": title, "changeRecord": "old"}));
    }
    let rows = titles.map(|title| json!({"title": title, "changeRecord": "new"}));
    let rows = json!({"systems": [{"system": "S", "deployments": rows}]});
    let plan = planned(&model, &[&partly("R1", &rows.to_string())]).await;
    model.calls.borrow_mut().clear();
    let server = Refusing(reader_of(model));
    let options = Options { parallelism: 3, ..Options::default() };

    let report = apply::run(
        &plan,
        &apply::Since::new(),
        (&server, &server),
        options,
        &StopAfter(Cell::new(9)),
    )
    .await;

    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["done", "failed", "stale"]);
}

/// A server that is slow with the later pages of a list, while somebody edits what is on the first.
struct Paging {
    live: Served,
    list: String,
}

impl Read for Paging {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let answer = self.live.get(question).await?;
        if question.path != self.list {
            return Ok(answer);
        }
        let page: usize = question.query[0].1.parse().unwrap();
        let answer =
            answer.as_array().unwrap().iter().skip(page * 100).take(100).cloned().collect();
        if page > 0 {
            self.live.0.borrow_mut().lists.get_mut(&self.list).unwrap()[0]["undocumented"] =
                json!("theirs");
        }
        Ok(answer)
    }
}

impl Write for Paging {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.live.post(path, body, tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.live.put(path, body, tried).await
    }
}

#[tokio::test]
async fn a_row_is_not_written_from_a_page_that_is_older_than_the_list() {
    // A hundred rows may be the first page of more.
    for rows in [100, 150, 250] {
        let mut model = Model::tenant();
        let system = model.add("/systems", json!({"name": "S"}));
        let release = model.add("/releases", a_release());
        let row = json!({"systemId": system, "system": "S"});
        let list =
            model.add_below(&format!("/releases/{release}/systems"), row) + "/deploymentDates";
        for number in 0..rows {
            let title = format!("d{number}");
            model.add_below(&list, json!({"deploymentTitle": title, "changeRecord": "old"}));
        }
        let date = |title: &str| json!({"title": title, "changeRecord": "new"});
        let dates = json!({"systems": [{"system": "S", "deployments": [date("d99"), date("d0")]}]});
        let plan = planned(&model, &[&partly("R1", &dates.to_string())]).await;
        let server = Paging { live: reader_of(model), list: list.clone() };
        let report = carried_out(&plan, &server).await;
        assert!(report.is_complete(), "{report:?}");
        let row = &server.live.0.into_inner().lists[&list][0];
        assert_eq!((&row["undocumented"], &row["changeRecord"]), (&json!("theirs"), &json!("new")));
    }
}

/// No plan of ours is like that; a file that was made by hand may be.
#[tokio::test]
async fn steps_that_wait_for_each_other_or_for_nothing_that_is_there_end_without_a_call() {
    let model = Model::tenant();
    let plan = planned(&model, &[&system("A", ""), &system("B", "")]).await;
    let keys: Vec<_> = plan.steps.iter().map(|step| step.key.clone()).collect();
    let with_need = |needed: [usize; 2]| {
        let mut plan = plan.clone();
        for (step, needed) in plan.steps.iter_mut().zip(needed) {
            step.depends_on.insert(keys[needed].clone());
        }
        plan
    };
    model.calls.borrow_mut().clear();
    let (report, model) = apply(&with_need([1, 0]), model, 9).await;
    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["not-started", "not-started"]);
    assert_eq!(Exit::of_report(&report), Exit::Incomplete);

    let mut only_one = with_need([1, 1]);
    only_one.steps.truncate(1);
    let (report, model) = apply(&only_one, model, 9).await;
    let Outcome::Skipped(missing) = &report.steps[0].outcome else { panic!("{report:?}") };
    assert_eq!(*missing, keys[1]);
    assert_eq!(*model.calls.borrow(), [""; 0]);
}
