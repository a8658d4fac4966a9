//! The structure of a document: `apiVersion`, `kind`, `metadata`, `spec`.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, Place};
use super::document::{ACKNOWLEDGE, API_VERSION, Document};
use super::field::{Refusal, read_field, read_text};
use super::source::{Source, SourceId, Sources};
use super::suggest::{closest, listed};
use super::variables::Variables;
use crate::resource::{FieldValue, Fields, Guid, Key, Kind};
use crate::yaml::{self, Mapping, Pointer, Value};

/// What could be read, and what is wrong.
#[derive(Debug, Default)]
pub struct Reading {
    /// The documents that are in order.
    pub documents: Vec<Document>,
    /// Everything that is wrong with the others.
    pub found: Vec<Diagnostic>,
}

/// Reads all documents of all sources. A mistake costs its document, a syntax error
/// its text; whatever else can be read is read, so that all mistakes come out at once.
pub fn read(sources: &Sources, variables: &Variables) -> Reading {
    let mut reading = Reading::default();
    for (id, source) in sources.iter() {
        if reading.found.len() >= MAX_FOUND {
            break;
        }
        read_source(id, source, variables, &mut reading);
    }
    reading
}

fn read_source(id: SourceId, source: &Source, variables: &Variables, reading: &mut Reading) {
    let yaml::Reading { documents, faults } = yaml::read(&source.text);
    reading.found.extend(faults.into_iter().map(|fault| of_fault(id, fault)));
    for yaml::Document { value, position, line } in &documents {
        let known = reading.found.len();
        let found = &mut reading.found;
        let mut reader = Reader { source: id, document: *position, variables, found };
        let document = reader.document(value, *line);
        if reading.found.len() == known {
            reading.documents.extend(document);
        } else if known >= MAX_FOUND {
            return;
        }
    }
}

fn of_fault(source: SourceId, fault: yaml::Fault) -> Diagnostic {
    let yaml::Fault { range, message, help, related } = fault;
    let diagnostic = Diagnostic::new(Place::bytes(source, range), message).maybe_help(help);
    match related {
        Some((range, what)) => diagnostic.related(Place::bytes(source, range), what),
        None => diagnostic,
    }
}

/// After how many mistakes reading stops: nobody mends more at once.
const MAX_FOUND: usize = 1_000;

/// Reads one document and gathers what is wrong with it.
struct Reader<'a> {
    source: SourceId,
    document: usize,
    variables: &'a Variables,
    found: &'a mut Vec<Diagnostic>,
}

/// What `metadata` holds.
struct Metadata {
    name: Option<String>,
    labels: BTreeMap<String, String>,
    acknowledged: BTreeSet<String>,
}

