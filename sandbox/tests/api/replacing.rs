//! PUT is a full replacement: what a client leaves out is gone.

use serde_json::{Value, json};

use crate::support::Tenant;

fn path(object: &Value) -> String {
    format!("/releases/{}", object["id"].as_str().unwrap())
}

fn without(object: &Value, keys: &[&str]) -> Value {
    let mut object = object.as_object().unwrap().clone();
    object.retain(|key, _| !keys.contains(&key.as_str()));
    Value::Object(object)
}

#[tokio::test]
async fn a_put_answers_nothing_and_sending_back_what_was_read_changes_nothing_else() {
    let tenant = Tenant::demo().await;
    let before = tenant.release("REL-2026.09").await;
    let answered = tenant.put(&path(&before), &before).await;
    assert_eq!(answered.expect(204), Value::Null);
    let after = tenant.get(&path(&before)).await.expect(200);
    assert_ne!(after["lastModifiedDate"], before["lastModifiedDate"]);
    assert_eq!(without(&after, &["lastModifiedDate"]), without(&before, &["lastModifiedDate"]));
}

#[tokio::test]
async fn a_field_that_nobody_documented_lives_only_as_long_as_it_is_sent_back() {
    let tenant = Tenant::demo().await;
    let release = tenant.release("REL-2026.11").await;
    let edit = format!("/__sandbox{}", path(&release));
    let changes = serde_json::from_str(r#"{"riskScore": 1.50, "NAME": "Edited"}"#).unwrap();
    let edited = tenant.patch(&edit, &changes).await.expect(200);
    assert_eq!(edited["name"], "Edited");
    assert_ne!(edited["lastModifiedDate"], release["lastModifiedDate"]);
    let read = tenant.get(&path(&release)).await;
    assert!(read.text.contains("\"riskScore\":1.50"), "{}", read.text);

    let mut body = read.expect(200);
    body["riskScore"] = json!({"level": 3});
    body["another"] = json!("new keys are not taken");
    tenant.put(&path(&release), &body).await.expect(204);
    let kept = tenant.get(&path(&release)).await.expect(200);
    assert_eq!(kept["riskScore"], json!({"level": 3}));
    assert!(kept.get("another").is_none());

    tenant.put(&path(&release), &without(&kept, &["riskScore"])).await.expect(204);
    assert!(tenant.get(&path(&release)).await.expect(200).get("riskScore").is_none());
    tenant.patch("/__sandbox/releases/unknown", &json!({})).await.expect(404);
}
