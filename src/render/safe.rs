//! Names and values from outside, made harmless for where they are shown.

use std::borrow::Cow;

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

/// Returns a text as Markdown code, in which nothing is a link, a mention, HTML or a table.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
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
    fn code_holds_whatever_it_is_given() {
        assert_eq!(code("a|b <i> @team"), "`a|b <i> @team`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(code_block("diff", "+ ```\n"), "````diff\n+ ```\n````\n");
    }
}
