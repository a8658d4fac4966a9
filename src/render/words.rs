//! Sentences that more than one format uses.

use serde_json::{Value, json};

use super::way_out::{WayOut, declared, ways_out};
use super::{Applied, Planned};
use crate::apply::{Cause, Difference, Outcome};
use crate::manifest::ACKNOWLEDGE;
use crate::plan::{HOURLY_REQUESTS, Warning};
use crate::resource::{Code, FieldType, FieldValue, Key};

/// Returns a number with its noun.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(number)) }
}

/// Returns a number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the line that closes a plan.
pub(super) fn plan_summary(planned: &Planned) -> String {
    let summary = planned.plan.summary();
    let needed = planned.plan.apply_requests();
    let unmanaged = match summary.unmanaged {
        0 => String::new(),
        number => format!(", {} left alone", count(number, "unmanaged row")),
    };
    format!(
        "Plan: {} to create, {} to update, {} in sync, {} blocked, {}{unmanaged}; apply needs {} \
         (plan used {}{}), {} of the hourly {}",
        grouped(summary.create),
        grouped(summary.update),
        grouped(summary.in_sync),
        grouped(summary.blocked),
        count(summary.warnings, "warning"),
        count(needed, "request"),
        grouped(planned.requests),
        sent_again(planned.spent.repetitions),
        share(needed.saturating_add(planned.requests)),
        grouped(HOURLY_REQUESTS),
    )
}

/// Returns which part of an hour's requests some are.
pub(super) fn share(requests: u64) -> String {
    // Tenths of a percent, rounded, in whole numbers.
    let tenths = (u128::from(requests) * 1_000 + u128::from(HOURLY_REQUESTS) / 2)
        / u128::from(HOURLY_REQUESTS);
    if tenths == 0 && requests > 0 {
        return "under 0.1 %".into();
    }
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Returns the line that closes a report.
pub(super) fn report_summary(applied: &Applied) -> String {
    let steps = &applied.report.steps;
    let words = [
        "done",
        "already",
        "differs",
        "in-doubt",
        "failed",
        "stale",
        "skipped",
        "blocked",
        "not-started",
    ];
    let mut parts: Vec<String> = words
        .into_iter()
        .map(|word| (word, steps.iter().filter(|step| step.outcome.word() == word).count()))
        .filter(|(word, number)| *number > 0 || *word == "done")
        .map(|(word, number)| format!("{} {}", grouped(number as u64), word.replace('-', " ")))
        .collect();
    parts.push(format!("{} in sync before", grouped(applied.report.in_sync)));
    let used = count(applied.requests, "request");
    let forecast = match applied.forecast {
        forecast if forecast == applied.requests => "as forecast".to_owned(),
        forecast => format!("{} forecast", grouped(forecast)),
    };
    let checks = match applied.plan_requests {
        checks if applied.saved && checks > 0 => {
            format!("; {} before, to check the plan", grouped(checks))
        }
        _ => String::new(),
    };
    let repetitions = sent_again(applied.repetitions);
    format!("Apply: {}; {used} used, {forecast}{checks}{repetitions}", parts.join(", "))
}

/// Returns what is added to a number of requests of which some were sent again.
fn sent_again(repetitions: u64) -> String {
    match repetitions {
        0 => String::new(),
        again => format!("; {} sent again", grouped(again)),
    }
}

/// Returns the warnings about what was done that leave something to be done by hand; who acknowledged
/// one has dealt with it.
pub(super) fn left_by_hand(applied: &Applied) -> impl Iterator<Item = &Warning> {
    let warnings = applied.warnings.iter();
    warnings.filter(|warning| !warning.acknowledged && !warning.manual_steps.is_empty())
}

/// Returns what the reading back has shown.
pub(super) fn closing_check(applied: &Applied) -> String {
    let steps = &applied.report.steps;
    let read_back =
        steps.iter().filter(|step| matches!(step.outcome, Outcome::Done { .. })).count() as u64;
    if applied.report.is_complete() {
        let left = match left_by_hand(applied).map(|it| it.manual_steps.len()).sum::<usize>() {
            0 => "nothing is left to do".to_owned(),
            steps => format!("{} left to be done by hand", count(steps as u64, "step")),
        };
        let checked = count(read_back, "object");
        return format!("Closing check: {checked} read back and as declared; {left}.");
    }
    let left: Vec<_> = steps.iter().filter(|step| !step.outcome.is_complete()).collect();
    if left.is_empty() {
        return "Closing check: stopped before its end; run apply again.".to_owned();
    }
    let again = left.iter().any(|step| !["blocked", "differs"].contains(&step.outcome.word()));
    let stale = left.iter().any(|step| step.outcome.word() == "stale");
    let advice = match (stale, again) {
        (true, _) => "; plan again",
        (false, true) if left.iter().any(|step| step.outcome.word() == "failed") => {
            "; see above why, and run apply again"
        }
        (false, true) => "; run apply again",
        (false, false) => "",
    };
    format!("Closing check: {} not done as declared{advice}.", count(left.len() as u64, "step"))
}

/// Returns a value on one line, whole: what is not shown is not reviewed.
pub(super) fn value(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => "(none)".to_owned(),
        FieldValue::Text(text) => quoted(text),
        FieldValue::Instant(instant) => instant.to_string(),
        FieldValue::Names(names) => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        }
    }
}

