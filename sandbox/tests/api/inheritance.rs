//! How phases and gates of an Enterprise get into its child releases.

use plutora_sandbox::{Habits, Linking};
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys, rule};

const KINDS: [(&str, &str, &str); 2] =
    [("phases", "Phases", "Deployment"), ("gates", "Gates", "Go Live")];

/// A path of the Enterprise, the same of a child, and what a POST to the first has made in both.
struct Passed {
    parent: String,
    child: String,
    item: Value,
    heir: Value,
}

async fn pass(tenant: &Tenant, (collection, kind, name): (&str, &str, &str)) -> Passed {
    let parent = tenant.below("ENT-2026.Q3", collection).await;
    let child = tenant.below("REL-2026.08", collection).await;
    let item = tenant.post(&parent, &tenant.item_body(kind, name).await).await.expect(201);
    let heir = last(tenant, &child).await;
    Passed { parent, child, item, heir }
}

async fn last(tenant: &Tenant, path: &str) -> Value {
    tenant.get(path).await.expect(200).as_array().unwrap().last().unwrap().clone()
}

async fn count(tenant: &Tenant, path: &str) -> usize {
    tenant.get(path).await.expect(200).as_array().unwrap().len()
}

/// Sets the parent of a release, or takes it out of one.
async fn link(tenant: &Tenant, identifier: &str, parent: Option<&str>) {
    let mut release = tenant.release(identifier).await;
    release["plutoraReleaseType"] = json!("Integrated");
    release["parentReleaseId"] = match parent {
        Some(parent) => json!(tenant.release_id(parent).await),
        None => Value::Null,
    };
    tenant.put(&at("/releases", &release), &release).await.expect(204);
}

#[tokio::test]
async fn what_an_enterprise_gets_appears_in_each_child_and_nowhere_else() {
    let tenant = Tenant::demo().await;
    for kind in KINDS {
        let outside = tenant.below("REL-2026.10", kind.0).await;
        let before = count(&tenant, &outside).await;
        let Passed { item, heir, .. } = pass(&tenant, kind).await;
        assert_ne!(heir["id"], item["id"]);
        assert_eq!(keys(&heir), keys(&item), "no answer tells where it comes from");
        for key in ["workItemNameID", "startDate", "endDate"] {
            assert_eq!(heir[key], item[key], "{key}");
        }
        for other in ["REL-2026.07", "REL-2026.09"] {
            let other = last(&tenant, &tenant.below(other, kind.0).await).await;
            assert_eq!(other["workItemNameID"], item["workItemNameID"]);
            assert_eq!(other["startDate"], item["startDate"]);
            assert_ne!(other["id"], heir["id"]);
        }
        assert_eq!(count(&tenant, &outside).await, before);
    }
}

#[tokio::test]
async fn new_dates_of_an_enterprise_reach_its_children() {
    let tenant = Tenant::demo().await;
    for kind in KINDS {
        let Passed { parent, child, mut item, mut heir } = pass(&tenant, kind).await;
        heir["isIgnore"] = json!(true);
        tenant.put(&at(&child, &heir), &heir).await.expect(201);
        item["startDate"] = json!("2026-12-01T00:00:00");
        item["endDate"] = json!("2026-12-02T00:00:00");
        tenant.put(&at(&parent, &item), &item).await.expect(201);
        heir["startDate"] = item["startDate"].clone();
        heir["endDate"] = item["endDate"].clone();
        assert_eq!(tenant.get(&at(&child, &heir)).await.expect(200), heir, "isIgnore is its own");
    }
}

#[tokio::test]
async fn a_child_can_not_delete_what_it_inherited() {
    let tenant = Tenant::demo().await;
    for kind in KINDS {
        let Passed { child, heir, .. } = pass(&tenant, kind).await;
        let refused = tenant.delete(&at(&child, &heir)).await.expect(400);
        assert!(rule(&refused).contains("Enterprise"));
        tenant.get(&at(&child, &heir)).await.expect(200);
        let own = tenant.post(&child, &tenant.item_body(kind.1, kind.2).await).await.expect(201);
        tenant.delete(&at(&child, &own)).await.expect(200);
    }
}

#[tokio::test]
async fn a_tenant_may_copy_when_a_put_links() {
    let tenant = Tenant::start(Habits { linking: Linking::Copies, ..Habits::default() }).await;
    link(&tenant, "REL-2026.10", Some("ENT-2026.Q3")).await;
    for (collection, own, copied) in [("phases", 2, 4), ("gates", 1, 3)] {
        let parent = tenant.get(&tenant.below("ENT-2026.Q3", collection).await).await.expect(200);
        let path = tenant.below("REL-2026.10", collection).await;
        let rows = tenant.get(&path).await.expect(200);
        let names = column(&rows, "workItemNameID");
        assert_eq!(names[own..], column(&parent, "workItemNameID"));
        assert_eq!(names.len(), own + copied);
        tenant.delete(&at(&path, &rows[own])).await.expect(400);
    }
    // Only a link that is new copies.
    link(&tenant, "REL-2026.10", Some("ENT-2026.Q3")).await;
    assert_eq!(count(&tenant, &tenant.below("REL-2026.10", "phases").await).await, 6);
    link(&tenant, "REL-2026.10", None).await;
    link(&tenant, "REL-2026.10", Some("ENT-2026.Q3")).await;
    assert_eq!(count(&tenant, &tenant.below("REL-2026.10", "phases").await).await, 6);
}

#[tokio::test]
async fn a_tenant_may_copy_when_a_post_links() {
    let tenant = Tenant::start(Habits { linking: Linking::Copies, ..Habits::default() }).await;
    let mut body = tenant.release_body().await;
    body["parentReleaseId"] = json!(tenant.release_id("ENT-2026.Q3").await);
    let made = tenant.post("/releases", &body).await.expect(201);
    for (collection, copied) in [("phases", 4), ("gates", 3)] {
        let path = format!("{}/{collection}", at("/releases", &made));
        assert_eq!(count(&tenant, &path).await, copied);
    }
}

#[tokio::test]
async fn unlinking_leaves_the_child_what_it_has_as_its_own() {
    let tenant = Tenant::demo().await;
    let Passed { parent, child, mut item, heir } = pass(&tenant, KINDS[0]).await;
    let before = tenant.get(&child).await.expect(200);
    link(&tenant, "REL-2026.08", None).await;
    assert_eq!(tenant.get(&child).await.expect(200), before);
    item["endDate"] = json!("2026-12-24T00:00:00");
    tenant.put(&at(&parent, &item), &item).await.expect(201);
    assert_eq!(tenant.get(&at(&child, &heir)).await.expect(200), heir);
    tenant.delete(&at(&parent, &item)).await.expect(200);
    assert_eq!(tenant.get(&child).await.expect(200), before);
    tenant.delete(&at(&child, &heir)).await.expect(200);
}
