//! The structure of a document: `apiVersion`, `kind`, `metadata`, `spec`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::diagnostic::{Diagnostic, Diagnostics, Place};
use super::document::{ACKNOWLEDGE, API_VERSION, Document, DocumentKind, PROTECT, Stated};
use super::field::{Refusal, read_text};
use super::lines::Lines;
use super::source::{Source, SourceId, Sources};
use super::suggest::{closest, listed};
use super::variables::Variables;
use crate::cores::on_all_cores;
use crate::resource::{Code, CodeError, Key};
use crate::yaml::{self, Mapping, Pointer, Value};

/// What could be read, and what is wrong.
#[derive(Debug, Default)]
pub struct Reading {
    /// The documents that are in order.
    pub documents: Vec<Document>,
    /// Everything that is wrong with the others.
    pub found: Diagnostics,
    /// What is not wrong, and may not mean what it seems to.
    pub notes: Diagnostics,
}

/// Less text than that is read before another core has begun. Of longer texts one is read at a time, since a
/// document may take a hundred times the memory of its text.
const LITTLE: usize = 256 << 10;

/// Reads all documents of all sources. A mistake costs its document, a syntax error
/// its text; whatever else can be read is read, so that all mistakes come out at once.
pub fn read(sources: &Sources, variables: &Variables) -> Reading {
    let texts: Vec<(SourceId, &Source)> = sources.iter().collect();
    let length: usize = texts.iter().map(|(_, source)| source.text.len()).sum();
    let at_once = if length < LITTLE { texts.len() } else { 1 };
    let long = Mutex::new(());
    let (mistakes, of_each) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let is_full_before = |id: SourceId| {
        // Looked at closely only once there are enough in all.
        mistakes.load(Ordering::Relaxed) >= Diagnostics::MOST
            && of_each.lock().is_ok_and(|of_each| {
                of_each.range(..id).map(|(_, count)| count).sum::<usize>() >= Diagnostics::MOST
            })
    };
    let read = on_all_cores(&texts, at_once, |texts| {
        let read = texts.iter().map(|(id, source)| {
            if is_full_before(*id) {
                return Reading::default();
            }
            let turn = (source.text.len() > LITTLE).then(|| long.lock());
            let reading = read_source(*id, source, variables);
            drop(turn);
            let count = reading.found.count();
            if count > 0 {
                of_each.lock().map(|mut of_each| of_each.insert(*id, count)).ok();
                mistakes.fetch_add(count, Ordering::Relaxed);
            }
            reading
        });
        read.collect()
    });
    let mut all = Reading::default();
    for Reading { documents, found, notes } in read {
        if all.found.is_full() {
            break;
        }
        all.documents.extend(documents);
        all.found.join(found);
        all.notes.join(notes);
    }
    all
}

