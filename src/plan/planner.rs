//! The planner: from what should be and what is, to what is to be done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::Builder;

use super::Plan;
use super::above::is_enterprise;
use super::claims::settle;
use super::compared::{Compared, compared};
use super::differing::{Differing, differing};
use super::forecast::foretell;
use super::order::ordered;
use super::rules::obstacle;
use super::step::{Action, Call, FieldChange, Method, Stands, Step};
use super::warning::warnings;
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, LiveObject, natural_key};
use crate::manifest::{Diagnostic, Diagnostics, listed};
use crate::resource::{
    FieldType, Fields, Guid, Key, Kind, OnCreate, Path, Ref, Referent, id_of, read_fields_by_id,
};

/// Plans, or says everything that stands in the way of a plan.
///
/// An error is something to mend in the manifests: an unknown or ambiguous name, a creation that
/// lacks what the API needs. What the API cannot do makes a blocked step instead.
pub fn plan(desired: &Desired, live: &Live) -> Result<Plan, Diagnostics> {
    std::thread::scope(|scope| {
        // The digest has nothing to do with the rest, and takes a third of the time.
        let digest = Builder::new().spawn_scoped(scope, || desired.digest());
        let mut found = Diagnostics::default();
        let settled = settle(desired, live, &mut found);
        let compared = compared(&settled, live);
        let plan = steps((&settled, live), compared, found)?;
        let digest = digest.ok().and_then(|digest| digest.join().ok());
        let manifest_digest = digest.unwrap_or_else(|| desired.digest());
        Ok(Plan { manifest_digest, ..plan })
    })
}

/// Plans everything but the digest.
fn steps(
    (desired, live): (&Desired, &Live),
    compared: Vec<Compared<'_>>,
    found: Diagnostics,
) -> Result<Plan, Diagnostics> {
    let mut planner = Planner::new(desired, live, found);
    let mut steps = Vec::with_capacity(compared.len());
    let mut all_warnings = Vec::new();
    for compared in ordered(compared, desired, live) {
        if let Some(step) = planner.step(compared) {
            all_warnings.extend(warnings(&step, compared.object, live));
            planner.remember(&step);
            steps.push(step);
        }
    }
    if !planner.found.is_empty() {
        return Err(planner.found);
    }
    foretell(&mut steps, live);
    Ok(Plan {
        target: live.target.clone(),
        labels: live.tenant.labels.clone(),
        manifest_digest: String::new(),
        unmanaged: unmanaged(desired, live, &steps),
        steps,
        warnings: all_warnings,
    })
}

/// The two sides, and what stands in the way so far.
pub(super) struct Planner<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) found: Diagnostics,
    /// The declared object that means each live one.
    meant: BTreeMap<(Kind, Option<Key>, Guid), &'a Object>,
    /// The objects planned so far that are not in sync; what refers to one comes after it.
    pub(super) unfinished: BTreeMap<Key, Unfinished>,
}

/// What steps that come later have to know of one.
pub(super) struct Unfinished {
    /// Whether it changes the type of a release.
    pub(super) retypes: bool,
    /// Whether the API cannot do it.
    pub(super) blocked: bool,
}

impl<'a> Planner<'a> {
    /// Compares two sides of which something may be known to be wrong already.
    pub(super) fn new(desired: &'a Desired, live: &'a Live, found: Diagnostics) -> Self {
        let (meant, unfinished) = (BTreeMap::new(), BTreeMap::new());
        Self { desired, live, found, meant, unfinished }
    }

    /// Plans one object; none if something stands in the way.
    fn step(&mut self, Compared { object, as_declared, .. }: Compared<'a>) -> Option<Step> {
        let above = self.above(object)?;
        if object.key.kind == Kind::ReleaseSystem {
            // Without its system nothing else can be said of it.
            self.named(object, "system", Referent::System, &object.key)?;
        }
        let (id, action) = if let Some(id) = as_declared {
            self.claim(object, id);
            (Some(id), Action::InSync)
        } else {
            self.id_and_action(object, &above)?
        };
        let mut depends_on = self.dependencies(&object.key, &action, &above);
        depends_on.extend(self.give_up_its_title(&object.key, &action));
        let action = self.with_what_it_needs(action, &depends_on);
        let (key, sources) = (object.key.clone(), Arc::clone(&object.sources));
        // Limits are about what is written.
        let stands = if action.writes() { self.stands(&key) } else { Stands::default() };
        // What it takes depends on those with which it is read back.
        let requests = 0;
        Some(Step { key, id, sources, depends_on, requests, stands, action })
    }

