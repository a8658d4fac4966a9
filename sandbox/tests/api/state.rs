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
