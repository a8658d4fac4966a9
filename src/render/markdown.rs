//! Markdown for pull requests.
//!
//! Names and values stand in code, so that none of them becomes a link, a mention, HTML or part of
//! the layout. The first line is for a bot: by it, it finds its comment of an earlier run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::comment::{Comment, List, Object, Warned};
use super::drift::listed_as_gone;
use super::safe::{code, code_block, plain};
use super::stakes::{at_stake, migrated};
use super::text::line_diff;
use super::words::{self, value};
use super::{Applied, Command, Ended, Forge, Planned, failure};
use crate::apply::StepReport;
use crate::live::Target;
use crate::plan::{Action, FieldChange, Step, Warning};
use crate::resource::{Code, FieldValue, Key};

/// Names first, warnings in full, details folded, and one closing line.
pub(super) fn plan(planned: &Planned, forge: Forge) -> String {
    of_plan(planned, head(Command::Plan.word(), forge)).fitted(forge)
}

/// What a run came to: of an apply what came of each step, else the plan, and why it failed.
pub(super) fn ended(ended: &Ended, forge: Forge) -> String {
    let mut head = head(ended.command.word(), forge);
    if let Some(failed) = &ended.failure {
        head.push_str(&failure::markdown(failed, ended.exit_code, forge.most() / 4));
    }
    let comment = match (&ended.applied, &ended.planned) {
        (Some(applied), _) => of_report(applied, head, forge),
        (None, Some(planned)) => of_plan(planned, head),
        (None, None) => {
            let tail = ended.target.as_ref().map(target).unwrap_or_default();
            Comment { head, tail, ..Comment::default() }
        }
    };
    comment.fitted(forge)
}

/// Returns how the comment of a command begins.
pub(super) fn head(command: &str, forge: Forge) -> String {
    format!("{}### plutora-sync {command}\n\n", forge.marker(command))
}

pub(super) fn target(target: &Target) -> String {
    format!("Target: {} as {}\n", code(&target.api_url), code(&target.user))
}

fn of_plan(planned: &Planned, mut head: String) -> Comment {
    let plan = &planned.plan;
    refused(&mut head, planned);
    if let Some(frozen) = &planned.frozen {
        writeln!(head, "**Frozen**: {}\n", code(frozen)).ok();
    }
    if !plan.has_changes() {
        head.push_str("Nothing to do: everything is as the manifests say.\n\n");
    }
    let titles = [("create", "To create"), ("update", "To update"), ("blocked", "Blocked")];
    let lists = titles.into_iter().map(|(word, title)| {
        let steps = plan.steps.iter().filter(|step| step.action.word() == word);
        let objects = steps.map(|step| Object {
            line: format!("- {}{}\n", object(&step.key), reason(&step.action)),
            details: details(step),
            urgent: word == "blocked",
        });
        List { title: Some(title), objects: objects.collect() }
    });
    let gone = listed_as_gone(&planned.removed);
    let outlook = planned.spent.outlook(plan.apply_requests());
    let outlook = outlook.map(|text| text + "\n\n").unwrap_or_default();
    Comment {
        head,
        lists: lists.chain([gone]).filter(|list| !list.objects.is_empty()).collect(),
        folded: true,
        warnings: plan.warnings.iter().map(|warning| warned(planned, warning)).collect(),
        tail: format!("{outlook}{}\n\n{}", words::plan_summary(planned), target(&plan.target)),
    }
}

/// How many objects whose warnings are denied are named apart from these.
const FEW: usize = 10;

fn refused(head: &mut String, planned: &Planned) {
    let mut denied: BTreeMap<Code, Vec<&Key>> = BTreeMap::new();
    for warning in planned.plan.warnings.iter().filter(|warning| planned.is_denied(warning)) {
        denied.entry(warning.code).or_default().push(&warning.key);
    }
    for (code, keys) in denied {
        if keys.len() > FEW {
            writeln!(head, "**Refused**: {code} of {} objects is denied\n", keys.len()).ok();
            continue;
        }
        for key in keys {
            writeln!(head, "**Refused**: {code} of {} is denied\n", object(key)).ok();
        }
    }
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

fn warned(planned: &Planned, warning: &Warning) -> Warned {
    let Warning { code: id, key, message, migration, manual_steps, acknowledged } = warning;
    let mark = words::mark(planned, warning);
    let object = object(key);
    let mut out = format!("**Warning {id}**{mark}: {object}\n\n");
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
        by_hand(&mut out, manual_steps);
    }
    if !acknowledged {
        writeln!(out, "\n{}", code(&words::how_to_acknowledge(*id))).ok();
    }
    out.push('\n');
    let line = format!("- **Warning {id}**{mark}: {object}: {}\n", code(message));
    let title = format!("**Warning {id}**{mark}: {}", id.about());
    Warned { whole: out, line, title, object }
}

fn by_hand(out: &mut String, steps: &[String]) {
    for (position, step) in steps.iter().enumerate() {
        writeln!(out, "{}. {}", position + 1, code(step)).ok();
    }
}

fn details(step: &Step) -> String {
    let mut lines = String::new();
    for change in step.action.changes() {
        field(&mut lines, change);
    }
    for call in step.action.calls() {
        let path = call.path.to_string();
        let (path, reason) = (plain(&path), plain(&call.reason));
        writeln!(lines, "# {} {path}: {reason}", call.method.word()).ok();
    }
    format!("{}\n\n{}\n", object(&step.key), code_block("diff", &lines))
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
fn of_report(applied: &Applied, head: String, forge: Forge) -> Comment {
    let objects: Vec<Object> = applied.report.steps.iter().map(|it| reported(it, forge)).collect();
    let lists = vec![List { title: None, objects }];
    let warnings = words::left_by_hand(applied).map(left);
    let (summary, check) = (words::report_summary(applied), words::closing_check(applied));
    let tail = format!("{summary}\n\n{check}\n\n{}", target(&applied.target));
    Comment { head, lists, folded: false, warnings: warnings.collect(), tail }
}

fn reported(step: &StepReport, forge: Forge) -> Object {
    let word = step.outcome.word().replace('-', " ");
    let action = if step.action == word { String::new() } else { format!("{} ", step.action) };
    let line = format!("- {word}: {action}{}\n", object(&step.key));
    let lines = words::outcome(&step.outcome).into_iter().chain(migrated(step));
    let details = lines.map(|line| forge.sub_item(&code(&line))).collect();
    Object { line, details, urgent: !step.outcome.is_complete() }
}

fn left(warning: &Warning) -> Warned {
    let Warning { code: id, key, manual_steps, .. } = warning;
    let object = object(key);
    let mut whole = format!("**Warning {id}**: {object}, to do by hand:\n\n");
    by_hand(&mut whole, manual_steps);
    whole.push('\n');
    let steps = words::count(manual_steps.len() as u64, "step");
    let line = format!("- **Warning {id}**: {object}, {steps} to do by hand\n");
    Warned { whole, line, title: format!("**Warning {id}**, to do by hand"), object }
}
