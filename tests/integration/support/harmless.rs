//! What output has to be, whatever the names in it.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::Ran;

/// Holds text on a terminal, or in the log of a pipeline, to moving nothing and commanding nobody.
pub(crate) fn assert_harmless(text: &str) {
    let moves = |it: char| it.is_control() && it != '\n';
    let hides = |it: char| matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(|it| moves(it) || hides(it)), "{text:?}");
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
    }
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
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(
                Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong | Tag::HtmlBlock,
            )
            | Event::End(_)
            | Event::Code(_)
            | Event::SoftBreak => {}
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = ["<details>", "<summary>", "Details", "</summary>", "</details>", "\n"];
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

/// Holds all that a run has printed to being harmless.
pub(crate) fn assert_harmless_run(ran: &Ran) {
    assert_harmless(&ran.stdout);
    assert_harmless(&ran.stderr);
}
