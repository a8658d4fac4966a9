//! Releases that are no Enterprises any more, or are some by now, of which a plan supposes otherwise.

use super::outcome::{Cause, Difference, Outcome};
use super::since::{Since, Standing};
use crate::live::Called;
use crate::plan::{Plan, Supposed};
use crate::resource::FieldValue;

/// Adds the steps whose calls would be refused for the type that a release has by now, or would leave a creation
/// half done.
pub(super) fn retyped(plan: &Plan, called: &Called, since: &mut Since) {
    for Supposed { key, def, release, enterprise } in plan.supposed() {
        let about = called.releases.get(&release.to_string());
        let Some(word) = about.and_then(|about| about.release_type.as_deref()) else { continue };
        let found = FieldValue::text(word);
        let supposed = FieldValue::text("Enterprise");
        if (found == supposed) == enterprise {
            continue;
        }
        let expected = if enterprise { supposed } else { FieldValue::Empty };
        let one = Difference { def, cause: Cause::Retyped, expected, found, desired: None };
        let is_to_come = matches!(since.get(key), None | Some(Standing::Half(_)));
        if is_to_come {
            since.insert(key.clone(), Standing::Moved(Outcome::Stale(vec![one])));
        }
    }
}
