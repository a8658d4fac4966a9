//! The one door to YAML.
//!
//! Two parsers look at every text, and it is accepted only if both accept it. `serde_yaml` builds
//! the values. A survey of the parser events of `granit-parser` comes first and refuses what
//! `serde_yaml` lets pass or spends memory on: a key set twice (it keeps the last, silently),
//! merge keys, foreign tags, keys that are not text, aliases that expand without bound, and
//! nesting without bound. The survey also knows where everything stands, which `serde_yaml` does
//! not; positions are looked up only when an error is shown.

mod help;
mod pointer;
mod spans;
mod survey;

use std::ops::{ControlFlow, Range};

use serde::Deserialize as _;
pub use serde_yaml::{Mapping, Value};

use survey::{Survey, survey};

pub use pointer::Pointer;
pub use spans::{Places, Span};

/// One document of a text that has content.
#[derive(Debug)]
pub struct Document {
    /// What it holds.
    pub value: Value,
    /// Which document of the text it is, from 0.
    pub position: usize,
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

/// What could be read of a small text, and why the rest could not.
#[derive(Debug, Default)]
pub struct Reading {
    /// The documents that both parsers accept.
    pub documents: Vec<Document>,
    /// What is wrong with the others.
    pub faults: Vec<Fault>,
}

/// Reads all documents of a text at once.
pub fn read_all(text: &str) -> Reading {
    let mut reading = Reading::default();
    reading.faults = read(text, |document| {
        reading.documents.push(document);
        ControlFlow::Continue(())
    });
    reading
}

/// Hands over the documents of a text that both parsers accept, one after the other, until it is told
/// to stop, and returns what is wrong with the others.
///
/// One document is in memory at a time: built, it takes up to a hundred times the space of its text.
pub fn read(text: &str, mut each: impl FnMut(Document) -> ControlFlow<()>) -> Vec<Fault> {
    let Survey { documents: surveyed, mut faults, whole } = survey(text);
    if !whole {
        return faults;
    }
    for (position, parsed) in serde_yaml::Deserializer::from_str(text).enumerate() {
        let seen = surveyed.get(position);
        match (Value::deserialize(parsed), seen) {
            // Its faults are known already, and what is built of it may lack what they are about.
            (_, Some(seen)) if seen.faulty => {}
            (Ok(Value::Null), _) => {}
            (Ok(value), Some(seen)) => {
                if each(Document { value, position, line: seen.line }).is_break() {
                    break;
                }
            }
            (Ok(_), None) => {
                let message = "two YAML parsers disagree on where documents end";
                let help = "write each document after a line that holds only ---";
                faults.push(Fault::new(0..0, message).help(help));
                break;
            }
            (Err(error), _) => {
                faults.push(fault_of(text, &error));
                break;
            }
        }
    }
    faults
}

fn fault_of(text: &str, error: &serde_yaml::Error) -> Fault {
    let start = error.location().map_or(0, |at| spans::offset(text, at.line(), at.column()));
    let message = error.to_string();
    let help = help::help(text, start, &message).map(str::to_owned);
    Fault { help, ..Fault::new(start..start, message) }
}
