//! The pipelines of the docs: what they run, runs, and leaves the files that they hand on.

use std::fs;

use plutora_sandbox::Seed;
use serde_yaml::Value;

use crate::support::{World, partly};

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Sequence(items) => items.iter().flat_map(texts).collect(),
        Value::Mapping(map) => map.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(_) => Vec::new(),
    }
}

#[test]
fn the_pipelines_of_the_docs_run_from_the_review_to_the_apply() {
    for (name, left) in [
        ("github", ["comment.md", "plutora.sarif", "plan.json", "summary.md", "report.json"]),
        ("gitlab", ["comment.md", "junit.xml", "plan.json", "junit.xml", "report.json"]),
    ] {
        let file = format!("{}/docs/pipelines/{name}.yml", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(file).unwrap();
        let pipeline: Value = serde_yaml::from_str(&text).unwrap();
        let world = World::new(Seed::Demo);
        fs::create_dir(world.folder.path().join("releases")).unwrap();
        world.manifest("releases/a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
        let commands: Vec<_> = texts(&pipeline)
            .into_iter()
            .filter_map(|it| it.strip_prefix("plutora-sync "))
            .collect();
        assert_eq!(commands.len(), 3, "{commands:?}");
        for command in commands {
            let ran = world.run(&command.split_whitespace().collect::<Vec<_>>());
            assert_eq!(ran.code, 0, "{command}: {ran:?}");
        }
        for file in left {
            assert!(world.folder.path().join(file).exists(), "{name}: {file}");
            assert!(text.matches(file).count() > 1, "{name}: it is made, and handed on: {file}");
        }
        let ran = world.run(&["plan", "-f", "releases", "--detailed-exitcode"]);
        assert_eq!(ran.code, 0, "nothing is left to do: {ran:?}");
    }
}
