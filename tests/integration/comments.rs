//! Comments on pull requests: never too long, never without a warning, and never half of anything.

use std::collections::BTreeSet;
use std::rc::Rc;

use plutora_sync::live::Target;
use plutora_sync::plan::{Action, FieldChange, Migration, Plan, Side, Stands, Step, Warning};
use plutora_sync::render::{
    self, Command, Ended, Failed, Forge, Format, Planned, ReportFormat, Spent,
};
use plutora_sync::resource::{Code, FieldValue, Key, Kind, Labels};
use proptest::prelude::*;

use crate::hostile_names::{FOREIGN, NAMES};
use crate::support::{assert_harmless_markdown, assert_without_html};

/// A hostile name of about a length, as the only one of its number.
fn name(number: usize, length: usize) -> String {
    let hostile = NAMES[number % NAMES.len()];
    let times = (length / hostile.len()).max(1);
    format!("{} {number}", hostile.repeat(times))
}

fn step(number: usize, length: usize, blocked: bool) -> Step {
    let text = |text: String| FieldValue::Text(text);
    let changes = vec![FieldChange {
        def: Kind::Release.field("location").unwrap(),
        before: text("a".repeat(length / 3)),
        after: text(name(number + 1, length / 2)),
    }];
    let key = Key::new(Kind::Release, name(number, length));
    let reason = if blocked { "the API cannot do it".to_owned() } else { String::new() };
    let action = Action::Blocked { reason, changes };
    let (sources, depends_on, stands) = ([].into(), BTreeSet::new(), Stands::default());
    Step { key, id: None, sources, depends_on, requests: 0, stands, action }
}

fn warning(number: usize, length: usize) -> Warning {
    let release = name(number, length);
    let child =
        Side { release: release.clone(), id: None, items: vec![], loose: vec![], refused: None };
    Warning {
        code: Code::Ps101,
        key: Key::new(Kind::Release, release),
        message: "the parent changes".repeat(number % 7 + 1),
        migration: Migration { child, old_parent: None, new_parent: None },
        manual_steps: vec![name(number, 80); number % 4],
        acknowledged: number.is_multiple_of(3),
    }
}

/// Makes a plan of so many steps and warnings, the lengths of whose names go up to these.
fn planned(steps: (usize, usize), warnings: (usize, usize)) -> Planned {
    let length = |number: usize, most: usize| number * 7_919 % most.max(1);
    let target = Target { api_url: "https://x.example.com".into(), user: "jane".into() };
    let plan = Plan {
        target,
        labels: Labels::default(),
        manifest_digest: String::new(),
        steps: (0..steps.0).map(|at| step(at, length(at, steps.1), at % 5 == 0)).collect(),
        warnings: (0..warnings.0).map(|at| warning(at, length(at, warnings.1))).collect(),
        unmanaged: 0,
    };
    Planned {
        removed: Vec::new(),
        frozen: None,
        plan,
        tool_version: String::new(),
        requests: 1,
        started_at: String::new(),
        denied: BTreeSet::new(),
        spent: Spent::default(),
    }
}

