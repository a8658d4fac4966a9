//! `spec`: the fields of an object and of the rows below it, or the status of a deployment.

use std::collections::BTreeMap;

use super::diagnostic::Diagnostic;
use super::document::{Claim, Declaration, Stated};
use super::field::{Refusal, read_field};
use super::reader::Reader;
use crate::resource::{Collection, FieldDef, FieldValue, Fields, Guid, Key, Kind};
use crate::yaml::{Mapping, Pointer, Value};

impl Reader<'_, '_> {
    /// Reads an object that stands by itself; a `spec` that is missing or empty manages nothing.
    pub(super) fn object(&mut self, key: &Key, map: &Mapping, line: usize) -> Vec<Declaration> {
        let at = Pointer::default().key("spec");
        let mut declared = Vec::new();
        let empty = Mapping::new();
        let spec = match map.get("spec") {
            None | Some(Value::Null) => Some(&empty),
            Some(value) => self.mapping(&at, value, "a mapping of fields"),
        };
        if let Some(spec) = spec {
            self.declare(key, &at, spec, &mut declared);
        }
        if let Some(first) = declared.first_mut() {
            first.at = Pointer::default();
            first.line = line;
            let name = Pointer::default().key("metadata").key("name");
            first.places.insert(first.key.kind.key_field().name, name);
        }
        declared
    }

    /// Reads an object's fields, its pin, and the rows below it.
    fn declare(
        &mut self,
        key: &Key,
        at: &Pointer,
        spec: &Mapping,
        declared: &mut Vec<Declaration>,
    ) {
        let kind = key.kind;
        let (key_field, children) = (kind.key_field(), kind.children());
        let mut known: Vec<&str> = kind.fields().iter().map(|def| def.name).collect();
        known.extend(children.map(|children| children.field));
        known.extend(kind.parent().map(|_| key_field.name));
        // A system in a release has no id of its own that could pin it.
        known.extend((kind != Kind::ReleaseSystem).then_some("id"));
        self.known_keys(at, spec, &known);

        let mut fields = Fields::new(kind);
        fields.set(key_field, FieldValue::text(&key.own_name()));
        let mut places = BTreeMap::from([(key_field.name, at.key(key_field.name))]);
        for def in kind.fields() {
            if let Some(value) = self.field(at, spec, def) {
                fields.set(def, value);
                places.insert(def.name, at.key(def.name));
            }
        }
        let pin = spec.get("id").filter(|_| known.contains(&"id"));
        let id = pin.and_then(|value| self.id(&at.key("id"), value));
        let below = children.and_then(|it| Some((at.key(it.field), spec.get(it.field)?)));
        // The line of a document is known; looking for that of a row indexes the whole text.
        let line = kind.parent().map_or(0, |_| self.line(at));
        declared.push(Declaration {
            key: key.clone(),
            id,
            fields,
            itself: true,
            at: at.clone(),
            places,
            line,
        });
        if let Some((at, rows)) = below {
            self.rows(key, &at, rows, declared);
        }
    }

    fn field(&mut self, at: &Pointer, spec: &Mapping, def: &FieldDef) -> Option<FieldValue> {
        let read = read_field(def, spec.get(def.name)?, |text| self.expand(text));
        read.map_err(|refusal| self.refuse(&at.key(def.name), refusal)).ok()
    }

    /// Reads the rows below an object.
    fn rows(&mut self, above: &Key, at: &Pointer, value: &Value, declared: &mut Vec<Declaration>) {
        let Some(Collection { kind, field, doc: _ }) = above.kind.children() else { return };
        let help = "nothing is ever deleted; leave the list out to leave its rows alone";
        let Some(rows) = value.as_sequence() else {
            let found = if value.is_null() { ", found nothing" } else { "" };
            self.report(at, format!("expected a list of mappings{found}")).help(help);
            return;
        };
        if rows.is_empty() {
            let message = format!("an empty list of {field} is the same as none");
            self.note(Diagnostic::new(self.place(at), message).help(help));
        }
        let mut known: BTreeMap<Key, Pointer> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let at = at.item(index);
            let key_field = kind.key_field().name;
            let Some(row) = self.mapping(&at, row, &format!("a mapping with `{key_field}`")) else {
                continue;
            };
            let name = self.name(&at, row, key_field);
            // Without a name the rest of the row is read all the same, for what may be wrong with it.
            let Some(key) = above.child(name.as_deref().unwrap_or_default()) else { continue };
            let Some(name) = name else {
                self.declare(&key, &at, row, &mut Vec::new());
                continue;
            };
            if let Some(earlier) = known.insert(key.clone(), at.clone()) {
                let message = format!("`{name}` stands twice in `{field}`");
                let diagnostic = Diagnostic::new(self.place(&at), message)
                    .help("say everything about it in one row")
                    .related(self.place(&earlier), "also here");
                self.add(diagnostic);
            }
            self.declare(&key, &at, row, declared);
        }
    }

    /// Reads the `spec` of a `DeploymentStatus`.
    pub(super) fn status(&mut self, map: &Mapping, line: usize) -> Option<Stated> {
        let root = Pointer::default();
        let at = root.key("spec");
        let Some(value) = map.get("spec") else {
            self.report(&root, "`spec` is missing").help("it names a release, a system, a status");
            return None;
        };
        let spec = self.mapping(&at, value, "a mapping with release, system and status")?;
        self.known_keys(&at, spec, &["release", "system", "deployment", "status"]);
        let release = self.name(&at, spec, "release");
        let system = self.name(&at, spec, "system");
        let named = spec.contains_key("deployment");
        let title = if named { self.name(&at, spec, "deployment") } else { None };
        let def = Kind::Deployment.field("status")?;
        if !spec.contains_key("status") {
            self.report(&at, "`status` is missing");
        }
        let status = self.field(&at, spec, def)?;
        let status_at = at.key("status");
        let of = Key::new(Kind::Release, release?).child(&system?)?;
        let mut places = BTreeMap::from(["release", "system"].map(|name| (name, at.key(name))));
        if !named {
            let names_at = places;
            return Some(Stated::Claim(Claim { of, status, at: root, status_at, names_at, line }));
        }
        let title = title?;
        let key = of.child(&title)?;
        let key_field = Kind::Deployment.key_field();
        let mut fields = Fields::new(Kind::Deployment);
        fields.set(key_field, FieldValue::text(&title));
        fields.set(def, status);
        places.extend([(key_field.name, at.key("deployment")), (def.name, status_at)]);
        Some(Stated::Deployment(Declaration {
            key,
            id: None,
            fields,
            itself: false,
            at: root,
            places,
            line,
        }))
    }

    fn id(&mut self, at: &Pointer, value: &Value) -> Option<Guid> {
        let text = self.text(at, value)?;
        let parsed = Guid::parse(&text).map_err(|error| error.to_string());
        parsed.map_err(|message| self.refuse(at, Refusal::new(message, None))).ok()
    }
}
