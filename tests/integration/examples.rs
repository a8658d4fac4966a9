//! The examples load, validate against the schema that editors use, and converge.

use std::fs;
use std::path::{Path, PathBuf};

use plutora_sync::{manifest, yaml};
use serde_json::Value;

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
        for document in yaml::read(&fs::read_to_string(&file).unwrap()).documents {
            let json = serde_json::to_value(&document.value).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", file.display());
        }
    }
}

#[test]
fn schema_and_reader_refuse_the_same_mistakes() {
    let validator = jsonschema::validator_for(&manifest::schema()).unwrap();
    let good = "apiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata: {name: R}\nspec: {";
    for (spec, fits) in [
        ("name: x, parent: null, summary: null", true),
        ("displayColor: '#00ccff', id: d95f23e4-52a1-e811-8146-029a1f64cdff", true),
        ("name: null", false),
        ("name: ''", false),
        ("nme: x", false),
        ("plutoraReleaseType: enterprise", false),
        ("displayColor: red", false),
        ("riskLevel: 3", false),
    ] {
        let text = format!("{good}{spec}}}\n");
        let document = yaml::read(&text).documents.remove(0).value;
        let json = serde_json::to_value(&document).unwrap();
        assert_eq!(validator.is_valid(&json), fits, "schema: {spec}");
        assert_eq!(crate::support::desired(&[&text]).is_ok(), fits, "reader: {spec}");
    }
}
