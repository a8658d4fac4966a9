//! What to do about a text that is no YAML, by what a parser says of it and what stands there.

/// What version control leaves where two changes met.
const CONFLICTS: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];

/// What parsers say, and what helps.
const HELPS: [(&str, &str); 6] = [
    ("tabs disallowed", "indent with spaces"),
    ("unknown anchor", "quote a text that begins with `*`"),
    ("unexpected character", "quote a text that begins with this character"),
    ("unknown escape character", "put the text in single quotes, or write `\\\\` for a backslash"),
    (
        "mapping values are not allowed",
        "quote a text that holds `: `, or indent the line as those around it",
    ),
    (
        "trailing content after",
        "a quote is doubled within single quotes, and is `\\\"` within double ones",
    ),
];

/// Returns what helps with a mistake at a place of a text, if that is known.
pub(super) fn help(text: &str, start: usize, said: &str) -> Option<&'static str> {
    let (before, after) = text.split_at_checked(start)?;
    let of_line = |line: &str| {
        let rest = CONFLICTS.iter().find_map(|mark| line.strip_prefix(mark));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    // The line of the place, and the one above it, where some parsers notice what that one has done.
    let mut lines = before.rsplit('\n');
    let this = format!("{}{}", lines.next()?, after.lines().next().unwrap_or_default());
    if of_line(&this) || lines.next().is_some_and(of_line) {
        return Some("resolve the merge that has left these marks");
    }
    if said.contains("flow mapping") && (before.ends_with('$') || after.starts_with("${")) {
        return Some("quote `${...}` within braces");
    }
    HELPS.iter().find(|(words, _)| said.contains(words)).map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use crate::yaml::read_all;

    #[test]
    fn common_mistakes_are_helped() {
        for (text, part) in [
            ("a:\n\tb: 1", "spaces"),
            ("a: *x", "begins with `*`"),
            ("a: @b", "quote"),
            ("a: %b", "quote"),
            ("a: `b`", "quote"),
            (r#"a: "\q""#, "single quotes"),
            ("a: b: c", "holds `: `"),
            ("a: 1\n b: 2", "indent"),
            ("a: {v: ${env:FOO}}", "within braces"),
            ("a: 1\n<<<<<<< HEAD\nb: 2\n", "merge"),
            ("a: 1\n=======\nb: 2\n", "merge"),
            ("a: 1\n>>>>>>> other\n", "merge"),
            ("a: 'it's'", "doubled"),
        ] {
            let faults = read_all(text).faults;
            let helps = |part: &str| {
                faults.iter().any(|it| it.help.as_ref().is_some_and(|help| help.contains(part)))
            };
            assert!(helps(part), "{text}: {faults:?}");
        }
    }
}
