//! Why each request of a plan is made: which declared object needs it, and what for.

use std::collections::{BTreeMap, BTreeSet};

use super::below::path_below;
use super::stakes::paths_at_stake;
use super::{Found, Live};
use crate::desired::{Desired, Object};
use crate::plutora::Asked;
use crate::resource::{
    FieldDef, FieldType, FieldValue, Guid, InRows, Key, Kind, Path, Ref, Referent,
};

/// What an answer is needed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Only the list says whether there is exactly one object of this name.
    Itself,
    /// This field names an object, and Plutora takes its id.
    Reference(&'static FieldDef, String),
    /// The object stands below this one, which is known by its name.
    Above(Key),
    /// The object is a row of this list.
    Rows,
    /// The object stands below a row of this list.
    Linked,
    /// The rows of the list are not known to carry these fields.
    Details(Vec<&'static FieldDef>),
    /// The row of the list left empty what is never empty, or did not say it.
    EmptyRow,
    /// Which statuses are possible depends on the type of this release.
    Type(Key),
    /// A warning says what is at stake when the parent changes.
    Stake,
    /// A status without `deployment` is that of the only date, if there is one.
    OnlyDate,
    /// The credentials do not say whose they are.
    User,
}

impl Why {
    /// Returns the fields that have to do with it.
    pub fn fields(&self) -> Vec<&'static FieldDef> {
        match self {
            Self::Reference(def, _) => vec![*def],
            Self::Details(defs) => defs.clone(),
            Self::Itself
            | Self::Above(_)
            | Self::Rows
            | Self::Linked
            | Self::EmptyRow
            | Self::Type(_)
            | Self::Stake
            | Self::OnlyDate
            | Self::User => Vec::new(),
        }
    }
}

/// The requests that were made, and what for.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    asked: Asked,
    needs: BTreeMap<Key, Vec<(String, Why)>>,
    /// How many objects need the answer of each path.
    shared: BTreeMap<String, usize>,
}

/// Requests for one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFor<'a> {
    /// The path; of a list, that of all its pages.
    pub path: &'a str,
    /// How many they were.
    pub requests: u64,
    /// What one object needs the answer for.
    pub whys: Vec<&'a Why>,
    /// How many other objects need it too.
    pub others: usize,
}

impl Reads {
    /// Finds out which object needed what of that which was asked; `at_stake` are the releases whose
    /// phases and gates the warnings about an object are about.
    pub fn explain(
        (desired, live): (&Desired, &Live),
        asked: Asked,
        at_stake: impl Fn(&Key) -> BTreeSet<Guid>,
    ) -> Self {
        let mut all: BTreeMap<Key, Vec<(String, Why)>> = BTreeMap::new();
        for object in desired.iter() {
            let mut needs = needs(desired, live, object, &at_stake(&object.key));
            needs.retain(|(path, _)| asked.contains_key(path));
            all.insert(object.key.clone(), needs);
        }
        // What a detail is good for besides the fields it had to be read for is no reason to ask.
        let forced = all.values().flatten().filter(|(_, why)| matches!(why, Why::Details(_)));
        let forced: BTreeSet<String> = forced.map(|(path, _)| path.clone()).collect();
        let once = |path: &String| asked.get(path) == Some(&1) && forced.contains(path);
        let mut shared = BTreeMap::new();
        for needs in all.values_mut() {
            needs
                .retain(|(path, why)| !(matches!(why, Why::Type(_) | Why::EmptyRow) && once(path)));
            let paths: BTreeSet<&String> = needs.iter().map(|(path, _)| path).collect();
            for path in paths {
                *shared.entry(path.clone()).or_default() += 1;
            }
        }
        Self { asked, needs: all, shared }
    }

    /// Returns the requests that an object needed, in the order of their paths.
    pub fn of(&self, key: &Key) -> Vec<ReadFor<'_>> {
        let mut by_path: BTreeMap<&str, Vec<&Why>> = BTreeMap::new();
        for (path, why) in self.needs.get(key).into_iter().flatten() {
            let whys = by_path.entry(path).or_default();
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
        let read = by_path.into_iter().map(|(path, whys)| ReadFor {
            path,
            requests: self.requests(path),
            whys,
            others: self.shared.get(path).map_or(0, |objects| objects.saturating_sub(1)),
        });
        read.collect()
    }

