//! Manifests of rows below a release of the demo sandbox, and what became of them.

use serde_json::{Value, json};

use super::{World, partly};

/// An apply of the manifests of a world that does not wait for long.
pub(crate) const APPLY: [&str; 6] = ["apply", "-f", ".", "--auto-approve", "--timeout", "1"];

/// Returns a manifest of a release that says only its systems.
pub(crate) fn rows(identifier: &str, rows: &Value) -> String {
    partly(identifier, &json!({ "systems": rows }).to_string())
}

/// Returns a deployment date of a manifest.
pub(crate) fn date(title: &str, status: &str) -> Value {
    json!({"title": title, "start": "2026-12-01T20:00:00Z", "end": "2026-12-01T22:00:00Z", "status": status})
}

/// Returns title, status and place of each deployment date of Core Ledger in REL-2026.11.
pub(crate) fn waves(world: &World) -> Vec<(String, String, u64)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let dates = world.dates("REL-2026.11", "Core Ledger");
    let rows = dates.iter().map(|row| {
        let place = row["sortOrder"].as_u64().unwrap();
        (text(row, "deploymentTitle"), text(row, "deploymentStatus"), place)
    });
    rows.collect()
}
