//! The committed schemas are those that the program generates, and its JSON fits them.

use std::fs;
use std::path::Path;

use plutora_sandbox::Seed;
use plutora_sync::{cli, manifest, render};
use serde_json::Value;

use crate::support::{World, partly, release, system};

fn generated() -> [(&'static str, Value); 7] {
    [
        ("manifest.schema.json", manifest::schema()),
        ("plan.v1.schema.json", render::plan_schema()),
        ("report.v1.schema.json", render::report_schema()),
        ("drift.v1.schema.json", render::drift_schema()),
        ("last-applied.v1.schema.json", render::last_applied_schema()),
        ("events.v1.schema.json", render::events_schema()),
        ("config.schema.json", cli::config_schema()),
    ]
}

#[test]
fn committed_schemas_are_the_generated_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut files: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut names: Vec<&str> = generated().map(|(name, _)| name).to_vec();
    names.sort_unstable();
    assert_eq!(files, names);
    for (name, schema) in generated() {
        let committed = fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!(committed, render::pretty(&schema), "{name}: run `just schemas`");
    }
}

#[test]
fn plans_and_reports_fit_their_schemas() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("REL-NEW", "parent: ENT-2026.Q3"));
    world.manifest("b.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("c.yaml", &system("Core Ledger", "").replace("In-house", "Other"));
    world.manifest("d.yaml", &partly("REL-2026.09", "{plutoraReleaseType: Enterprise}"));
    let fits = |schema: &Value, text: &str| {
        let json: Value = serde_json::from_str(text).unwrap();
        let validator = jsonschema::validator_for(schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        json
    };
    let plan = world.run(&["plan", "-f", ".", "--format", "json"]);
    let plan = fits(&render::plan_schema(), &plan.stdout);
    assert_eq!(plan["summary"]["blocked"], 1, "{plan:#}");
    let report = world.apply_once();
    assert_eq!(report.code, 7, "a blocked step was not done: {report:?}");
    let report = fits(&render::report_schema(), &report.stdout);
    assert_eq!(report["planDigest"], plan["digest"]);
    assert_eq!(report["summary"]["done"], 3, "{report:#}");
}
