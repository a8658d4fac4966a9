//! What a plan refers to, and writes below, if that is called otherwise by now.

use super::outcome::{Cause, Difference, Outcome};
use super::since::{Since, Standing};
use crate::live::Called;
use crate::plan::{Meant, Plan};
use crate::resource::FieldValue;

/// Adds the steps that would write the id of something, or below something, that does not bear the name by
/// which it was reviewed, and those that were done already and of which that is no longer true.
///
/// Calls hold ids, and a look at the objects themselves could not tell: an id that was another's name is
/// read back as it was written.
pub(super) fn renamed(plan: &Plan, called: &Called, since: &mut Since) {
    for meant in plan.meant() {
        let Meant { key, def, referent, id, name, before } = meant;
        let now = called.name_of(referent, id);
        let bears = |name: &str| now == Some(&*referent.canonical(name));
        if bears(&name) || before.as_deref().is_some_and(bears) {
            continue;
        }
        let found = now.map_or(FieldValue::Empty, |now| FieldValue::Text(now.to_owned()));
        let expected = FieldValue::Text(before.unwrap_or(name));
        let one = Difference { def, cause: Cause::Renamed, expected, found, desired: None };
        match since.get_mut(key) {
            Some(Standing::Moved(Outcome::Stale(differences))) => differences.push(one),
            Some(Standing::Moved(_)) => {}
            Some(Standing::Already(_) | Standing::Half(_) | Standing::Created(..)) | None => {
                since.insert(key.clone(), Standing::Moved(Outcome::Stale(vec![one])));
            }
        }
    }
}
