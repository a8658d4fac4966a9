//! What the ids of a plan were called when it was made: a review has seen names, and calls hold ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::step::{Action, Payload, Step};
use super::{Plan, Stands, Supposed};
use crate::live::{About, Questions};
use crate::resource::{FieldDef, FieldType, FieldValue, Guid, Key, Kind, Ref, Referent};

/// An object that a step would write the id of, or write below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant<'a> {
    /// The object of the step.
    pub key: &'a Key,
    /// The field that refers to it, or the name of what the step stands below.
    pub def: &'static FieldDef,
    /// The list that it is in.
    pub referent: Referent,
    /// Its id.
    pub id: Guid,
    /// What the plan calls it.
    pub name: String,
    /// What it was called when the plan was made, where the plan itself gives it another name.
    pub before: Option<String>,
}

impl Plan {
    /// Returns what limits have to know of releases that it writes, or below which it writes.
    pub fn questions_of_limits(&self) -> Questions {
        let about: BTreeSet<String> = self.releases().map(|id| id.to_string()).collect();
        let ids = Some((Referent::Release, about.clone())).filter(|(_, ids)| !ids.is_empty());
        Questions { ids: ids.into_iter().collect(), about, ..Questions::default() }
    }

    /// Returns what has to be asked before it is carried out, if it was made before; of releases more where a
    /// limit is `about_releases`.
    pub fn questions(&self, about_releases: bool) -> Questions {
        let mut questions = Questions::default();
        for Meant { referent, id, .. } in self.meant() {
            questions.ids.entry(referent).or_default().insert(id.to_string());
        }
        if about_releases {
            let Questions { ids, names: _, about } = self.questions_of_limits();
            for (referent, ids) in ids {
                questions.ids.entry(referent).or_default().extend(ids);
            }
            questions.about = about;
        }
        for Supposed { release, .. } in self.supposed() {
            let id = release.to_string();
            questions.ids.entry(Referent::Release).or_default().insert(id.clone());
            questions.about.insert(id);
        }
        for (referent, name) in self.steps.iter().filter_map(Step::new_name) {
            questions.names.entry(referent).or_default().insert(name);
        }
        questions
    }

    /// Returns what the steps that write refer to and stand below, as far as it was there when the plan was
    /// made.
    pub fn meant(&self) -> Vec<Meant<'_>> {
        let renamed: BTreeMap<(Referent, Guid), &FieldValue> =
            self.steps.iter().filter_map(renamed).collect();
        let writing = self.steps.iter().filter(|step| step.writes());
        let meant =
            writing.flat_map(|step| changed(step).chain(unchanged(step)).chain(above(step)));
        meant
            .map(|it| {
                let before = renamed.get(&(it.referent, it.id)).and_then(|name| name.as_text());
                Meant { before: before.map(str::to_owned), ..it }
            })
            .collect()
    }

    /// Returns the releases that are written, or below which something is, as far as they exist.
    fn releases(&self) -> impl Iterator<Item = Guid> {
        self.steps.iter().filter(|step| step.writes()).filter_map(Step::release_id)
    }

    /// Adds what limits look at as it is now, so that nothing that happened since the plan was made gets round
    /// a limit; `releases` are by their ids.
    pub fn stand_now(&mut self, releases: &BTreeMap<String, About>) {
        for step in &mut self.steps {
            let Some(id) = step.release_id() else { continue };
            let Some(about) = releases.get(&id.to_string()) else { continue };
            step.stands.add(about);
        }
    }
}

impl Step {
    /// Returns the name that nothing bore when the plan was made and that the object is given: created, or
    /// renamed. Within a release names are told by the list that is read anyway.
    pub fn new_name(&self) -> Option<(Referent, String)> {
        let referent = self.key.kind.referent().filter(|_| self.gives_name())?;
        Some((referent, self.key.own_name()))
    }

    /// Returns whether it creates its object, or renames it.
    pub fn gives_name(&self) -> bool {
        match &self.action {
            Action::Create { .. } => true,
            Action::Update { changes, .. } => {
                changes.iter().any(|change| change.def == self.key.kind.key_field())
            }
            Action::InSync | Action::Blocked { .. } => false,
        }
    }

    /// Returns the id of the release that the step is about, or is below, if it exists.
    pub(super) fn release_id(&self) -> Option<Guid> {
        if self.key.kind == Kind::Release {
            return self.id;
        }
        self.action.calls().next()?.path.outermost().filter(|_| self.key.release().is_some())
    }
}

impl Stands {
    fn add(&mut self, About { release_type, implementation }: &About) {
        if let Some(word) = release_type {
            self.enterprise = Some(self.enterprise == Some(true) || word == "Enterprise");
        }
        self.goes_live.extend(implementation);
    }
}

/// Returns the name before of an object that a step renames.
fn renamed(step: &Step) -> Option<((Referent, Guid), &FieldValue)> {
    let key = step.key.kind.key_field();
    let change = step.action.changes().iter().find(|change| change.def == key)?;
    Some(((step.key.kind.referent()?, step.id?), &change.before))
}

/// Returns what the other managed fields of a step refer to.
fn unchanged(step: &Step) -> impl Iterator<Item = Meant<'_>> {
    let both = match &step.action {
        Action::Update { observed, referred, .. } => Some((observed, referred)),
        Action::Create { .. } | Action::InSync | Action::Blocked { .. } => None,
    };
    both.into_iter().flat_map(|(observed, referred)| {
        referred.iter().filter_map(|(def, name)| {
            let FieldType::Reference { to, .. } = def.ty else { return None };
            let id = Guid::parse(observed.get(def.name)?.as_text()?).ok()?;
            let name = name.as_text()?.to_owned();
            Some(Meant { key: &step.key, def, referent: to, id, name, before: None })
        })
    })
}

/// Returns what the changed fields of a step refer to.
fn changed(step: &Step) -> impl Iterator<Item = Meant<'_>> {
    let written = |def: &FieldDef| {
        let mut body = step.action.calls().flat_map(|call| &call.body);
        match body.find(|(key, _)| *key == def.key)? {
            (_, Payload::Value(Value::String(id))) => Guid::parse(id).ok(),
            (_, Payload::Value(_) | Payload::IdOf(_)) => None,
        }
    };
    step.action.changes().iter().filter_map(move |change| {
        let FieldType::Reference { to, .. } = change.def.ty else { return None };
        let name = change.after.as_text()?.to_owned();
        let (key, def) = (&step.key, change.def);
        Some(Meant { key, def, referent: to, id: written(def)?, name, before: None })
    })
}

/// Returns what the object of a step stands below: its release, and its system.
fn above(step: &Step) -> impl Iterator<Item = Meant<'_>> {
    let mut keys: Vec<Key> = std::iter::successors(Some(step.key.clone()), Key::parent).collect();
    keys.reverse();
    let refs = step.action.calls().next().map(|call| call.path.refs()).unwrap_or_default();
    let kinds = [Kind::Release, Kind::System];
    let is_below = step.key.parent().is_some();
    keys.into_iter().zip(refs).zip(kinds).filter(move |_| is_below).filter_map(
        |((above, object), kind)| {
            let (Ref::Id(id), def) = (object, kind.key_field()) else { return None };
            let (key, referent) = (&step.key, kind.referent()?);
            Some(Meant { key, def, referent, id: *id, name: above.own_name(), before: None })
        },
    )
}
