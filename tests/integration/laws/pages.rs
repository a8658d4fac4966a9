//! Lists from any answers.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use plutora_sync::plutora::{Get, Listing, Read, ReadError, Uncounted, whole};
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
        let listing = Listing { uncounted, ..Listing::whole("/releases", 2) };
        let keep = |rows: &mut Vec<Value>, row| rows.push(Value::Object(row));
        let Ok(listed) = ready(whole(&answers, &listing, keep)) else { continue };
        assert_eq!(listed.rows.len() as u64, listed.length);
        let came: BTreeSet<String> =
            answers.answers.iter().flat_map(rows).map(ToString::to_string).collect();
        let mut ids = BTreeSet::new();
        for row in &listed.rows {
            assert!(came.contains(&row.to_string()), "{row} came from nowhere");
            let keys = row.as_object().into_iter().flatten();
            let id = keys
                .filter(|(key, _)| key.eq_ignore_ascii_case("id"))
                .find_map(|(_, it)| it.as_str());
            let is_new = id.is_none_or(|id| ids.insert(id.to_lowercase()));
            assert!(is_new, "{row} came twice in {listed:?}");
        }
    }
}

/// Returns the rows of an answer in either form.
fn rows(answer: &Value) -> impl Iterator<Item = &Value> {
    let inner = answer.as_object().into_iter().flatten();
    let lists = inner.filter(|(key, _)| key.eq_ignore_ascii_case("resultSet")).map(|(_, it)| it);
    std::iter::once(answer).chain(lists).filter_map(Value::as_array).flatten()
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
