//! Text for people at a terminal.

use std::fmt::Write as _;

use anstyle::Style;
use similar::{ChangeTag, TextDiff};

use super::drift::told_as_gone;
use super::out::{BAD, BOLD, CREATE, DIM, Out, UPDATE, WARN};
use super::stakes::{self, at_stake};
use super::words::{self, value};
use super::{Applied, Ended, Planned, failure, plain};
use crate::apply::{Outcome, StepReport};
use crate::plan::{Action, FieldChange, Plan, Step, Warning};
use crate::resource::FieldValue;

/// Names first, then details, then warnings, then one closing line.
pub(super) fn plan(planned: &Planned) -> String {
    let mut out = Out::default();
    let plan = &planned.plan;
    let (url, user) = (plain(&plan.target.api_url), plain(&plan.target.user));
    out.line(&format!("Target: {url} as {user}"));
    let differing: Vec<&Step> =
        plan.steps.iter().filter(|step| step.action != Action::InSync).collect();
    if differing.is_empty() {
        out.line("\nNothing to do: everything is as the manifests say.\n");
    } else {
        out.line("");
        for step in &differing {
            let (style, mark) = mark(&step.action);
            out.styled(style, &format!("  {mark} {}", words::object(&step.key)));
        }
        out.line("");
        for step in &differing {
            details(&mut out, step);
        }
    }
    for warning in &plan.warnings {
        warn(&mut out, planned, warning);
    }
    for line in told_as_gone(&planned.removed) {
        out.styled(DIM, &line);
    }
    if let Some(outlook) = planned.spent.outlook(planned.plan.apply_requests()) {
        out.line(&outlook);
    }
    out.styled(BOLD, &words::plan_summary(planned));
    out.0
}

fn mark(action: &Action) -> (Style, char) {
    match action {
        Action::Create { .. } => (CREATE, '+'),
        Action::Update { .. } => (UPDATE, '~'),
        Action::Blocked { .. } => (BAD, 'x'),
        Action::InSync => (DIM, '='),
    }
}

fn details(out: &mut Out, step: &Step) {
    let (style, mark) = mark(&step.action);
    let sources: Vec<String> = step
        .sources
        .iter()
        .map(|source| format!("{}:{}", plain(&source.file), source.line))
        .collect();
    let object = words::object(&step.key);
    writeln!(out.0, "{style}{mark} {object}{style:#}  {DIM}{}{DIM:#}", sources.join(", ")).ok();
    let changes = step.action.changes();
    let width = changes.iter().map(|change| change.def.name.len()).max().unwrap_or(0);
    for change in changes {
        field(out, change, width);
    }
    if let Action::Blocked { reason, .. } = &step.action {
        out.styled(BAD, &format!("    blocked: {}", plain(reason)));
    }
    for call in step.action.calls() {
        let path = call.path.to_string();
        let (method, path, reason) = (call.method.word(), plain(&path), plain(&call.reason));
        out.styled(DIM, &format!("    {method} {path}: {reason}"));
    }
    out.line("");
}

fn field(out: &mut Out, change: &FieldChange, width: usize) {
    let FieldChange { def, before, after } = change;
    match (before, after) {
        (FieldValue::Empty, after) => {
            out.line(&format!("    {:width$}  {}", def.name, value(after)));
        }
        (FieldValue::Text(before), FieldValue::Text(after))
            if before.contains('\n') || after.contains('\n') =>
        {
            out.line(&format!("    {}", def.name));
            for (sign, line) in line_diff(before, after) {
                out.line(&format!("      {sign} {}", plain(&line)));
            }
        }
        (before, after) => {
            out.line(&format!("    {:width$}  {} -> {}", def.name, value(before), value(after)));
        }
    }
}

/// Compares two texts line by line.
pub(super) fn line_diff(before: &str, after: &str) -> Vec<(char, String)> {
    let diff = TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().flat_map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let line = (sign, change.value().trim_end_matches('\n').to_owned());
        let cut = change.missing_newline().then(|| ('\\', "no line end".to_owned()));
        std::iter::once(line).chain(cut)
    });
    lines.collect()
}

fn warn(out: &mut Out, planned: &Planned, warning: &Warning) {
    let Warning { code, key, message, migration, manual_steps, acknowledged } = warning;
    let mark = words::mark(planned, warning);
    let object = words::object(key);
    out.styled(WARN, &format!("! {code} {object}{mark}"));
    out.line(&format!("    {}", plain(message)));
    for side in at_stake(migration) {
        out.line(&format!("    {}", side.title));
        for line in side.lines {
            out.line(&format!("        {line}"));
        }
    }
    if manual_steps.is_empty() {
        out.line("    Nothing is to be done by hand.");
    } else {
        out.line("    To do by hand:");
        by_hand(out, manual_steps);
    }
    if !acknowledged {
        out.styled(DIM, &format!("    {}", words::how_to_acknowledge(*code)));
    }
    out.line("");
}

fn by_hand(out: &mut Out, steps: &[String]) {
    for (position, step) in steps.iter().enumerate() {
        out.line(&format!("    {}. {}", position + 1, plain(step)));
    }
}

/// One line for each step, then the closing check.
pub(super) fn report(applied: &Applied) -> String {
    let mut out = Out::default();
    for step in &applied.report.steps {
        let StepReport { key, action, outcome, migrated: _ } = step;
        let style = style(outcome);
        let verb = match (outcome, *action) {
            (Outcome::Done { differs, .. }, "create") if differs.is_empty() => "created",
            (Outcome::Done { differs, .. }, "update") if differs.is_empty() => "updated",
            _ => outcome.word(),
        };
        let correlation = if let Outcome::Done { correlation: Some(id), .. } = outcome {
            format!("  {DIM}({id}){DIM:#}")
        } else {
            String::new()
        };
        let object = words::object(key);
        writeln!(out.0, "{style}{verb:<11}{style:#} {object}{correlation}").ok();
        for line in words::outcome(outcome) {
            out.line(&format!("            {line}"));
        }
        for line in stakes::migrated(step) {
            out.line(&format!("            {line}"));
        }
    }
    if !applied.report.steps.is_empty() {
        out.line("");
    }
    for Warning { code, key, manual_steps, .. } in words::left_by_hand(applied) {
        out.styled(WARN, &format!("! {code} {}: to do by hand", words::object(key)));
        by_hand(&mut out, manual_steps);
        out.line("");
    }
    out.styled(BOLD, &words::report_summary(applied));
    let closing = if applied.report.is_complete() { CREATE } else { BAD };
    out.styled(closing, &words::closing_check(applied));
    out.0
}

/// The plan, what came of it, and why the run failed.
pub(super) fn ended(ended: &Ended) -> String {
    let planned = ended.planned.as_deref();
    // Where there was nothing to do, the plan has said so.
    let applied = ended.applied.as_deref();
    let applied = applied.filter(|_| ended.plan().is_none_or(Plan::has_changes));
    let failed = ended.failure.as_ref().map(failure::text);
    let frozen = planned.and_then(|planned| planned.frozen.as_deref());
    let frozen = frozen.map(|told| format!("{}\n", plain(told)));
    let parts = [planned.map(plan), frozen, applied.map(report), failed];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn style(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Done { differs, .. } if differs.is_empty() => CREATE,
        Outcome::Already(_) => CREATE,
        Outcome::Done { .. }
        | Outcome::Stale(_)
        | Outcome::Appeared(_)
        | Outcome::Gone
        | Outcome::Skipped(_)
        | Outcome::NotStarted => UPDATE,
        Outcome::Failed { .. } | Outcome::Blocked(_) => BAD,
    }
}
