//! Phases and gates of a release.

use serde_json::{Value, json};

use crate::support::{Tenant, at, keys, rule};

/// What the paths and the names of phases and gates are called, a name, and another.
const KINDS: [(&str, &str, &str, &str); 2] = [
    ("phases", "Phases", "Deployment", "Development"),
    ("gates", "Gates", "Go/No-go", "Code Freeze"),
];

#[tokio::test]
async fn an_item_is_made_read_replaced_and_deleted() {
    let tenant = Tenant::demo().await;
    for (collection, kind, name, _) in KINDS {
        let path = tenant.below("REL-2026.11", collection).await;
        assert_eq!(tenant.get(&path).await.expect(200), json!([]));
        let body = tenant.item_body(kind, name).await;
        let made = tenant.post(&path, &body).await.expect(201);
        let wanted = ["id", "workItemNameID", "startDate", "endDate", "isIgnore", "isIgnoreChild"];
        assert_eq!(keys(&made), wanted);
        assert_eq!((&made["isIgnore"], &made["isIgnoreChild"]), (&json!(false), &json!(false)));
        assert_eq!(tenant.get(&at(&path, &made)).await.expect(200), made);

        let mut changed = made.clone();
        changed["endDate"] = json!("2026-11-20T00:00:00");
        changed["isIgnore"] = json!(true);
        assert_eq!(tenant.put(&at(&path, &made), &changed).await.expect(201), changed);
        assert_eq!(tenant.get(&path).await.expect(200), json!([changed]));
        assert_eq!(tenant.delete(&at(&path, &made)).await.expect(200), Value::Null);
        tenant.get(&at(&path, &made)).await.expect(404);
        tenant.delete(&at(&path, &made)).await.expect(404);
        tenant.put(&at(&path, &made), &changed).await.expect(404);
    }
}

#[tokio::test]
async fn name_start_and_end_are_mandatory() {
    let tenant = Tenant::demo().await;
    for (collection, model) in [("phases", "phase"), ("gates", "gate")] {
        let path = tenant.below("REL-2026.11", collection).await;
        let refused = tenant.post(&path, &json!({})).await.expect(400);
        let wanted =
            ["WorkItemNameID", "StartDate", "EndDate"].map(|field| format!("{model}.{field}"));
        assert_eq!(keys(&refused["modelState"]), wanted);
    }
}

#[tokio::test]
async fn a_name_that_is_not_one_of_its_kind_is_refused() {
    let tenant = Tenant::demo().await;
    let phases = tenant.below("REL-2026.11", "phases").await;
    let gates = tenant.below("REL-2026.11", "gates").await;
    let gate = tenant.item_body("Gates", "Go Live").await;
    let phase = tenant.item_body("Phases", "Deployment").await;
    let mut lookup = phase.clone();
    lookup["workItemNameID"] = json!(tenant.lookup("PhaseLookupField", "Deployment").await);
    for (path, key, body) in [
        (&phases, "phase.WorkItemNameID", gate),
        (&gates, "gate.WorkItemNameID", phase),
        (&phases, "phase.WorkItemNameID", lookup),
    ] {
        let refused = tenant.post(path, &body).await.expect(400);
        assert_eq!(refused["modelState"][key], json!(["Invalid WorkItemName"]));
    }
}

#[tokio::test]
async fn the_name_of_an_item_can_not_be_changed() {
    let tenant = Tenant::demo().await;
    for (collection, kind, name, other) in KINDS {
        let path = tenant.below("REL-2026.11", collection).await;
        let mut item = tenant.post(&path, &tenant.item_body(kind, name).await).await.expect(201);
        item["workItemNameID"] = tenant.item_body(kind, other).await["workItemNameID"].clone();
        rule(&tenant.put(&at(&path, &item), &item).await.expect(400));
    }
}

#[tokio::test]
async fn an_id_that_contradicts_the_path_is_refused() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.10", "phases").await;
    let rows = tenant.get(&path).await.expect(200);
    let refused = tenant.put(&at(&path, &rows[0]), &rows[1]).await.expect(400);
    assert!(refused["message"].is_string());
}

#[tokio::test]
async fn a_start_later_than_the_end_is_refused() {
    let tenant = Tenant::demo().await;
    for (collection, kind, name, _) in KINDS {
        let path = tenant.below("REL-2026.11", collection).await;
        let mut body = tenant.item_body(kind, name).await;
        body["endDate"] = json!("2026-11-01T23:59:59");
        let refused = tenant.post(&path, &body).await.expect(400);
        assert_eq!(rule(&refused), "Start date can not be later than end date");
        body["endDate"] = body["startDate"].clone();
        tenant.post(&path, &body).await.expect(201);
    }
}
