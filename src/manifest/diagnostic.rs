//! What is wrong with the manifests, and where.

use std::ops::Range;

use super::source::SourceId;
use crate::yaml::{Fault, Pointer};

/// One thing that is wrong, for the user to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, as a lower-case fragment without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that have to do with it, each with what stands there.
    pub related: Vec<(Place, String)>,
}

/// All that is wrong, so far: the first thousand, because nobody mends more at once, and how many more
/// there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    beyond: usize,
}

impl Diagnostics {
    /// How many are kept; the memory for more would be a mistake's to choose.
    pub(super) const MOST: usize = 1_000;

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.keep(diagnostic);
    }

    /// Adds one, and gives it back if it was kept.
    pub(super) fn keep(&mut self, diagnostic: Diagnostic) -> Option<&mut Diagnostic> {
        if self.is_full() {
            self.beyond += 1;
            return None;
        }
        self.kept.push(diagnostic);
        self.kept.last_mut()
    }

    /// Adds those of another text.
    pub(super) fn join(&mut self, others: Self) {
        let Self { kept, beyond } = others;
        self.extend(kept);
        self.beyond += beyond;
    }

    /// Returns those that were kept.
    pub fn kept(&self) -> &[Diagnostic] {
        &self.kept
    }

    /// Returns how many there were.
    pub fn count(&self) -> usize {
        self.kept.len() + self.beyond
    }

    /// Tells whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Tells whether no more are kept.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= Self::MOST
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }
}

/// A place in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// Where in the text.
    pub spot: Spot,
}

/// A place within a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Bytes `start` to `end`.
    Bytes(usize, usize),
    /// A node, found by its pointer when it is to be shown.
    Node {
        /// The document, counted from 0, documents without content included.
        document: usize,
        /// The node.
        pointer: Pointer,
        /// Whether its key is meant, and not its value.
        at_key: bool,
    },
}

impl Diagnostic {
    /// Says what is wrong, and where.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, help: None, related: Vec::new() }
    }

    /// Says why a text is refused.
    pub fn of_fault(source: SourceId, fault: Fault) -> Self {
        let Fault { range, message, help, related } = fault;
        let diagnostic = Self::new(Place::bytes(source, range), message).maybe_help(help);
        match related {
            Some((range, what)) => diagnostic.related(Place::bytes(source, range), what),
            None => diagnostic,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do about it, where that is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Adds another place that has to do with it.
    #[must_use]
    pub fn related(mut self, place: Place, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }
}

impl Place {
    /// Returns the place of a byte range.
    pub fn bytes(source: SourceId, range: Range<usize>) -> Self {
        Self { source, spot: Spot::Bytes(range.start, range.end) }
    }

    /// Returns the place of a node's value.
    pub fn node(source: SourceId, document: usize, pointer: Pointer) -> Self {
        Self { source, spot: Spot::Node { document, pointer, at_key: false } }
    }

    /// Returns the place of this node's key; any other place is returned as it is.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        if let Spot::Node { at_key, .. } = &mut self.spot {
            *at_key = true;
        }
        self
    }
}
