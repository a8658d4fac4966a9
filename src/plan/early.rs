//! Mistakes that the lists alone show: they are told before hundreds of objects are read for nothing.

use super::planner::{Planner, several};
use super::resolve::resolve;
use crate::desired::{Claimed, Desired, Object};
use crate::live::{Found, Live};
use crate::manifest::Diagnostics;
use crate::resource::{FieldType, FieldValue, Kind, Referent};

/// Returns what would stand in the way of any plan, as far as an outline of live state shows it.
///
/// These are names that nothing bears, or several do, and creations that lack something; [`super::plan()`]
/// finds them too, and others. A list that the outline does not have shows nothing.
pub fn mistakes(desired: &Desired, outline: &Live) -> Diagnostics {
    let mut planner = Planner::new(desired, outline, Diagnostics::default());
    for object in desired.iter() {
        planner.outlined(object);
    }
    for claim in desired.claims() {
        planner.claimed(claim);
    }
    planner.found
}

impl<'a> Planner<'a> {
    fn outlined(&mut self, object: &'a Object) -> Option<()> {
        if let Some(release) = object.key.parent().and_then(|above| above.release()) {
            self.shows(Referent::Release)?;
            self.release(&release, object)?;
        }
        match object.key.kind {
            Kind::System | Kind::Release => {
                self.shows(object.key.kind.referent()?)?;
                match self.live.found(self.desired, object).as_ref() {
                    Found::One(_) => {}
                    Found::Nothing => {
                        self.absent_or_lacking(object)?;
                    }
                    Found::Several(ids) => {
                        self.found.push(several(object, ids));
                        return None;
                    }
                }
            }
            Kind::ReleaseSystem => {
                self.shows(Referent::System)?;
                self.named(object, "system", Referent::System, &object.key)?;
            }
            Kind::Deployment => {}
        }
        for (def, value) in object.fields.iter() {
            if let (FieldType::Reference { to, .. }, FieldValue::Text(name)) = (def.ty, value)
                && self.shows(to).is_some()
            {
                let place = object.place_of(def);
                self.found.extend(resolve(place, (to, name), self.desired, self.live).err());
            }
        }
        None
    }

    /// Tells what is wrong with the names of release and system by which a status is claimed.
    fn claimed(&mut self, claim: &Claimed) {
        let Claimed { of, status: _, source: _, place, status_place: _, name_places } = claim;
        let release = of.parent().map(|release| ("release", Referent::Release, release));
        let system = ("system", Referent::System, of.clone());
        for (field, referent, key) in release.into_iter().chain([system]) {
            let is_declared = self.desired.get(&key).is_some();
            // What is declared is told where it is.
            if self.shows(referent).is_none() || (referent == Referent::Release && is_declared) {
                continue;
            }
            let (place, name) = (name_places.get(field).unwrap_or(place), key.own_name());
            self.found.extend(resolve(place, (referent, &name), self.desired, self.live).err());
        }
    }

    /// Returns something if the outline has a list.
    fn shows(&self, referent: Referent) -> Option<()> {
        self.live.names.contains_key(&referent).then_some(())
    }
}
