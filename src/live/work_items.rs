//! Phases and gates of a release, with the activities that hang on them.

use serde_json::{Map, Value};

use crate::resource::{Body as _, Guid, Instant, Kind, Said, id_of};

/// What a release has of phases, gates and activities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkItems {
    /// Its phases, then its gates, each by their dates.
    pub items: Vec<WorkItem>,
    /// The activities that hang on none of them.
    pub loose: Vec<Activity>,
}

/// A phase or a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Which of the two.
    pub kind: WorkItemKind,
    /// Its id in this release.
    pub id: Guid,
    /// The id of its name, which is the same in every release of the tenant.
    pub name_id: String,
    /// Its name; the id of the name where the tenant tells no name.
    pub name: String,
    /// When it starts.
    pub start: Option<Instant>,
    /// When it ends.
    pub end: Option<Instant>,
    /// Whether the release leaves it out.
    pub ignored: bool,
    /// The activities that hang on it.
    pub activities: Vec<Activity>,
}

/// Whether something is a phase or a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkItemKind {
    /// A phase.
    Phase,
    /// A gate.
    Gate,
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Activity {
    /// Its title.
    pub title: String,
    /// Its status: `NotStarted`, `InProgress` or `Completed`.
    pub status: String,
}

impl WorkItemKind {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Phase, Self::Gate];

    /// Returns the word for one of them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Gate => "gate",
        }
    }

    /// Returns the last word of the paths of their collections.
    pub(super) fn collection(self) -> &'static str {
        match self {
            Self::Phase => "phases",
            Self::Gate => "gates",
        }
    }

    /// Returns the path of the list of their names.
    pub(super) fn names_path(self) -> &'static str {
        match self {
            Self::Phase => "/WorkItemNames/Phases",
            Self::Gate => "/WorkItemNames/Gates",
        }
    }
}

impl WorkItem {
    /// Returns whether two of them are the same thing at the same time, in whatever releases.
    ///
    /// The API does not say which phases and gates of a release come from its Enterprise, so this
    /// is how they are recognised.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |item: &Self| (item.kind, item.name_id.clone(), item.start, item.end);
        self.id == other.id || same(self) == same(other)
    }
}

/// Reads a row; none where it has no id.
pub(super) fn work_item(
    kind: WorkItemKind,
    row: &Map<String, Value>,
    name_of: impl Fn(&str) -> Option<String>,
) -> Option<WorkItem> {
    let instant = |key| text(row, key).and_then(|text| Instant::parse(text).ok());
    let name_id = text(row, "workItemNameID").unwrap_or_default().to_lowercase();
    let shown = text(row, "name").map(str::to_owned);
    Some(WorkItem {
        kind,
        // The rows of all collections but one have the id under this key.
        id: id_of(Kind::Release, row)?,
        name: name_of(&name_id).or(shown).unwrap_or_else(|| name_id.clone()),
        name_id,
        start: instant("startDate"),
        end: instant("endDate"),
        ignored: row.said("isIgnore") == Said::Other(&Value::Bool(true)),
        activities: Vec::new(),
    })
}

impl WorkItems {
    /// Hangs activities on phases and gates.
    ///
    /// An activity names the id of one of the release's own, or, as one client sends it, that of a
    /// name. Nobody promises an order of these lists, and so none of it is left in what they say.
    pub(super) fn new(mut items: Vec<WorkItem>, activities: &[Map<String, Value>]) -> Self {
        items.sort_by(|a, b| {
            (a.kind, a.start, a.end, &a.name, a.id).cmp(&(b.kind, b.start, b.end, &b.name, b.id))
        });
        let mut loose = Vec::new();
        for row in activities {
            let shown =
                text(row, "title").or_else(|| text(row, "identifier")).unwrap_or("untitled");
            let status = text(row, "status").unwrap_or_default().to_owned();
            let activity = Activity { title: shown.to_owned(), status };
            let on = text(row, "assignedWorkItemID").unwrap_or_default().to_lowercase();
            let by_id = items.iter().position(|item| item.id.to_string() == on);
            let hook = by_id.or_else(|| items.iter().position(|item| item.name_id == on));
            match hook.and_then(|hook| items.get_mut(hook)) {
                Some(item) => item.activities.push(activity),
                None => loose.push(activity),
            }
        }
        for activities in items.iter_mut().map(|item| &mut item.activities).chain([&mut loose]) {
            activities.sort();
        }
        Self { items, loose }
    }
}

fn text<'a>(row: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    row.said(key).text().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "d95f23e4-52a1-e811-8146-029a1f64cdff";
    const TWO: &str = "d95f23e4-52a1-e811-8146-029a1f64ce00";

    fn item(kind: WorkItemKind, id: &str, name_id: &str, start: &str) -> WorkItem {
        let row =
            json!({"id": id, "workItemNameID": name_id, "startDate": start, "endDate": start});
        work_item(kind, row.as_object().unwrap(), |id| (id == "n1").then(|| "Test".into())).unwrap()
    }

    #[test]
    fn activities_hang_on_what_they_name_by_either_id() {
        let items = vec![
            item(WorkItemKind::Gate, TWO, "N2", "2026-01-01"),
            item(WorkItemKind::Phase, ONE, "N1", "2026-02-01"),
        ];
        let activity = |title: &str, on: &str| {
            let row = json!({"title": title, "status": "InProgress", "assignedWorkItemId": on});
            row.as_object().unwrap().clone()
        };
        let rows = [activity("a", &ONE.to_uppercase()), activity("b", "n2"), activity("c", "x")];
        let WorkItems { items, loose } = WorkItems::new(items, &rows);
        let shown: Vec<_> = items
            .iter()
            .map(|it| (it.kind.word(), it.name.as_str(), it.activities[0].title.as_str()))
            .collect();
        assert_eq!(shown, [("phase", "Test", "a"), ("gate", "n2", "b")]);
        assert_eq!(loose[0].title, "c");
    }

    #[test]
    fn the_order_in_which_rows_come_does_not_matter() {
        let twin = |id: &str| item(WorkItemKind::Phase, id, "n1", "2026-02-01");
        let row = |title: &str| {
            let on = if title == "a" { "n1" } else { "x" };
            json!({"title": title, "assignedWorkItemId": on}).as_object().unwrap().clone()
        };
        let (one, two) = (twin(ONE), twin(TWO));
        let rows = ["a", "b", "c"].map(row);
        let there = WorkItems::new(vec![one.clone(), two.clone()], &rows);
        let mut rows = rows;
        rows.reverse();
        assert_eq!(WorkItems::new(vec![two, one], &rows), there);
    }

    #[test]
    fn the_same_name_at_the_same_time_is_the_same_thing() {
        let one = item(WorkItemKind::Phase, ONE, "n1", "2026-02-01");
        assert!(one.is_like(&item(WorkItemKind::Phase, TWO, "N1", "2026-02-01T00:00:00Z")));
        assert!(one.is_like(&item(WorkItemKind::Phase, ONE, "n1", "2026-03-01")), "one id");
        assert!(!one.is_like(&item(WorkItemKind::Phase, TWO, "n1", "2026-03-01")));
        assert!(!one.is_like(&item(WorkItemKind::Gate, TWO, "n1", "2026-02-01")));
    }
}
