//! The texts that manifests come from.

/// A text with the name that messages call it by.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path as the user gave it, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Which of the [`Sources`] a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(usize);

/// All texts of one run, in the order in which they are read.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Takes texts in the order in which they are to be read.
    pub fn new(sources: Vec<Source>) -> Self {
        Self(sources)
    }

    /// Iterates over the texts.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(position, source)| (SourceId(position), source))
    }

    /// Returns one text.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0)
    }
}
