//! What is wrong with the manifests, for programs.

use super::Mistake;
use super::spots::Spots;
use crate::manifest::{Diagnostic, Diagnostics, Place, Sources};

/// Returns all that were kept, in the order of the texts.
pub fn mistakes(found: &Diagnostics, sources: &Sources) -> Vec<Mistake> {
    let places: Vec<&Place> = found.kept().iter().map(|diagnostic| &diagnostic.place).collect();
    let spots = Spots::find(&places, sources);
    let mistake = |diagnostic: &Diagnostic| {
        let Diagnostic { message, place, help, related: _ } = diagnostic;
        let (file, line, column) = spots.position(place);
        let (file, message, help) = (file.to_owned(), message.clone(), help.clone());
        (place.source, Mistake { file, line, column, message, help })
    };
    let mut all: Vec<_> = found.kept().iter().map(mistake).collect();
    all.sort_by_key(|(source, mistake)| (*source, mistake.line, mistake.column));
    all.into_iter().map(|(_, mistake)| mistake).collect()
}
