//! The names and ids of one list, both ways.

use serde_json::{Map, Value};

use crate::resource::{Body as _, Referent};

/// Returns the id, in lower case, and the name, in canonical form, of a list's row.
///
/// A row without one of them can neither be meant nor referred to.
pub(super) fn id_and_name(
    referent: Referent,
    row: &Map<String, Value>,
) -> Option<(String, String)> {
    let text = |key| row.said(key).text();
    let name = referent.canonical(text(referent.name_key())?).into_owned();
    Some((text("id")?.to_lowercase(), name))
}

/// Refuses a list with a row that does not tell what it is, where such a thing can be created: it could be
/// the one that is missing, and would be created a second time.
pub(super) fn told_apart(referent: Referent, has_nameless: bool) -> Result<(), String> {
    let can_be_created = matches!(referent, Referent::System | Referent::Release);
    if can_be_created && has_nameless {
        return Err(format!("a row has no `id` or no `{}`", referent.name_key()));
    }
    Ok(())
}

/// Names and the ids that bear them; several ids may bear one name.
///
/// A list that is read whole may have fifty thousand rows of which ten matter, so all of them stand in
/// one text, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    rows: Vec<Row>,
    /// Places of rows, by what they are called.
    by_name: Vec<usize>,
    /// Places of rows, by their ids.
    by_id: Vec<usize>,
}

/// Where a row stands in the text: where its id begins, and its name, which ends where the next row begins.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: usize,
    name: usize,
}

impl Names {
    /// Returns the ids that bear a name, in the order in which they came.
    pub fn ids_of(&self, name: &str) -> impl ExactSizeIterator<Item = &str> + Clone {
        let first = self.by_name.partition_point(|place| self.name_at(*place) < name);
        let bearers = self.by_name.get(first..).unwrap_or_default();
        let count = bearers.partition_point(|place| self.name_at(*place) == name);
        bearers.get(..count).unwrap_or_default().iter().map(|place| self.id_at(*place))
    }

    /// Returns the name of an id.
    pub fn name_of(&self, id: &str) -> Option<&str> {
        let place = self.by_id.binary_search_by(|place| self.id_at(*place).cmp(id)).ok()?;
        self.by_id.get(place).map(|place| self.name_at(*place))
    }

    /// Iterates over the ids, and their names.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_id.iter().map(|place| (self.id_at(*place), self.name_at(*place)))
    }

    /// Iterates over the names.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let names = self.by_name.iter().map(|place| self.name_at(*place));
        let before = std::iter::once(None).chain(names.clone().map(Some));
        names.zip(before).filter(|(name, before)| Some(*name) != *before).map(|(name, _)| name)
    }

    fn id_at(&self, place: usize) -> &str {
        let row = self.rows.get(place);
        row.and_then(|row| self.text.get(row.id..row.name)).unwrap_or_default()
    }

    fn name_at(&self, place: usize) -> &str {
        let end = self.rows.get(place + 1).map_or(self.text.len(), |next| next.id);
        let row = self.rows.get(place);
        row.and_then(|row| self.text.get(row.name..end)).unwrap_or_default()
    }

    /// Returns of how many rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a row, which is not found before [`Self::sort`].
    fn add(&mut self, id: &str, name: &str) {
        let at = self.text.len();
        self.rows.push(Row { id: at, name: at + id.len() });
        self.text.push_str(id);
        self.text.push_str(name);
    }

    /// Makes all rows found; of those with the same id only the first.
    fn sort(&mut self) {
        self.text.shrink_to_fit();
        self.rows.shrink_to_fit();
        let mut by_id: Vec<usize> = (0..self.rows.len()).collect();
        by_id.sort_by(|a, b| self.id_at(*a).cmp(self.id_at(*b)));
        by_id.dedup_by(|later, first| self.id_at(*later) == self.id_at(*first));
        let mut by_name = by_id.clone();
        by_name
            .sort_unstable_by(|a, b| self.name_at(*a).cmp(self.name_at(*b)).then_with(|| a.cmp(b)));
        (self.by_id, self.by_name) = (by_id, by_name);
    }
}

/// Ids in lower case, and names in canonical form.
impl<I: AsRef<str>, N: AsRef<str>> Extend<(I, N)> for Names {
    fn extend<T: IntoIterator<Item = (I, N)>>(&mut self, rows: T) {
        for (id, name) in rows {
            self.add(id.as_ref(), name.as_ref());
        }
        self.sort();
    }
}

impl<I: AsRef<str>, N: AsRef<str>> FromIterator<(I, N)> for Names {
    fn from_iter<T: IntoIterator<Item = (I, N)>>(rows: T) -> Self {
        let mut names = Self::default();
        names.extend(rows);
        names
    }
}

/// Names while their rows come, one after another.
#[derive(Debug, Default)]
pub(super) struct Coming(Names);

impl Coming {
    /// Adds a row.
    pub(super) fn add(&mut self, id: &str, name: &str) {
        self.0.add(id, name);
    }

    /// Returns of how many rows.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns them, once all have come.
    pub(super) fn all(self) -> Names {
        let Self(mut names) = self;
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_ids_may_bear_a_name_and_an_id_has_the_name_that_came_first() {
        let rows = [("c", "two"), ("a", "one"), ("b", "two"), ("a", "three"), ("d", "")];
        let mut names: Names = rows.into_iter().collect();
        let told = |names: &Names| {
            let ids = |name| names.ids_of(name).map(str::to_owned).collect::<Vec<_>>();
            ([ids("one"), ids("two"), ids("three"), ids("")], names.iter().count())
        };
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let expected = [ids(&["a"]), ids(&["c", "b"]), ids(&[]), ids(&["d"])];
        assert_eq!(told(&names), (expected.clone(), 3));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["", "one", "two"]);
        assert_eq!((names.name_of("a"), names.name_of("e")), (Some("one"), None));

        names.extend([("e", "three")]);
        assert_eq!((names.name_of("e"), names.ids_of("three").len()), (Some("three"), 1));
        let mut coming = Coming::default();
        names.pairs().for_each(|(id, name)| coming.add(id, name));
        let again = coming.all();
        assert!(again.pairs().eq(names.pairs()), "{again:?}");
    }
}
