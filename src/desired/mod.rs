//! What should be: the documents of all manifests, merged by object and checked together.
//!
//! Everything that can be said without Plutora is said here; what needs live state (names, whether
//! an object exists) is the planner's.

mod build;
mod last_applied;
mod parents;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Bound;
use std::sync::Arc;

use serde_json::json;

pub use build::build;
pub use last_applied::{Done, LastApplied, Removed};

use crate::digest::{digest_of_list, write_canonical, write_text};
use crate::manifest::{Diagnostic, Diagnostics, Place};
use crate::resource::{Code, FieldDef, FieldValue, Fields, Guid, Key, Kind};

/// The objects that the manifests declare.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    objects: BTreeMap<Key, Object>,
    pinned: BTreeMap<Guid, Key>,
    /// The statuses that are claimed without naming a deployment, by the system in the release.
    claims: BTreeMap<Key, Claimed>,
    /// Where the documents start that declare nothing but a status, by their names.
    statuses: BTreeMap<String, Vec<SourceLine>>,
    /// What is not wrong in the manifests, and may not mean what it seems to.
    pub notes: Diagnostics,
}

/// One object, as all documents about it together declare it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Kind and name.
    pub key: Key,
    /// The live object that is meant, if the manifest pins one.
    pub id: Option<Guid>,
    /// The managed fields, the natural key among them.
    pub fields: Fields,
    /// The codes of the warnings that a document acknowledges.
    pub acknowledged: BTreeSet<Code>,
    /// Whether a document says that it, and what stands below it, is not to be changed.
    pub protected: bool,
    /// Whether the object itself is declared, and is to be created where it is missing; otherwise
    /// only its status is.
    pub itself: bool,
    /// Its place among the declared rows of the object above it, from 1; 0 where it is none.
    pub position: usize,
    /// Where its documents start.
    pub sources: Arc<[SourceLine]>,
    /// The place of its first document.
    pub place: Place,
    /// The place of each field's value.
    places: Places,
}

/// The places of an object's fields, by their names; there are few of an object, and many objects.
#[derive(Clone, Debug, Default)]
struct Places(Vec<(&'static str, Place)>);

impl Places {
    fn get(&self, field: &str) -> Option<&Place> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, place)| place)
    }

    /// Notes a place, over an earlier one of the same field.
    fn insert(&mut self, field: &'static str, place: Place) {
        match self.0.iter_mut().find(|(name, _)| *name == field) {
            Some(known) => known.1 = place,
            None => self.0.push((field, place)),
        }
    }
}

