//! What README promises about the quickstart.

use plutora_sandbox::Seed;

use crate::support::{Ran, World, writes};

fn copy_quickstart(world: &World) {
    for name in ["systems.yaml", "releases.yaml", "statuses.yaml"] {
        let text = std::fs::read_to_string(format!(
            "{}/examples/quickstart/{name}",
            env!("CARGO_MANIFEST_DIR")
        ));
        world.manifest(name, &text.unwrap());
    }
}

#[test]
fn it_is_applied_with_one_call_for_each_object_and_then_nothing_is_left() {
    let world = World::new(Seed::Demo);
    copy_quickstart(&world);
    let journal = world.apply();

    let calls: Vec<String> = writes(&journal)
        .into_iter()
        .map(|entry| {
            let (path, method) =
                (entry["path"].as_str().unwrap(), entry["method"].as_str().unwrap());
            let mut words = path.rsplit('/').skip(usize::from(method == "PUT"));
            let collection = words.next().unwrap();
            let below = if words.count() > 1 { " of a release" } else { "" };
            format!("{method} {collection}{below}")
        })
        .collect();
    let mut sorted = calls.clone();
    sorted.sort();
    let expected = [
        "POST deploymentDates of a release",
        "POST deploymentDates of a release",
        "POST releases",
        "POST releases",
        "POST systems",
        "POST systems",
        "POST systems of a release",
        "PUT deploymentDates of a release",
        "PUT deploymentDates of a release",
        "PUT releases",
        "PUT releases",
    ];
    assert_eq!(sorted, expected);

    // The child got the id that its parent was given a moment before.
    let (child, parent) = (world.release("REL-2026.12"), world.release("ENT-2026.Q4"));
    assert_eq!(child["parentReleaseId"], parent["id"]);
}

#[test]
fn with_a_state_file_a_second_run_writes_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    let state = folder.path().join("state.json");
    let flag = format!("--sandbox={}", state.display());
    let examples = format!("{}/examples/quickstart", env!("CARGO_MANIFEST_DIR"));
    let run = || Ran::bare(folder.path(), &["apply", "-f", &examples, &flag, "--auto-approve"]);

    let first = run();
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.stdout.contains("Closing check: 10 objects"), "{}", first.stdout);
    assert!(first.stdout.contains("1 step left to be done by hand"), "{}", first.stdout);
    let written = std::fs::read(&state).unwrap();

    let second = run();
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.stdout.contains("Nothing to do"), "{}", second.stdout);
    assert_eq!(std::fs::read(&state).unwrap(), written, "the tenant is as it was");
}
