//! What output has to be, whatever the names in it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Ran;

/// Holds text on a terminal, or in the log of a pipeline, to moving nothing and commanding nobody.
pub(crate) fn assert_harmless(text: &str) {
    let text = &without_colours(text);
    let moves = |it: char| it.is_control() && it != '\n';
    let hides = |it: char| {
        matches!(
            it,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
    };
    assert!(!text.contains(|it| moves(it) || hides(it)), "{text:?}");
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        for command in ["##[", "##vso[", "##teamcity["] {
            assert!(!line.contains(command), "{line}");
        }
    }
}

/// Takes out the escapes that colours are made with, and no others.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|it: char| it.is_ascii_digit() || it == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", part]),
        }
    }
    plain
}

/// Holds Markdown to what we mean it to be: no link, image, table or HTML but ours, one heading, and
/// nothing in plain text that somebody else wrote.
pub(crate) fn assert_harmless_markdown(text: &str, foreign: &[&str]) {
    assert_harmless(text);
    let (mut headings, mut in_code, mut odd) = (0, false, Vec::new());
    for event in Parser::new_ext(text, Options::all()) {
        match &event {
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(
                Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong | Tag::HtmlBlock,
            )
            | Event::End(_)
            | Event::Code(_)
            | Event::SoftBreak => {}
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = [
                    "<!-- plutora-sync:plan -->",
                    "<!-- plutora-sync:apply -->",
                    "<details>",
                    "<summary>",
                    "Details",
                    "</summary>",
                    "</details>",
                    "\n",
                ];
                let rest = ours.iter().fold(html.to_string(), |rest, it| rest.replace(it, ""));
                assert_eq!(rest, "", "{text}");
            }
            Event::Text(words) => {
                let found = foreign.iter().find(|it| !in_code && words.contains(**it));
                assert_eq!(found, None, "{words} in {text}");
            }
            Event::Start(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => odd.push(event),
        }
    }
    assert!(headings <= 1 && odd.is_empty(), "{odd:?} in {text}");
}

/// Holds Markdown to what is shown where HTML is not: none of it, no trace of the marker, and each list
/// within another indented by four, as Python's Markdown has it.
pub(crate) fn assert_without_html(text: &str) {
    let (mut in_code, mut lists) = (false, 0_u32);
    for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
        let is_html = matches!(event, Event::Html(_) | Event::InlineHtml(_));
        assert!(!is_html, "{event:?} in {text}");
        if let Event::Start(Tag::CodeBlock(_)) = event {
            in_code = true;
        } else if let Event::End(TagEnd::CodeBlock) = event {
            in_code = false;
        } else if let Event::Start(Tag::List(_)) = event {
            lists += 1;
        } else if let Event::End(TagEnd::List(_)) = event {
            lists -= 1;
        } else if let (Event::Start(Tag::Item), 2..) = (&event, lists) {
            let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            assert!(text[start..].starts_with("    - "), "{text}");
        } else if let Event::Text(words) = event {
            assert!(in_code || !words.contains("[//]"), "{text}");
        }
    }
}

/// Holds all that a run has printed to being harmless.
pub(crate) fn assert_harmless_run(ran: &Ran) {
    assert_harmless(&ran.stdout);
    assert_harmless(&ran.stderr);
}
