//! What is live of a random tenant.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ALIASES, Date, Linked, Release, SYSTEMS, Scenario, System, WORDS};
use crate::support::Model;

impl Scenario {
    /// Returns what is live. `E0` is live and not declared, `E1` is declared and not live.
    pub(crate) fn model(&self) -> Model {
        let mut model = Model::tenant();
        model.lists.insert("/WorkItemNames/Phases".to_owned(), Vec::new());
        let systems: BTreeMap<usize, String> = (0..SYSTEMS.len())
            .filter_map(|place| {
                let body = system(SYSTEMS[place], self.systems[place].live.as_ref()?, &model);
                Some((place, model.add("/systems", body)))
            })
            .collect();
        let enterprise = json!({"identifier": "E0", "plutoraReleaseType": 1});
        let enterprise = model.add("/releases", enterprise);
        model.add_work(&enterprise);
        for (number, (sides, rows)) in self.releases.iter().enumerate() {
            let Some(live) = &sides.live else { continue };
            let body = release(&format!("R{number}"), live, &enterprise, &model);
            let release = model.add("/releases", body);
            model.add_work(&release);
            let list = format!("/releases/{release}/systems");
            for (place, system) in &systems {
                let Some(linked) = &rows[*place].live else { continue };
                let path = model.add_below(&list, row(system, linked, &model));
                for (title, date) in linked.dates() {
                    model.add_below(&format!("{path}/deploymentDates"), deployment(title, date));
                }
            }
        }
        model
    }
}

impl Model {
    /// Returns the deployment dates of a system in a release; none where one of them is not there.
    pub(super) fn dates(&self, release: &str, system: &str) -> &[Value] {
        let id = |list: &str, key: &str, name: &str| {
            let row = self.lists[list].iter().find(|row| row[key] == name)?;
            row["id"].as_str()
        };
        let ids = (id("/releases", "identifier", release), id("/systems", "name", system));
        let (Some(release), Some(system)) = ids else { return &[] };
        let path = format!("/releases/{release}/systems/{system}/deploymentDates");
        self.lists.get(&path).map(Vec::as_slice).unwrap_or_default()
    }

    /// Gives a release phases and activities of which nothing but ids tells some apart.
    fn add_work(&mut self, release: &str) {
        let mut add = |list: &str, bodies: &[Value]| {
            let path = format!("/releases/{release}/{list}");
            for body in bodies {
                self.add_below(&path, body.clone());
            }
        };
        let phase = |name: &str| json!({"workItemNameID": name, "startDate": "2026-11-01"});
        add("phases", &["Test", "Test", "Build"].map(phase));
        let activity =
            |(title, on): (&str, &str)| json!({"title": title, "assignedWorkItemID": on});
        add("activities", &[("b", "Test"), ("a", "Test"), ("d", ""), ("c", "")].map(activity));
    }

    fn reference(&self, list: &str, place: usize) -> &Value {
        &self.lists[list][place]["id"]
    }
}

fn system(name: &str, System { description, inactive, aliases }: &System, model: &Model) -> Value {
    let aliases =
        aliases.iter().map(|place| json!({"id": place.to_string(), "name": ALIASES[*place]}));
    json!({
        "name": name,
        "vendor": "In-house",
        "status": if *inactive { "Inactive" } else { "Active" },
        "organizationId": model.reference("/organizations", 0),
        "description": description.clone().flatten(),
        "systemAlias": aliases.collect::<Vec<_>>(),
        "undocumented": {"of": name},
    })
}

fn release(name: &str, live: &Release, enterprise: &str, model: &Model) -> Value {
    let Release { summary, risk, day, is_enterprise, parent } = live;
    let parent = parent.flatten().filter(|_| !is_enterprise);
    json!({
        "identifier": name,
        "name": "Name",
        "summary": summary.clone().flatten(),
        "plutoraReleaseType": if *is_enterprise { 1 } else { 3 },
        "releaseProjectType": "2",
        "releaseTypeID": model.reference("/lookupfields/ReleaseType", 0),
        "releaseStatusTypeID": model.reference("/lookupfields/ReleaseStatusType", 0),
        "organizationId": model.reference("/organizations", 0),
        "releaseRiskLevelId": model.reference("/lookupfields/ReleaseRiskLevel", *risk),
        "implementationDate": format!("2026-12-{day:02}T00:00:00"),
        "parentReleaseID": parent.map(|_| enterprise),
        "undocumented": [name, null],
    })
}

fn row(system: &str, linked: &Linked, model: &Model) -> Value {
    let Linked { dependency, word, dates: _, renamed: _ } = linked;
    let types = "/lookupfields/SystemRoleDependencyType";
    json!({
        "systemID": system,
        "systemId": system,
        "systemRoleDependencyTypeID": model.reference(types, *dependency),
        "deploymentStatus": word.map_or("Pending", |place| WORDS[place]),
        "undocumented": [1, null],
    })
}

fn deployment(title: &str, Date { day, record, word }: &Date) -> Value {
    json!({
        "deploymentTitle": title,
        "startDate": format!("2026-12-{day:02}T00:00:00"),
        "endDate": "2026-12-31T00:00:00",
        "changeRecord": record,
        "deploymentStatus": word.map_or("Pending", |place| WORDS[place]),
        "undocumented": {"of": title},
    })
}
