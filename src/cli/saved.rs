//! A plan that was made and approved before.

use std::path::Path;

use super::files::{small_file, why};
use super::manifests::Manifests;
use super::session::Session;
use crate::error::{Exit, Failure};
use crate::render::{self, Planned};
use crate::resource::Code;

/// The largest plan file, in bytes: that of some 30,000 objects. In memory it takes twenty times as much.
const MOST_BYTES: u64 = 64 << 20;

/// Reads a plan file.
pub(super) fn read(file: &Path) -> Result<Planned, Failure> {
    let name = file.display();
    let text = small_file(file, MOST_BYTES)
        .map_err(|error| Failure::input(format!("{name} cannot be read: {}", why(&error))))?;
    render::read_plan(&text)
        .map_err(|error| Failure::input(format!("{name} cannot be used: {error}")))
}

/// Refuses a plan that was made of other manifests than those that are given.
pub(super) fn check_manifests(
    planned: &Planned,
    file: &Path,
    manifests: Option<&Manifests>,
) -> Result<(), Failure> {
    match manifests {
        Some(it) if it.desired.digest() != planned.plan.manifest_digest => {
            let message =
                format!("the manifests are not those that {} was made of", file.display());
            Err(Failure::new(Exit::Stale, message)
                .hint("plan again, or leave -f out to apply what was planned"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Takes a plan up for the Plutora that it was made for; nothing is asked of Plutora yet.
pub(super) fn taken_up(
    mut planned: Planned,
    file: &Path,
    session: &Session,
    deny: &[Code],
) -> Result<Planned, Failure> {
    let (target, here) = (&planned.plan.target.api_url, &session.connection.api_url);
    if here != target {
        let message = format!("{} was made for {target}, and this is {here}", file.display());
        return Err(
            Failure::input(message).hint("connect to where the plan was made, or plan again")
        );
    }
    planned.denied.extend(session.config.denied(deny));
    Ok(planned)
}
