//! What stands above an object: the releases and systems on the path to it.

use std::collections::BTreeSet;

use super::planner::Planner;
use super::resolve::{resolve, suggestion};
use crate::desired::{Desired, Object};
use crate::live::{Found, Live, Meant};
use crate::manifest::Diagnostic;
use crate::resource::{Body as _, FieldValue, Guid, Key, Kind, Ref, Referent, id_of};

impl Planner<'_> {
    /// Returns the objects on the path to an object, the outermost first; none, and the reason is
    /// told, where one of them is not to be found.
    pub(super) fn above(&mut self, object: &Object) -> Option<Vec<Ref>> {
        match (object.key.kind, object.key.parent()) {
            (Kind::System | Kind::Release, _) | (_, None) => Some(Vec::new()),
            (Kind::ReleaseSystem, Some(release)) => Some(vec![self.release(&release, object)?]),
            (Kind::Deployment, Some(linked)) => {
                let release = self.release(&linked.parent()?, object)?;
                Some(vec![release, self.linked(&linked, object)?])
            }
        }
    }

    /// Returns what the name of a release above an object means; what is wrong with it is told.
    pub(super) fn release(&mut self, release: &Key, object: &Object) -> Option<Ref> {
        let declared = self.desired.get(release).map(|it| self.live.found(self.desired, it));
        if let Some(Found::Several(_)) = declared.as_deref() {
            // Its own step says what is wrong.
            return None;
        }
        self.named(object, "release", Referent::Release, release)
    }

    /// Returns what a name on the way to an object means; what is wrong with it is told.
    pub(super) fn named(
        &mut self,
        object: &Object,
        field: &'static str,
        referent: Referent,
        key: &Key,
    ) -> Option<Ref> {
        let name = key.own_name();
        let place = object.place_of_name(field);
        match resolve(place, (referent, &name), self.desired, self.live) {
            Ok(resolved) => resolved.into_ref(),
            Err(diagnostic) => {
                self.found.push(diagnostic);
                None
            }
        }
    }

    /// Returns the system in a release: live, or created by the same plan.
    fn linked(&mut self, linked: &Key, object: &Object) -> Option<Ref> {
        let desired = self.desired;
        if let Some(declared) = desired.get(linked).filter(|declared| declared.itself) {
            return match self.live.found(desired, declared).as_ref() {
                Found::One(is) => Some(Ref::Id(is.id)),
                Found::Nothing => {
                    let system = linked.own_name();
                    match self.live.meant(desired, Referent::System, &system) {
                        Meant::Id(_) | Meant::ToCome(_) => Some(Ref::ToCome(linked.clone())),
                        // Its own step says what is wrong.
                        Meant::Nothing | Meant::Several(_) | Meant::Renamed(_) => None,
                    }
                }
                Found::Several(_) => None,
            };
        }
        let system = self.named(object, "system", Referent::System, linked)?;
        let id = if let Ref::Id(id) = &system { Some(*id) } else { None };
        let mut rows = self.live.rows_below(linked.parent().as_ref()?).iter();
        if rows.any(|row| id.is_some() && id_of(Kind::ReleaseSystem, row) == id) {
            return Some(system);
        }
        let diagnostic = self.not_linked(linked, object);
        self.found.push(diagnostic);
        None
    }

    /// Says that an object whose status is claimed is not there, and what there is.
    pub(super) fn missing(&self, object: &Object) -> Diagnostic {
        let key = &object.key;
        if key.kind == Kind::ReleaseSystem {
            return self.not_linked(key, object);
        }
        let above = key.parent().map(|above| above.name).unwrap_or_default();
        let place = object.place_of_name("title").clone();
        let bearers = self.live.bearers(key);
        let pinned = bearers.iter().filter_map(|id| Guid::parse(id).ok());
        if let Some(renamed) = pinned.into_iter().find_map(|id| self.desired.pinned(&id)) {
            let message =
                format!("the deployment `{}` is renamed by these manifests", key.own_name());
            let help = format!("use its new title, `{}`", renamed.key.own_name());
            return Diagnostic::new(place, message).help(help);
        }
        let message = format!("{above} has no deployment `{}`", key.own_name());
        let titles = self.names_beside(key, "deploymentTitle");
        let help = suggestion(&key.own_name(), titles.iter().map(String::as_str), NO_DATES);
        Diagnostic::new(place, message).maybe_help(help)
    }

    fn not_linked(&self, linked: &Key, object: &Object) -> Diagnostic {
        let (system, release) = (linked.own_name(), linked.parent());
        let release = release.map(|release| release.own_name()).unwrap_or_default();
        let message = format!("the system `{system}` is not in the release {release}");
        let there = self.names_beside(linked, "system");
        let help = suggestion(&system, there.iter().map(String::as_str), "It has no systems");
        Diagnostic::new(object.place_of_name("system").clone(), message).maybe_help(help)
    }

    /// Returns what the rows beside an object are called, live ones and declared ones.
    fn names_beside(&self, key: &Key, display: &str) -> BTreeSet<String> {
        let Some(parent) = key.parent() else { return BTreeSet::new() };
        let rows = self.live.rows_below(&parent).iter();
        let live = rows.filter_map(|row| row.said(display).text());
        let declared = self.desired.below(&parent).filter(|beside| beside.itself);
        live.map(str::to_owned).chain(declared.map(|beside| beside.key.own_name())).collect()
    }
}

/// Returns whether the release that an object is below is an Enterprise in the end; none where
/// nobody says it.
pub(super) fn is_enterprise(key: &Key, desired: &Desired, live: &Live) -> Option<bool> {
    let release = key.parent()?.release()?;
    let enterprise = FieldValue::text("Enterprise");
    let declared = desired.get(&release).and_then(|it| it.fields.get("plutoraReleaseType"));
    if let Some(declared) = declared {
        return Some(*declared == enterprise);
    }
    let meant = live.meant(desired, Referent::Release, &release.own_name());
    let word = live.releases.get(&meant.id()?.to_string())?.release_type.as_ref()?;
    Some(FieldValue::text(word) == enterprise)
}

const NO_DATES: &str = "It has no deployments";
