//! The columns of an answer: which keys it has, and where each value comes from.

use serde_json::Value;

use crate::data::{Data, Object};

static NULL: Value = Value::Null;

/// Describes one key of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    source: Source,
}

/// Says how values of a column compare in a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Moment,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Stored,
    /// A display twin: `key` of the object of `collection` whose id is stored under `id`.
    Twin {
        id: &'static str,
        collection: &'static str,
        key: &'static str,
    },
}

impl Column {
    pub(crate) const fn text(name: &'static str) -> Self {
        Self { name, kind: Kind::Text, source: Source::Stored }
    }

    pub(crate) const fn number(name: &'static str) -> Self {
        Self { name, kind: Kind::Number, source: Source::Stored }
    }

    pub(crate) const fn moment(name: &'static str) -> Self {
        Self { name, kind: Kind::Moment, source: Source::Stored }
    }

    /// Describes a key that is never stored: it is looked up by an id whenever it is read, so a
    /// renamed organization is renamed everywhere.
    pub(crate) const fn twin(
        name: &'static str,
        id: &'static str,
        collection: &'static str,
        key: &'static str,
    ) -> Self {
        Self { name, kind: Kind::Text, source: Source::Twin { id, collection, key } }
    }

    pub(crate) fn is_stored(&self) -> bool {
        matches!(self.source, Source::Stored)
    }

    /// Reads the column's value; what is not there is null.
    pub(crate) fn read<'a>(&self, data: &'a Data, object: &'a Object) -> &'a Value {
        let value = match self.source {
            Source::Stored => object.get(self.name),
            Source::Twin { id, collection, key } => object
                .get(id)
                .and_then(Value::as_str)
                .and_then(|id| data.get(collection, id))
                .and_then(|target| target.get(key)),
        };
        value.unwrap_or(&NULL)
    }
}

/// Renders the given columns of an object.
pub(crate) fn render(columns: &[Column], data: &Data, object: &Object) -> Object {
    columns
        .iter()
        .map(|column| (column.name.to_owned(), column.read(data, object).clone()))
        .collect()
}
