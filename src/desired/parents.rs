//! The rules about parents that can be checked among the declared releases.
//!
//! Only an Enterprise release is a parent, and an Enterprise release has none (the vendor's
//! `GET schema/Release` names the candidates of `parentReleaseId` so).

use std::collections::{BTreeMap, BTreeSet};

use super::Object;
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{FieldValue, Key, Kind};

pub(super) fn check_parents(objects: &BTreeMap<Key, Object>, found: &mut Diagnostics) {
    let circular = check_cycles(objects, found);
    for object in objects.values() {
        let Some((parent, declared)) = parent_of(object, objects) else {
            continue;
        };
        let place = object.places.get("parent").unwrap_or(&object.place).clone();
        if is_enterprise(object) == Some(true) {
            let message = format!("an Enterprise release has no parent, but {} has", object.key);
            let diagnostic = Diagnostic::new(place.clone(), message)
                .help("remove `parent`, or make it another plutoraReleaseType");
            found.push(diagnostic);
        }
        // A declared parent with a parent of its own makes a chain, whatever its type.
        let chained = declared.filter(|declared| !circular.contains(&declared.key));
        let above = chained.and_then(|declared| Some((declared, parent_of(declared, objects)?.0)));
        if let Some((declared, grandparent)) =
            above.filter(|(declared, _)| is_enterprise(declared).is_none())
        {
            let message = format!("the parent `{parent}` has a parent itself, `{grandparent}`");
            let related = declared.places.get("parent").unwrap_or(&declared.place).clone();
            let diagnostic = Diagnostic::new(place.clone(), message)
                .help("only an Enterprise release is a parent, and it has none")
                .related(related, "its parent");
            found.push(diagnostic);
        }
        if let Some(declared) = declared.filter(|declared| is_enterprise(declared) == Some(false)) {
            let message = format!("the parent `{parent}` is not an Enterprise release");
            let type_place =
                declared.places.get("plutoraReleaseType").unwrap_or(&declared.place).clone();
            found.push(Diagnostic::new(place, message).related(type_place, "its type is set here"));
        }
    }
}

/// Returns the name of the declared parent, and the parent itself where it is declared too.
fn parent_of<'a>(
    object: &'a Object,
    objects: &'a BTreeMap<Key, Object>,
) -> Option<(&'a str, Option<&'a Object>)> {
    let parent = object.fields.get("parent")?.as_text()?;
    Some((parent, objects.get(&Key::new(Kind::Release, parent))))
}

fn is_enterprise(object: &Object) -> Option<bool> {
    let declared = object.fields.get("plutoraReleaseType")?;
    Some(*declared == FieldValue::text("Enterprise"))
}

/// Returns the members of all cycles.
fn check_cycles<'a>(
    objects: &'a BTreeMap<Key, Object>,
    found: &mut Diagnostics,
) -> BTreeSet<&'a Key> {
    let mut circular = BTreeSet::new();
    let mut settled: BTreeSet<&Key> = BTreeSet::new();
    for start in objects.values() {
        let mut path: Vec<&Object> = Vec::new();
        let mut on_path: BTreeSet<&Key> = BTreeSet::new();
        let mut next = Some(start);
        while let Some(object) = next.filter(|object| !settled.contains(&object.key)) {
            if !on_path.insert(&object.key) {
                let members: Vec<&Object> =
                    path.iter().copied().skip_while(|earlier| earlier.key != object.key).collect();
                circular.extend(members.iter().map(|member| &member.key));
                found.extend(cycle(&members));
                break;
            }
            path.push(object);
            next = parent_of(object, objects).and_then(|(_, declared)| declared);
        }
        settled.extend(on_path);
    }
    circular
}

/// Describes a cycle at the parent of its first member.
fn cycle(members: &[&Object]) -> Option<Diagnostic> {
    let names: Vec<&str> = members.iter().map(|object| object.key.name.as_str()).collect();
    let message = match names.as_slice() {
        [alone] => format!("the release `{alone}` is its own parent"),
        _ => format!("these releases are parents of each other: {}", names.join(", ")),
    };
    let mut places = members.iter().filter_map(|object| object.places.get("parent")).cloned();
    let diagnostic = Diagnostic::new(places.next()?, message);
    Some(places.fold(diagnostic, |diagnostic, place| diagnostic.related(place, "and this parent")))
}
