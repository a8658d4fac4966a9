//! Merging documents by object.

use std::collections::{BTreeMap, btree_map::Entry};

use super::parents::check_parents;
use super::{Desired, Object, SourceLine};
use crate::manifest::{Diagnostic, Diagnostics, Document, Reading, Sources};
use crate::resource::{Guid, Key};

/// Merges what was read by object and checks it together, or says everything that is wrong, what
/// was wrong in single documents included.
///
/// Several documents may declare one object as long as no two of them manage the same field.
pub fn build(reading: Reading, sources: &Sources) -> Result<Desired, Diagnostics> {
    let Reading { documents, mut found } = reading;
    let mut objects = BTreeMap::new();
    for document in documents {
        match objects.entry(document.key.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(first(document, sources));
            }
            Entry::Occupied(mut entry) => merge(entry.get_mut(), document, sources, &mut found),
        }
    }
    let pinned = pins(&objects, &mut found);
    check_parents(&objects, &mut found);
    if found.is_empty() { Ok(Desired { objects, pinned }) } else { Err(Diagnostics(found)) }
}

fn first(document: Document, sources: &Sources) -> Object {
    let places =
        document.fields.iter().map(|(def, _)| (def.name, document.place_of(def))).collect();
    let place = document.place();
    let sources = vec![source_line(&document, sources)];
    // Labels select documents before this point and mean nothing to Plutora.
    let Document { key, labels: _, acknowledged, id, fields, source: _, position: _, line: _ } =
        document;
    Object { key, id, fields, acknowledged, sources, place, places }
}

fn merge(object: &mut Object, document: Document, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let key_field = object.key.kind.key_field();
    for (def, value) in document.fields.iter().filter(|(def, _)| *def != key_field) {
        let place = document.place_of(def);
        if let Some(earlier) = object.places.get(def.name) {
            let message = format!("`{}` of {} is managed twice", def.name, object.key);
            let diagnostic = Diagnostic::new(place.at_key(), message)
                .help("let one document manage the field")
                .related(earlier.clone().at_key(), "also managed here");
            found.push(diagnostic);
        } else {
            object.fields.set(def, value.clone());
            object.places.insert(def.name, place);
        }
    }
    match (object.id, document.id) {
        (Some(one), Some(other)) if one != other => {
            let message = format!("{} is pinned to two ids", object.key);
            let diagnostic = Diagnostic::new(document.place(), message)
                .related(object.place.clone(), "also pinned here");
            found.push(diagnostic);
        }
        (one, other) => object.id = one.or(other),
    }
    object.sources.push(source_line(&document, sources));
    object.acknowledged.extend(document.acknowledged);
}

fn source_line(document: &Document, sources: &Sources) -> SourceLine {
    let file = sources.get(document.source).map(|source| source.name.clone()).unwrap_or_default();
    SourceLine { file, line: document.line }
}

fn pins(objects: &BTreeMap<Key, Object>, found: &mut Vec<Diagnostic>) -> BTreeMap<Guid, Key> {
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