fn read_source(id: SourceId, source: &Source, variables: &Variables) -> Reading {
    let mut reading = Reading::default();
    let lines = Lines::new(&source.text);
    let faults = yaml::read(&source.text, |document| {
        let yaml::Document { value, position: document, line } = document;
        let known = reading.found.count();
        let Reading { found, notes, .. } = &mut reading;
        let mut reader = Reader { source: id, document, variables, lines: &lines, found, notes };
        let read = reader.document(&value, line);
        if reading.found.count() == known {
            reading.documents.extend(read);
        }
        if reading.found.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    reading.found.extend(faults.into_iter().map(|fault| Diagnostic::of_fault(id, fault)));
    reading
}

/// Reads one document and gathers what is wrong with it.
pub(super) struct Reader<'a, 't> {
    source: SourceId,
    document: usize,
    variables: &'a Variables,
    lines: &'a Lines<'t>,
    found: &'a mut Diagnostics,
    notes: &'a mut Diagnostics,
}

/// What `metadata` holds.
struct Metadata {
    name: Option<String>,
    labels: BTreeMap<String, String>,
    acknowledged: BTreeSet<Code>,
    protected: bool,
}

impl Reader<'_, '_> {
    fn document(&mut self, value: &Value, line: usize) -> Option<Document> {
        let root = Pointer::default();
        let map = self.mapping(&root, value, "a manifest with apiVersion, kind, metadata, spec")?;
        self.api_version(map);
        self.known_keys(&root, map, &["apiVersion", "kind", "metadata", "spec"]);
        let metadata = self.metadata(map);
        let kind = self.kind(map)?;
        // Without a name the rest is read all the same, for what may be wrong with it.
        let name = metadata.as_ref().and_then(|it| it.name.clone()).unwrap_or_default();
        let (mut declarations, mut claim) = (Vec::new(), None);
        match kind {
            DocumentKind::Object(kind) => {
                declarations = self.object(&Key::new(kind, name.clone()), map, line);
            }
            DocumentKind::DeploymentStatus => match self.status(map, line) {
                Some(Stated::Deployment(declaration)) => declarations.push(declaration),
                Some(Stated::Claim(stated)) => claim = Some(stated),
                None => {}
            },
        }
        let Metadata { name: _, labels, acknowledged, protected } = metadata?;
        let manages_parent = declarations.iter().any(|it| it.fields.get("parent").is_some());
        if !acknowledged.is_empty() && !manages_parent {
            let at = root.key("metadata").key("annotations").key(ACKNOWLEDGE);
            self.report(&at, "there is nothing here that could be acknowledged")
                .help("PS101 is about `parent`: acknowledge it in the document that has it");
        }
        if protected && kind == DocumentKind::DeploymentStatus {
            self.report(
                &root.key("metadata").key("annotations").key(PROTECT),
                "a status is not an object to protect",
            )
            .help("protect the release or the system in its own document");
        }
        let (source, position) = (self.source, self.document);
        Some(Document {
            kind,
            name,
            labels,
            acknowledged,
            protected,
            declarations,
            claim,
            source,
            position,
        })
    }

    fn api_version(&mut self, map: &Mapping) {
        let root = Pointer::default();
        match map.get("apiVersion") {
            None => {
                self.report(&root, "`apiVersion` is missing")
                    .help(format!("add `apiVersion: {API_VERSION}`"));
            }
            Some(Value::String(version)) if version == API_VERSION => {}
            Some(_) => {
                self.report(&root.key("apiVersion"), "unknown apiVersion")
                    .help(format!("this version of plutora-sync reads `{API_VERSION}`"));
            }
        }
    }

    fn kind(&mut self, map: &Mapping) -> Option<DocumentKind> {
        let kinds = || DocumentKind::ALL.into_iter().map(DocumentKind::name);
        let root = Pointer::default();
        let Some(value) = map.get("kind") else {
            self.report(&root, "`kind` is missing").help(format!("add one of {}", listed(kinds())));
            return None;
        };
        let word = value.as_str().unwrap_or_default();
        let kind = DocumentKind::ALL.into_iter().find(|kind| kind.name() == word);
        if kind.is_none() {
            let help = match closest(word, kinds()) {
                Some(kind) => format!("did you mean `{kind}`?"),
                None => format!("the kinds are {}", listed(kinds())),
            };
            self.report(&root.key("kind"), format!("unknown kind `{word}`")).help(help);
        }
        kind
    }

    fn metadata(&mut self, map: &Mapping) -> Option<Metadata> {
        let root = Pointer::default();
        let Some(value) = map.get("metadata") else {
            self.report(&root, "`metadata` is missing").help("add `metadata: {name: ...}`");
            return None;
        };
        let at = root.key("metadata");
        let metadata = self.mapping(&at, value, "a mapping with `name`")?;
        self.known_keys(&at, metadata, &["name", "labels", "annotations", "namespace"]);
        let annotations = self.text_map(&at.key("annotations"), metadata.get("annotations"));
        let at_annotation = |name: &str| at.key("annotations").key(name);
        let ours = ACKNOWLEDGE.split('/').next().unwrap_or_default();
        let known = [ACKNOWLEDGE, PROTECT];
        for name in annotations.keys().filter(|it| it.split('/').next() == Some(ours)) {
            if !known.contains(&name.as_str()) {
                let meant = closest(name, known).unwrap_or(ACKNOWLEDGE);
                self.report(&at_annotation(name), format!("unknown annotation `{name}`"))
                    .help(format!("did you mean `{meant}`?"));
            }
        }
        let codes = annotations.get(ACKNOWLEDGE).map(String::as_str).unwrap_or_default();
        let mut acknowledged = BTreeSet::new();
        for code in codes.split([',', ' ']).filter(|code| !code.is_empty()) {
            match code.parse() {
                Ok(code) => drop(acknowledged.insert(code)),
                Err(error) => {
                    self.report(&at_annotation(ACKNOWLEDGE), CodeError::to_string(&error));
                }
            }
        }
        let protect = annotations.get(PROTECT).map(String::as_str);
        if !matches!(protect, None | Some("true" | "false")) {
            self.report(&at_annotation(PROTECT), format!("`{PROTECT}` is \"true\" or \"false\""));
        }
        Some(Metadata {
            name: self.name(&at, metadata, "name"),
            labels: self.text_map(&at.key("labels"), metadata.get("labels")),
            acknowledged,
            protected: protect == Some("true"),
        })
    }

    /// Reads a name, which Plutora compares to the letter.
    pub(super) fn name(&mut self, at: &Pointer, map: &Mapping, key: &str) -> Option<String> {
        let shown = if key == "name" { "metadata.name" } else { key };
        let Some(value) = map.get(key) else {
            self.report(at, format!("`{shown}` is missing"));
            return None;
        };
        let at = at.key(key);
        let name = self.text(&at, value)?;
        if name.trim().is_empty() {
            self.report(&at, format!("`{shown}` cannot be empty"));
            return None;
        }
        if name.chars().any(char::is_control) {
            let message = format!("`{shown}` holds a line break or another control character");
            self.report(&at, message);
            return None;
        }
        if name.trim() != name {
            self.report(&at, format!("`{shown}` has spaces around it"))
                .help("Plutora compares names exactly; remove them");
            return None;
        }
        Some(name)
    }

    fn text_map(&mut self, at: &Pointer, value: Option<&Value>) -> BTreeMap<String, String> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return BTreeMap::new();
        };
        let Some(map) = self.mapping(at, value, "a mapping of texts") else {
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for (key, value) in map {
            let Some(key) = key.as_str() else {
                self.report(at, "a key must be text").help("quote it");
                continue;
            };
            if let Some(text) = self.text(&at.key(key), value) {
                texts.insert(key.to_owned(), text);
            }
        }
        texts
    }

    pub(super) fn text(&mut self, at: &Pointer, value: &Value) -> Option<String> {
        read_text(value, |text| self.expand(text)).map_err(|refusal| self.refuse(at, refusal)).ok()
    }

    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        self.variables.expand(text).map(std::borrow::Cow::into_owned)
    }

    pub(super) fn mapping<'v>(
        &mut self,
        at: &Pointer,
        value: &'v Value,
        expected: &str,
    ) -> Option<&'v Mapping> {
        let map = value.as_mapping();
        if map.is_none() {
            self.report(at, format!("expected {expected}"));
        }
        map
    }

    pub(super) fn known_keys(&mut self, at: &Pointer, map: &Mapping, known: &[&str]) {
        for key in map.keys() {
            let Some(word) = key.as_str() else {
                self.report(at, "a key must be text").help("quote it");
                continue;
            };
            if known.contains(&word) {
                continue;
            }
            let help = match closest(word, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the fields here are {}", listed(known.iter().copied())),
            };
            let message = format!("unknown field `{word}`");
            let place = self.place(&at.key(word)).at_key();
            self.found.push(Diagnostic::new(place, message).help(help));
        }
    }

    pub(super) fn place(&self, at: &Pointer) -> Place {
        Place::node(self.source, self.document, at.clone())
    }

    pub(super) fn refuse(&mut self, at: &Pointer, refusal: Refusal) {
        let Refusal { message, help } = refusal;
        let place = self.place(at);
        self.found.push(Diagnostic::new(place, message).maybe_help(help));
    }

    /// Returns the line of a node, from 1.
    pub(super) fn line(&self, at: &Pointer) -> usize {
        self.lines.of(self.document, at)
    }

    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds what is not wrong, and may not mean what it seems to.
    pub(super) fn note(&mut self, diagnostic: Diagnostic) {
        self.notes.push(diagnostic);
    }

    /// Adds a diagnostic and returns a handle for adding its help.
    pub(super) fn report(&mut self, at: &Pointer, message: impl Into<String>) -> Reported<'_> {
        let place = self.place(at);
        Reported(self.found.keep(Diagnostic::new(place, message)))
    }
}

