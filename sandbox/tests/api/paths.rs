//! Paths and methods.

use reqwest::Method;

use crate::support::Tenant;

#[tokio::test]
async fn case_and_extra_slashes_do_not_matter() {
    let tenant = Tenant::demo().await;
    let wanted = tenant.get("/lookupfields/ReleaseType").await.expect(200);
    for path in
        ["/LookupFields/releasetype", "//lookupfields//ReleaseType/", "/lookupfields/Release%54ype"]
    {
        assert_eq!(tenant.get(path).await.expect(200), wanted, "{path}");
    }
    let release = tenant.release("REL-2026.11").await;
    let id = release["id"].as_str().unwrap().to_uppercase();
    assert_eq!(tenant.get(&format!("/Releases/{id}/")).await.expect(200), release);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told() {
    let tenant = Tenant::demo().await;
    let unknown = tenant.get("/nothing/here?x=1").await.expect(404);
    let wanted = format!(
        "No HTTP resource was found that matches the request URI '{}/nothing/here'.",
        tenant.sandbox.url()
    );
    assert_eq!(unknown["message"], wanted);
    let wrong = tenant.send(Method::PATCH, "/releases", None).await.expect(405);
    assert!(wrong["message"].is_string());
    tenant.get("/lookupfields/NoSuchType").await.expect(404);
    tenant.get("/__sandbox/nothing/at/all").await.expect(404);
}