impl Reader<'_> {
    fn document(&mut self, value: &Value, line: usize) -> Option<Document> {
        let root = Pointer::default();
        let map = self.mapping(&root, value, "a manifest with apiVersion, kind, metadata, spec")?;
        self.api_version(map);
        self.known_keys(&root, map, &["apiVersion", "kind", "metadata", "spec"]);
        let metadata = self.metadata(map);
        let kind = self.kind(map)?;
        let (id, fields) = self.spec(kind, map);
        let Metadata { name, labels, acknowledged } = metadata?;
        let name = name?;
        let mut fields = fields?;
        fields.set(kind.key_field(), FieldValue::text(&name));
        Some(Document {
            key: Key::new(kind, name),
            labels,
            acknowledged,
            id,
            fields,
            source: self.source,
            position: self.document,
            line,
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

    fn kind(&mut self, map: &Mapping) -> Option<Kind> {
        let kinds = || Kind::ALL.into_iter().map(Kind::name);
        let root = Pointer::default();
        let Some(value) = map.get("kind") else {
            self.report(&root, "`kind` is missing").help(format!("add one of {}", listed(kinds())));
            return None;
        };
        let word = value.as_str().unwrap_or_default();
        let kind = Kind::from_name(word);
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
        let ours = ACKNOWLEDGE.split('/').next().unwrap_or_default();
        for name in annotations
            .keys()
            .filter(|name| name.as_str() != ACKNOWLEDGE && name.split('/').next() == Some(ours))
        {
            self.report(&at.key("annotations").key(name), format!("unknown annotation `{name}`"))
                .help(format!("did you mean `{ACKNOWLEDGE}`?"));
        }
        let codes = annotations.get(ACKNOWLEDGE).map(String::as_str).unwrap_or_default();
        Some(Metadata {
            name: self.name(&at, metadata),
            labels: self.text_map(&at.key("labels"), metadata.get("labels")),
            acknowledged: codes
                .split([',', ' '])
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    fn name(&mut self, at: &Pointer, metadata: &Mapping) -> Option<String> {
        let Some(value) = metadata.get("name") else {
            self.report(at, "`metadata.name` is missing");
            return None;
        };
        let name = self.text(&at.key("name"), value)?;
        if name.trim().is_empty() {
            self.report(&at.key("name"), "`metadata.name` cannot be empty");
            return None;
        }
        if name.chars().any(char::is_control) {
            self.report(
                &at.key("name"),
                "`metadata.name` holds a line break or another control character",
            );
            return None;
        }
        if name.trim() != name {
            self.report(&at.key("name"), "`metadata.name` has spaces around it")
                .help("Plutora compares names exactly; remove them");
            return None;
        }
        Some(name)
    }

    fn spec(&mut self, kind: Kind, map: &Mapping) -> (Option<Guid>, Option<Fields>) {
        let at = Pointer::default().key("spec");
        let mut fields = Fields::new(kind);
        let spec = match map.get("spec") {
            None | Some(Value::Null) => return (None, Some(fields)),
            Some(value) => match self.mapping(&at, value, "a mapping of fields") {
                Some(spec) => spec,
                None => return (None, None),
            },
        };
        let names: Vec<&str> =
            kind.fields().iter().map(|def| def.name).chain(std::iter::once("id")).collect();
        self.known_keys(&at, spec, &names);
        for def in kind.fields() {
            let Some(value) = spec.get(def.name) else {
                continue;
            };
            match read_field(def, value, |text| self.expand(text)) {
                Ok(value) => fields.set(def, value),
                Err(refusal) => self.refuse(&at.key(def.name), refusal),
            }
        }
        let id = spec.get("id").and_then(|value| self.id(&at.key("id"), value));
        (id, Some(fields))
    }

    fn id(&mut self, at: &Pointer, value: &Value) -> Option<Guid> {
        let text = self.text(at, value)?;
        Guid::parse(&text).map_err(|error| self.report(at, error.to_string())).ok()
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

    fn text(&mut self, at: &Pointer, value: &Value) -> Option<String> {
        read_text(value, |text| self.expand(text)).map_err(|refusal| self.refuse(at, refusal)).ok()
    }

    fn expand(&self, text: &str) -> Result<String, String> {
        self.variables.expand(text).map(std::borrow::Cow::into_owned)
    }

    fn mapping<'v>(
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

    fn known_keys(&mut self, at: &Pointer, map: &Mapping, known: &[&str]) {
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

    fn place(&self, at: &Pointer) -> Place {
        Place::node(self.source, self.document, at.clone())
    }

    fn refuse(&mut self, at: &Pointer, refusal: Refusal) {
        let Refusal { message, help } = refusal;
        let place = self.place(at);
        self.found.push(Diagnostic::new(place, message).maybe_help(help));
    }

    /// Adds a diagnostic and returns a handle for adding its help.
    fn report(&mut self, at: &Pointer, message: impl Into<String>) -> Reported<'_> {
        let place = self.place(at);
        self.found.push(Diagnostic::new(place, message));
        Reported(self.found.last_mut())
    }
}

/// A diagnostic that was just added.
struct Reported<'a>(Option<&'a mut Diagnostic>);

impl Reported<'_> {
    fn help(self, help: impl Into<String>) {
        if let Some(diagnostic) = self.0 {
            diagnostic.help = Some(help.into());
        }
    }
}
