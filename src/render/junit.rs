//! The XML of `JUnit`, which every CI shows as the results of tests: a case for each object.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::ended::Came;
use super::safe::xml;
use super::words::value;
use super::{Ended, failure};
use crate::plan::{FieldChange, Step, Warning};

/// The word of a step whose turn did not come, which is neither good nor bad.
const NOT_STARTED: &str = "not-started";

/// A case: an object, or the run itself.
struct Case {
    class: String,
    name: String,
    verdict: Verdict,
    /// What there is to say all the same.
    out: Vec<String>,
}

/// What a case came to.
enum Verdict {
    Passed,
    Skipped(String),
    /// The object is not as declared; a word, and lines.
    Failed(String, Vec<String>),
    /// The run ended early; a word, and lines.
    Error(String, Vec<String>),
}

/// A suite for the command, a case for each step, and one for the run where it ended early.
pub(super) fn report(ended: &Ended) -> String {
    let steps = ended.steps();
    let cases: Vec<Case> =
        steps.iter().map(|step| of_step(ended, step)).chain(of_failure(ended)).collect();
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let count = |wanted: fn(&Verdict) -> bool| {
        cases.iter().filter(|case| wanted(&case.verdict)).count().to_string()
    };
    let name = format!("plutora-sync {}", ended.command.word());
    let counts = [
        ("name", name),
        ("tests", cases.len().to_string()),
        ("failures", count(|it| matches!(it, Verdict::Failed(..)))),
        ("errors", count(|it| matches!(it, Verdict::Error(..)))),
        ("skipped", count(|it| matches!(it, Verdict::Skipped(_)))),
    ];
    let mut suite = start("testsuite", &counts);
    suite.push_attribute(("timestamp", ended.started_at.as_str()));
    // The root of some readers knows no `skipped`.
    let root = start("testsuites", counts.get(..4).unwrap_or_default());
    write(&mut writer, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    write(&mut writer, Event::Start(root));
    write(&mut writer, Event::Start(suite));
    for case in &cases {
        write_case(&mut writer, case);
    }
    for name in ["testsuite", "testsuites"] {
        write(&mut writer, Event::End(BytesEnd::new(name)));
    }
    String::from_utf8(writer.into_inner()).unwrap_or_default() + "\n"
}

fn of_step(ended: &Ended, (step, came): &(&Step, Came<'_>)) -> Case {
    let warnings = ended.warnings().iter().filter(|warning| warning.key == step.key);
    let (denied, other): (Vec<&Warning>, Vec<&Warning>) =
        warnings.partition(|warning| ended.is_denied(warning));
    let denied: Vec<String> = denied.into_iter().flat_map(warned).collect();
    let (word, messages) = (came.word(), came.messages());
    let is_wrong = match came {
        Came::Blocked(_) => true,
        Came::Tried(report) => !report.outcome.is_complete() && word != NOT_STARTED,
        Came::InSync | Came::Planned | Came::NotStarted => false,
    };
    let (wrong, said) = if is_wrong { (messages, Vec::new()) } else { (Vec::new(), messages) };
    let verdict = if is_wrong {
        Verdict::Failed(word.to_owned(), wrong.into_iter().chain(denied).collect())
    } else if !denied.is_empty() {
        Verdict::Failed("denied".to_owned(), denied)
    } else if word == NOT_STARTED {
        Verdict::Skipped("not started".to_owned())
    } else {
        Verdict::Passed
    };
    let changes = step.action.changes().iter().map(changed);
    let out = changes.chain(said).chain(other.into_iter().flat_map(warned)).collect();
    Case { class: step.key.kind.name().to_owned(), name: step.key.name.clone(), verdict, out }
}

fn changed(change: &FieldChange) -> String {
    let FieldChange { def, before, after } = change;
    format!("{}: {} -> {}", def.name, value(before), value(after))
}

fn warned(warning: &Warning) -> impl Iterator<Item = String> {
    let Warning { code, key: _, message, migration: _, manual_steps, acknowledged } = warning;
    let mark = if *acknowledged { " (acknowledged)" } else { "" };
    let first = format!("{code}{mark}: {message}");
    let steps = manual_steps.iter().map(|step| format!("to do by hand: {step}"));
    std::iter::once(first).chain(steps)
}

fn of_failure(ended: &Ended) -> Option<Case> {
    let failed = ended.failure.as_ref()?;
    let mut lines: Vec<String> = failed.message.lines().map(str::to_owned).collect();
    if failed.laid_out.is_some() {
        lines.extend(failure::lines(failed));
    }
    lines.extend(failed.hints.iter().map(|hint| format!("hint: {hint}")));
    let word = format!("exit code {}", ended.exit_code);
    let (class, name) = ("plutora-sync".to_owned(), ended.command.word().to_owned());
    Some(Case { class, name, verdict: Verdict::Error(word, lines), out: Vec::new() })
}

type Xml = Writer<Vec<u8>>;

fn write_case(writer: &mut Xml, case: &Case) {
    let Case { class, name, verdict, out } = case;
    let attributes = [("classname", class.clone()), ("name", name.clone())];
    write(writer, Event::Start(start("testcase", &attributes)));
    match verdict {
        Verdict::Passed => {}
        Verdict::Skipped(why) => {
            write(writer, Event::Empty(start("skipped", &[("message", why.clone())])));
        }
        Verdict::Failed(word, lines) => write_verdict(writer, "failure", word, lines),
        Verdict::Error(word, lines) => write_verdict(writer, "error", word, lines),
    }
    if !out.is_empty() {
        write_text(writer, start("system-out", &[]), out);
    }
    write(writer, Event::End(BytesEnd::new("testcase")));
}

fn write_verdict(writer: &mut Xml, element: &'static str, word: &str, lines: &[String]) {
    let message = lines.first().map_or(word, String::as_str).to_owned();
    let attributes = [("type", word.to_owned()), ("message", message)];
    write_text(writer, start(element, &attributes), lines);
}

fn write_text(writer: &mut Xml, element: BytesStart<'static>, lines: &[String]) {
    let end = element.to_end().into_owned();
    let lines: Vec<String> = lines.iter().map(|line| xml(line)).collect();
    write(writer, Event::Start(element));
    write(writer, Event::Text(BytesText::new(&lines.join("\n"))));
    write(writer, Event::End(end));
}

fn start(element: &'static str, attributes: &[(&'static str, String)]) -> BytesStart<'static> {
    let attributes = attributes.iter().map(|(name, value)| (*name, xml(value)));
    attributes.fold(BytesStart::new(element), |mut start, (name, value)| {
        start.push_attribute((name, value.as_str()));
        start
    })
}

/// Writing to memory cannot fail.
fn write(writer: &mut Xml, event: Event<'_>) {
    writer.write_event(event).ok();
}
