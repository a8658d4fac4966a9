//! Merging documents by object.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use std::sync::Arc;

use super::parents::check_parents;
use super::rows::check_rows;
use super::{Claimed, Desired, Object, Places, SourceLine};
use crate::manifest::{
    Claim, Declaration, Diagnostic, Diagnostics, Document, DocumentKind, Reading, SourceId, Sources,
};
use crate::resource::{FieldDef, FieldValue, Guid, Key};

/// Merges what was read by object and checks it together, or says everything that is wrong, what
/// was wrong in single documents included.
///
/// Several documents may declare one object as long as no two of them manage the same field.
pub fn build(reading: Reading, sources: &Sources) -> Result<Desired, Diagnostics> {
    let Reading { documents, mut found, notes } = reading;
    let (mut objects, mut claims) = (BTreeMap::new(), BTreeMap::new());
    let mut files = Files::default();
    let statuses = statuses(&documents, sources, &mut files);
    let lists = lists_of_rows(&documents);
    // There may be many of one object.
    let mut further: BTreeMap<Key, Vec<SourceLine>> = BTreeMap::new();
    // One by one, as there may be many: what a document says moves into its objects.
    for mut document in documents {
        let file = files.of(&document, sources);
        for declaration in std::mem::take(&mut document.declarations) {
            match objects.entry(declaration.key.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(first(declaration, &document, &file));
                }
                Entry::Occupied(mut entry) => {
                    let line = SourceLine { file: Arc::clone(&file), line: declaration.line };
                    further.entry(declaration.key.clone()).or_default().push(line);
                    merge(entry.get_mut(), &declaration, &document, &mut found);
                }
            }
        }
        if let Some(claim) = &document.claim {
            claimed(claim, &document, &file, &mut claims, &mut found);
        }
    }
    for (key, lines) in further {
        if let Some(object) = objects.get_mut(&key) {
            object.add_sources(lines);
        }
    }
    number_rows(&mut objects, lists);
    let pinned = pins(&objects, &mut found);
    check_parents(&objects, &mut found);
    check_rows(&objects, &mut found);
    if found.is_empty() {
        Ok(Desired { objects, pinned, claims, statuses, notes })
    } else {
        Err(found)
    }
}

/// The names of files, of each one for all objects in it.
#[derive(Default)]
struct Files(BTreeMap<SourceId, Arc<str>>);

impl Files {
    fn of(&mut self, document: &Document, sources: &Sources) -> Arc<str> {
        let name = || sources.get(document.source).map_or("", |source| &source.name);
        Arc::clone(self.0.entry(document.source).or_insert_with(|| name().into()))
    }
}

/// Finds the documents that declare nothing but a status.
fn statuses(
    documents: &[Document],
    sources: &Sources,
    files: &mut Files,
) -> BTreeMap<String, Vec<SourceLine>> {
    let mut statuses: BTreeMap<String, Vec<SourceLine>> = BTreeMap::new();
    for document in documents.iter().filter(|it| it.kind == DocumentKind::DeploymentStatus) {
        let declared = document.declarations.first().map(|it| it.line);
        let Some(line) = declared.or(document.claim.as_ref().map(|it| it.line)) else { continue };
        let line = SourceLine { file: files.of(document, sources), line };
        statuses.entry(document.name.clone()).or_default().push(line);
    }
    statuses
}

fn first(from: Declaration, document: &Document, file: &Arc<str>) -> Object {
    let Declaration { key, id, fields, itself, at, places, line } = from;
    let places = places.into_iter().map(|(name, at)| (name, document.place(&at))).collect();
    let places = Places(places);
    Object {
        key,
        id,
        fields,
        // Labels select documents before this point and mean nothing to Plutora.
        acknowledged: document.acknowledged.clone(),
        protected: document.protected,
        itself,
        position: 0,
        sources: Arc::new([SourceLine { file: Arc::clone(file), line }]),
        place: document.place(&at),
        places,
    }
}

