//! Manifests from any text.

use plutora_sync::manifest::{self, Diagnostics, Source, Sources, Variables};
use plutora_sync::{desired, render, yaml};
use serde::Deserialize as _;
use serde_yaml::Value;

/// A text is read, or refused with messages that can be shown and have their place in it.
pub(crate) fn a_manifest_is_read_or_refused_with_its_place(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let lines = text.lines().count();
    let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text }]);
    let reading = manifest::read(&sources, &Variables::default());
    for declaration in reading.documents.iter().flat_map(|it| &it.declarations) {
        assert!((1..=lines.max(1)).contains(&declaration.line), "{declaration:?}");
    }
    match desired::build(reading, &sources) {
        Ok(desired) => assert_shown(&render::notes(&desired.notes, &sources), &desired.notes),
        Err(found) => assert_shown(&render::diagnostics(&found, &sources), &found),
    }
}

fn assert_shown(shown: &str, found: &Diagnostics) {
    assert_eq!(shown.is_empty(), found.is_empty());
    let moves = |it: char| it.is_control() && it != '\n' && it != '\u{1b}';
    assert!(!shown.contains(moves), "{shown:?}");
    let places = shown.matches("a.yaml:").count();
    assert!(places >= found.kept().len().min(50), "{places} places in {shown}");
}

/// The reasons for which our reader refuses what the plain parser accepts.
const OURS: [&str; 7] = [
    "is set twice",
    "merge keys",
    "the tag `",
    "a key must be plain text",
    "this alias stands inside its own anchor",
    "the aliases of this file stand for more",
    "this document holds more than",
];

/// The reasons for which the stricter of the two parsers refuses what YAML 1.1 and older tools let pass:
/// line ends and marks of other alphabets, and what has to stand apart.
const STRICTER: [&str; 7] = [
    "a BOM must not appear inside a document",
    "comments must be separated from other tokens",
    "invalid trailing content after",
    "mapping values are not allowed in this context",
    "missing explicit document end marker before directive",
    "did not find expected key",
    "found unknown anchor",
];

/// What our reader accepts, the plain parser reads as the same; what ours refuses and the plain one
/// accepts, it refuses for one of its stated reasons, or for one of the stricter parser's.
pub(crate) fn both_parsers_read_the_same(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let yaml::Reading { documents, faults } = yaml::read_all(text);
    for fault in &faults {
        assert!(fault.range.start <= fault.range.end && fault.range.end <= text.len());
        assert!(!fault.message.is_empty());
    }
    let plain: Result<Vec<Value>, _> =
        serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect();
    if !faults.is_empty() {
        let is_ours = |message: &str| OURS.iter().chain(&STRICTER).any(|it| message.contains(it));
        let odd = faults.iter().find(|it| !is_ours(&it.message));
        assert!(plain.is_err() || odd.is_none(), "{odd:?} is no reason to refuse {plain:?}");
        return;
    }
    let plain = plain.expect("the plain parser accepts what ours does");
    let with_content = plain.iter().enumerate().filter(|(_, value)| !value.is_null());
    let ours = documents.iter().map(|it| (it.position, &it.value));
    assert!(with_content.eq(ours), "{documents:?} is not {plain:?}");
}
