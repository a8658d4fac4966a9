//! The help of every command, as a user reads it.

use crate::support::Ran;

#[test]
fn every_help_text_is_reviewed_when_it_changes() {
    let folder = tempfile::TempDir::new().unwrap();
    let commands =
        ["", "validate", "plan", "apply", "show", "schema", "sandbox", "completions", "man"];
    let texts = commands.map(|command| {
        let arguments: Vec<&str> =
            [command, "--help"].into_iter().filter(|it| !it.is_empty()).collect();
        let ran = Ran::bare(folder.path(), &arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        let trimmed: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
        format!("$ plutora-sync {}\n\n{}\n", arguments.join(" "), trimmed.join("\n"))
    });
    insta::assert_snapshot!("help", texts.join("\n"));
}
