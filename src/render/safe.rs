//! Names and values from outside, made harmless for where they are shown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns a text on one line, with every character visible.
///
/// Control characters (among them those that move a terminal's cursor or change its colours) and
/// characters that reorder or hide text are shown as escapes.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|character| match character {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        other if is_unsafe(other) => format!("\\u{{{:x}}}", u32::from(other)),
        other => other.to_string(),
    });
    Cow::Owned(escaped.collect())
}

/// Returns a text that is laid out already, with every character visible but those of its layout: the
/// ends of lines, and the escapes that colours begin with.
pub fn laid_out(text: &str) -> Cow<'_, str> {
    let is_foreign = |it: char| is_unsafe(it) && it != '\n' && it != '\u{1b}';
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let shown = text.split_inclusive(is_foreign).flat_map(|part| {
        let whole = part.trim_end_matches(is_foreign);
        [Cow::Borrowed(whole), plain(part.strip_prefix(whole).unwrap_or_default())]
    });
    Cow::Owned(shown.collect())
}

/// Returns JSON with every character visible; what is escaped stands in a text, where JSON reads it as
/// what it was.
pub fn visible_json(text: &str) -> Cow<'_, str> {
    let is_foreign = |it: char| is_unsafe(it) && it != '\n';
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_foreign(character) {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units).iter();
            safe.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Returns a text, of several lines perhaps, of which no runner of a pipeline carries out a part.
///
/// Azure Pipelines takes `##vso[` for a command anywhere in a line, others `##teamcity[` or `##[`, and
/// GitHub Actions `::` at its beginning. They are shown as `\u0023#` and `\u003a:`, which JSON reads as
/// what it was.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains("##") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        safe.push_str(line.strip_suffix(body).unwrap_or_default());
        let mut rest = body;
        if let Some(after) = body.strip_prefix(':').filter(|after| after.starts_with(':')) {
            safe.push_str("\\u003a");
            rest = after;
        }
        while let Some(at) = rest.find("##") {
            let (before, hashes) = rest.split_at(at);
            let after = hashes.strip_prefix('#').unwrap_or_default();
            safe.push_str(before);
            safe.push_str(if is_command(after) { "\\u0023" } else { "#" });
            rest = after;
        }
        safe.push_str(rest);
    }
    Cow::Owned(safe)
}

/// Returns a text on one line that XML 1.0 can hold: what it cannot is shown as an escape, like all that
/// moves a cursor or hides.
pub(super) fn xml(text: &str) -> String {
    plain(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

/// Returns a text for a message of SARIF, in which a viewer finds no link.
pub(super) fn unlinked(text: &str) -> String {
    let text = plain(text);
    if text.contains("](") {
        return text.replace('[', "\\[").replace(']', "\\]");
    }
    text.into_owned()
}

/// Returns a path as a relative URI.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").ok();
        }
    }
    uri
}

/// Tells whether a text is a command, its first `#` aside.
fn is_command(text: &str) -> bool {
    let text = text.strip_prefix('#').unwrap_or_default();
    ["[", "vso[", "teamcity["].iter().any(|command| {
        text.get(..command.len()).is_some_and(|start| start.eq_ignore_ascii_case(command))
    })
}

fn is_unsafe(character: char) -> bool {
    let hides_or_reorders = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    character.is_control() || hides_or_reorders
}

/// How many back-ticks in a row may mark code: some renderers know no more than 80.
const MOST_TICKS: usize = 40;

/// Returns a text as Markdown code, in which nothing is a link, a mention, HTML or a table.
pub(super) fn code(text: &str) -> String {
    let mut text = plain(text);
    if longest_run_of_ticks(&text) > MOST_TICKS {
        text = text.replace('`', "\\u{60}").into();
    }
    let fence = "`".repeat(longest_run_of_ticks(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns a block of Markdown code; the text may have several lines.
pub(super) fn code_block(language: &str, text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.lines().map(plain).collect();
    let text = lines.join("\n");
    let fence = "`".repeat((longest_run_of_ticks(&text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn longest_run_of_ticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_can_move_the_cursor_or_hide() {
        assert_eq!(plain("Zahlungen äöü 支付"), "Zahlungen äöü 支付");
        assert_eq!(plain("a\u{1b}[31mb\r\n\u{202e}c\0"), "a\\u{1b}[31mb\\u{d}\\n\\u{202e}c\\u{0}");
    }

    #[test]
    fn no_runner_finds_a_command() {
        assert_eq!(inert("## Plan\n# a::b [x]\n"), "## Plan\n# a::b [x]\n");
        for (text, shown) in [
            ("a ##vso[task.x]y", "a \\u0023#vso[task.x]y"),
            ("##VSO[x] ##[x]", "\\u0023#VSO[x] \\u0023#[x]"),
            ("###[x]", "#\\u0023#[x]"),
            ("##teamcity[x]", "\\u0023#teamcity[x]"),
            ("a\n  ::error::x ::y\nb", "a\n  \\u003a:error::x ::y\nb"),
            ("::x\n::y", "\\u003a:x\n\\u003a:y"),
        ] {
            assert_eq!(inert(text), shown);
        }
        let json = serde_json::json!({"name": "##vso[ä]"});
        let shown = inert(&json.to_string()).into_owned();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), json);
    }

    #[test]
    fn json_shows_what_it_says() {
        let json = |value: &str| visible_json(&serde_json::json!([value]).to_string()).into_owned();
        assert_eq!(json("a\u{202e}\u{9b}"), "[\"a\\u202e\\u009b\"]");
        let odd = "ä\u{e0001}\u{feff}\u{7f}\n";
        assert_eq!(json(odd), "[\"ä\\udb40\\udc01\\ufeff\\u007f\\n\"]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json(odd)).unwrap(), [odd]);
    }

    #[test]
    fn what_machines_read_holds_what_they_allow() {
        assert_eq!(xml("a\u{1}\u{fffe}<b>\n"), "a\\u{1}\\u{fffe}<b>\\n");
        assert_eq!(unlinked("[a] (b)"), "[a] (b)");
        assert_eq!(unlinked("[a](b)"), "\\[a\\](b)");
        assert_eq!(uri("a/b c.yaml"), "a/b%20c.yaml");
        assert_eq!(uri("c:\\ä"), "c%3A/%C3%A4");
    }

    #[test]
    fn a_layout_keeps_its_lines_and_colours_alone() {
        assert_eq!(laid_out("\u{1b}[1ma\u{9b}b\u{85}\n c"), "\u{1b}[1ma\\u{9b}b\\u{85}\n c");
    }

    #[test]
    fn code_holds_whatever_it_is_given() {
        assert_eq!(code("a|b <i> @team"), "`a|b <i> @team`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(code(&"`".repeat(41)), format!("`{}`", "\\u{60}".repeat(41)));
        assert_eq!(code_block("diff", "+ ```\n"), "````diff\n+ ```\n````\n");
    }
}
