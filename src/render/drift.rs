//! Drift for people: object by object, with where each difference comes from.

use super::comment::{Comment, List, Object};
use super::markdown::{head, target};
use super::out::{BOLD, DIM, Out};
use super::safe::code;
use super::words::{self, count, value};
use super::{Forge, Planned, plain};
use crate::desired::Removed;
use crate::plan::{Action, Drifted, DriftedField, Origin};
use crate::resource::FieldValue;

/// Returns drift as text.
pub(super) fn text(planned: &Planned, drifted: &[Drifted<'_>]) -> String {
    let mut out = Out::default();
    let target = &planned.plan.target;
    out.line(&format!("Target: {} as {}\n", plain(&target.api_url), plain(&target.user)));
    for it in drifted {
        out.heading(&words::object(&it.step.key));
        for line in lines(it) {
            out.line(&format!("    {line}"));
        }
        out.line("");
    }
    for line in told_as_gone(&planned.removed) {
        out.styled(DIM, &line);
    }
    out.styled(BOLD, &summary(planned, drifted));
    out.0
}

/// Returns drift as Markdown that is not too long for a comment.
pub(super) fn markdown(planned: &Planned, drifted: &[Drifted<'_>], forge: Forge) -> String {
    let objects = drifted.iter().map(|it| Object {
        line: format!("- {}\n", code(&words::object(&it.step.key))),
        details: lines(it).iter().map(|line| forge.sub_item(&code(line))).collect(),
        urgent: it.fields.iter().any(|field| field.origin != Origin::ManifestAhead),
    });
    let lists =
        [List { title: None, objects: objects.collect() }, listed_as_gone(&planned.removed)];
    let comment = Comment {
        head: head("drift", forge),
        lists: lists.into_iter().filter(|list| !list.objects.is_empty()).collect(),
        tail: format!("{}\n\n{}", summary(planned, drifted), target(&planned.plan.target)),
        ..Comment::default()
    };
    comment.fitted(forge)
}

/// Returns the list of what is no longer declared.
pub(super) fn listed_as_gone(removed: &[Removed]) -> List {
    let objects = no_longer_declared(removed).into_iter().map(|line| Object {
        line: format!("- {}\n", code(&line)),
        details: String::new(),
        urgent: false,
    });
    List { title: Some("No longer declared, and left as it is"), objects: objects.collect() }
}

fn lines(drifted: &Drifted<'_>) -> Vec<String> {
    let Drifted { step, origin, fields } = drifted;
    let missing = origin.map(|origin| match origin {
        Origin::EditedLive => {
            "it was applied, and is no longer there: deleted or renamed in Plutora"
        }
        Origin::ManifestAhead => "manifest ahead: it was not applied yet",
        Origin::Both | Origin::Unknown => "it is not there",
    });
    let fields = fields.iter().map(field);
    let blocked = match &step.action {
        Action::Blocked { reason, .. } => Some(format!("blocked: {}", plain(reason))),
        Action::Create { .. } | Action::Update { .. } | Action::InSync => None,
    };
    missing.map(str::to_owned).into_iter().chain(fields).chain(blocked).collect()
}

fn field(field: &DriftedField<'_>) -> String {
    let DriftedField { change, applied, origin } = field;
    let (name, live, declared) = (change.def.name, value(&change.before), value(&change.after));
    let applied = applied.as_ref().unwrap_or(&FieldValue::Empty);
    match origin {
        Origin::EditedLive => {
            format!("{name}: edited in Plutora: it is {live}, and was applied as {declared}")
        }
        Origin::ManifestAhead => {
            format!("{name}: manifest ahead: it is {live}, and {declared} was not applied yet")
        }
        Origin::Both => format!(
            "{name}: both: it is {live} in Plutora and {declared} in the manifest, and was applied as {}",
            value(applied)
        ),
        Origin::Unknown => {
            format!("{name}: it is {live} in Plutora and {declared} in the manifest")
        }
    }
}

/// Returns the title of what is no longer declared, and its lines; nothing where there is nothing.
pub(super) fn told_as_gone(removed: &[Removed]) -> impl Iterator<Item = String> {
    let title =
        (!removed.is_empty()).then_some("No longer declared, and left in Plutora as it is:");
    let end = (!removed.is_empty()).then(String::new);
    let lines = no_longer_declared(removed).into_iter().map(|line| format!("  {line}"));
    title.map(str::to_owned).into_iter().chain(lines).chain(end)
}

/// Returns what is no longer declared, line by line.
fn no_longer_declared(removed: &[Removed]) -> Vec<String> {
    let line = |Removed { key, fields }: &Removed| {
        let names: Vec<&str> = fields.iter().map(|def| def.name).collect();
        let of = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        format!("{}{of}", words::object(key))
    };
    removed.iter().map(line).collect()
}

fn summary(planned: &Planned, drifted: &[Drifted<'_>]) -> String {
    let fields = || drifted.iter().flat_map(|it| it.fields.iter().map(|field| field.origin));
    let objects = drifted.iter().filter_map(|it| it.origin);
    let origins: Vec<Origin> = fields().chain(objects).collect();
    let number = |wanted: Origin| origins.iter().filter(|it| **it == wanted).count() as u64;
    let parts = [
        (Origin::EditedLive, "edited in Plutora"),
        (Origin::ManifestAhead, "ahead in the manifests"),
        (Origin::Both, "changed on both sides"),
        (Origin::Unknown, "of unknown origin"),
    ];
    let parts = parts.into_iter().map(|(origin, words)| (number(origin), words));
    let parts: Vec<String> = parts
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{} {words}", words::grouped(number)))
        .collect();
    let differ = count(drifted.len() as u64, "object");
    let in_sync = words::grouped(planned.plan.summary().in_sync);
    let verb = if drifted.len() == 1 { "differs" } else { "differ" };
    let how = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("Drift: {differ} {verb}{how}; {in_sync} in sync")
}