/// A diagnostic that was just added.
pub(super) struct Reported<'a>(Option<&'a mut Diagnostic>);

impl Reported<'_> {
    pub(super) fn help(self, help: impl Into<String>) {
        if let Some(diagnostic) = self.0 {
            diagnostic.help = Some(help.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that are long enough for several cores, each with so many mistakes.
    fn texts(count: usize, mistakes: usize) -> Sources {
        let wrong: Vec<String> = (0..mistakes).map(|number| format!("a{number}: 1\n")).collect();
        let text = format!(
            "apiVersion: {API_VERSION}\nkind: System\nmetadata: {{name: x}}\n{}#",
            wrong.concat()
        );
        let text = text + &"x".repeat(LITTLE / count.max(1) + 1);
        let source = |number| Source { name: format!("{number}.yaml"), text: text.clone() };
        Sources::new((0..count).map(source).collect())
    }

    fn read_all(sources: &Sources) -> Vec<SourceId> {
        let reading = read(sources, &Variables::default());
        reading.found.kept().iter().map(|found| found.place.source).collect()
    }

    #[test]
    fn mistakes_come_in_the_order_of_the_texts_whoever_reads_them() {
        let sources = texts(200, 3);
        let mistakes = sources.iter().flat_map(|(id, _)| [id; 3]);
        assert_eq!(read_all(&sources), mistakes.collect::<Vec<_>>());
    }

    #[test]
    fn of_too_many_mistakes_the_first_are_told() {
        let sources = texts(1_000, 7);
        let mistakes = sources.iter().flat_map(|(id, _)| [id; 7]).take(Diagnostics::MOST);
        assert_eq!(read_all(&sources), mistakes.collect::<Vec<_>>());
    }
}
