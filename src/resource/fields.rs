//! A set of field values of one kind: what a manifest declares, or what is live.

use super::field::FieldDef;
use super::kind::Kind;
use super::value::FieldValue;

/// Field values of one kind, in the order of the kind's table.
///
/// A field that is not in here is not managed; [`FieldValue::Empty`] says that it has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    kind: Kind,
    values: Vec<(&'static FieldDef, FieldValue)>,
}

impl Fields {
    /// Makes an empty set.
    pub fn new(kind: Kind) -> Self {
        Self { kind, values: Vec::new() }
    }

    /// Returns the kind whose fields these are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Puts a value in its place in the order, over an earlier one of the same field.
    pub fn set(&mut self, def: &'static FieldDef, value: FieldValue) {
        let rank =
            |wanted: &FieldDef| self.kind.all_fields().position(|def| def.name == wanted.name);
        // Most come in order.
        if self.values.last().is_none_or(|(last, _)| rank(last) < rank(def)) {
            self.values.push((def, value));
            return;
        }
        match self.values.binary_search_by_key(&rank(def), |(known, _)| rank(known)) {
            Ok(found) => {
                if let Some(slot) = self.values.get_mut(found) {
                    slot.1 = value;
                }
            }
            Err(place) => self.values.insert(place, (def, value)),
        }
    }

    /// Returns the value of a field, by its name in a manifest.
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.iter().find_map(|(def, value)| (def.name == name).then_some(value))
    }

    /// Returns only the values of the fields that `wanted` picks.
    #[must_use]
    pub fn filtered(&self, wanted: impl Fn(&FieldDef) -> bool) -> Self {
        let values = self.values.iter().filter(|(def, _)| wanted(def)).cloned().collect();
        Self { kind: self.kind, values }
    }

    /// Iterates over the values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static FieldDef, &FieldValue)> {
        self.values.iter().map(|(def, value)| (*def, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_the_order_of_the_table_whatever_the_order_of_setting() {
        let field = |name: &str| Kind::Release.field(name).unwrap();
        let mut fields = Fields::new(Kind::Release);
        for name in ["parent", "metadata.name", "summary", "name"] {
            fields.set(field(name), FieldValue::text("first"));
        }
        fields.set(field("summary"), FieldValue::text("second"));

        let names: Vec<_> = fields.iter().map(|(def, _)| def.name).collect();
        assert_eq!(names, ["metadata.name", "name", "summary", "parent"]);
        assert_eq!(fields.get("summary"), Some(&FieldValue::text("second")));
    }
}