/// A status that is claimed without naming a deployment.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The system in the release.
    pub of: Key,
    /// The status.
    pub status: FieldValue,
    /// Where its document starts.
    pub source: SourceLine,
    /// The place of its document.
    pub place: Place,
    /// The place of the status.
    pub status_place: Place,
    /// The places of the names of release and system.
    pub name_places: BTreeMap<&'static str, Place>,
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// The file, as the user named it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl Desired {
    /// Iterates over the objects, by kind and name.
    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// Returns the object with that key.
    pub fn get(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key)
    }

    /// Returns the object that is pinned to an id.
    pub fn pinned(&self, id: &Guid) -> Option<&Object> {
        self.get(self.pinned.get(id)?)
    }

    /// Returns whether any object is pinned to an id.
    pub fn pins_anything(&self) -> bool {
        !self.pinned.is_empty()
    }

    /// Iterates over the statuses that are claimed without naming a deployment.
    pub fn claims(&self) -> impl Iterator<Item = &Claimed> {
        self.claims.values()
    }

    /// Returns whether a status is claimed of a system in a release without naming a deployment.
    pub fn is_claimed(&self, of: &Key) -> bool {
        self.claims.contains_key(of)
    }

    /// Iterates over the objects that are declared right below one, by name.
    pub fn below(&self, above: &Key) -> impl Iterator<Item = &Object> {
        // The names of these keys, and of no others of their kind, start with this one.
        let first = above.child("");
        let start = first.as_ref().map_or(Bound::Unbounded, |first| Bound::Included(first.clone()));
        let range = self.objects.range((start, Bound::Unbounded));
        let prefix = first.filter(|first| first.name.ends_with('/'));
        range.map_while(move |(key, object)| {
            let first = prefix.as_ref()?;
            (key.kind == first.kind && key.name.starts_with(&first.name)).then_some(object)
        })
    }

    /// Returns whether an object, or one that it stands below, is not to be changed.
    pub fn is_protected(&self, key: &Key) -> bool {
        let mut path = std::iter::successors(Some(key.clone()), Key::parent);
        path.any(|key| self.get(&key).is_some_and(|object| object.protected))
    }

    /// Returns whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.claims.is_empty()
    }

    /// Counts the objects of a kind that are declared themselves.
    pub fn count(&self, kind: Kind) -> usize {
        self.iter().filter(|object| object.key.kind == kind && object.itself).count()
    }

    /// Counts the documents that declare nothing but a status.
    pub fn count_statuses(&self) -> usize {
        self.statuses.values().map(Vec::len).sum()
    }

    /// Iterates over the names of these documents.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.statuses.keys().map(String::as_str)
    }

    /// Returns what the documents of such a name are about, of each the object whose status it is, or the
    /// claim where live state decides on that.
    pub fn status(&self, name: &str) -> Vec<Result<&Key, &Claimed>> {
        let lines = self.statuses.get(name).into_iter().flatten();
        let object = |line: &SourceLine| {
            self.iter().find(|it| it.sources.contains(line)).map(|object| Ok(&object.key))
        };
        let claim = |line: &SourceLine| self.claims().find(|it| it.source == *line).map(Err);
        lines.filter_map(|line| object(line).or_else(|| claim(line))).collect()
    }

    /// Adds a status to an object, which is made where no document declares it; fails where another
    /// document manages the status already.
    pub fn add_status(&mut self, key: &Key, claim: &Claimed) -> Result<(), Diagnostic> {
        let Claimed { of: _, status, source, place, status_place, name_places } = claim;
        let Some(def) = key.kind.field("status") else { return Ok(()) };
        let object = self.objects.entry(key.clone()).or_insert_with(|| {
            let mut fields = Fields::new(key.kind);
            fields.set(key.kind.key_field(), FieldValue::text(&key.own_name()));
            Object {
                key: key.clone(),
                id: None,
                fields,
                acknowledged: BTreeSet::new(),
                protected: false,
                itself: false,
                position: 0,
                sources: Arc::default(),
                place: place.clone(),
                places: Places(
                    name_places.iter().map(|(name, place)| (*name, place.clone())).collect(),
                ),
            }
        });
        object.add_sources([source.clone()]);
        object.adopt(def, status, status_place.clone()).map_or(Ok(()), Err)
    }

    /// Returns the digest of what is declared; comments, layout and file names do not matter.
    pub fn digest(&self) -> String {
        enum Said<'a> {
            Object(&'a Object),
            Claim(&'a Claimed),
        }
        let objects = self.iter().map(Said::Object);
        digest_of_list(objects.chain(self.claims().map(Said::Claim)), |said, out| match said {
            Said::Object(object) => object.write_canonical(out),
            Said::Claim(claim) => {
                let status = json!({"statusOf": claim.of.name, "status": claim.status.to_json()});
                write_canonical(&status, out);
            }
        })
    }
}

impl Object {
    /// Writes what is declared as canonical JSON, with the keys sorted; there may be many of it, so no
    /// JSON is made of it first.
    fn write_canonical(&self, out: &mut String) {
        let Self { key, id, fields, acknowledged, protected, itself, position, .. } = self;
        out.push_str("{\"acknowledged\":[");
        for (at, code) in acknowledged.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            write_text(code.word(), out);
        }
        out.push_str("],\"fields\":{");
        let mut sorted: Vec<_> = fields.iter().map(|(def, value)| (def.name, value)).collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        for (at, (name, value)) in sorted.into_iter().enumerate() {
            // The names of fields are plain.
            out.push_str(if at > 0 { ",\"" } else { "\"" });
            out.push_str(name);
            out.push_str("\":");
            match value {
                FieldValue::Text(text) => write_text(text, out),
                FieldValue::Empty | FieldValue::Instant(_) | FieldValue::Names(_) => {
                    write_canonical(&value.to_json(), out);
                }
            }
        }
        out.push_str("},\"id\":");
        match id {
            Some(id) => write_text(&id.to_string(), out),
            None => out.push_str("null"),
        }
        // Writing to a String cannot fail.
        write!(out, ",\"itself\":{itself},\"kind\":\"{}\",\"name\":", key.kind.name()).ok();
        write_text(&key.name, out);
        write!(out, ",\"position\":{position},\"protected\":{protected}}}").ok();
    }

    /// Adds where others of its documents start.
    fn add_sources(&mut self, lines: impl IntoIterator<Item = SourceLine>) {
        self.sources = self.sources.iter().cloned().chain(lines).collect();
    }

    /// Returns the place of a name by the field that holds it, or of the document where there is no
    /// such field: a `DeploymentStatus` names a release and a system that are no fields of it.
    pub fn place_of_name(&self, field: &str) -> &Place {
        self.places.get(field).unwrap_or(&self.place)
    }

    /// Returns the place of a field's value, or of the document where the field has none.
    pub fn place_of(&self, def: &FieldDef) -> &Place {
        self.place_of_name(def.name)
    }
}
