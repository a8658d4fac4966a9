//! The planner: from what should be and what is, to what is to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use super::order::{declared, ordered};
use super::resolve::{Resolved, resolve};
use super::rules::obstacle;
use super::step::{Action, Call, FieldChange, Method, Payload, Step};
use super::warning::warnings;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, LiveObject};
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{
    FieldDef, FieldType, FieldValue, Fields, Guid, Key, OnCreate, id_of_reference,
    read_fields_by_id, write_value,
};

/// Plans, or says everything that stands in the way of a plan.
///
/// An error is something to mend in the manifests: an unknown or ambiguous name, a creation that
/// lacks what the API needs. What the API cannot do makes a blocked step instead.
pub fn plan(desired: &Desired, live: &Live) -> Result<Plan, Diagnostics> {
    let mut planner = Planner {
        desired,
        live,
        found: Vec::new(),
        meant: BTreeMap::new(),
        unfinished: BTreeSet::new(),
    };
    let mut steps = Vec::new();
    let mut all_warnings = Vec::new();
    for object in ordered(desired) {
        if let Some(step) = planner.step(object) {
            all_warnings.extend(warnings(&step, object));
            if step.action != Action::InSync {
                planner.unfinished.insert(step.key.clone());
            }
            steps.push(step);
        }
    }
    if !planner.found.is_empty() {
        return Err(Diagnostics(planner.found));
    }
    Ok(Plan {
        target: live.target.clone(),
        manifest_digest: desired.digest(),
        steps,
        warnings: all_warnings,
    })
}

/// The two sides, and what stands in the way so far.
struct Planner<'a> {
    desired: &'a Desired,
    live: &'a Live,
    found: Vec<Diagnostic>,
    /// The declared object that means each live one.
    meant: BTreeMap<Guid, &'a Object>,
    /// The objects planned so far that are not in sync; what refers to one comes after it.
    unfinished: BTreeSet<Key>,
}

/// The fields that differ, and what a call writes under the key of each.
type Differing = Vec<(FieldChange, Payload)>;

impl<'a> Planner<'a> {
    /// Plans one object; none if something stands in the way.
    fn step(&mut self, object: &'a Object) -> Option<Step> {
        let (id, action) = match self.live.objects.get(&object.key) {
            Some(Found::One(is)) => {
                self.claim(object, is.id);
                (Some(is.id), self.update(object, is)?)
            }
            Some(Found::Several(ids)) => {
                let kind = object.key.kind.name();
                let message = format!("{} live {kind}s are named `{}`", ids.len(), object.key.name);
                let help = format!("pin one with `spec.id`: {}", ids.join(", "));
                self.found.push(Diagnostic::new(object.place.clone(), message).help(help));
                return None;
            }
            Some(Found::Nothing) | None => {
                if let Some(id) = object.id {
                    let message = format!("no live {} has the id {id}", object.key.kind.name());
                    let help = "remove `spec.id` to have the object created";
                    self.found.push(Diagnostic::new(object.place.clone(), message).help(help));
                    return None;
                }
                (None, self.create(object)?)
            }
        };
        let depends_on = self.dependencies(&action);
        let (key, sources) = (object.key.clone(), object.sources.clone());
        Some(Step { key, id, sources, depends_on, action })
    }

    /// Two objects may be declared under different names and be one, if one of them is pinned; and
    /// a pinned object may be given a name that another live object bears.
    fn claim(&mut self, object: &'a Object, id: Guid) {
        if let Some(other) = self.meant.insert(id, object) {
            let message = format!("{} and {} mean one live object", other.key, object.key);
            let diagnostic = Diagnostic::new(object.place.clone(), message)
                .help(format!("its id is {id}; declare it under one name"))
                .related(other.place.clone(), "also declared here");
            self.found.push(diagnostic);
        }
        let Key { kind, name } = &object.key;
        let names = self.live.names.get(&kind.referent());
        let bearers = names.map(|names| names.ids_of(name)).unwrap_or_default();
        if !bearers.is_empty() && !bearers.contains(&id.to_string()) {
            let message = format!("another live {} is named `{name}` already", kind.name());
            let diagnostic = Diagnostic::new(object.place.clone(), message)
                .help(format!("its id is {}; rename that one first", bearers.join(", ")));
            self.found.push(diagnostic);
        }
    }

    /// Returns the declared objects that the changed references of a step name, where these are
    /// themselves to be changed.
    fn dependencies(&self, action: &Action) -> BTreeSet<Key> {
        let named = action.changes().iter().filter_map(|change| {
            let FieldType::Reference { to, .. } = change.def.ty else { return None };
            let FieldValue::Text(name) = &change.after else { return None };
            declared(to, name)
        });
        named.filter(|key| self.unfinished.contains(key)).collect()
    }