/// Quotes a text, so that what stands in it cannot be taken for what stands around it.
fn quoted(text: &str) -> String {
    super::plain(&format!("{text:?}")).into_owned()
}

/// Returns what is to be said of a warning beside its code.
pub(super) fn mark(planned: &Planned, warning: &Warning) -> &'static str {
    match (warning.acknowledged, planned.is_denied(warning)) {
        (true, _) => " (acknowledged)",
        (false, true) => " (denied)",
        (false, false) => "",
    }
}

/// Returns how a manifest acknowledges a warning.
pub(super) fn how_to_acknowledge(code: Code) -> String {
    format!("A manifest acknowledges it with metadata.annotations: {{{ACKNOWLEDGE}: {code}}}")
}

/// Returns an object's kind and name.
pub(super) fn object(key: &Key) -> String {
    format!("{} {}", key.kind.name(), super::plain(&key.name))
}

/// Returns what there is to say about an outcome beyond its word.
pub(super) fn outcome(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Done { differs, correlation, .. } => {
            let found = correlation.is_none().then(|| {
                "it was there: an earlier run made it, a request whose answer was lost, or somebody else"
                    .to_owned()
            });
            let differs = differs.iter().map(difference);
            found.into_iter().chain(differs).collect()
        }
        Outcome::Failed { error, .. } => vec![super::plain(error).into_owned()],
        Outcome::Stale(moved) => moved.iter().map(difference).collect(),
        Outcome::Appeared(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            vec![format!("somebody created it since the plan ({}); not touched", ids.join(", "))]
        }
        Outcome::Gone => {
            vec!["somebody deleted it, or what it is below, since the plan; not touched".to_owned()]
        }
        Outcome::Already(_) => vec!["it is as planned already; nothing was written".to_owned()],
        Outcome::Skipped(because) => vec![format!("needs {}", object(because))],
        Outcome::Blocked(reason) => vec![super::plain(reason).into_owned()],
        Outcome::NotStarted => Vec::new(),
    }
}

fn difference(difference: &Difference) -> String {
    let Difference { def, cause, expected, found: is, desired } = difference;
    let (name, expected, found) = (def.name, value(expected), value(is));
    let told = match cause {
        Cause::Moved => {
            let desired = desired.as_ref().filter(|desired| *desired != &difference.expected);
            let desired = desired.map(|it| format!(", and {} is desired", value(it)));
            let desired = desired.unwrap_or_default();
            format!("{name}: was {expected} when planned, is {found} now{desired}; not touched")
        }
        Cause::Renamed => {
            let is_there = *is != FieldValue::Empty;
            let now =
                if is_there { format!("is called {found} now") } else { "is gone".to_owned() };
            return format!(
                "{name} {expected}: what had that name when the plan was made {now}; not touched"
            );
        }
        Cause::Retyped => {
            let was = if difference.expected == FieldValue::Empty { "no" } else { "an" };
            return format!(
                "{name}: the release is {found} now, and was {was} Enterprise when planned; not touched"
            );
        }
        Cause::Stored if def.ty == FieldType::Status && *is == FieldValue::Empty => format!(
            "{name}: {expected} was written, the server keeps none here; perhaps only deployments \
             have one in this tenant"
        ),
        Cause::Stored => format!("{name}: {expected} was written, the server made it {found}"),
        Cause::Overwritten => {
            format!("{name}: it was {expected} when it was read back, and is {found} now")
        }
        Cause::Initial => {
            format!("{name}: a new one was expected to have {expected}, it has {found}")
        }
        Cause::Unclear => {
            format!(
                "{name}: {expected} was sent, and it is {found} now: the server made it so, or somebody since"
            )
        }
    };
    let ways = ways_out(difference);
    let ways = match ways.as_slice() {
        [] => return told,
        // Alone, it has to say where.
        [WayOut::LeaveOut] => format!("leave `{name}` out of the manifest"),
        ways => {
            let ways: Vec<String> = ways.iter().map(|way| way_out(way, difference)).collect();
            ways.join(", or ")
        }
    };
    format!("{told}; to end this, {ways}")
}

/// Returns what somebody does that ends a difference.
fn way_out(way: &WayOut, difference: &Difference) -> String {
    let name = difference.def.name;
    match way {
        WayOut::Apply => {
            let declared = declared(difference).map(value);
            let declared = declared.unwrap_or_else(|| "what is declared".to_owned());
            format!("plan and apply again, which writes {declared} over it")
        }
        WayOut::Declare(live) => format!("say `{}` in the manifest", yaml(name, live)),
        WayOut::LeaveOut => format!("leave `{name}` out, so that it is not managed"),
        WayOut::Map { word, label } => format!(
            "say `{}` in the configuration, if that is this tenant's label for it",
            yaml("statusLabels", &json!({word: label}))
        ),
    }
}

/// Returns a line of YAML: JSON is YAML; what a person sees elsewhere need not be.
fn yaml(key: &str, value: &Value) -> String {
    format!("{key}: {}", super::visible_json(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "request"), "1 request");
        assert_eq!(count(26_000, "request"), "26,000 requests");
    }

    #[test]
    fn the_share_is_rounded_and_never_hidden() {
        assert_eq!(share(65), "0.3 %");
        assert_eq!(share(0), "0.0 %");
        assert_eq!(share(2), "under 0.1 %");
        assert_eq!(share(26_000), "100.0 %");
    }
}
