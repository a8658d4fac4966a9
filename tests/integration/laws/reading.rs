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

/// What our reader accepts, the plain parser reads as the same, and what ours refuses has its place.
pub(crate) fn both_parsers_read_the_same(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let yaml::Reading { documents, faults } = yaml::read_all(text);
    for fault in &faults {
        assert!(fault.range.start <= fault.range.end && fault.range.end <= text.len());
        assert!(!fault.message.is_empty());
    }
    if !faults.is_empty() {
        return;
    }
    let plain = plainly(text).expect("the plain parser accepts what ours does");
    let with_content = plain.iter().enumerate().filter(|(_, value)| !value.is_null());
    let ours = documents.iter().map(|it| (it.position, &it.value));
    assert!(with_content.eq(ours), "{documents:?} is not {plain:?}");
}

fn plainly(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect()
}

/// Tells whether our reader refuses a text that the plain parser accepts for none of our reasons, which is
/// where YAML 1.1 and 1.2 differ; and whether it refuses it at all.
pub(crate) fn is_refused_by_us_alone(bytes: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(bytes).ok()?;
    let faults = yaml::read_all(text).faults;
    let plain = plainly(text).ok()?;
    let is_ours = |message: &str| OURS.iter().any(|it| message.contains(it));
    let refused = !plain.is_empty() && !faults.is_empty();
    refused.then(|| faults.iter().any(|it| !is_ours(&it.message)))
}
