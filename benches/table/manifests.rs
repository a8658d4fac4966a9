//! Manifests that say what the sandbox holds already.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// How many releases stand in one file.
const PER_FILE: usize = 100;

/// One in so many releases is changed, if any is.
pub(crate) const CHANGED: usize = 100;

/// Writes manifests of the first releases that the sandbox holds, with fields for which no row of a
/// list is enough; in the changed ones one release in a hundred has another risk level.
pub(crate) fn write(folder: &Path, state: &Value, count: usize, changed: bool) {
    let names = ["lookupfields", "organizations", "users"]
        .into_iter()
        .flat_map(|collection| state[collection].as_array().unwrap())
        .map(|row| (text(&row["id"]), text(first(row, &["value", "name", "userName"]))))
        .collect();
    let releases = &state["releases"].as_array().unwrap()[..count];
    fs::create_dir_all(folder).unwrap();
    for (number, releases) in releases.chunks(PER_FILE).enumerate() {
        let documents = releases.iter().enumerate().map(|(place, release)| {
            let other = changed && (number * PER_FILE + place).is_multiple_of(CHANGED);
            document(release, &names, other)
        });
        let text: String = documents.collect();
        fs::write(folder.join(format!("{number:05}.yaml")), text).unwrap();
    }
}

fn document(release: &Value, names: &BTreeMap<&str, &str>, other_risk: bool) -> String {
    let name = |key: &str| names.get(text(&release[key])).copied();
    let risk = match name("releaseRiskLevelId").unwrap() {
        "High" if other_risk => "Low",
        _ if other_risk => "High",
        risk => risk,
    };
    let mut document = format!(
        "---\napiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata:\n  name: {}\nspec:\n",
        text(&release["identifier"])
    );
    let fields = [
        ("name", Some(text(&release["name"]))),
        ("plutoraReleaseType", Some(text(&release["plutoraReleaseType"]))),
        ("releaseProjectType", Some(text(&release["releaseProjectType"]))),
        ("releaseType", name("releaseTypeId")),
        ("status", name("releaseStatusTypeId")),
        ("riskLevel", Some(risk)),
        ("implementationDate", Some(text(&release["implementationDate"]))),
        ("organization", name("organizationId")),
        ("manager", release["managerId"].as_str().and_then(|id| names.get(id).copied())),
    ];
    for (field, value) in fields {
        if let Some(value) = value {
            // Text in JSON is text in YAML.
            writeln!(document, "  {field}: {}", Value::from(value)).unwrap();
        }
    }
    document
}

fn first<'a>(row: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter().find_map(|key| row.get(key)).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
