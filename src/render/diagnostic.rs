//! What is wrong with the manifests, with place, excerpt and suggestion.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::plain;
use crate::manifest::{Diagnostic, Diagnostics, Place, SourceId, Sources, Spot};
use crate::yaml::{Spans, spans};

/// How many diagnostics are shown in full; the rest is counted.
const SHOWN: usize = 50;

/// Returns all of them in the order of the texts, each with its place, an excerpt and what to do.
pub fn diagnostics(found: &Diagnostics, sources: &Sources) -> String {
    rendered(&found.0, &Level::ERROR, sources)
}

/// Returns what is not wrong, and may not mean what it seems to, in the same way.
pub fn notes(notes: &[Diagnostic], sources: &Sources) -> String {
    rendered(notes, &Level::NOTE, sources)
}

fn rendered(found: &[Diagnostic], level: &Level<'static>, sources: &Sources) -> String {
    let mut places = Places { sources, spans: BTreeMap::new() };
    let mut in_order: Vec<(SourceId, usize, &Diagnostic)> = Vec::new();
    for diagnostic in found {
        let located = places.locate(&diagnostic.place);
        in_order.push((located.id, located.range.start, diagnostic));
    }
    in_order.sort_by_key(|(source, start, _)| (*source, *start));
    let mut text = String::new();
    for (_, _, diagnostic) in in_order.iter().take(SHOWN) {
        text.push_str(&render(diagnostic, level.clone(), &mut places));
        text.push_str("\n\n");
    }
    if let more @ 1.. = found.len().saturating_sub(SHOWN) {
        // Writing to a String cannot fail.
        writeln!(text, "... and {more} more\n").ok();
    }
    text
}

fn render(diagnostic: &Diagnostic, level: Level<'static>, places: &mut Places<'_>) -> String {
    let message = plain(&diagnostic.message).into_owned();
    let mut here = vec![(places.locate(&diagnostic.place), AnnotationKind::Primary, String::new())];
    for (place, what) in &diagnostic.related {
        here.push((places.locate(place), AnnotationKind::Context, plain(what).into_owned()));
    }
    let mut group = Group::with_title(level.primary_title(message));
    let mut shown: Vec<SourceId> = Vec::new();
    for (located, ..) in &here {
        if shown.contains(&located.id) {
            continue;
        }
        shown.push(located.id);
        let annotations = here.iter().filter(|(other, ..)| other.id == located.id);
        let annotations = annotations.map(|(located, kind, label)| {
            let annotation = kind.span(located.range.clone());
            if label.is_empty() { annotation } else { annotation.label(label.as_str()) }
        });
        let name = plain(located.name);
        let snippet = Snippet::source(located.text).path(name).annotations(annotations);
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(plain(help).into_owned()));
    }
    Renderer::styled().render(&[group])
}

/// Finds places; each text is indexed at most once, and only if a place in it needs that.
struct Places<'a> {
    sources: &'a Sources,
    spans: BTreeMap<SourceId, Spans>,
}

struct Located<'a> {
    id: SourceId,
    name: &'a str,
    text: &'a str,
    range: Range<usize>,
}

impl<'a> Places<'a> {
    fn locate(&mut self, place: &Place) -> Located<'a> {
        let source = self.sources.get(place.source);
        let (name, text) = source.map_or(("", ""), |source| (&source.name, &source.text));
        let range = match &place.spot {
            Spot::Bytes(start, end) => *start..*end,
            Spot::Node { document, pointer, at_key } => {
                let spans = self.spans.entry(place.source).or_insert_with(|| spans(text));
                let span = spans.find(*document, pointer);
                span.map_or(0..0, |span| match &span.key {
                    Some(key) if *at_key => key.clone(),
                    _ => span.value.clone(),
                })
            }
        };
        Located { id: place.source, name, text, range: clamped(range, text) }
    }
}

fn clamped(range: Range<usize>, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end.min(text.len()));
    start..end.max(start)
}