    /// Returns what is to be done about an object that is not as declared, and its id if it is there.
    fn id_and_action(
        &mut self,
        object: &'a Object,
        above: &[Ref],
    ) -> Option<(Option<Guid>, Action)> {
        match self.live.found(self.desired, object).as_ref() {
            Found::One(is) => {
                self.claim(object, is.id);
                Some((Some(is.id), self.update(object, is, above)?))
            }
            Found::Several(ids) => {
                self.found.push(several(object, ids));
                None
            }
            Found::Nothing => {
                let lacks = self.absent_or_lacking(object)?;
                let differing = self.differing(object, None)?;
                if lacks {
                    return None;
                }
                Some((None, self.create(object, differing, above.to_vec())))
            }
        }
    }

    /// Tells what an object lacks that is not there, and returns whether that is anything; none where it is
    /// not to be created.
    pub(super) fn absent_or_lacking(&mut self, object: &Object) -> Option<bool> {
        if let Some(diagnostic) = self.absent(object) {
            self.found.push(diagnostic);
            return None;
        }
        let lacking = self.lacking(object);
        let lacks = lacking.is_some();
        self.found.extend(lacking);
        Some(lacks)
    }

    /// Says why an object that is not there is not to be created.
    fn absent(&self, object: &Object) -> Option<Diagnostic> {
        if !object.itself {
            return Some(self.missing(object));
        }
        let id = object.id?;
        let Some(above) = object.key.parent() else {
            let message = format!("no live {} has the id {id}", object.key.kind.name());
            let help = "remove its `id` to have the object created";
            return Some(Diagnostic::new(object.place.clone(), message).help(help));
        };
        let message = format!("{} has no deployment with the id {id}", above.name);
        let there = self.live.rows_below(&above).iter().filter_map(|row| {
            let (title, id) = (natural_key(object.key.kind, row), id_of(object.key.kind, row)?);
            Some(format!("{title} ({id})"))
        });
        let there: Vec<String> = there.collect();
        let help = match there.as_slice() {
            [] => "it has no deployments; an `id` pins one that is there".to_owned(),
            there => format!("it has {}", listed(there.iter().map(String::as_str))),
        };
        Some(Diagnostic::new(object.place.clone(), message).help(help))
    }

    /// Two objects may be declared under different names and be one, if one of them is pinned; and
    /// a pinned object may be given a name that another live object bears.
    fn claim(&mut self, object: &'a Object, id: Guid) {
        if !self.desired.pins_anything() {
            return;
        }
        let Key { kind, name } = &object.key;
        let parent = object.key.parent();
        if let Some(other) = self.meant.insert((*kind, parent, id), object) {
            let message = format!("{} and {} mean one live object", other.key, object.key);
            let diagnostic = Diagnostic::new(object.place.clone(), message)
                .help(format!("its id is {id}; declare it under one name"))
                .related(other.place.clone(), "also declared here");
            self.found.push(diagnostic);
        }
        let bearers = object.id.map(|_pinned| self.live.bearers(&object.key)).unwrap_or_default();
        if !bearers.is_empty() && !bearers.contains(&id.to_string()) {
            let message = format!("another live {} is named `{name}` already", kind.name());
            let diagnostic = Diagnostic::new(object.place.clone(), message)
                .help(format!("its id is {}; rename that one first", bearers.join(", ")));
            self.found.push(diagnostic);
        }
    }

    /// Says what the creation of an object needs that its manifests do not say.
    fn lacking(&self, object: &Object) -> Option<Diagnostic> {
        let kind = object.key.kind;
        let missing = missing_fields(object);
        if missing.is_empty() {
            return None;
        }
        let message = format!("{} does not exist, and creating it needs more", object.key);
        let missing = missing.join(", ");
        let help = match (kind.parent(), self.alike(object)) {
            (None, Some(alike)) => {
                format!("did you mean {alike}? For a new one, add to `spec`: {missing}")
            }
            (None, None) => format!("add to `spec`: {missing}"),
            (Some(_), _) => format!("add to the row: {missing}"),
        };
        Some(Diagnostic::new(object.place.clone(), message).help(help))
    }

    fn create(&self, object: &Object, differing: Differing, above: Vec<Ref>) -> Action {
        let kind = object.key.kind;
        let Differing { changes, body, later, impossible } = differing;
        let reason = obstacle(object, &changes, None, self.desired, self.live);
        if let Some(reason) = impossible.or(reason) {
            return Action::Blocked { reason, changes };
        }
        let path = Path::collection(kind, above);
        let ignored = match kind {
            // Asserted by tests of 2019 for these only.
            Kind::Deployment => "a creation ignores the status",
            Kind::System | Kind::Release | Kind::ReleaseSystem => {
                "a creation is not known to set the status"
            }
        };
        let then = (!later.is_empty()).then(|| {
            let path = path.of(Ref::ToCome(object.key.clone()));
            Box::new(Call { method: Method::Put, path, reason: ignored.to_owned(), body: later })
        });
        let reason = self.why_created(object);
        let call = Box::new(Call { method: Method::Post, path, reason, body });
        Action::Create { changes, call, then }
    }

