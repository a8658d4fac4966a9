//! Warnings: what the API will not do, and what to do by hand.

use super::migration::{Migration, Side, Staked, migration};
use super::step::{FieldChange, Step};
use crate::desired::Object;
use crate::live::{Live, WorkItem};
use crate::resource::{Code, Key};

/// Something that a step leaves to be done by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its stable code.
    pub code: Code,
    /// The object.
    pub key: Key,
    /// What the API will not do.
    pub message: String,
    /// What is at stake.
    pub migration: Migration,
    /// What to do in Plutora; nothing where there are no phases and gates that could be meant.
    pub manual_steps: Vec<String>,
    /// Whether a manifest acknowledges it.
    pub acknowledged: bool,
}

/// Returns the warnings about a step.
pub(super) fn warnings(step: &Step, object: &Object, live: &Live) -> Option<Warning> {
    let moved = step.parent_change()?;
    let migration = migration(step, live)?;
    Some(Warning {
        code: Code::Ps101,
        key: step.key.clone(),
        message: message(moved),
        manual_steps: manual_steps(&migration),
        migration,
        acknowledged: object.acknowledged.contains(&Code::Ps101),
    })
}

/// What its code says, about this very change.
fn message(change: &FieldChange) -> String {
    let FieldChange { def: _, before, after } = change;
    let what = match (before.as_text(), after.as_text()) {
        (None, Some(new)) => format!("the parent becomes {new}"),
        (Some(old), Some(new)) => format!("the parent changes from {old} to {new}"),
        (Some(old), None) => format!("the parent {old} is cleared"),
        (None, None) => "the parent changes".to_owned(),
    };
    format!("{what}, and {}", Code::Ps101.about())
}

/// Says what to do about this very move: nothing where neither side has anything.
fn manual_steps(migration: &Migration) -> Vec<String> {
    let Migration { child, old_parent, new_parent } = migration;
    let moved = &child.release;
    // What Plutora does not tell may be anything.
    let has = |side: &Side| !side.items.is_empty() || side.refused.is_some();
    let mut steps = Vec::new();
    if let Some(parent) = old_parent.as_ref().filter(|_| has(child)) {
        let from = &parent.release;
        let inherited = listed(child.items.iter().filter(|staked| staked.inherited), dated);
        steps.push(match inherited.as_str() {
            "" => format!("Look for phases and gates of {moved} that came from {from}."),
            names => format!("Decide on what {moved} has from {from}: {names}."),
        });
    }
    if let Some(parent) = new_parent.as_ref().filter(|parent| has(parent) && has(child)) {
        let shared = child.items.iter().filter(|staked| {
            let same = |other: &Staked| {
                (other.item.kind, &other.item.name_id) == (staked.item.kind, &staked.item.name_id)
            };
            parent.items.iter().any(same)
        });
        let both = match listed(shared, named).as_str() {
            "" => String::new(),
            names => format!("; both have {names}"),
        };
        let to = &parent.release;
        steps.push(format!("Compare the phases and gates of {moved} with those of {to}{both}."));
        let choose = "Keep, ignore or replace them as the Phase/Gates Migration dialog would.";
        steps.push(choose.to_owned());
    }
    if let Some(parent) = new_parent.as_ref().filter(|parent| has(parent) && !has(child)) {
        let to = &parent.release;
        steps.push(format!("Give {moved} the phases and gates of {to} that it is to follow."));
    }
    if has(child) {
        let on = child.items.iter().flat_map(|staked| &staked.item.activities);
        let titles: Vec<String> =
            on.chain(&child.loose).map(|activity| format!("\"{}\"", activity.title)).collect();
        let activities = match titles.as_slice() {
            [] => "criteria".to_owned(),
            titles => format!("the activities {}, and criteria", titles.join(", ")),
        };
        steps.push(format!(
            "Move what hangs on phases and gates that change: {activities}, TECRs, bookings and \
             approvals, which were not looked at."
        ));
    }
    steps
}

fn named(item: &WorkItem) -> String {
    format!("{} {}", item.kind.word(), item.name)
}

/// Returns a phase or gate with its day, which tells it from another of the same name.
fn dated(item: &WorkItem) -> String {
    let day = item.start.map(|start| format!(" of {}", start.day())).unwrap_or_default();
    named(item) + &day
}

