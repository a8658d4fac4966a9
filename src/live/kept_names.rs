//! Names that earlier runs have kept of what is only referred to: of a whole list, or one by one.

use jiff::Timestamp;

use super::kept::Kept;
use super::names::Names;
use super::wants::Rows;
use crate::resource::Referent;

/// The names of one list.
///
/// What was asked by filter has an entry for each name and each id, with its own age: runs with other manifests
/// ask for others, and nothing that is asked for today makes what is of yesterday any younger.
pub(super) struct KeptNames<'a> {
    kept: &'a Kept,
    path: String,
    /// Whether they are kept at all: those of what is only referred to, and changes rarely. Whether a system or a
    /// release is there decides whether one is created.
    on: bool,
}

impl<'a> KeptNames<'a> {
    /// Looks at what is kept of a list.
    pub(super) fn of(kept: &'a Kept, referent: Referent) -> Self {
        let on = match referent {
            Referent::Lookup(_) | Referent::Organization | Referent::User => true,
            Referent::System | Referent::Release => false,
        };
        Self { kept, path: referent.list_path(), on }
    }

    /// Returns what is kept of what is wanted, since when, and whether it is all that there is; none where
    /// something is missing.
    pub(super) fn take(&self, wanted: &Rows) -> Option<(Names, Timestamp, bool)> {
        let holds = |names: &Names| {
            wanted.names().into_iter().all(|name| names.ids_of(name).len() > 0)
                && wanted.pinned.iter().all(|id| names.name_of(id).is_some())
        };
        if !self.on {
            return None;
        }
        if let Some((at, rows)) = self.kept.value::<Vec<(String, String)>>(&self.path) {
            let names: Names = rows.into_iter().collect();
            if holds(&names) {
                return Some((names, at, true));
            }
        }
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut since = None;
        for name in wanted.names() {
            let (at, ids): (_, Vec<String>) = self.kept.value(&self.named(name))?;
            rows.extend(ids.into_iter().map(|id| (id, name.clone())));
            since = since.into_iter().chain([at]).min();
        }
        for id in &wanted.pinned {
            let (at, name) = self.kept.value(&self.id(id))?;
            rows.push((id.clone(), name));
            since = since.into_iter().chain([at]).min();
        }
        let names: Names = rows.into_iter().collect();
        holds(&names).then_some((names, since?, false))
    }

    /// Returns what an id is called.
    pub(super) fn name_of(&self, id: &str) -> Option<String> {
        Some(self.kept.value(&self.id(id)).filter(|_| self.on)?.1)
    }

    /// Keeps a whole list.
    pub(super) fn keep_all<'b>(&self, names: impl Iterator<Item = (&'b str, &'b str)>) {
        if self.on {
            self.kept.keep(&self.path, "", &names.collect::<Vec<_>>());
        }
    }

    /// Keeps what was asked for by name or by a pinned id, also that nothing bears a name. A whole list that was kept
    /// before is older, and counts no more.
    pub(super) fn keep_wanted(&self, wanted: &Rows, names: &Names) {
        self.keep_all(std::iter::empty());
        for name in wanted.names().into_iter().filter(|_| self.on) {
            self.kept.keep(&self.named(name), "", &names.ids_of(name).collect::<Vec<_>>());
        }
        self.keep_ids(wanted.pinned.iter().filter_map(|id| Some((&**id, names.name_of(id)?))));
    }

    /// Keeps what ids are called.
    pub(super) fn keep_ids<'b>(&self, ids: impl Iterator<Item = (&'b str, &'b str)>) {
        for (id, name) in ids.filter(|_| self.on) {
            self.kept.keep(&self.id(id), "", &name);
        }
    }

    /// Forgets all of them for this run.
    pub(super) fn forget(&self) {
        self.kept.forget(&self.path);
        self.kept.forget_all(&self.named(""));
        self.kept.forget_all(&self.id(""));
    }

    fn named(&self, name: &str) -> String {
        format!("{} named {name}", self.path)
    }

    fn id(&self, id: &str) -> String {
        format!("{} id {id}", self.path)
    }
}
