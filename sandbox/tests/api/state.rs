//! The state file.

use std::path::Path;

use plutora_sandbox::{Options, Seed, StartError, StateError, start};
use serde_json::Value;

use crate::support::Tenant;

fn options(path: &Path) -> Options {
    Options { state: Some(path.to_owned()), ..Options::default() }
}

async fn content(tenant: &Tenant) -> Value {
    tenant.get("/__sandbox/state").await.expect(200)
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = Tenant::start(options(&path)).await;
    for number in 0..20 {
        let mut body = first.system_body().await;
        body["name"] = format!("System {number}").into();
        first.post("/systems", &body).await.expect(201);
    }
    let gone = first.release("REL-2026.03").await;
    first.delete(&format!("/releases/{}", gone["id"].as_str().unwrap())).await.expect(200);
    let wanted = content(&first).await;
    assert_eq!(wanted["systems"].as_array().unwrap().len(), 28);
    first.sandbox.stop().await.unwrap();

    let bytes = std::fs::read(&path).unwrap();
    for _ in 0..2 {
        let again = Tenant::start(Options { seed: Seed::Empty, ..options(&path) }).await;
        assert_eq!(content(&again).await, wanted);
        again.sandbox.stop().await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "reading alone writes nothing");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_good_stops_the_start_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let newer = r#"{"format":"plutora-sandbox-state","version":99,"collections":{}}"#;
    for (text, says) in [("{\"format\":", "is damaged"), (newer, "has format version 99")] {
        std::fs::write(&path, text).unwrap();
        let error = start(options(&path)).await.unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains(says) && told.contains("state.json") && told.contains("move"),
            "{told}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let nowhere = folder.path().join("no/such/folder/state.json");
    let error = start(options(&nowhere)).await.unwrap_err();
    assert!(matches!(error, StartError::State(StateError::Write { .. })), "{error}");
}

#[tokio::test]
async fn the_file_holds_neither_tokens_nor_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let tenant = Tenant::start(options(&path)).await;
    let token = tenant.token.clone();
    tenant.post("/systems", &tenant.system_body().await).await.expect(201);
    tenant.sandbox.stop().await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Payments API"));
    assert!(!text.contains(&token) && !text.contains("entries"));
}

#[tokio::test]
async fn what_hangs_below_releases_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = Tenant::start(options(&path)).await;
    let phases = first.below("REL-2026.11", "phases").await;
    first.post(&phases, &first.item_body("Phases", "Deployment").await).await.expect(201);
    let wanted = content(&first).await;
    first.sandbox.stop().await.unwrap();
    let again = Tenant::start(Options { seed: Seed::Empty, ..options(&path) }).await;
    assert_eq!(content(&again).await, wanted);
    assert_eq!(again.get(&phases).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_from_before_there_was_anything_below_releases_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    Tenant::start(options(&path)).await.sandbox.stop().await.unwrap();
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let old = ["lookupfields", "lookuptypes", "organizations", "releases", "systems", "users"];
    file["collections"].as_object_mut().unwrap().retain(|name, _| old.contains(&name.as_str()));
    let bytes = serde_json::to_vec(&file).unwrap();
    std::fs::write(&path, &bytes).unwrap();

    let tenant = Tenant::start(options(&path)).await;
    let phases = tenant.below("ENT-2026.Q3", "phases").await;
    assert_eq!(tenant.get(&phases).await.expect(200), serde_json::json!([]));
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "reading alone writes nothing");
    tenant.post(&phases, &tenant.item_body("Phases", "Deployment").await).await.expect(201);
}

#[tokio::test]
async fn names_of_phases_that_a_file_has_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    Tenant::start(options(&path)).await.sandbox.stop().await.unwrap();
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let names = serde_json::json!([{"id": "a", "name": "Build"}]);
    file["collections"]["workItemNamesPhases"] = names.clone();
    std::fs::write(&path, serde_json::to_vec(&file).unwrap()).unwrap();
    let tenant = Tenant::start(options(&path)).await;
    assert_eq!(tenant.get("/WorkItemNames/Phases").await.expect(200), names);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link_and_a_file_keeps_its_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("real.json"), folder.path().join("state.json"));
    Tenant::start(options(&file)).await.sandbox.stop().await.unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&file, &link).unwrap();
    let tenant = Tenant::start(options(&link)).await;
    let made = tenant.post("/systems", &tenant.system_body().await).await.expect(201);
    tenant.sandbox.stop().await.unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains(made["id"].as_str().unwrap()));
}
