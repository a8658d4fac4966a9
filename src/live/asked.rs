//! What was asked while live state was read.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::plutora::{Get, Read, ReadError};

/// Reads through another reader and counts the questions by their paths.
#[derive(Debug)]
pub struct Counting<R> {
    reader: R,
    asked: RefCell<Asked>,
}

/// How often each path was asked for; the pages of a list have one path.
pub type Asked = BTreeMap<String, u64>;

impl<R> Counting<R> {
    /// Counts from now on.
    pub fn new(reader: R) -> Self {
        Self { reader, asked: RefCell::default() }
    }

    /// Returns what was asked.
    pub fn into_asked(self) -> Asked {
        self.asked.into_inner()
    }
}

impl<R: Read> Read for Counting<R> {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        *self.asked.borrow_mut().entry(question.path.clone()).or_default() += 1;
        self.reader.get(question).await
    }
}
