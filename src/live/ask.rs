//! How a filter asks for a name, and what its answer is worth.

use url::form_urlencoded;

/// How long a name in a filter may be, as a URL has it: the rest of one has room beside it.
const LONGEST_NAME: usize = 1_500;

/// How many characters of a name are enough to ask for it by a part.
const SHORTEST_PART: usize = 3;

/// How many characters of a name tell it from almost all others.
const LONGEST_PART: usize = 100;

/// What the answer to a filter for a name is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// The name can mean only itself: what is not let through is not there.
    All,
    /// What is let through is there. Nobody has said how a filter is read that holds these characters.
    Found,
}

/// Returns the condition that something bears a name, and what the answer is worth; none where the name holds
/// what ends a name or a filter, as no escape is known, or is too long for a URL.
pub(super) fn equal(key: &str, name: &str) -> Option<(Worth, String)> {
    let ends = |character: char| "`\"\\".contains(character) || character.is_control();
    if encoded(name) > LONGEST_NAME || name.contains(ends) {
        return None;
    }
    let worth = if name.chars().all(is_plain) { Worth::All } else { Worth::Found };
    Some((worth, format!("`{key}` = `{name}`")))
}

/// Returns the condition that a name contains the longest part of this one that can mean only itself (vendor
/// help: ``name` contains `abc``); none where all such parts are short, and would let half a list through.
///
/// What it lets through is still to be compared with the name; what it does not is not there.
pub(super) fn part(key: &str, name: &str) -> Option<String> {
    let parts = name.split(|character| !is_plain(character)).map(str::trim);
    let part = parts.max_by_key(|part| part.chars().count())?;
    let part: String = part.chars().take(LONGEST_PART).collect();
    let part = part.trim_end();
    (part.chars().count() >= SHORTEST_PART).then(|| format!("`{key}` Contains `{part}`"))
}

/// Returns whether a filter may hold a name, but may be misread with it.
pub(super) fn may_be_misread(name: &str) -> bool {
    matches!(equal("", name), Some((Worth::Found, _)))
}

/// Returns whether a filter can ask for a name or for a part of it.
pub(crate) fn can_be_asked(name: &str) -> bool {
    equal("", name).is_some() || part("", name).is_some()
}

/// Returns how long a text is in a URL.
pub(super) fn encoded(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes()).map(str::len).sum()
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || " -_.:/@".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_asked_for_as_it_is_unless_it_could_end_the_filter() {
        let told = |name| equal("name", name).map(|(worth, _)| worth);
        for plain in ["REL-1", "a/b c.d:e_f@g", "Zahlung für Ähre", "支付"] {
            assert_eq!(told(plain), Some(Worth::All), "{plain}");
        }
        for odd in ["R&D (EU)", "a, b", "it's", "50 %", "e\u{301}"] {
            assert_eq!(told(odd), Some(Worth::Found), "{odd}");
        }
        let long = "x".repeat(1_501);
        for ends in ["a`b", "a\"b", "a\\b", "a\nb", &long] {
            assert_eq!(told(ends), None, "{ends:?}");
        }
        assert_eq!(equal("name", "R&D").unwrap().1, "`name` = `R&D`");
    }

    #[test]
    fn any_name_is_asked_for_by_its_longest_plain_part() {
        let long = format!("`{} {}`", "x".repeat(99), "y".repeat(50));
        let cut = "x".repeat(99);
        let expected = [
            ("Pay `tick` (or so) é", Some("or so")),
            ("R&D, Payments (EU)", Some("Payments")),
            ("`ledger", Some("ledger")),
            (&long, Some(&*cut)),
            ("R&D", None),
            ("`  `", None),
            ("", None),
        ];
        for (name, expected) in expected {
            let expected = expected.map(|part| format!("`name` Contains `{part}`"));
            assert_eq!(part("name", name), expected, "{name}");
        }
    }
}
