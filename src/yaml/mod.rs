//! The one door to YAML.
//!
//! Two parsers look at every text, and it is accepted only if both accept it. `serde_yaml` builds
//! the values. A survey of the parser events of `granit-parser` comes first and refuses what
//! `serde_yaml` lets pass or spends memory on: a key set twice (it keeps the last, silently),
//! merge keys, foreign tags, keys that are not text, aliases that expand without bound, and
//! nesting without bound. The survey also knows where everything stands, which `serde_yaml` does
//! not; positions are looked up only when an error is shown.

mod pointer;
mod spans;
mod survey;

use std::ops::Range;

use serde::Deserialize as _;
pub use serde_yaml::{Mapping, Value};

pub use pointer::Pointer;
pub use spans::{Span, Spans};

/// One document of a text.
#[derive(Debug)]
pub struct Document {
    /// What it holds.
    pub value: Value,
    /// The line of its first node, from 1.
    pub line: usize,
}

/// Why a text is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// An earlier place that has to do with it, and what stands there.
    pub related: Option<(Range<usize>, &'static str)>,
}

impl Fault {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None, related: None }
    }

    fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

/// Reads every document of a text, or says everything that is wrong with it.
///
/// A document without content, such as the one after a closing `---`, is a null value.
pub fn read(text: &str) -> Result<Vec<Document>, Vec<Fault>> {
    let lines = survey::survey(text)?;
    let mut documents = Vec::with_capacity(lines.len());
    for (position, parsed) in serde_yaml::Deserializer::from_str(text).enumerate() {
        let value = Value::deserialize(parsed).map_err(|error| vec![fault_of(text, &error)])?;
        let line = match lines.get(position) {
            Some(line) => *line,
            // A text without any node is one null document to one parser and none to the other.
            None if value.is_null() => continue,
            None => {
                let message = "two YAML parsers disagree on where documents end";
                let help = "write each document after a line that holds only ---";
                return Err(vec![Fault::new(0..0, message).help(help)]);
            }
        };
        documents.push(Document { value, line });
    }
    Ok(documents)
}

/// Returns where every node of a text stands; for texts that [`read`] accepts.
pub fn spans(text: &str) -> Spans {
    spans::index(text)
}

fn fault_of(text: &str, error: &serde_yaml::Error) -> Fault {
    let start = error.location().map_or(0, |at| spans::offset(text, at.line(), at.column()));
    Fault::new(start..start, error.to_string())
}