fn number_in(line: &str) -> usize {
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// Holds a comment to having every warning, and each object whole or counted.
fn assert_whole(text: &str, planned: &Planned, forge: Forge) {
    assert_harmless_markdown(text, &FOREIGN);
    // Names that hold one stand in code, with more on their lines.
    let lines = |wanted: &str| text.lines().filter(|line| *line == wanted).count();
    let opened = lines("<details><summary>Details</summary>");
    assert!(opened <= 1 && opened == lines("</details>"), "{opened}");
    if forge == Forge::Bitbucket {
        assert_without_html(text);
    }
    let steps = planned.plan.steps.len();
    let named = text.lines().filter(|line| line.starts_with("- Release `")).count();
    let counted = text.lines().filter(|line| line.starts_with("- and "));
    assert_eq!(named + counted.map(number_in).sum::<usize>(), steps);
    let is_diff = |line: &&str| line.starts_with("```") && line.trim_start_matches('`') == "diff";
    let detailed = text.lines().filter(is_diff).count();
    let note = text.lines().find(|line| line.starts_with("Left out, "));
    assert_eq!(detailed + note.map_or(0, number_in), steps);
    let warnings = planned.plan.warnings.len();
    // Each by itself, or together: those that a manifest acknowledges and the others.
    let together = text.lines().filter(|line| line.starts_with("**Warning PS101**"));
    let together: usize = together
        .filter_map(|line| line.split_once(" stay as they are (")?.1.split_once("): "))
        .map(|(number, _)| number.parse::<usize>().unwrap())
        .sum();
    let alone = text.matches("**Warning PS101**").count();
    assert!(alone == warnings || together == warnings, "{alone} or {together} of {warnings}");
    for warning in &planned.plan.warnings {
        let own = warning.key.name.rsplit(' ').next().unwrap();
        assert!(text.contains(&format!(" {own}")), "{own}");
    }
}

fn assert_fits(text: &str, planned: &Planned, forge: Forge) {
    assert_whole(text, planned, forge);
    if forge.is_exceeded_by(text) {
        let mut warnings = planned.clone();
        warnings.plan.steps.clear();
        let alone = render::plan(Format::Markdown(forge), &warnings).len();
        assert!(alone + 1_000 > forge.most(), "only warnings may be too long: {alone}");
        assert!(!text.lines().any(|line| line.starts_with("- Release `")), "names go before");
    } else {
        assert!(text.encode_utf16().count() <= forge.most());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_comment_fits_and_has_every_warning(
        steps in prop_oneof![(0..2_500_usize, 1..60_usize), (0..60_usize, 1..40_000_usize)],
        warnings in prop_oneof![
            (0..3_usize, 1..80_usize), (0..90_usize, 1..200_usize), (0..90_usize, 1..3_000_usize),
            (300..700_usize, 1..30_usize)
        ],
    ) {
        let planned = planned(steps, warnings);
        for forge in Forge::ALL {
            let text = render::plan(Format::Markdown(forge), &planned);
            assert_fits(&text, &planned, forge);
        }
        let failure = Failed {
            message: name(steps.0, 100_000),
            laid_out: None,
            hints: vec![name(1, 9_000)],
            mistakes: Vec::new(),
        };
        let ended = Ended {
            command: Command::Apply,
            run_id: String::new(),
            started_at: String::new(),
            target: None,
            planned: Some(Rc::new(planned)),
            applied: None,
            failure: Some(failure),
            exit_code: 3,
        };
        let text = render::report(ReportFormat::Markdown(Forge::Bitbucket), &ended);
        if warnings.0 < 3 {
            prop_assert!(text.len() <= Forge::Bitbucket.most());
        }
        prop_assert!(text.starts_with("[//]: # (plutora-sync:apply)\n\n"));
        let text = render::report(ReportFormat::Markdown(Forge::GitLab), &ended);
        prop_assert!(text.starts_with("<!-- plutora-sync:apply -->\n\n"));
    }
}

/// Of many, what is the same is said once.
#[test]
fn hundreds_of_warnings_fit() {
    let mut many = planned((400, 10), (400, 10));
    for (forge, denied) in [
        (Forge::GitHub, false),
        (Forge::Bitbucket, false),
        (Forge::GitHub, true),
        (Forge::Bitbucket, true),
    ] {
        many.denied = denied.then_some(Code::Ps101).into_iter().collect();
        let text = render::plan(Format::Markdown(forge), &many);
        assert!(!forge.is_exceeded_by(&text), "{}", text.len());
        assert_whole(&text, &many, forge);
        assert!(text.contains("the details of the warnings"), "{text}");
        assert_eq!(text.matches("**Refused**").count(), usize::from(denied), "{text}");
    }
}

/// Details go first, then names, and what is blocked last.
#[test]
fn what_is_left_out_is_said() {
    let small = planned((20, 40), (1, 40));
    let text = render::plan(Format::Markdown(Forge::Bitbucket), &small);
    assert!(!text.contains("Left out"), "{text}");
    let details = planned((200, 60), (1, 40));
    let text = render::plan(Format::Markdown(Forge::Bitbucket), &details);
    assert!(text.contains("Left out, as a comment has no room for more: the details of "));
    assert!(!text.contains("\n- and "), "every name is there: {text}");
    assert!(text.contains("\n**Details**\n") && !text.contains("<details>"), "{text}");
    let names = planned((3_000, 60), (1, 40));
    let text = render::plan(Format::Markdown(Forge::Bitbucket), &names);
    assert!(text.contains("\n- and ") && text.contains(" more\n"), "{text}");
}
