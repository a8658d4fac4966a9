//! Writes that had to wait for more than their turn, and what a stop leaves of their steps.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use plutora_sync::apply::{self, Answer, Observer, Options, Outcome};
use plutora_sync::error::Exit;
use plutora_sync::plan::Step;
use plutora_sync::plutora::{Get, Read, ReadError, Tried, Write, WriteError, Written};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::rows::{date, rows};
use crate::support::{Model, Served, carried_out, partly, planned, reader_of, release};

/// A server before which some replacements, and creations of deployment dates, are late.
struct Late {
    live: Served,
    left: Cell<u8>,
    /// Whether they were sent, and turned away.
    turned_away: bool,
}

impl Read for Late {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.live.get(question).await
    }
}

impl Write for Late {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        match self.left.get().checked_sub(1).filter(|_| path.ends_with("/deploymentDates")) {
            None => self.live.post(path, body, tried).await,
            Some(left) => {
                self.left.set(left);
                // Meanwhile somebody else has created it.
                self.live.0.borrow_mut().add_below(path, body.clone());
                let (path, tried) = (path.to_owned(), tried.late_once_more());
                Err(WriteError::Outdated { method: "POST", path, tried })
            }
        }
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return self.live.put(path, body, tried).await;
        };
        self.left.set(left);
        // Meanwhile somebody else has written something that is not managed.
        let (list, _) = path.rsplit_once('/').unwrap();
        self.live.0.borrow_mut().lists.get_mut(list).unwrap()[0]["note"] = json!(left);
        let tried = if self.turned_away { tried } else { tried.late_once_more() };
        Err(WriteError::Outdated { method: "PUT", path: path.to_owned(), tried })
    }
}

/// Stops when the first step has begun, or when its first call was answered.
struct Stops {
    at_once: bool,
    stopped: Cell<bool>,
}

impl Observer for Stops {
    fn started(&self, _: &Step) {
        self.stopped.set(self.at_once);
    }

    fn answered(&self, _: u64, _: Answer) {
        self.stopped.set(true);
    }

    fn finished(&self, _: &Step, _: &Outcome) {}

    fn stopped(&self) -> bool {
        self.stopped.get()
    }

    async fn stop(&self) {
        if !self.stopped() {
            std::future::pending::<()>().await;
        }
    }
}

/// Applies a manifest to a model with two systems and a release, and is stopped `at_once` or within a step.
async fn stopped(
    manifest: &str,
    at_once: bool,
    (late, turned_away): (u8, bool),
) -> (&'static str, Exit, Model) {
    let mut model = Model::tenant();
    for name in ["S", "T"] {
        model.add("/systems", json!({"name": name}));
    }
    model.add("/releases", json!({"identifier": "R", "plutoraReleaseType": "Independent"}));
    let plan = planned(&model, &[manifest]).await.unwrap();
    let server = Late { live: reader_of(model), left: Cell::new(late), turned_away };
    let options = Options { parallelism: 1, ..Options::default() };
    let observer = Stops { at_once, stopped: Cell::new(false) };
    let report =
        apply::run(&plan, &apply::Since::new(), (&server, &server), options, &observer).await;
    let outcome =
        &report.steps.iter().find(|step| step.outcome.word() != "in-sync").unwrap().outcome;
    (outcome.word(), Exit::of_report(&report), server.live.0.into_inner())
}

/// Half a step is what nobody wants, and an old look is nothing to write from.
#[tokio::test]
async fn a_creation_gets_its_status_from_a_new_look_each_time_it_comes_late() {
    let row = json!({"system": "S", "dependencyType": "Code", "status": "Rejected"});
    let manifest = rows("R", &json!([row]));
    let (word, exit, model) = stopped(&manifest, false, (2, false)).await;
    assert_eq!((word, exit), ("done", Exit::Done));
    let below = |list: &String| list.starts_with("/releases/");
    let (_, rows) = model.lists.iter().find(|(list, _)| below(list)).unwrap();
    assert_eq!(rows[0]["note"], 0, "what somebody wrote meanwhile is kept: {rows:?}");
    // Who does not wait does not ask again what was turned away; and it was no other step that was cut off.
    let (word, exit, _) = stopped(&manifest, false, (2, true)).await;
    assert_eq!((word, exit), ("failed", Exit::Interrupted));
}

