//! The columns of an answer: which keys it has, and where each value comes from.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::choices::RowStatus;
use crate::data::{Data, Object};
use crate::resource::custom_fields;
use crate::world::Tenant;

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
    /// What follows from other objects.
    Derived(fn(&Data, &Object) -> Value),
    /// The custom fields of a type, of which only the values are stored.
    CustomFields(&'static str),
    /// A stored word of a deployment status, which the tenant may show under a label of its own.
    Status,
    /// The same, on a row that not every tenant's API gives a status.
    RowStatus,
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

    pub(crate) const fn derived(name: &'static str, from: fn(&Data, &Object) -> Value) -> Self {
        Self { name, kind: Kind::Text, source: Source::Derived(from) }
    }

    pub(crate) const fn custom_fields(of: &'static str) -> Self {
        Self { name: custom_fields::KEY, kind: Kind::Text, source: Source::CustomFields(of) }
    }

    pub(crate) const fn status(name: &'static str) -> Self {
        Self { name, kind: Kind::Text, source: Source::Status }
    }

    pub(crate) const fn row_status(name: &'static str) -> Self {
        Self { name, kind: Kind::Text, source: Source::RowStatus }
    }

    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.source, Source::Twin { .. } | Source::Derived(_))
    }

    /// Tells whether answers of the tenant have the key at all.
    fn is_shown(&self, tenant: &Tenant) -> bool {
        !matches!(self.source, Source::RowStatus) || tenant.habits.row_status == RowStatus::Kept
    }

    /// Reads the column's value; what is not there is null.
    pub(crate) fn read<'a>(&self, tenant: &'a Tenant, object: &'a Object) -> Cow<'a, Value> {
        let value = match self.source {
            Source::Stored => object.get(self.name),
            Source::Twin { id, collection, key } => object
                .get(id)
                .and_then(Value::as_str)
                .and_then(|id| tenant.data.get(collection, id))
                .and_then(|target| target.get(key)),
            Source::Derived(from) => return Cow::Owned(from(&tenant.data, object)),
            Source::CustomFields(of) => {
                return Cow::Owned(custom_fields::rows(&tenant.data, of, object));
            }
            Source::Status | Source::RowStatus => {
                let word = object.get(self.name).and_then(Value::as_str);
                let label = word.map(|word| tenant.habits.status_labels.label(word));
                return Cow::Owned(label.into());
            }
        };
        value.map_or(Cow::Owned(Value::Null), Cow::Borrowed)
    }
}

/// Renders the given columns of an object.
pub(crate) fn render(columns: &[Column], tenant: &Tenant, object: &Object) -> Map<String, Value> {
    columns
        .iter()
        .filter(|column| column.is_shown(tenant))
        .map(|column| (column.name.to_owned(), column.read(tenant, object).into_owned()))
        .collect()
}
