//! Mistakes that the lists alone show: they are told before hundreds of objects are read for nothing.

use super::planner::Planner;
use super::resolve::resolve;
use crate::desired::{Claimed, Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::{Diagnostic, Diagnostics};
use crate::resource::{FieldType, FieldValue, Key, Kind, Referent};

/// Returns what would stand in the way of any plan, as far as an outline of live state shows it.
///
/// These are names that nothing bears, or several do, and creations that lack something; [`super::plan()`]
/// finds them too, and others.
pub fn mistakes(desired: &Desired, outline: &Live) -> Diagnostics {
    let mut planner = Planner::new(desired, outline, Diagnostics::default());
    for object in desired.iter() {
        planner.outlined(object);
    }
    let claims = desired.claims().flat_map(|claim| unknown(claim, desired, outline));
    planner.found.extend(claims.collect::<Vec<_>>());
    planner.found
}

impl<'a> Planner<'a> {
    fn outlined(&mut self, object: &'a Object) -> Option<()> {
        if let Some(release) = object.key.parent().and_then(|above| above.release()) {
            self.release(&release, object)?;
        }
        match object.key.kind {
            Kind::System | Kind::Release => {
                if !matches!(*self.live.found(self.desired, object), Found::One(_)) {
                    self.id_and_action(object, &[]);
                    return None;
                }
            }
            Kind::ReleaseSystem => {
                self.named(object, "system", Referent::System, &object.key)?;
            }
            Kind::Deployment => {}
        }
        for (def, value) in object.fields.iter() {
            if let (FieldType::Reference { to, .. }, FieldValue::Text(name)) = (def.ty, value) {
                let place = object.place_of(def);
                self.found.extend(resolve(place, (to, name), self.desired, self.live).err());
            }
        }
        None
    }
}

/// Returns what is wrong with the names of release and system by which a status is claimed.
fn unknown(claim: &Claimed, desired: &Desired, live: &Live) -> Vec<Diagnostic> {
    let Claimed { of, status: _, source: _, place, status_place: _, name_places } = claim;
    let release = of.parent().map(|release| ("release", Referent::Release, release));
    let both = release.into_iter().chain([("system", Referent::System, of.clone())]);
    let wrong = |(field, referent, key): (&str, Referent, Key)| {
        let place = name_places.get(field).unwrap_or(place);
        resolve(place, (referent, &key.own_name()), desired, live).err()
    };
    both.filter_map(wrong).collect()
}