/// A row that is created is read back and gets its status; the next one of its list is not begun.
#[tokio::test]
async fn a_stop_among_new_rows_finishes_those_that_are_there() {
    let row = |system| json!({"system": system, "dependencyType": "Code", "status": "Rejected"});
    let manifest = rows("R", &json!([row("S"), row("T")]));
    let (word, exit, model) = stopped(&manifest, false, (0, false)).await;
    assert_eq!((word, exit), ("done", Exit::Interrupted));
    let calls = model.calls.into_inner();
    let calls: Vec<&str> = calls.iter().map(|call| &call[..4]).collect();
    let applied = calls.iter().position(|call| *call == "POST").map(|post| &calls[post..]);
    assert_eq!(applied, Some(["POST", "GET ", "PUT ", "GET "].as_slice()));
}

/// Neither is the first call of a step: it was looked at and no more.
#[tokio::test]
async fn after_a_stop_nothing_is_begun() {
    for manifest in [partly("R", "{summary: new}"), release("NEW", "")] {
        for late in [0, 2] {
            let (word, exit, model) = stopped(&manifest, true, (late, false)).await;
            assert_eq!((word, exit), ("not-started", Exit::Interrupted), "{manifest}");
            let calls = model.calls.into_inner();
            assert!(!calls.iter().any(|call| call.starts_with('P')), "{calls:?}");
        }
    }
}

/// Nothing is looked for below what the plan itself creates, as long as nobody had time to be faster.
#[tokio::test]
async fn a_row_below_a_new_release_that_comes_late_is_looked_for() {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "S"}));
    let row =
        json!({"system": "S", "dependencyType": "Code", "deployments": [date("wave", "Pending")]});
    let text = release("NEW", &format!("systems: {}", json!([row])));
    let plan = planned(&model, &[&text]).await.unwrap();
    let server = Late { live: reader_of(model), left: Cell::new(1), turned_away: false };
    let report = carried_out(&plan, &server).await;
    let words: Vec<_> = report.steps.iter().map(|step| step.outcome.word()).collect();
    assert_eq!(words, ["done", "done", "stale"], "{report:#?}");
    let model = server.live.0.into_inner();
    let (_, dates) =
        model.lists.iter().find(|(list, _)| list.ends_with("/deploymentDates")).unwrap();
    assert_eq!(dates.len(), 1, "{dates:?}");
}

/// A server whose answers take a second each, and that takes note of when each was known.
struct Slow {
    live: Served,
    read_at: Cell<Option<Instant>>,
    /// What is known of when that was read of which a write is made, and when it was.
    made: RefCell<Vec<(Option<Instant>, Option<Instant>)>>,
}

impl Read for Slow {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let answer = self.live.get(question).await;
        tokio::time::advance(Duration::from_secs(1)).await;
        self.read_at.set(Some(Instant::now()));
        answer
    }
}

impl Write for Slow {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.made.borrow_mut().push((tried.known_at(), self.read_at.get()));
        self.live.post(path, body, tried).await
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        self.made.borrow_mut().push((tried.known_at(), self.read_at.get()));
        self.live.put(path, body, tried).await
    }
}

/// However long it takes from there to the turn of a write: a disk may be slow, or the process stand still.
#[tokio::test(start_paused = true)]
async fn a_write_says_when_that_was_read_of_which_it_is_made() {
    let mut model = Model::tenant();
    model.add("/systems", json!({"name": "S"}));
    model.add("/releases", json!({"identifier": "R", "plutoraReleaseType": "Independent"}));
    let row = json!({
        "system": "S", "dependencyType": "Code", "status": "Rejected",
        "deployments": [date("one", "Pending"), date("two", "Pending")],
    });
    let texts = [rows("R", &json!([row])), partly("R", "{summary: new}"), release("NEW", "")];
    let plan = planned(&model, &texts.each_ref().map(String::as_str)).await.unwrap();
    let (read_at, made) = (Cell::new(None), RefCell::new(Vec::new()));
    let server = Slow { live: reader_of(model), read_at, made };
    let report = carried_out(&plan, &server).await;
    assert!(report.is_complete(), "{report:#?}");
    let made = server.made.into_inner();
    assert_eq!(made.len(), 6, "{made:?}");
    for (known_at, read_at) in made {
        assert_eq!(known_at, read_at);
        assert!(known_at.is_some());
    }
}
