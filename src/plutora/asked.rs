//! What was asked and written, counted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::error::{ReadError, WriteError};
use super::port::{Get, News, Read, Tried, Write, Written};
use crate::resource::Guid;

/// Asks and writes through another reader or writer, and counts.
#[derive(Debug)]
pub struct Counting<T> {
    inner: T,
    asked: RefCell<Asked>,
    endpoints: RefCell<Endpoints>,
}

/// How often each path was asked for; the pages of a list have one path.
pub type Asked = BTreeMap<String, u64>;

/// How many requests each endpoint had, such as `GET /releases/{id}`.
pub type Endpoints = BTreeMap<String, u64>;

impl<T> Counting<T> {
    /// Counts from now on.
    pub fn new(inner: T) -> Self {
        Self { inner, asked: RefCell::default(), endpoints: RefCell::default() }
    }

    /// Returns how many requests each endpoint had.
    pub fn endpoints(&self) -> Endpoints {
        self.endpoints.borrow().clone()
    }

    /// Returns what was asked.
    pub fn into_asked(self) -> Asked {
        self.asked.into_inner()
    }

    fn count(&self, method: &str, path: &str) {
        *self.endpoints.borrow_mut().entry(endpoint(method, path)).or_default() += 1;
    }
}

impl<W> Counting<W> {
    /// Counts what was sent, the first time.
    fn count_write(
        &self,
        method: &str,
        path: &str,
        (before, written): (Tried, &Result<Written, WriteError>),
    ) {
        let is_sent = match written {
            Err(WriteError::Outdated { tried, .. }) => tried.was_sent(),
            Err(WriteError::Unsent { .. }) => false,
            Ok(_) | Err(WriteError::NotDone { .. } | WriteError::InDoubt { .. }) => true,
        };
        if is_sent && !before.was_sent() {
            self.count(method, path);
        }
    }
}

/// Names the endpoint of a request: its path with `{id}` in the place of ids.
fn endpoint(method: &str, path: &str) -> String {
    let segments = path.split('/').map(|segment| match Guid::parse(segment) {
        Ok(_) => "{id}",
        Err(_) => segment,
    });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

impl<R: Read> Read for Counting<R> {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.count("GET", &question.path);
        *self.asked.borrow_mut().entry(question.path.clone()).or_default() += 1;
        self.inner.get(question).await
    }

    fn tell(&self, news: News) {
        self.inner.tell(news);
    }
}

impl<W: Write> Write for Counting<W> {
    async fn post(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let written = self.inner.post(path, body, tried).await;
        self.count_write("POST", path, (tried, &written));
        written
    }

    async fn put(&self, path: &str, body: &Value, tried: Tried) -> Result<Written, WriteError> {
        let written = self.inner.put(path, body, tried).await;
        self.count_write("PUT", path, (tried, &written));
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_path_without_its_ids() {
        let id = "9313fe77-0000-4000-8000-00000000000c";
        assert_eq!(endpoint("GET", "/releases"), "GET /releases");
        assert_eq!(
            endpoint("PUT", &format!("/releases/{id}/systems/{id}/deploymentDates/{id}")),
            "PUT /releases/{id}/systems/{id}/deploymentDates/{id}"
        );
        assert_eq!(endpoint("GET", "/lookupfields/ReleaseType"), "GET /lookupfields/ReleaseType");
    }
}
