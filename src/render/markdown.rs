//! Markdown for pull requests.
//!
//! Names and values stand in code, so that none of them becomes a link, a mention, HTML or part of
//! the layout.

use std::fmt::Write as _;

use super::drift::{code_or_blank, no_longer_declared};
use super::safe::{code, code_block, plain};
use super::stakes::{at_stake, migrated};
use super::text::line_diff;
use super::words::{self, value};
use super::{Applied, Planned};
use crate::plan::{Action, FieldChange, Step, Warning};
use crate::resource::{FieldValue, Key};

/// Names first, warnings in full, details folded, and one closing line.
pub(super) fn plan(planned: &Planned) -> String {
    let plan = &planned.plan;
    let mut out = String::from("### plutora-sync plan\n\n");
    let refused = plan.warnings.iter().filter(|warning| planned.is_denied(warning));
    for warning in refused {
        let object = object(&warning.key);
        writeln!(out, "**Refused**: {} of {object} is denied\n", warning.code).ok();
    }
    let differing: Vec<&Step> =
        plan.steps.iter().filter(|step| step.action != Action::InSync).collect();
    if differing.is_empty() {
        out.push_str("Nothing to do: everything is as the manifests say.\n\n");
    }
    for (word, title) in [("create", "To create"), ("update", "To update"), ("blocked", "Blocked")]
    {
        let steps: Vec<&Step> =
            differing.iter().copied().filter(|step| step.action.word() == word).collect();
        if steps.is_empty() {
            continue;
        }
        writeln!(out, "**{title}**\n").ok();
        for step in steps {
            writeln!(out, "- {}{}", object(&step.key), reason(&step.action)).ok();
        }
        out.push('\n');
    }
    for warning in &plan.warnings {
        warn(&mut out, planned, warning);
    }
    for line in no_longer_declared(&planned.removed) {
        writeln!(out, "{}", code_or_blank(&line)).ok();
    }
    if !differing.is_empty() {
        out.push_str("<details><summary>Details</summary>\n\n");
        for step in &differing {
            details(&mut out, step);
        }
        out.push_str("</details>\n\n");
    }
    let (url, user) = (code(&plan.target.api_url), code(&plan.target.user));
    writeln!(out, "{}\n\nTarget: {url} as {user}", words::plan_summary(planned)).ok();
    out
}

fn object(key: &Key) -> String {
    format!("{} {}", key.kind.name(), code(&key.name))
}

fn reason(action: &Action) -> String {
    match action {
        Action::Blocked { reason, .. } => format!(": {}", code(reason)),
        Action::Create { .. } | Action::Update { .. } | Action::InSync => String::new(),
    }
}

fn warn(out: &mut String, planned: &Planned, warning: &Warning) {
    let Warning { code: id, key, message, migration, manual_steps, acknowledged } = warning;
    let mark = words::mark(planned, warning);
    writeln!(out, "**Warning {id}**{mark}: {}\n", object(key)).ok();
    let mut text = vec![plain(message).into_owned()];
    for side in at_stake(migration) {
        text.extend([String::new(), side.title]);
        text.extend(side.lines.into_iter().map(|line| format!("    {line}")));
    }
    writeln!(out, "{}", code_block("text", &text.join("\n"))).ok();
    if manual_steps.is_empty() {
        out.push_str("Nothing is to be done by hand.\n");
    } else {
        out.push_str("To do by hand:\n\n");
        by_hand(out, manual_steps);
    }
    if !acknowledged {
        writeln!(out, "\n{}", code(&words::how_to_acknowledge(*id))).ok();
    }
    out.push('\n');
}

fn by_hand(out: &mut String, steps: &[String]) {
    for (position, step) in steps.iter().enumerate() {
        writeln!(out, "{}. {}", position + 1, code(step)).ok();
    }
}

fn details(out: &mut String, step: &Step) {
    writeln!(out, "{}\n", object(&step.key)).ok();
    let mut lines = String::new();
    for change in step.action.changes() {
        field(&mut lines, change);
    }
    for call in step.action.calls() {
        let path = call.path.to_string();
        let (path, reason) = (plain(&path), plain(&call.reason));
        writeln!(lines, "# {} {path}: {reason}", call.method.word()).ok();
    }
    writeln!(out, "{}", code_block("diff", &lines)).ok();
}

fn field(lines: &mut String, change: &FieldChange) {
    let FieldChange { def, before, after } = change;
    if let (FieldValue::Text(before), FieldValue::Text(after)) = (before, after)
        && (before.contains('\n') || after.contains('\n'))
    {
        writeln!(lines, "# {}", def.name).ok();
        for (sign, line) in line_diff(before, after) {
            writeln!(lines, "{sign} {line}").ok();
        }
        return;
    }
    if *before != FieldValue::Empty {
        writeln!(lines, "- {}: {}", def.name, value(before)).ok();
    }
    writeln!(lines, "+ {}: {}", def.name, value(after)).ok();
}

/// One line for each step, then the closing check.
pub(super) fn report(applied: &Applied) -> String {
    let mut out = String::from("### plutora-sync apply\n\n");
    for step in &applied.report.steps {
        let word = step.outcome.word().replace('-', " ");
        let action = if step.action == word { String::new() } else { format!("{} ", step.action) };
        writeln!(out, "- {word}: {action}{}", object(&step.key)).ok();
        for line in words::outcome(&step.outcome) {
            writeln!(out, "  - {}", code(&line)).ok();
        }
        for line in migrated(step) {
            writeln!(out, "  - {}", code(&line)).ok();
        }
    }
    if !applied.report.steps.is_empty() {
        out.push('\n');
    }
    for Warning { code: id, key, manual_steps, .. } in words::left_by_hand(applied) {
        writeln!(out, "**Warning {id}**: {}, to do by hand:\n", object(key)).ok();
        by_hand(&mut out, manual_steps);
        out.push('\n');
    }
    let (summary, check) = (words::report_summary(applied), words::closing_check(applied));
    let (url, user) = (code(&applied.target.api_url), code(&applied.target.user));
    writeln!(out, "{summary}\n\n{check}\n\nTarget: {url} as {user}").ok();
    out
}
