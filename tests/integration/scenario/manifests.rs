//! What the manifests of a random tenant say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    ALIASES, DEPENDENCIES, Date, ENTERPRISES, Linked, RENAMED, RISKS, Release, SYSTEMS, Scenario,
    System, TITLES,
};
use crate::support::{Model, release};

impl Scenario {
    /// Returns the manifests, which pin dates of the model. `E0` is not declared, and `E1` not live.
    ///
    /// They say all that a creation needs; whether it is one is up to live state.
    pub(crate) fn manifests(&self, model: &Model) -> Vec<String> {
        let mut texts = vec![release("E1", "").replace("Independent", "Enterprise")];
        for (name, sides) in SYSTEMS.into_iter().zip(&self.systems) {
            texts.extend(sides.said.as_ref().map(|said| manifest("System", name, &system(said))));
        }
        for (number, (sides, rows)) in self.releases.iter().enumerate() {
            let Some(said) = &sides.said else { continue };
            let name = format!("R{number}");
            let rows = rows.iter().enumerate().filter(|(place, _)| self.has_system(*place));
            let rows = rows.filter_map(|(place, sides)| {
                let dates = model.dates(&name, SYSTEMS[place]);
                Some(row(SYSTEMS[place], sides.said.as_ref()?, said, dates))
            });
            let mut rows: Vec<Value> = rows.collect();
            // A document of its own may hold a row, too.
            if let Some(last) = rows.pop() {
                texts.push(manifest("Release", &name, &json!({"systems": [last]})));
            }
            let mut spec = spec(said);
            spec["systems"] = rows.into();
            texts.push(manifest("Release", &name, &spec));
        }
        texts
    }
}

fn manifest(kind: &str, name: &str, spec: &Value) -> String {
    let metadata = json!({"name": name});
    json!({"apiVersion": "plutora-sync.dev/v1", "kind": kind, "metadata": metadata, "spec": spec})
        .to_string()
}

fn system(System { description, inactive, aliases }: &System) -> Value {
    let aliases: BTreeSet<&str> = aliases.iter().map(|place| ALIASES[*place]).collect();
    let mut spec = json!({
        "vendor": "In-house",
        "status": if *inactive { "Inactive" } else { "Active" },
        "organization": "Corporation",
    });
    // They are only ever added, so none is nothing to say.
    if !aliases.is_empty() {
        spec["aliases"] = json!(aliases);
    }
    if let Some(description) = description {
        spec["description"] = json!(description);
    }
    spec
}

fn spec(Release { summary, risk, day, is_enterprise, parent }: &Release) -> Value {
    let mut spec = json!({
        "name": "Name",
        "plutoraReleaseType": if *is_enterprise { "Enterprise" } else { "Independent" },
        "releaseProjectType": "NotIsProject",
        "releaseType": "Major",
        "status": "Draft",
        "riskLevel": RISKS[*risk],
        "implementationDate": format!("2026-12-{day:02}"),
        "organization": "Corporation",
    });
    if let Some(summary) = summary {
        spec["summary"] = json!(summary);
    }
    // An Enterprise has no parent, and one that a release has had is taken from it.
    let parent = if *is_enterprise { Some(None) } else { *parent };
    if let Some(parent) = parent {
        spec["parent"] = json!(parent.map(|place| ENTERPRISES[place]));
    }
    spec
}

fn row(system: &str, linked: &Linked, release: &Release, live: &[Value]) -> Value {
    let Linked { dependency, word, dates: _, renamed } = linked;
    let pinned = renamed.iter().filter_map(|(place, date)| {
        let row = live.iter().find(|row| row["deploymentTitle"] == TITLES[*place])?;
        let mut pinned = deployment(RENAMED, date, release);
        pinned["id"] = row["id"].clone();
        Some(pinned)
    });
    let dates = linked.dates().map(|(title, date)| deployment(title, date, release));
    let mut row = json!({
        "system": system,
        "dependencyType": DEPENDENCIES[*dependency],
        "deployments": dates.chain(pinned).collect::<Vec<_>>(),
    });
    if let Some(word) = word {
        row["status"] = json!(release.word(*word));
    }
    row
}

fn deployment(title: &str, Date { day, record, word }: &Date, release: &Release) -> Value {
    let mut row = json!({
        "title": title,
        "start": format!("2026-12-{day:02}"),
        "end": "2026-12-31",
        "changeRecord": record,
    });
    if let Some(word) = word {
        row["status"] = json!(release.word(*word));
    }
    row
}
