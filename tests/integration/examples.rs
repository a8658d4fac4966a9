//! The examples load, validate against the schema that editors use, and converge.

use std::fs;
use std::path::{Path, PathBuf};

use plutora_sandbox::Seed;
use plutora_sync::resource::Kind;
use plutora_sync::{manifest, yaml};
use serde_json::Value;

use crate::support::World;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn every_example_fits_the_committed_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = fs::read_to_string(root.join("schemas/manifest.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut found = Vec::new();
    files(&root.join("examples"), &mut found);
    assert!(found.len() >= 2, "{found:?}");
    for file in found {
        for document in yaml::read_all(&fs::read_to_string(&file).unwrap()).documents {
            let json = serde_json::to_value(&document.value).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", file.display());
        }
    }
}

fn portfolio() -> (World, Vec<String>) {
    let world = World::new(Seed::Demo);
    let (mut found, mut texts) = (Vec::new(), Vec::new());
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/portfolio"), &mut found);
    for (number, file) in found.iter().enumerate() {
        texts.push(fs::read_to_string(file).unwrap());
        world.manifest(&format!("{number}.yaml"), texts.last().unwrap());
    }
    (world, texts)
}

#[test]
fn the_portfolio_has_every_kind_and_every_field_and_converges() {
    let (world, texts) = portfolio();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let declared = crate::support::desired(&texts).unwrap();
    for kind in Kind::ALL {
        for def in kind.all_fields() {
            let used =
                declared.iter().any(|it| it.key.kind == kind && it.fields.get(def.name).is_some());
            assert!(used, "{} {}", kind.name(), def.name);
        }
    }
    assert_eq!((declared.count_statuses(), declared.claims().count()), (2, 1));

    let plan = world.plan();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 30);
    let codes: Vec<&Value> =
        plan["warnings"].as_array().unwrap().iter().map(|it| &it["acknowledged"]).collect();
    assert_eq!(codes, [false, true]);
    world.apply();
}

#[test]
fn schema_and_reader_refuse_the_same_mistakes() {
    let validator = jsonschema::validator_for(&manifest::schema()).unwrap();
    let releases = [
        ("name: x, parent: null, summary: null", true),
        ("displayColor: '#00ccff', id: d95f23e4-52a1-e811-8146-029a1f64cdff", true),
        ("name: null", false),
        ("name: ''", false),
        ("nme: x", false),
        ("plutoraReleaseType: enterprise", false),
        ("displayColor: red", false),
        ("riskLevel: 3", false),
        ("systems: []", true),
        ("systems: null", false),
        ("systems: {system: S}", false),
        ("systems: [{dependencyType: x}]", false),
        ("systems: [{system: S, id: d95f23e4-52a1-e811-8146-029a1f64cdff}]", false),
        ("systems: [{system: S, status: Endorsed, deployments: []}]", true),
        ("systems: [{system: S, status: completed}]", false),
        ("systems: [{system: S, deployments: [{title: '', end: 2026-12-01}]}]", false),
        ("systems: [{system: S, deployments: [{title: a, changeRecord: null}]}]", true),
        ("systems: [{system: S, deployments: [{title: a, sortOrder: 1}]}]", false),
        ("systems: [{system: S, deployments: [{title: a, start: null}]}]", false),
    ];
    let statuses = [
        ("release: R, system: S, status: Completed", true),
        ("release: R, system: S, deployment: wave 1, status: Pending", true),
        ("release: R, system: S", false),
        ("release: R, status: Completed", false),
        ("release: R, system: S, status: Done", false),
        ("release: R, system: S, status: null", false),
        ("release: R, system: S, deployment: null, status: Completed", false),
        ("release: R, system: S, status: Completed, id: x", false),
    ];
    let all = releases.map(|it| ("Release", it)).into_iter();
    for (kind, (spec, fits)) in all.chain(statuses.map(|it| ("DeploymentStatus", it))) {
        let head = format!("apiVersion: plutora-sync.dev/v1\nkind: {kind}\nmetadata: {{name: R}}");
        let text = format!("{head}\nspec: {{{spec}}}\n");
        let document = yaml::read_all(&text).documents.remove(0).value;
        let json = serde_json::to_value(&document).unwrap();
        assert_eq!(validator.is_valid(&json), fits, "schema: {spec}");
        assert_eq!(crate::support::desired(&[&text]).is_ok(), fits, "reader: {spec}");
    }
}
