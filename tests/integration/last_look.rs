//! What an apply sees of what it has written first, when it has written everything.

use std::cell::Cell;

use plutora_sandbox::Seed;
use plutora_sync::apply::{self, Answer, Cause, Observer, Options, Outcome, Report};
use plutora_sync::error::Exit;
use plutora_sync::plan::{Plan, Step};
use plutora_sync::plutora::{Get, Read, ReadError, Tried, Write, WriteError, Written};
use plutora_sync::resource::FieldValue;
use serde_json::{Value, json};

use crate::support::{Model, Served, World, partly, planned, reader_of};

/// What a server does not show once it has changed it.
#[derive(Clone, Copy, PartialEq)]
enum Hides {
    Nothing,
    Releases,
    Systems,
}

/// A slow server that changes the first release when a system is linked to one, and the row when it gets a
/// deployment date.
struct Meddling {
    live: Served,
    /// What it does not show after that.
    hides: Hides,
}

impl Read for Meddling {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        // Others get ahead of who reads an object by itself.
        let is_detail = question.path.matches('/').count() == 2;
        for _ in 0..if is_detail { 20 } else { 0 } {
            tokio::task::yield_now().await;
        }
        let meddled = self.live.0.borrow().lists["/releases"][0]["summary"] == "theirs";
        let is_hidden = match self.hides {
            Hides::Nothing => false,
            Hides::Releases => is_detail,
            Hides::Systems => question.path.ends_with("/systems"),
        };
        let dated =
            |model: &Model| model.lists.keys().any(|list| list.ends_with("/deploymentDates"));
        if is_hidden && meddled && (is_detail || dated(&self.live.0.borrow())) {
            self.live.0.borrow().calls.borrow_mut().push(format!("hidden {}", question.path));
            return Err(if is_detail {
                ReadError::Missing { path: question.path.clone() }
            } else {
                ReadError::unreadable(&question.path, "no answer")
            });
        }
        self.live.get(question).await
    }
}

impl Write for Meddling {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let written = self.live.post(path, body, tried).await;
        let mut model = self.live.0.borrow_mut();
        if let Some((row, "deploymentDates")) = path.rsplit_once('/') {
            let (list, _) = row.rsplit_once('/').unwrap();
            model.lists.get_mut(list).unwrap()[0]["systemRoleDependencyTypeId"] = Value::Null;
        } else if path.ends_with("/systems") && path != "/systems" {
            model.lists.get_mut("/releases").unwrap()[0]["summary"] = json!("theirs");
        }
        written
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.live.put(path, body, tried).await
    }
}

/// Notes what is said of steps, and stops an apply when so many calls were answered.
#[derive(Default)]
struct Noting {
    said: std::cell::RefCell<Vec<String>>,
    answered: Cell<usize>,
    stops_at: Option<usize>,
    /// Whether it is stopped because its requests are spent.
    spent: bool,
}

impl Observer for Noting {
    fn started(&self, _: &Step) {}

    fn answered(&self, _: u64, _: Answer) {
        self.answered.set(self.answered.get() + 1);
    }

    fn finished(&self, step: &Step, outcome: &Outcome) {
        self.said.borrow_mut().push(format!("{} {}", step.key, outcome.word()));
    }

    fn looked_again(&self, step: &Step, outcome: &Outcome) {
        self.said.borrow_mut().push(format!("{} {} after all", step.key, outcome.word()));
    }

    fn stopped(&self) -> bool {
        self.stops_at == Some(self.answered.get())
    }

    fn interrupted(&self) -> bool {
        self.stopped() && !self.spent
    }

    async fn stop(&self) {
        std::future::pending::<()>().await;
    }
}

const ROW: &str = "systems: [{system: S, dependencyType: Code, deployments: [{title: a, start: \
                   2026-12-01, end: 2026-12-02}]}]";

/// A plan that changes a release and gives it a system with a date, and another that is let alone.
async fn a_plan() -> (Model, Plan) {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "S"}));
    for name in ["R1", "R2"] {
        model.add("/releases", json!({"identifier": name, "name": name, "summary": "old"}));
    }
    let manifests =
        [partly("R1", &format!("{{summary: ours, {ROW}}}")), partly("R2", "{summary: ours}")];
    let manifests: Vec<&str> = manifests.iter().map(String::as_str).collect();
    let plan = planned(&model, &manifests).await.unwrap();
    model.calls.borrow_mut().clear();
    (model, plan)
}

