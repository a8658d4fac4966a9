//! `docs/sandbox.md` against the program: every flag, every fault and the example in it.

use plutora_sandbox::{Behaviour, Fault};
use tempfile::TempDir;

use crate::support::Ran;

const DOCS: &str = include_str!("../../docs/sandbox.md");

/// The flags that a command's help names under headings of its own.
fn flags(help: &str) -> Vec<String> {
    let own = help.split("\nOutput:").next().unwrap();
    let words = own.split_whitespace().filter(|word| word.starts_with("--"));
    words.filter(|flag| *flag != "--help").map(str::to_owned).collect()
}

#[test]
fn every_flag_is_told() {
    let folder = TempDir::new().unwrap();
    let help = Ran::bare(folder.path(), &["sandbox", "--help"]);
    let flags = flags(&help.stdout);
    assert!(flags.len() > 20, "{flags:?}");
    // The throttle's two numbers and the rest of the behaviour are told as keys of its file.
    let told = [
        ("--listen", "listens on the loopback interface"),
        ("--latency", "latencyMilliseconds"),
        ("--token-lifetime", "tokenLifetimeSeconds"),
        ("--per-second", "perSecond"),
        ("--per-hour", "perHour"),
        ("--retry-after", "retryAfter"),
    ];
    for flag in flags {
        let text = told.iter().find(|(name, _)| *name == flag).map_or(flag.as_str(), |it| it.1);
        assert!(DOCS.contains(text), "{flag} is not in docs/sandbox.md");
    }
}

#[test]
fn every_action_in_the_table_is_one() {
    let rows = DOCS.lines().skip_while(|line| !line.starts_with("| action |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with("| `"));
    let actions = rows.flat_map(|row| {
        let cell = row.split('|').nth(1).unwrap();
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    });
    let actions: Vec<String> = actions.collect();
    assert!(actions.len() >= 11, "{actions:?}");
    for action in actions {
        let words = action.replace("=MS", "=5").replace("=ROWS", "=-1");
        words.parse::<Fault>().unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_example_of_a_behaviour_is_one() {
    let (_, rest) = DOCS.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let behaviour = Behaviour::default().overlaid(example).unwrap();
    assert_eq!(behaviour.latency_milliseconds, 20);
    assert_eq!(behaviour.faults.len(), 1);
}
