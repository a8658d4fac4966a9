//! Which object a status belongs to that names no deployment.

use std::borrow::Cow;

use crate::desired::{Claimed, Desired, Object};
use crate::live::{Live, natural_key, undeclared};
use crate::manifest::{Diagnostic, Diagnostics, listed};
use crate::resource::{Key, Kind, StatusRoute};

/// Gives each such status to its object: to the only deployment date of the system in the release,
/// declared ones that are to be created included, or to the system's row in the release.
pub(super) fn settle<'a>(
    desired: &'a Desired,
    live: &Live,
    found: &mut Diagnostics,
) -> Cow<'a, Desired> {
    if live.tenant.route == StatusRoute::DeploymentDate {
        found.extend(desired.iter().filter_map(no_row_status));
    }
    if desired.claims().next().is_none() {
        return Cow::Borrowed(desired);
    }
    let mut settled = desired.clone();
    for claim in desired.claims() {
        let object = object_of(claim, desired, live);
        let added = object.and_then(|key| {
            let means = format!("a status without `deployment` means {key} here");
            settled.add_status(&key, claim).map_err(|it| it.help(means))
        });
        found.extend(added.err());
    }
    Cow::Owned(settled)
}

/// Refuses a status of a row where the configuration says that the tenant keeps none there.
fn no_row_status(object: &Object) -> Option<Diagnostic> {
    let def =
        (object.key.kind == Kind::ReleaseSystem).then(|| object.key.kind.field("status"))??;
    object.fields.get(def.name)?;
    let message = "this tenant keeps no status of a system in a release, but of its deployments";
    let help =
        "the configuration says `statusRoute: deployment-date`; set the status of a deployment";
    Some(Diagnostic::new(object.place_of(def).clone(), message).help(help))
}

fn object_of(claim: &Claimed, desired: &Desired, live: &Live) -> Result<Key, Diagnostic> {
    let route = live.tenant.route;
    if route == StatusRoute::ReleaseSystem {
        return Ok(claim.of.clone());
    }
    let place = claim.name_places.get("system").unwrap_or(&claim.place);
    let refused =
        |message: String, help: String| Err(Diagnostic::new(place.clone(), message).help(help));
    let titles = titles(&claim.of, desired, live);
    match titles.as_slice() {
        [] if route == StatusRoute::Auto => Ok(claim.of.clone()),
        [] => refused(
            format!("{} has no deployment date that could have a status", claim.of.name),
            "the configuration says `statusRoute: deployment-date`; declare a deployment, or lift \
             that"
                .to_owned(),
        ),
        [title] => Ok(claim.of.child(title).unwrap_or_else(|| claim.of.clone())),
        several => refused(
            format!("{} has {} deployments", claim.of.name, several.len()),
            format!("say which with `deployment`: {}", listed(several.iter().map(String::as_str))),
        ),
    }
}

/// Returns the titles that the deployment dates have, or will have: the declared ones, and the live
/// ones that are none of these.
fn titles(of: &Key, desired: &Desired, live: &Live) -> Vec<String> {
    let declared = || desired.below(of).filter(|object| object.itself);
    let mut titles: Vec<String> = declared().map(|object| object.key.own_name()).collect();
    let others = undeclared(live.rows_below(of), declared());
    titles.extend(others.map(|row| natural_key(Kind::Deployment, row).to_owned()));
    titles
}