async fn run(plan: &Plan, model: Model, hides: Hides, observer: &Noting) -> (Report, Model) {
    run_since(plan, &apply::Since::new(), model, hides, observer).await
}

async fn run_since(
    plan: &Plan,
    since: &apply::Since,
    model: Model,
    hides: Hides,
    observer: &Noting,
) -> (Report, Model) {
    let server = Meddling { live: reader_of(model), hides };
    let options = Options { parallelism: 4, ..Options::default() };
    let both = (&server, &server);
    let report = apply::run(plan, since, both, options, observer).await;
    (report, server.live.0.into_inner())
}

fn words(report: &Report) -> Vec<String> {
    let of = |step: &apply::StepReport| format!("{} {}", step.key, step.outcome.word());
    report.steps.iter().map(of).collect()
}

#[tokio::test]
async fn what_the_rows_below_have_changed_is_no_success() {
    let (model, plan) = a_plan().await;
    let observer = Noting::default();

    let (report, model) = run(&plan, model, Hides::Nothing, &observer).await;

    let wanted = [
        "Release/R1 differs",
        "Release/R2 done",
        "ReleaseSystem/R1/S differs",
        "Deployment/R1/S/a done",
    ];
    assert_eq!(words(&report), wanted);
    let Outcome::Done { differs, .. } = &report.steps[0].outcome else { panic!("{report:?}") };
    let [difference] = differs.as_slice() else { panic!("{differs:?}") };
    assert_eq!((difference.def.name, difference.cause), ("summary", Cause::Overwritten));
    assert_eq!(difference.expected, FieldValue::text("ours"));
    assert_eq!(difference.found, FieldValue::text("theirs"));
    assert_eq!(Exit::of_report(&report), Exit::Incomplete);
    let said = observer.said.borrow();
    for (said_of, times) in [("Release/R1", 2), ("ReleaseSystem/R1/S", 2), ("Release/R2", 1)] {
        let of = |line: &&String| line.starts_with(&format!("{said_of} "));
        assert_eq!(said.iter().filter(of).count(), times, "{said:?}");
    }
    assert_eq!(said.iter().filter(|line| line.ends_with(" differs after all")).count(), 2);
    assert_eq!(model.calls.borrow().len() as u64, plan.apply_requests());
}

/// A release is replaced before a row is added to it, also where the row does not need that.
#[tokio::test]
async fn what_stands_below_is_written_after_what_is_above() {
    let (model, plan) = a_plan().await;
    let (_, model) = run(&plan, model, Hides::Nothing, &Noting::default()).await;
    let calls = model.calls.borrow();
    let at = |wanted: &dyn Fn(&str) -> bool| calls.iter().position(|call| wanted(call)).unwrap();
    let release = plan.steps[0].id.unwrap().to_string();
    let put = at(&|call| call == format!("PUT /releases/{release}"));
    assert!(
        put < at(&|call| call.starts_with("POST ")
            && call.ends_with("/systems")
            && call.contains(&release))
    );
}

#[tokio::test]
async fn what_is_gone_at_the_end_is_in_doubt() {
    let (model, plan) = a_plan().await;
    let (report, _) = run(&plan, model, Hides::Releases, &Noting::default()).await;
    let release = &report.steps[0];
    assert_eq!(release.outcome.word(), "in-doubt");
    let Outcome::Failed { error, .. } = &release.outcome else { panic!("{report:?}") };
    assert!(error.starts_with("it was there, and is gone since"), "{error}");
    assert_eq!(report.steps[1].outcome.word(), "done", "nothing was written below it");
}

/// A list that cannot be read is asked for once, also where several of its rows are to be looked at.
#[tokio::test]
async fn a_list_that_cannot_be_read_again_is_not_asked_for_by_each_row() {
    let mut model = Model::tenant();
    for name in ["S", "T"] {
        model.add("/systems", json!({"name": name}));
    }
    model.add("/releases", json!({"identifier": "R1", "name": "R1", "summary": "old"}));
    let row = |system: &str| {
        json!({"system": system, "dependencyType": "Code", "deployments":
               [{"title": "a", "start": "2026-12-01", "end": "2026-12-02"}]})
    };
    let spec = json!({"systems": [row("S"), row("T")]}).to_string();
    let plan = planned(&model, &[&partly("R1", &spec)]).await.unwrap();
    model.calls.borrow_mut().clear();
    let (report, model) = run(&plan, model, Hides::Systems, &Noting::default()).await;
    let outcomes: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(outcomes, ["in-doubt", "in-doubt", "done", "done"]);
    let hidden = model.calls.borrow().iter().filter(|call| call.starts_with("hidden")).count();
    assert_eq!(hidden, 1);
}

