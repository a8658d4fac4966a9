//! What a plan supposes of the types of releases: a parent is an Enterprise, and which status may be set below a
//! release hangs on whether it is one.

use super::Plan;
use super::status::verdict;
use super::step::{Action, Payload, Step};
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
        let all = writing.flat_map(|step| below(step).into_iter().chain(with_parent(step)));
        all.filter(|it| !others.contains(&it.release)).collect()
    }
}

const TYPE: &str = "plutoraReleaseType";

/// Returns what a step supposes that writes a status which is another, or impossible, in the other type.
fn below(step: &Step) -> Option<Supposed<'_>> {
    let (kind, is_new) = (step.key.kind, step.id.is_none());
    let hangs_on_type = |word: &str| {
        let [one, other] = [true, false].map(|enterprise| verdict(word, kind, enterprise, is_new));
        one != other
    };
    let statuses = step.action.changes().iter().filter(|it| it.def.ty == FieldType::Status);
    let mut words = statuses.filter_map(|change| change.after.as_text());
    let release = words.any(hangs_on_type).then(|| step.release_id())??;
    let def = Kind::Release.field(TYPE)?;
    Some(Supposed { key: &step.key, def, release, enterprise: step.stands.enterprise? })
}

/// Returns what a step supposes that writes a release with a parent, which goes back with the rest where it
/// stays: of that, if the step gives it, and of the release itself.
fn with_parent(step: &Step) -> Vec<Supposed<'_>> {
    let (Some(def), Some(of_itself)) = (Kind::Release.field("parent"), Kind::Release.field(TYPE))
    else {
        return Vec::new();
    };
    let supposes = |def, release, enterprise| Supposed { key: &step.key, def, release, enterprise };
    let given = match parent(step, def) {
        None => return Vec::new(),
        Some(Parent::Given(id)) => Some(supposes(def, id, true)),
        Some(Parent::ToCome | Parent::Kept) => None,
    };
    let itself = step.id.filter(|_| step.stands.enterprise == Some(false));
    given.into_iter().chain(itself.map(|id| supposes(of_itself, id, false))).collect()
}

/// The parent of a release once a step has written it, as far as it is managed.
enum Parent {
    Given(Guid),
    ToCome,
    Kept,
}

fn parent(step: &Step, def: &FieldDef) -> Option<Parent> {
    let mut written = step.action.calls().flat_map(|call| &call.body);
    let written = written.find(|(key, _)| step.key.kind == Kind::Release && *key == def.key);
    match (written, &step.action) {
        (Some((_, Payload::IdOf(_))), _) => Some(Parent::ToCome),
        (Some((_, Payload::Value(value))), _) => {
            Guid::parse(value.as_str()?).ok().map(Parent::Given)
        }
        (None, Action::Update { observed, .. }) => {
            observed.get(def.name)?.as_text().map(|_id| Parent::Kept)
        }
        (None, _) => None,
    }
}
