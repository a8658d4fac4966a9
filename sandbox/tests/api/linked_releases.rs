//! Releases that are linked to a release.

use serde_json::{Value, json};

use crate::support::{Tenant, keys};

fn nobody() -> Value {
    json!({"childReleases": [], "parentReleases": [], "relatedReleases": []})
}

async fn row(tenant: &Tenant, identifier: &str) -> Value {
    let release = tenant.release(identifier).await;
    json!({"id": release["id"], "identifier": identifier, "name": release["name"]})
}

#[tokio::test]
async fn linked_releases_are_replaced_and_read() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.11", "linkedReleases").await;
    assert_eq!(tenant.get(&path).await.expect(200), nobody());
    let full = json!({
        "childReleases": [row(&tenant, "REL-2026.03").await],
        "parentReleases": [row(&tenant, "ENT-2026.Q3").await],
        "relatedReleases": [row(&tenant, "REL-2026.04").await, row(&tenant, "REL-2026.05").await],
    });
    let mut body = full.clone();
    body["relatedReleases"][0] = json!({"ID": full["relatedReleases"][0]["id"], "name": "ignored"});
    body["relatedReleases"].as_array_mut().unwrap().push(full["relatedReleases"][1].clone());
    assert_eq!(tenant.put(&path, &body).await.expect(200), full, "each is linked once");
    assert_eq!(tenant.get(&path).await.expect(200), full);

    let less = json!({"parentreleases": full["parentReleases"], "childReleases": null});
    let mut wanted = nobody();
    wanted["parentReleases"] = full["parentReleases"].clone();
    assert_eq!(tenant.put(&path, &less).await.expect(200), wanted, "a PUT replaces all groups");
}

#[tokio::test]
async fn an_unknown_release_is_refused_and_nothing_changes() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.11", "linkedReleases").await;
    let known = json!({"relatedReleases": [row(&tenant, "REL-2026.03").await]});
    let before = tenant.put(&path, &known).await.expect(200);
    let stranger = json!({"id": "11111111-2222-4333-8444-555555555555"});
    let itself = row(&tenant, "REL-2026.11").await;
    for rows in
        [json!([itself]), json!([stranger]), json!([{}]), json!(["x"]), json!({}), json!("x")]
    {
        let refused = tenant.put(&path, &json!({"childReleases": rows})).await.expect(400);
        assert_eq!(keys(&refused["modelState"]), ["linkedReleases.childReleases"]);
    }
    tenant.put(&path, &json!([])).await.expect(400);
    assert_eq!(tenant.get(&path).await.expect(200), before);
}

#[tokio::test]
async fn a_renamed_release_is_shown_renamed_and_a_deleted_one_not_at_all() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.11", "linkedReleases").await;
    let other = row(&tenant, "REL-2026.03").await;
    tenant.put(&path, &json!({"relatedReleases": [other]})).await.expect(200);
    let other = format!("releases/{}", other["id"].as_str().unwrap());
    tenant.patch(&format!("/__sandbox/{other}"), &json!({"name": "Renamed"})).await.expect(200);
    let linked = tenant.get(&path).await.expect(200);
    assert_eq!(linked["relatedReleases"][0]["name"], "Renamed");
    tenant.delete(&format!("/{other}")).await.expect(200);
    assert_eq!(tenant.get(&path).await.expect(200), nobody());
}
