//! What a plan supposes of the types of releases: a parent is an Enterprise, and which status may be set below a
//! release hangs on whether it is one.

use serde_json::Value;

use super::Plan;
use super::step::{Payload, Step};
use crate::resource::{FieldDef, FieldType, Guid, Key, Kind};

/// What a step supposes of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supposed<'a> {
    /// The object of the step.
    pub key: &'a Key,
    /// The field of the release that says so: its parent, or the type of the one that the object is below.
    pub def: &'static FieldDef,
    /// The release.
    pub release: Guid,
    /// Whether it is an Enterprise.
    pub enterprise: bool,
}

impl Plan {
    /// Returns what the steps that write suppose of releases that are there; nothing of one whose type the plan
    /// changes itself.
    pub fn supposed(&self) -> Vec<Supposed<'_>> {
        let retypes = |step: &&Step| {
            let mut changes = step.action.changes().iter();
            step.writes() && changes.any(|change| change.def.name == TYPE)
        };
        let others: Vec<Guid> =
            self.steps.iter().filter(retypes).filter_map(|step| step.id).collect();
        let writing = self.steps.iter().filter(|step| step.writes());
        let all = writing.flat_map(|step| below(step).into_iter().chain(parent(step)));
        all.filter(|it| !others.contains(&it.release)).collect()
    }
}

const TYPE: &str = "plutoraReleaseType";

/// Returns what a step supposes that writes a status.
fn below(step: &Step) -> Option<Supposed<'_>> {
    let statuses = || step.key.kind.all_fields().filter(|def| def.ty == FieldType::Status);
    let mut written = step.action.calls().flat_map(|call| &call.body);
    let is_status = |key: &str| statuses().any(|def: &FieldDef| def.key == key);
    let release = written.any(|(key, _)| is_status(key)).then(|| step.release_id())??;
    let def = Kind::Release.field(TYPE)?;
    Some(Supposed { key: &step.key, def, release, enterprise: step.stands.enterprise? })
}

/// Returns what a step supposes that writes a parent.
fn parent(step: &Step) -> Option<Supposed<'_>> {
    step.parent_change()?;
    let def = Kind::Release.field("parent")?;
    let mut written = step.action.calls().flat_map(|call| &call.body);
    match written.find(|(key, _)| *key == def.key)? {
        (_, Payload::Value(Value::String(id))) => {
            let release = Guid::parse(id).ok()?;
            Some(Supposed { key: &step.key, def, release, enterprise: true })
        }
        (_, Payload::Value(_) | Payload::IdOf(_)) => None,
    }
}
