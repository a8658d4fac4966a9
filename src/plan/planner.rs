//! The planner: from what should be and what is, to what is to be done.

use super::Plan;
use super::order::ordered;
use super::resolve::payload;
use super::rules::obstacle;
use super::step::{Action, Call, FieldChange, Method, Payload, Step};
use super::warning::warnings;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, LiveObject};
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{FieldDef, FieldValue, Fields, OnCreate, read_fields_by_id};

/// Plans, or says everything that stands in the way of a plan.
///
/// An error is something to mend in the manifests: an unknown or ambiguous name, a creation that
/// lacks what the API needs. What the API cannot do makes a blocked step instead.
pub fn plan(desired: &Desired, live: &Live) -> Result<Plan, Diagnostics> {
    let mut steps = Vec::new();
    let mut found = Vec::new();
    let mut all_warnings = Vec::new();
    for object in ordered(desired) {
        let Some(step) = step(object, desired, live, &mut found) else {
            continue;
        };
        all_warnings.extend(warnings(&step, object));
        steps.push(step);
    }
    if !found.is_empty() {
        return Err(Diagnostics(found));
    }
    Ok(Plan {
        target: live.target.clone(),
        manifest_digest: desired.digest(),
        steps,
        warnings: all_warnings,
    })
}

fn step(
    object: &Object,
    desired: &Desired,
    live: &Live,
    found: &mut Vec<Diagnostic>,
) -> Option<Step> {
    let (id, action) = match live.objects.get(&object.key) {
        Some(Found::One(is)) => (Some(is.id), update(object, is, desired, live, found)?),
        Some(Found::Several(ids)) => {
            found.push(ambiguous(object, ids));
            return None;
        }
        Some(Found::Nothing) | None => {
            if let Some(id) = object.id {
                let message = format!("no live {} has the id {id}", object.key.kind.name());
                found.push(Diagnostic::new(object.place.clone(), message));
                return None;
            }
            (None, create(object, desired, live, found)?)
        }
    };
    Some(Step { key: object.key.clone(), id, sources: object.sources.clone(), action })
}

fn ambiguous(object: &Object, ids: &[String]) -> Diagnostic {
    let kind = object.key.kind.name();
    let message = format!("{} live {kind}s are named `{}`", ids.len(), object.key.name);
    Diagnostic::new(object.place.clone(), message)
        .help(format!("pin one with `spec.id`: {}", ids.join(", ")))
}

fn create(
    object: &Object,
    desired: &Desired,
    live: &Live,
    found: &mut Vec<Diagnostic>,
) -> Option<Action> {
    let kind = object.key.kind;
    let missing: Vec<&str> = kind
        .fields()
        .iter()
        .filter(|def| def.on_create == OnCreate::Required && object.fields.get(def.name).is_none())
        .map(|def| def.name)
        .collect();
    if !missing.is_empty() {
        let message = format!("{} does not exist, and creating it needs more fields", object.key);
        let help = format!("add to `spec`: {}", missing.join(", "));
        found.push(Diagnostic::new(object.place.clone(), message).help(help));
    }
    let after = object.fields.iter().map(|(def, value)| change(def, FieldValue::Empty, value));
    let changes: Vec<FieldChange> = after.collect();
    let body = body(object, &changes, desired, live, found)?;
    if !missing.is_empty() {
        return None;
    }
    if let Some(reason) = obstacle(object, &changes, None, desired, live) {
        return Some(Action::Blocked { reason, changes });
    }
    let key_field = kind.key_field().key;
    let call = Call {
        method: Method::Post,
        path: kind.collection(),
        reason: format!("no {} has the {key_field} `{}`", kind.name(), object.key.name),
        body,
    };
    Some(Action::Create { changes, call })
}

fn update(
    object: &Object,
    is: &LiveObject,
    desired: &Desired,
    live: &Live,
    found: &mut Vec<Diagnostic>,
) -> Option<Action> {
    let kind = object.key.kind;
    let current = live.read(&object.key, &is.body, kind.all_fields());
    let differs = object.fields.iter().filter_map(|(def, after)| {
        let before = current.get(def.name).cloned().unwrap_or(FieldValue::Empty);
        (before != *after).then(|| change(def, before, after))
    });
    let changes: Vec<FieldChange> = differs.collect();
    if changes.is_empty() {
        return Some(Action::InSync);
    }
    let body = body(object, &changes, desired, live, found)?;
    if let Some(reason) = obstacle(object, &changes, Some(&current), desired, live) {
        return Some(Action::Blocked { reason, changes });
    }
    let names: Vec<&str> = changes.iter().map(|change| change.def.name).collect();
    let verb = if names.len() == 1 { "differs" } else { "differ" };
    let call = Call {
        method: Method::Put,
        path: kind.path_of(is.id),
        reason: format!("{} {verb}", names.join(", ")),
        body,
    };
    Some(Action::Update { changes, call, observed: observed(object, is) })
}

/// Reads the managed fields so that they can be checked again without any list of names.
fn observed(object: &Object, is: &LiveObject) -> Fields {
    let managed = object.fields.iter().map(|(def, _)| def);
    read_fields_by_id(object.key.kind, &is.body, managed)
}

fn change(def: &'static FieldDef, before: FieldValue, after: &FieldValue) -> FieldChange {
    FieldChange { def, before, after: after.clone() }
}

fn body(
    object: &Object,
    changes: &[FieldChange],
    desired: &Desired,
    live: &Live,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<(&'static str, Payload)>> {
    let mut body = Vec::new();
    let known = found.len();
    for change in changes {
        match payload(object, change.def, &change.after, desired, live) {
            Ok(payload) => body.push((change.def.key, payload)),
            Err(diagnostic) => found.push(diagnostic),
        }
    }
    (found.len() == known).then_some(body)
}
