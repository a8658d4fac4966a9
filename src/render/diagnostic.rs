//! What is wrong with the manifests, with place, excerpt and suggestion.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::located::{Excerpt, Ranges, excerpts};
use super::plain;
use super::safe::laid_out;
use crate::manifest::{Diagnostic, Diagnostics, Place, SourceId, Sources};

/// How many diagnostics are shown in full; the rest is counted.
const SHOWN: usize = 50;

/// Returns all of them in the order of the texts, each with its place, an excerpt and what to do.
pub fn diagnostics(found: &Diagnostics, sources: &Sources) -> String {
    rendered(found, &Level::ERROR, sources)
}

/// Returns what is not wrong, and may not mean what it seems to, in the same way.
pub fn notes(notes: &Diagnostics, sources: &Sources) -> String {
    rendered(notes, &Level::NOTE, sources)
}

fn rendered(found: &Diagnostics, level: &Level<'static>, sources: &Sources) -> String {
    let ranges = Ranges::of_diagnostics(found.kept(), sources);
    let mut in_order: Vec<&Diagnostic> = found.kept().iter().collect();
    in_order.sort_by_key(|diagnostic| {
        let place = &diagnostic.place;
        (place.source, ranges.of(place).start)
    });
    let mut text = String::new();
    for diagnostic in in_order.into_iter().take(SHOWN) {
        text.push_str(&render(diagnostic, level.clone(), &ranges, sources));
        text.push_str("\n\n");
    }
    if let more @ 1.. = found.count().saturating_sub(SHOWN) {
        // Writing to a String cannot fail.
        writeln!(text, "... and {more} more\n").ok();
    }
    text
}

fn render(
    diagnostic: &Diagnostic,
    level: Level<'static>,
    ranges: &Ranges<'_>,
    sources: &Sources,
) -> String {
    let message = plain(&diagnostic.message).into_owned();
    let related = diagnostic.related.iter().map(|(place, what)| (place, plain(what)));
    let here: Vec<(&Place, Cow<'_, str>)> =
        std::iter::once((&diagnostic.place, Cow::default())).chain(related).collect();
    let mut group = Group::with_title(level.primary_title(message));
    let mut shown: Vec<SourceId> = Vec::new();
    for (place, _) in &here {
        if shown.contains(&place.source) {
            continue;
        }
        shown.push(place.source);
        let Some(source) = sources.get(place.source) else { continue };
        let places = here.iter().enumerate();
        let places = places.filter(|(_, (other, _))| other.source == place.source);
        let places: Vec<_> = places.map(|(which, (it, _))| (which, ranges.of(it))).collect();
        for Excerpt { text, line, shows } in excerpts(&source.text, &places) {
            let annotations = shows.into_iter().map(|(which, range)| {
                let primary = which == 0;
                let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let label = here.get(which).map_or("", |(_, what)| what);
                let annotation = kind.span(range);
                if label.is_empty() { annotation } else { annotation.label(label) }
            });
            let snippet = Snippet::source(text).line_start(line).path(plain(&source.name));
            group = group.element(snippet.annotations(annotations));
        }
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(plain(help).into_owned()));
    }
    // Of the text that an excerpt shows, not all that can move a cursor is taken out by the library.
    laid_out(&Renderer::styled().render(&[group])).into_owned()
}