fn listed<'a>(
    items: impl Iterator<Item = &'a Staked>,
    shown: impl Fn(&WorkItem) -> String,
) -> String {
    items.map(|staked| shown(&staked.item)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::{Activity, WorkItemKind};
    use crate::resource::{FieldValue, Guid, Instant, Kind};

    fn staked(kind: WorkItemKind, name: &str, inherited: bool) -> Staked {
        let item = WorkItem {
            kind,
            id: Guid::parse("d95f23e4-52a1-e811-8146-029a1f64cdff").unwrap(),
            name_id: name.to_lowercase(),
            name: name.to_owned(),
            start: Some(Instant::parse("2026-12-01").unwrap()),
            end: None,
            ignored: false,
            activities: Vec::new(),
        };
        Staked { item, inherited }
    }

    fn side(release: &str, items: Vec<Staked>) -> Side {
        Side { release: release.to_owned(), id: None, items, loose: Vec::new(), refused: None }
    }

    fn steps(child: Side, old_parent: Option<Side>, new_parent: Option<Side>) -> Vec<String> {
        manual_steps(&Migration { child, old_parent, new_parent })
    }

    const MOVE: &str = "Move what hangs on phases and gates that change: criteria, TECRs, bookings \
                        and approvals, which were not looked at.";
    const CHOOSE: &str = "Keep, ignore or replace them as the Phase/Gates Migration dialog would.";

    #[test]
    fn a_change_of_parent_is_said_as_what_it_is() {
        let said = |before: FieldValue, after: FieldValue| {
            let def = Kind::Release.field("parent").unwrap();
            let message = message(&FieldChange { def, before, after });
            message.split_once(", and the API cannot migrate phases").unwrap().0.to_owned()
        };
        let [one, two] = ["ONE", "TWO"].map(FieldValue::text);
        assert_eq!(said(FieldValue::Empty, one.clone()), "the parent becomes ONE");
        assert_eq!(said(one.clone(), two), "the parent changes from ONE to TWO");
        assert_eq!(said(one, FieldValue::Empty), "the parent ONE is cleared");
    }

    #[test]
    fn what_came_from_the_old_parent_is_named_with_its_day() {
        let phase = |inherited| side("R", vec![staked(WorkItemKind::Phase, "Test", inherited)]);
        let parent = || Some(side("OLD", Vec::new()));
        let decide = "Decide on what R has from OLD: phase Test of 2026-12-01.";
        assert_eq!(steps(phase(true), parent(), None), [decide, MOVE]);
        let look = "Look for phases and gates of R that came from OLD.";
        assert_eq!(steps(phase(false), parent(), None), [look, MOVE]);
        assert_eq!(steps(side("R", Vec::new()), parent(), None), Vec::<String>::new());
    }

    #[test]
    fn what_the_new_parent_has_is_compared_or_given() {
        let phase = staked(WorkItemKind::Phase, "Test", false);
        let gate = staked(WorkItemKind::Gate, "Go", false);
        let parent = || Some(side("NEW", vec![phase.clone(), gate.clone()]));
        // The same name of a phase and of a gate is not the same thing.
        let child = side("R", vec![phase.clone(), staked(WorkItemKind::Phase, "Go", false)]);
        let both = "Compare the phases and gates of R with those of NEW; both have phase Test.";
        assert_eq!(steps(child, None, parent()), [both, CHOOSE, MOVE]);
        let child = side("R", vec![staked(WorkItemKind::Phase, "Build", false)]);
        let none = "Compare the phases and gates of R with those of NEW.";
        assert_eq!(steps(child.clone(), None, parent()), [none, CHOOSE, MOVE]);
        let give = "Give R the phases and gates of NEW that it is to follow.";
        assert_eq!(steps(side("R", Vec::new()), None, parent()), [give]);
        let bare = || Some(side("NEW", Vec::new()));
        assert_eq!(steps(child, None, bare()), [MOVE]);
        assert_eq!(steps(side("R", Vec::new()), None, bare()), Vec::<String>::new());
    }

    #[test]
    fn what_plutora_does_not_tell_may_be_anything() {
        let child = Side { refused: Some("no".to_owned()), ..side("R", Vec::new()) };
        assert_eq!(steps(child, None, None), [MOVE]);
    }

    #[test]
    fn activities_are_named_whether_they_hang_on_something_or_not() {
        let activity = |title: &str| Activity { title: title.to_owned(), status: String::new() };
        let mut phase = staked(WorkItemKind::Phase, "Test", false);
        phase.item.activities.push(activity("one"));
        let child = Side { loose: vec![activity("two")], ..side("R", vec![phase]) };
        let steps = steps(child, None, None);
        assert!(steps[0].contains("the activities \"one\", \"two\", and criteria"), "{steps:?}");
    }
}
