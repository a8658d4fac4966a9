//! What was declared when it was last applied, so that what is no longer declared can be told.

use std::collections::BTreeMap;

use super::Desired;
use crate::resource::{FieldDef, FieldValue, Fields, Key, Kind};

/// What was applied last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastApplied {
    /// The base of the API that it was applied to.
    pub api_url: String,
    /// The declared fields of each object.
    pub objects: BTreeMap<Key, Fields>,
    /// The statuses that were claimed without naming a deployment, by the system in the release.
    pub statuses: BTreeMap<Key, FieldValue>,
}

/// How far a declared object was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is as declared.
    Yes,
    /// It was written, and these fields are not as declared.
    But(Vec<&'static str>),
    /// It was not written, or nobody knows.
    No,
}

/// Something that was declared when it was last applied, and is no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The object.
    pub key: Key,
    /// The fields that are no longer managed; none where the whole object is no longer declared.
    pub fields: Vec<&'static FieldDef>,
}

impl LastApplied {
    /// Records what is declared, as far as it was applied. Of an object that was not it says what the
    /// record before said, because that is what was applied last; and as long as not all was done, what is
    /// no longer declared is not forgotten.
    pub fn after(
        before: &Self,
        api_url: &str,
        desired: &Desired,
        done: &impl Fn(&Key) -> Done,
    ) -> Self {
        let mut record = Self { api_url: api_url.to_owned(), ..Self::default() };
        let undone = |key: &Key| done(key) == Done::No;
        for object in desired.iter() {
            let fields = match done(&object.key) {
                Done::Yes => Some(object.fields.clone()),
                Done::But(differs) => {
                    Some(object.fields.filtered(|def| !differs.contains(&def.name)))
                }
                Done::No => before.objects.get(&object.key).cloned(),
            };
            record.objects.extend(fields.map(|fields| (object.key.clone(), fields)));
        }
        for claim in desired.claims() {
            let mut below = desired.below(&claim.of);
            let is_undone = undone(&claim.of) || below.any(|object| undone(&object.key));
            let status =
                if is_undone { before.statuses.get(&claim.of) } else { Some(&claim.status) };
            record.statuses.extend(status.map(|status| (claim.of.clone(), status.clone())));
        }
        if desired.iter().any(|object| undone(&object.key)) {
            let Self { api_url: _, objects, statuses } = before;
            for (key, fields) in objects {
                record.objects.entry(key.clone()).or_insert_with(|| fields.clone());
            }
            for (of, status) in statuses {
                record.statuses.entry(of.clone()).or_insert_with(|| status.clone());
            }
        }
        record
    }

    /// Returns the same with the names that objects are given now, as a plan has them. One that bore such a name
    /// before, and is gone, gives it up.
    #[must_use]
    pub fn renamed(&self, renames: &BTreeMap<Key, Key>) -> Self {
        let Self { api_url, objects, statuses } = self;
        Self {
            api_url: api_url.clone(),
            objects: all_now(objects, renames),
            statuses: all_now(statuses, renames),
        }
    }

    /// Returns what was applied of a field, if anything was.
    pub fn applied(&self, key: &Key, def: &FieldDef) -> Option<&FieldValue> {
        let declared = self.objects.get(key).and_then(|fields| fields.get(def.name));
        let claimed = || {
            let above = key.parent();
            let of = self.statuses.get(key).or_else(|| self.statuses.get(above.as_ref()?));
            of.filter(|_| def.name == "status")
        };
        declared.or_else(claimed)
    }

    /// Returns what is no longer declared, by kind and name.
    pub fn no_longer_declared(&self, desired: &Desired) -> Vec<Removed> {
        let objects = self.objects.iter().filter_map(|(key, fields)| {
            let Some(object) = desired.get(key) else {
                return Some(Removed { key: key.clone(), fields: Vec::new() });
            };
            let claimed = |def: &FieldDef| {
                let of_it = || desired.is_claimed(key);
                let of_above = || key.parent().is_some_and(|above| desired.is_claimed(&above));
                def.name == "status" && (of_it() || of_above())
            };
            let gone = |def: &&FieldDef| object.fields.get(def.name).is_none() && !claimed(def);
            let gone: Vec<_> = fields.iter().map(|(def, _)| def).filter(gone).collect();
            (!gone.is_empty()).then(|| Removed { key: key.clone(), fields: gone })
        });
        let statuses = self.statuses.keys().filter_map(|of| {
            let declared = |key: &Key| desired.get(key)?.fields.get("status");
            let below = || desired.below(of).any(|object| declared(&object.key).is_some());
            let status = of.kind.field("status")?;
            (!desired.is_claimed(of) && declared(of).is_none() && !below())
                .then(|| Removed { key: of.clone(), fields: vec![status] })
        });
        objects.chain(statuses).collect()
    }
}

fn all_now<T: Clone>(all: &BTreeMap<Key, T>, renames: &BTreeMap<Key, Key>) -> BTreeMap<Key, T> {
    let all = all.iter().map(|(key, it)| (key.clone(), now(key, renames), it.clone()));
    let (moved, others): (Vec<_>, Vec<_>) = all.partition(|(key, now, _)| key != now);
    others.into_iter().chain(moved).map(|(_, now, it)| (now, it)).collect()
}

/// Returns what a key is now: with the names of what it is below, and of its system, and then its own.
fn now(key: &Key, renames: &BTreeMap<Key, Key>) -> Key {
    let placed = key.parent().and_then(|above| {
        let own = key.own_name();
        let of_system = match key.kind {
            Kind::ReleaseSystem => renames.get(&Key::new(Kind::System, own.as_str())),
            Kind::System | Kind::Release | Kind::Deployment => None,
        };
        now(&above, renames).child(of_system.map_or(&own, |system| &system.name))
    });
    let placed = placed.unwrap_or_else(|| key.clone());
    renames.get(&placed).cloned().unwrap_or(placed)
}
