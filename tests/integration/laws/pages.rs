//! Lists from any answers.

use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use plutora_sync::plutora::{Get, Listing, Read, ReadError, Uncounted, list};
use serde_json::Value;

/// Answers with the parts of a text, one after the other, and with the last one for ever.
struct Answers {
    answers: Vec<Value>,
    asked: Cell<usize>,
}

impl Read for Answers {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let number = self.asked.get();
        self.asked.set(number + 1);
        // More than any list of the text can need; who asks on never stops.
        assert!(number < 100_000, "{} is read for ever", question.path);
        Ok(self.answers.get(number).or(self.answers.last()).cloned().unwrap_or_default())
    }
}

/// A list ends, with an error or with rows that came, each once.
pub(crate) fn a_list_ends_with_rows_that_came(bytes: &[u8]) {
    let answers: Vec<Value> =
        bytes.split(|it| *it == b'\n').filter_map(|it| serde_json::from_slice(it).ok()).collect();
    for uncounted in [Uncounted::Page, Uncounted::Last] {
        let answers = Answers { answers: answers.clone(), asked: Cell::default() };
        let listing = Listing { path: "/releases", filter: None, parallelism: 2, uncounted };
        let Ok(listed) = ready(list(&answers, &listing, Value::Object)) else { continue };
        assert_eq!(listed.rows.len() as u64, listed.length);
        let text = |value: &Value| value.to_string();
        let came: String = answers.answers.iter().map(text).collect();
        for row in &listed.rows {
            assert!(came.contains(&text(row)), "{row} came from nowhere");
        }
    }
}

/// Returns what a future is that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
