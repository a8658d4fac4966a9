//! Plutora as a plain value in memory, for tests of decisions; it shares no type with the sandbox.

use std::cell::RefCell;
use std::collections::BTreeMap;

use plutora_sync::plutora::{Get, Identity, Read, ReadError, Tried, Write, WriteError, Written};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Lists of objects by path, and what was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) lists: BTreeMap<String, Vec<Value>>,
    pub(crate) calls: RefCell<Vec<String>>,
    /// The keys that list rows have besides id and natural key.
    pub(crate) rows_show: Vec<&'static str>,
    /// Whether those keys hold null in rows, whatever the detail says.
    pub(crate) unfilled_rows: bool,
}

/// A model that can be written.
pub(crate) struct Served(pub(crate) RefCell<Model>);

/// Wraps a model for an apply.
pub(crate) fn reader_of(model: Model) -> Served {
    Served(RefCell::new(model))
}

/// Returns an id made of a number.
pub(crate) fn id(number: u128) -> String {
    Uuid::from_u128(number + 1).to_string()
}

impl Model {
    /// A tenant with reference data and no objects.
    pub(crate) fn tenant() -> Self {
        let named = |key: &str, names: &[&str], from: u128| -> Vec<Value> {
            let rows = names.iter().zip(from..);
            rows.map(|(name, number)| json!({"id": id(number), key: name})).collect()
        };
        let lists = [
            ("/systems", Vec::new()),
            ("/releases", Vec::new()),
            ("/organizations", named("name", &["Corporation", "Retail Banking"], 1_000)),
            ("/users", named("userName", &["jane@example.com", "raj@example.com"], 2_000)),
            ("/lookupfields/ReleaseType", named("value", &["Major", "Minor"], 3_000)),
            ("/lookupfields/ReleaseStatusType", named("value", &["Draft", "Submitted"], 4_000)),
            ("/lookupfields/ReleaseRiskLevel", named("value", &["Low", "High"], 5_000)),
            ("/lookupfields/SystemRoleDependencyType", named("value", &["Code", "Test"], 6_000)),
            ("/lookupfields/DeploymentType", named("value", &["Rolling", "Big bang"], 7_000)),
        ];
        let lists = lists.into_iter().map(|(path, rows)| (path.to_owned(), rows)).collect();
        Self { lists, rows_show: vec!["plutoraReleaseType"], ..Self::default() }
    }

    /// Adds an object and returns its id.
    pub(crate) fn add(&mut self, path: &str, mut body: Value) -> String {
        let rows = self.lists.entry(path.to_owned()).or_default();
        let new = id(10_000 + 1_000_000 * u128::from(path == "/releases") + rows.len() as u128);
        body["id"] = json!(new);
        rows.push(body);
        new
    }

    /// Adds a row below a release and returns its path; a system in a release has no id of its own.
    pub(crate) fn add_below(&mut self, path: &str, mut row: Value) -> String {
        let count = self.lists.get(path).map_or(0, Vec::len);
        let id = if path.ends_with("/systems") {
            row["systemId"].as_str().unwrap().to_owned()
        } else {
            let new = id(90_000_000 + self.lists.values().map(Vec::len).sum::<usize>() as u128);
            let rows = row.as_object_mut().unwrap();
            for (key, value) in [
                ("id", json!(new)),
                ("deploymentStatus", json!("Pending")),
                ("sortOrder", json!(count + 1)),
            ] {
                rows.entry(key).or_insert(value);
            }
            new
        };
        self.lists.entry(path.to_owned()).or_default().push(row);
        format!("{path}/{id}")
    }

    fn detail(&self, path: &str) -> Option<&Value> {
        let (list, id) = path.rsplit_once('/')?;
        self.lists.get(list)?.iter().find(|row| row["id"] == id)
    }

    /// Returns what the row of a list shows of an object.
    fn slim(&self, list: &str, object: &Value) -> Value {
        let key = if list == "/releases" { "identifier" } else { "name" };
        let mut row = Map::new();
        for (name, value) in object.as_object().unwrap() {
            if ["id", key, "userName", "value"].contains(&name.as_str()) {
                row.insert(name.clone(), value.clone());
            } else if self.rows_show.contains(&name.as_str()) {
                let value = if self.unfilled_rows { Value::Null } else { value.clone() };
                row.insert(name.clone(), value);
            }
        }
        Value::Object(row)
    }

    fn answer(&self, question: &Get) -> Result<Value, ReadError> {
        self.calls.borrow_mut().push(format!("GET {}", question.path));
        if is_below(&question.path) {
            return Ok(self.lists.get(&question.path).cloned().unwrap_or_default().into());
        }
        if let Some(rows) = self.lists.get(&question.path) {
            let rows: Vec<Value> = rows.iter().map(|row| self.slim(&question.path, row)).collect();
            return Ok(json!({"resultSet": rows, "totalCount": rows.len()}));
        }
        self.detail(&question.path)
            .cloned()
            .ok_or_else(|| ReadError::unreadable(&question.path, "no such object"))
    }
}

impl Read for Model {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.answer(question)
    }
}

impl Read for Served {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        self.0.borrow().answer(question)
    }
}

impl Write for Served {
    async fn post(&self, path: &str, body: &Value, _: Tried) -> Result<Written, WriteError> {
        self.0.borrow().calls.borrow_mut().push(format!("POST {path}"));
        let mut model = self.0.borrow_mut();
        if is_below(path) {
            let mut body = body.clone();
            body.as_object_mut().unwrap().remove("deploymentStatus");
            let path = model.add_below(path, body);
            return Ok(written(json!({"id": path.rsplit('/').next()})));
        }
        Ok(written(json!({"id": model.add(path, body.clone())})))
    }

    async fn put(&self, path: &str, body: &Value, _: Tried) -> Result<Written, WriteError> {
        let mut model = self.0.borrow_mut();
        model.calls.borrow_mut().push(format!("PUT {path}"));
        let (list, id) = path.rsplit_once('/').unwrap();
        let rows = model.lists.get_mut(list).unwrap();
        let row = rows.iter_mut().find(|row| row["id"] == id || row["systemId"] == id).unwrap();
        *row = Value::Object(body.as_object().cloned().unwrap_or_else(Map::new));
        Ok(written(Value::Null))
    }
}

/// Returns whether a path is that of a collection below a release.
fn is_below(path: &str) -> bool {
    path.starts_with("/releases/") && !path.matches('/').count().is_multiple_of(2)
}

fn written(answer: Value) -> Written {
    Written { answer, correlation: Identity::new(Uuid::nil()).next() }
}