fn merge(object: &mut Object, from: &Declaration, document: &Document, found: &mut Diagnostics) {
    let Declaration { key: _, id, fields, itself, at, places, line: _ } = from;
    let key_field = object.key.kind.key_field();
    for (def, value) in fields.iter().filter(|(def, _)| *def != key_field) {
        let place = document.place(places.get(def.name).unwrap_or(at));
        found.extend(object.adopt(def, value, place));
    }
    match (object.id, id) {
        (Some(one), Some(other)) if one != *other => {
            let message = format!("{} is pinned to two ids", object.key);
            let diagnostic = Diagnostic::new(document.place(at), message)
                .related(object.place.clone(), "also pinned here");
            found.push(diagnostic);
        }
        (one, other) => object.id = one.or(*other),
    }
    if *itself && !object.itself {
        // From here on its mistakes are shown where it is declared, and not where it is only named.
        object.itself = true;
        object.place = document.place(at);
        for (name, at) in places {
            object.places.insert(name, document.place(at));
        }
    }
    object.acknowledged.extend(&document.acknowledged);
    object.protected |= document.protected;
}

impl Object {
    /// Takes one more field, unless a document manages it already.
    pub(super) fn adopt(
        &mut self,
        def: &'static FieldDef,
        value: &FieldValue,
        place: crate::manifest::Place,
    ) -> Option<Diagnostic> {
        if let Some(earlier) = self.places.get(def.name) {
            let message = format!("`{}` of {} is managed twice", def.name, self.key);
            let diagnostic = Diagnostic::new(place.at_key(), message)
                .help("let one document manage the field")
                .related(earlier.clone().at_key(), "also managed here");
            return Some(diagnostic);
        }
        self.fields.set(def, value.clone());
        self.places.insert(def.name, place);
        None
    }
}

fn claimed(
    claim: &Claim,
    document: &Document,
    file: &Arc<str>,
    claims: &mut BTreeMap<Key, Claimed>,
    found: &mut Diagnostics,
) {
    let Claim { of, status, at, status_at, names_at, line } = claim;
    let status_place = document.place(status_at);
    if let Some(earlier) = claims.get(of) {
        let message = format!("the status of {of} is claimed twice");
        let diagnostic = Diagnostic::new(status_place.at_key(), message)
            .help("let one document claim it, or name the deployments")
            .related(earlier.status_place.clone().at_key(), "also claimed here");
        found.push(diagnostic);
        return;
    }
    let source = SourceLine { file: Arc::clone(file), line: *line };
    let claimed = Claimed {
        of: of.clone(),
        status: status.clone(),
        source,
        place: document.place(at),
        status_place,
        name_places: names_at.iter().map(|(name, at)| (*name, document.place(at))).collect(),
    };
    claims.insert(of.clone(), claimed);
}

/// The lists of rows that documents have below each object.
type Lists = BTreeMap<Key, BTreeSet<Vec<Key>>>;

fn lists_of_rows(documents: &[Document]) -> Lists {
    let mut lists = Lists::new();
    for document in documents {
        let mut rows: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
        for declaration in document.declarations.iter().filter(|it| it.itself) {
            if let Some(above) = declaration.key.parent() {
                rows.entry(above).or_default().push(declaration.key.clone());
            }
        }
        for (above, rows) in rows {
            lists.entry(above).or_default().insert(rows);
        }
    }
    lists
}

/// Numbers the rows below each object in the order in which they stand in their list. Lists of
/// several documents follow each other by their first rows, so that the names and the order of files
/// do not matter.
fn number_rows(objects: &mut BTreeMap<Key, Object>, lists: Lists) {
    for lists in lists.into_values() {
        let mut position = 0;
        for key in lists.into_iter().flatten() {
            if let Some(object) = objects.get_mut(&key).filter(|object| object.position == 0) {
                position += 1;
                object.position = position;
            }
        }
    }
}

fn pins(objects: &BTreeMap<Key, Object>, found: &mut Diagnostics) -> BTreeMap<Guid, Key> {
    let mut pinned: BTreeMap<Guid, Key> = BTreeMap::new();
    for object in objects.values() {
        let Some(id) = object.id else { continue };
        if let Some(earlier) = pinned.insert(id, object.key.clone()) {
            let message = format!("{earlier} and {} are pinned to one id", object.key);
            let mut diagnostic = Diagnostic::new(object.place.clone(), message)
                .help("one live object has one name; remove one of the documents");
            if let Some(earlier) = objects.get(&earlier) {
                diagnostic = diagnostic.related(earlier.place.clone(), "also pinned here");
            }
            found.push(diagnostic);
        }
    }
    pinned
}