    fn create(&mut self, object: &Object) -> Option<Action> {
        let kind = object.key.kind;
        let missing = missing_fields(object);
        if !missing.is_empty() {
            let message = format!("{} does not exist, and creating it needs more", object.key);
            let help = format!("add to `spec`: {}", missing.join(", "));
            self.found.push(Diagnostic::new(object.place.clone(), message).help(help));
        }
        let differing = self.differing(object, None)?;
        if !missing.is_empty() {
            return None;
        }
        let (changes, body) = split(differing);
        if let Some(reason) = obstacle(object, &changes, None, self.desired, self.live) {
            return Some(Action::Blocked { reason, changes });
        }
        let key_field = kind.key_field().key;
        let mut reason = format!("no {} has the {key_field} `{}`", kind.name(), object.key.name);
        if let Some(alike) = self.alike(&object.key) {
            reason = format!("{reason}, but there is `{alike}`");
        }
        let call = Call { method: Method::Post, path: kind.collection(), reason, body };
        Some(Action::Create { changes, call })
    }

    /// Returns a live name that differs only in case: perhaps it is the one that is meant.
    fn alike(&self, key: &Key) -> Option<&'a str> {
        let mut names = self.live.names.get(&key.kind.referent())?.iter();
        names.find(|name| name.eq_ignore_ascii_case(&key.name))
    }

    fn update(&mut self, object: &Object, is: &LiveObject) -> Option<Action> {
        let kind = object.key.kind;
        let current = self.live.read(&object.key, &is.body, kind.all_fields());
        let (changes, body) = split(self.differing(object, Some((is, &current)))?);
        if changes.is_empty() {
            return Some(Action::InSync);
        }
        if let Some(reason) = obstacle(object, &changes, Some(&current), self.desired, self.live) {
            return Some(Action::Blocked { reason, changes });
        }
        let names: Vec<&str> = changes.iter().map(|change| change.def.name).collect();
        let verb = if names.len() == 1 { "differs" } else { "differ" };
        let reason = format!("{} {verb}", names.join(", "));
        let call = Call { method: Method::Put, path: kind.path_of(is.id), reason, body };
        Some(Action::Update { changes, call, observed: observed(object, is) })
    }

    /// Returns the fields that differ; for a creation all of them. None if a name stands in the
    /// way.
    fn differing(
        &mut self,
        object: &Object,
        live: Option<(&LiveObject, &Fields)>,
    ) -> Option<Differing> {
        let known = self.found.len();
        let mut differing = Vec::new();
        for (def, wanted) in object.fields.iter() {
            let current = live.and_then(|(_, current)| current.get(def.name));
            let before = current.cloned().unwrap_or(FieldValue::Empty);
            let pair = match (def.ty, wanted) {
                (FieldType::Reference { to, .. }, FieldValue::Text(name)) => {
                    let is = live.and_then(|(is, _)| id_of_reference(&is.body, def));
                    match resolve(object, def, (to, name), self.desired, self.live) {
                        Ok(resolved) => reference(def, name, before, is, resolved),
                        Err(diagnostic) => {
                            self.found.push(diagnostic);
                            None
                        }
                    }
                }
                _ => plain(def, wanted, before, live.is_none()),
            };
            differing.extend(pair);
        }
        (self.found.len() == known).then_some(differing)
    }
}

/// A reference is as declared when the ids agree; names only show what they are.
fn reference(
    def: &'static FieldDef,
    name: &str,
    mut before: FieldValue,
    is: Option<String>,
    resolved: Resolved,
) -> Option<(FieldChange, Payload)> {
    if is.clone().map(Resolved::Id).as_ref() == Some(&resolved) {
        return None;
    }
    let after = FieldValue::Text(name.to_owned());
    if before == after {
        // Two live objects bear the name; the ids tell them apart.
        before = is.map_or(FieldValue::Empty, FieldValue::Text);
    }
    Some((FieldChange { def, before, after }, resolved.into()))
}

fn plain(
    def: &'static FieldDef,
    wanted: &FieldValue,
    before: FieldValue,
    is_new: bool,
) -> Option<(FieldChange, Payload)> {
    if !is_new && wanted.is_met_by(&before) {
        return None;
    }
    let payload = Payload::Value(write_value(def, wanted));
    Some((FieldChange { def, after: wanted.added_to(&before), before }, payload))
}

fn split(differing: Differing) -> (Vec<FieldChange>, Vec<(&'static str, Payload)>) {
    differing
        .into_iter()
        .map(|(change, payload)| {
            let key = change.def.key;
            (change, (key, payload))
        })
        .unzip()
}

fn missing_fields(object: &Object) -> Vec<&'static str> {
    let fields = object.key.kind.fields().iter();
    let missing = fields
        .filter(|def| def.on_create == OnCreate::Required && object.fields.get(def.name).is_none());
    missing.map(|def| def.name).collect()
}

/// Reads the managed fields so that they can be checked again without any list of names.
fn observed(object: &Object, is: &LiveObject) -> Fields {
    let managed = object.fields.iter().map(|(def, _)| def);
    read_fields_by_id(object.key.kind, &is.body, managed)
}