/// A run that was cut off has written the release; the next one writes its row.
#[tokio::test]
async fn what_an_earlier_run_has_written_is_looked_at_too() {
    let (mut model, plan) = a_plan().await;
    model.lists.get_mut("/releases").unwrap()[0]["summary"] = json!("ours");
    let written = &plan.steps[0];
    let already = apply::Standing::Already(written.id.unwrap());
    let since = apply::Since::from([(written.key.clone(), already)]);
    let (report, _) = run_since(&plan, &since, model, Hides::Nothing, &Noting::default()).await;
    let Outcome::Done { differs, .. } = &report.steps[0].outcome else { panic!("{report:?}") };
    assert_eq!(differs[0].cause, Cause::Overwritten);
    assert_eq!(Exit::of_report(&report), Exit::Incomplete);
}

/// Everything is written by then; but who stops the run before its last look has no proof.
#[tokio::test]
async fn a_stop_before_the_last_look_is_an_interruption() {
    for (spent, exit) in [(false, Exit::Interrupted), (true, Exit::Incomplete)] {
        let (model, plan) = a_plan().await;
        let observer = Noting { stops_at: Some(4), spent, ..Noting::default() };
        let (report, _) = run(&plan, model, Hides::Nothing, &observer).await;
        assert!(report.steps.iter().all(|step| step.outcome.word() == "done"), "{report:?}");
        assert!(report.unseen && !report.is_complete());
        assert_eq!((Exit::of_report(&report), report.interrupted), (exit, !spent));
    }
}

/// A parent that is written is looked at again when its children are, whether they came to it or were
/// there; other releases are not.
#[tokio::test]
async fn a_parent_is_read_again_after_its_children() {
    let mut model = Model::tenant();
    let above = model.add(
        "/releases",
        json!({"identifier": "ENT", "name": "ENT", "plutoraReleaseType": "Enterprise", "summary": "old"}),
    );
    for name in ["A", "B", "C"] {
        let parent = if name == "A" { json!(above) } else { Value::Null };
        let release = json!({"identifier": name, "name": name, "summary": "old",
                             "plutoraReleaseType": "Integrated", "parentReleaseId": parent});
        model.add("/releases", release);
    }
    let requests = async |child: &str| {
        let parent = partly("ENT", "{summary: new}");
        planned(&model, &[&parent, child]).await.unwrap().apply_requests()
    };
    let alone = 3 + 3;
    assert_eq!(requests(&partly("C", "{summary: new}")).await, alone);
    assert_eq!(requests(&partly("A", "{summary: new}")).await, alone, "nobody manages its parent");
    assert_eq!(requests(&partly("A", "{summary: new, parent: ENT}")).await, alone + 1);
    let phases_and_gates = 2;
    assert_eq!(requests(&partly("B", "{parent: ENT}")).await, alone + phases_and_gates + 1);
}

/// Somebody edits a release after it was written, while its row is.
#[test]
fn every_report_tells_of_it() {
    let world = World::new(Seed::Demo);
    let linked = "{location: Ours, systems: [{system: Core Ledger, deployments: [{title: \
                  wave 1, status: Completed}]}]}";
    world.manifest("a.yaml", &partly("REL-2026.11", linked));
    let edit = json!({"collection": "releases", "where": {"identifier": "REL-2026.11"},
                      "set": {"location": "Theirs"}});
    world.fault(&json!({"method": "PUT", "path": "/releases/*/systems/*/deploymentDates",
                         "action": {"edit": edit}}));
    let arguments =
        ["apply", "-f", ".", "--auto-approve", "--format", "json", "--events", "events"];
    let ran = world.run(&arguments);
    assert_eq!(ran.code, 7, "{ran:?}");
    let report = ran.json();
    let step = &report["steps"][0];
    assert_eq!(step["differences"][0]["cause"], "overwritten", "{step:#}");
    assert_eq!(step["differences"][0]["waysOut"][0]["action"], "apply");
    let events = std::fs::read_to_string(world.folder.path().join("events")).unwrap();
    let outcomes: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|event| event["type"] == "step-finished" && event["kind"] == "Release")
        .map(|event| event["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["done", "differs"], "{events}");
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 0, "the way out: {ran:?}");
}