    fn update(&mut self, object: &Object, is: &LiveObject, above: &[Ref]) -> Option<Action> {
        let kind = object.key.kind;
        let differing = self.differing(object, Some(is))?;
        let Differing { changes, body, later: _, impossible } = differing;
        if changes.is_empty() {
            return Some(Action::InSync);
        }
        let managed = object.fields.iter().map(|(def, _)| def);
        let current = self.live.read(&object.key, &is.body, managed.chain(kind.ruled()));
        let reason = obstacle(object, &changes, Some(&current), self.desired, self.live);
        if let Some(reason) = impossible.or(reason) {
            return Some(Action::Blocked { reason, changes });
        }
        let names: Vec<&str> = changes.iter().map(|change| change.def.name).collect();
        let verb = if names.len() == 1 { "differs" } else { "differ" };
        let reason = format!("{} {verb}", names.join(", "));
        let path = Path::collection(kind, above.to_vec()).of(Ref::Id(is.id));
        let call = Box::new(Call { method: Method::Put, path, reason, body });
        let observed = observed(object, is, self.live);
        let referred = referred(object, &changes);
        Some(Action::Update { changes, call, observed, referred })
    }

    /// Returns what differs; none if a name stands in the way.
    fn differing(&mut self, object: &Object, is: Option<&LiveObject>) -> Option<Differing> {
        let known = self.found.count();
        let sides = (self.desired, self.live);
        let enterprise = || is_enterprise(&object.key, sides.0, sides.1);
        let differing = differing(object, is, enterprise, sides, &mut self.found);
        (self.found.count() == known).then_some(differing)
    }
}

pub(super) fn several(object: &Object, ids: &[String]) -> Diagnostic {
    let Key { kind, name } = &object.key;
    let (message, help) = match kind {
        Kind::ReleaseSystem => (
            format!("the system is in the release {} times: {name}", ids.len()),
            "remove it from the release in Plutora until it is there once".to_owned(),
        ),
        Kind::System | Kind::Release => (
            format!("{} live {}s are named `{name}`", ids.len(), kind.name()),
            format!("pin one with `spec.id`: {}", ids.join(", ")),
        ),
        Kind::Deployment if object.itself => (
            format!("{} live deployments are named `{name}`", ids.len()),
            format!("pin one with `id` in its row: {}", ids.join(", ")),
        ),
        Kind::Deployment => (
            format!("{} live deployments are named `{name}`", ids.len()),
            format!("rename all but one in Plutora; their ids are {}", ids.join(", ")),
        ),
    };
    Diagnostic::new(object.place.clone(), message).help(help)
}

fn missing_fields(object: &Object) -> Vec<&'static str> {
    let fields = object.key.kind.fields().iter();
    let missing = fields
        .filter(|def| def.on_create == OnCreate::Required && object.fields.get(def.name).is_none());
    missing.map(|def| def.name).collect()
}

/// Reads the managed fields so that they can be checked again without any list of names.
fn observed(object: &Object, is: &LiveObject, live: &Live) -> Fields {
    let managed = object.fields.iter().map(|(def, _)| def);
    read_fields_by_id(object.key.kind, &is.body, managed, &live.tenant.labels)
}

/// Returns the managed references that do not differ, as they are declared.
fn referred(object: &Object, changes: &[FieldChange]) -> Fields {
    let mut referred = Fields::new(object.key.kind);
    for (def, value) in object.fields.iter() {
        let differs = changes.iter().any(|change| change.def == def);
        if matches!(def.ty, FieldType::Reference { .. }) && !differs {
            referred.set(def, value.clone());
        }
    }
    referred
}

/// Counts the live rows that no manifest mentions, of the lists that manifests declare rows of.
fn unmanaged(desired: &Desired, live: &Live, steps: &[Step]) -> u64 {
    let mut meant: BTreeMap<Key, u64> = BTreeMap::new();
    for above in steps.iter().filter(|step| step.id.is_some()).filter_map(|it| it.key.parent()) {
        *meant.entry(above).or_default() += 1;
    }
    let lists = live.rows.iter().filter(|(above, _)| desired.below(above).any(|it| it.itself));
    let left = lists.map(|(above, read)| {
        let meant = meant.get(above).copied().unwrap_or_default();
        (read.rows.len() as u64).saturating_sub(meant)
    });
    left.sum()
}