    /// Returns how many requests a path took.
    pub fn requests(&self, path: &str) -> u64 {
        self.asked.get(path).copied().unwrap_or(0)
    }

    /// Returns how many requests there were.
    pub fn total(&self) -> u64 {
        self.asked.values().sum()
    }

    /// Returns the paths that were asked for and that no object needed; there are none.
    pub fn needless(&self) -> impl Iterator<Item = &str> {
        self.asked.keys().map(String::as_str).filter(|path| !self.shared.contains_key(*path))
    }
}

/// Returns all that an object needs to be planned, whether it was asked or not.
fn needs(
    desired: &Desired,
    live: &Live,
    object: &Object,
    at_stake: &BTreeSet<Guid>,
) -> Vec<(String, Why)> {
    let mut needs = Needs { desired, live, found: Vec::new() };
    needs.of(object);
    for path in at_stake.iter().flat_map(|release| paths_at_stake(*release)) {
        needs.add(path, Why::Stake);
    }
    needs.add("/me".into(), Why::User);
    needs.found
}

struct Needs<'a> {
    desired: &'a Desired,
    live: &'a Live,
    found: Vec<(String, Why)>,
}

impl Needs<'_> {
    fn add(&mut self, path: String, why: Why) {
        self.found.push((path, why));
    }

    fn of(&mut self, object: &Object) {
        let key = &object.key;
        if let Some(referent) = key.kind.referent() {
            self.add(referent.list_path(), Why::Itself);
            self.detail(object);
        } else {
            self.above(key);
        }
        for (def, value) in object.fields.iter() {
            if let (FieldType::Reference { to, .. }, FieldValue::Text(name)) = (def.ty, value) {
                self.add(to.list_path(), Why::Reference(def, name.clone()));
                if to == Referent::Release {
                    self.release_type(&Key::new(Kind::Release, name));
                }
            }
        }
    }

    fn detail(&mut self, object: &Object) {
        let live = self.live;
        let Found::One(is) = live.found(self.desired, object).into_owned() else { return };
        let managed = object.fields.iter().map(|(def, _)| def);
        let beyond: Vec<_> = managed.filter(|def| def.in_rows == InRows::Unknown).collect();
        let why = if beyond.is_empty() { Why::EmptyRow } else { Why::Details(beyond) };
        self.add(Path::collection(object.key.kind, Vec::new()).of(Ref::Id(is.id)).to_string(), why);
    }

    /// The way to a row: the release and the system by their names, and the lists below these.
    fn above(&mut self, key: &Key) {
        let above: Vec<Key> = std::iter::successors(key.parent(), Key::parent).collect();
        for key in std::iter::once(key).chain(&above) {
            let (kind, referent) = match key.kind {
                Kind::Release => (Kind::Release, Referent::Release),
                Kind::ReleaseSystem => (Kind::System, Referent::System),
                Kind::System | Kind::Deployment => continue,
            };
            self.add(referent.list_path(), Why::Above(Key::new(kind, key.own_name())));
        }
        for (position, above) in above.iter().enumerate() {
            if above.kind == Kind::Release {
                self.release_type(above);
            }
            if let Some(path) = path_below(self.live, self.desired, above) {
                let why = if position == 0 { Why::Rows } else { Why::Linked };
                self.add(path.to_string(), why);
            }
        }
        // A status that names no deployment was given to a row or to its only date.
        for linked in std::iter::once(key).chain(&above) {
            if self.desired.is_claimed(linked)
                && let Some(path) = path_below(self.live, self.desired, linked)
            {
                self.add(path.to_string(), Why::OnlyDate);
            }
        }
    }

    fn release_type(&mut self, release: &Key) {
        let meant = self.live.meant(self.desired, Referent::Release, &release.own_name());
        if let Some(id) = meant.id() {
            let path = Path::collection(Kind::Release, Vec::new()).of(Ref::Id(id));
            self.add(path.to_string(), Why::Type(release.clone()));
        }
    }
}
