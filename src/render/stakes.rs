//! What a move of a release is about, line by line, for every format that people read.

use super::plain;
use crate::apply::{ItemChange, Migrated, StepReport};
use crate::live::{Activity, WorkItem};
use crate::plan::{Migration, Side, Staked};

/// One release of a move, and what it has.
pub(super) struct Shown {
    /// Such as `REL-2026.10, the release that moves`.
    pub(super) title: String,
    /// Its phases and gates and what hangs on them, with their indentation.
    pub(super) lines: Vec<String>,
}

/// Returns what is at stake: of the child, the old and the new parent.
pub(super) fn at_stake(migration: &Migration) -> Vec<Shown> {
    let Migration { child, old_parent, new_parent } = migration;
    let sides = [
        (Some(child), "the release that moves"),
        (old_parent.as_ref(), "the parent that it leaves"),
        (new_parent.as_ref(), "the parent that it gets"),
    ];
    let mut shown: Vec<Shown> =
        sides.into_iter().filter_map(|(side, role)| Some(shown(side?, role))).collect();
    let bare = new_parent.as_ref().is_some_and(|it| it.items.is_empty() && it.refused.is_none());
    if let Some(parent) = shown.last_mut().filter(|_| bare) {
        // Asserted by tests of 2021.
        let moved = plain(&child.release);
        parent.lines.push(format!("phases and gates that it gets from now on reach {moved}"));
    }
    shown
}

fn shown(side: &Side, role: &str) -> Shown {
    let Side { release, id, items, loose, refused } = side;
    let title = format!("{}, {role}", plain(release));
    if id.is_none() {
        return Shown { title, lines: vec!["created by this plan: no phases or gates yet".into()] };
    }
    let mut lines = Vec::new();
    let name_width = items.iter().map(|it| plain(&it.item.name).chars().count()).max().unwrap_or(0);
    for Staked { item, inherited } in items {
        let marks = [(*inherited, "inherited"), (item.ignored, "ignored")];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| format!("  {mark}"));
        let marks: String = marks.collect();
        let name = plain(&item.name);
        lines.push(format!("{:5} {name:name_width$}  {}{marks}", item.kind.word(), dates(item)));
        lines.extend(item.activities.iter().map(|it| format!("      {}", activity(it))));
    }
    lines.extend(loose.iter().map(|it| format!("{} on no phase or gate", activity(it))));
    if let Some(reason) = refused {
        let rest = if lines.is_empty() { "what it has" } else { "the rest" };
        lines.push(format!("Plutora does not tell {rest}: {}", plain(reason)));
    }
    if lines.is_empty() {
        lines.push("no phases, gates or activities".into());
    }
    Shown { title, lines }
}

fn activity(activity: &Activity) -> String {
    let Activity { title, status } = activity;
    let title = plain(&format!("{title:?}")).into_owned();
    if status.is_empty() {
        format!("activity {title}")
    } else {
        format!("activity {title}, {}", plain(status))
    }
}

/// Returns the time of a phase or gate; midnights are shown as days.
fn dates(item: &WorkItem) -> String {
    let date = |instant: Option<crate::resource::Instant>| match instant {
        Some(instant) => {
            let text = instant.to_string();
            text.strip_suffix("T00:00:00Z").map_or(text.clone(), str::to_owned)
        }
        None => "?".to_owned(),
    };
    let (start, end) = (date(item.start), date(item.end));
    if start == end { start } else { format!("{start} to {end}") }
}

/// Returns what a look at a release after its step has shown.
pub(super) fn migrated(step: &StepReport) -> Vec<String> {
    let Some(migrated) = &step.migrated else { return Vec::new() };
    let named =
        |item: &WorkItem| format!("{} {}  {}", item.kind.word(), plain(&item.name), dates(item));
    match migrated {
        Migrated::Unread(error) => {
            vec![format!("its phases and gates could not be read again: {}", plain(error))]
        }
        Migrated::Seen(changes) if changes.is_empty() && step.action == "create" => {
            vec!["it has no phases or gates".to_owned()]
        }
        Migrated::Seen(changes) if changes.is_empty() => {
            vec!["its phases and gates are as they were: nothing was migrated".to_owned()]
        }
        Migrated::Seen(changes) => {
            let changes = changes.iter().map(|change| match change {
                ItemChange::Appeared { item, inherited } => {
                    let mark = if *inherited { "  inherited" } else { "" };
                    format!("  + {}{mark}", named(item))
                }
                ItemChange::Gone(item) => format!("  - {}", named(item)),
                ItemChange::Changed { before, after } => {
                    let ignored = match (before.ignored, after.ignored) {
                        (false, true) => ", now ignored",
                        (true, false) => ", no longer ignored",
                        _ => "",
                    };
                    format!("  ~ {}, was {}{ignored}", named(after), dates(before))
                }
            });
            let title = "its phases and gates are others than before:".to_owned();
            std::iter::once(title).chain(changes).collect()
        }
    }
}
