//! The planner: from what should be and what is, to what is to be done.

use std::collections::BTreeMap;

use super::Plan;
use super::order::ordered;
use super::resolve::payload;
use super::rules::obstacle;
use super::step::{Action, Call, FieldChange, Method, Payload, Step};
use super::warning::warnings;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, LiveObject};
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{FieldValue, Fields, Guid, OnCreate, read_fields_by_id};

/// Plans, or says everything that stands in the way of a plan.
///
/// An error is something to mend in the manifests: an unknown or ambiguous name, a creation that
/// lacks what the API needs. What the API cannot do makes a blocked step instead.
pub fn plan(desired: &Desired, live: &Live) -> Result<Plan, Diagnostics> {
    let mut planner = Planner { desired, live, found: Vec::new(), meant: BTreeMap::new() };
    let mut steps = Vec::new();
    let mut all_warnings = Vec::new();
    for object in ordered(desired) {
        if let Some(step) = planner.step(object) {
            all_warnings.extend(warnings(&step, object));
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
}

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
        Some(Step { key: object.key.clone(), id, sources: object.sources.clone(), action })
    }

    /// Two objects may be declared under different names and be one, if one of them is pinned.
    fn claim(&mut self, object: &'a Object, id: Guid) {
        if let Some(other) = self.meant.insert(id, object) {
            let message = format!("{} and {} mean one live object", other.key, object.key);
            let diagnostic = Diagnostic::new(object.place.clone(), message)
                .help(format!("its id is {id}; declare it under one name"))
                .related(other.place.clone(), "also declared here");
            self.found.push(diagnostic);
        }
    }

    fn create(&mut self, object: &Object) -> Option<Action> {
        let kind = object.key.kind;
        let missing = missing_fields(object);
        if !missing.is_empty() {
            let message = format!("{} does not exist, and creating it needs more", object.key);
            let help = format!("add to `spec`: {}", missing.join(", "));
            self.found.push(Diagnostic::new(object.place.clone(), message).help(help));
        }
        let changes: Vec<FieldChange> = object
            .fields
            .iter()
            .map(|(def, after)| FieldChange {
                def,
                before: FieldValue::Empty,
                after: after.clone(),
            })
            .collect();
        let body = self.body(object, &changes)?;
        if !missing.is_empty() {
            return None;
        }
        if let Some(reason) = obstacle(object, &changes, None, self.desired, self.live) {
            return Some(Action::Blocked { reason, changes });
        }
        let key_field = kind.key_field().key;
        let reason = format!("no {} has the {key_field} `{}`", kind.name(), object.key.name);
        let call = Call { method: Method::Post, path: kind.collection(), reason, body };
        Some(Action::Create { changes, call })
    }

    fn update(&mut self, object: &Object, is: &LiveObject) -> Option<Action> {
        let kind = object.key.kind;
        let current = self.live.read(&object.key, &is.body, kind.all_fields());
        let changes = differing(object, &current);
        if changes.is_empty() {
            return Some(Action::InSync);
        }
        let body = self.body(object, &changes)?;
        if let Some(reason) = obstacle(object, &changes, Some(&current), self.desired, self.live) {
            return Some(Action::Blocked { reason, changes });
        }
        let names: Vec<&str> = changes.iter().map(|change| change.def.name).collect();
        let verb = if names.len() == 1 { "differs" } else { "differ" };
        let reason = format!("{} {verb}", names.join(", "));
        let call = Call { method: Method::Put, path: kind.path_of(is.id), reason, body };
        Some(Action::Update { changes, call, observed: observed(object, is) })
    }

    /// Returns what a call writes for the changes; none if a name cannot be resolved.
    fn body(
        &mut self,
        object: &Object,
        changes: &[FieldChange],
    ) -> Option<Vec<(&'static str, Payload)>> {
        let known = self.found.len();
        let mut body = Vec::new();
        for FieldChange { def, before: _, after } in changes {
            match payload(object, def, after, self.desired, self.live) {
                Ok(payload) => body.push((def.key, payload)),
                Err(diagnostic) => self.found.push(diagnostic),
            }
        }
        (self.found.len() == known).then_some(body)
    }
}

fn missing_fields(object: &Object) -> Vec<&'static str> {
    let fields = object.key.kind.fields().iter();
    let missing = fields
        .filter(|def| def.on_create == OnCreate::Required && object.fields.get(def.name).is_none());
    missing.map(|def| def.name).collect()
}

fn differing(object: &Object, current: &Fields) -> Vec<FieldChange> {
    let pairs = object.fields.iter().map(|(def, after)| {
        let before = current.get(def.name).cloned().unwrap_or(FieldValue::Empty);
        FieldChange { def, before, after: after.clone() }
    });
    pairs.filter(|change| change.before != change.after).collect()
}

/// Reads the managed fields so that they can be checked again without any list of names.
fn observed(object: &Object, is: &LiveObject) -> Fields {
    let managed = object.fields.iter().map(|(def, _)| def);
    read_fields_by_id(object.key.kind, &is.body, managed)
}
