//! The description of a release.

use serde_json::json;

use crate::support::{Tenant, column, keys};

/// The vendor's own output (2019): the keys, and what is mandatory or read-only.
#[tokio::test]
async fn the_schema_names_every_key_of_a_release() {
    let tenant = Tenant::demo().await;
    let schema = tenant.get("/schema/release").await.expect(200);
    assert_eq!(keys(&schema), ["description", "properties"]);
    let properties = &schema["properties"];
    let row = ["name", "dataType", "readOnly", "mandatory", "applicableValues"];
    assert_eq!(keys(&properties[0]), row);
    let detail = tenant.release("REL-2026.10").await;
    assert_eq!(column(properties, "name"), keys(&detail));

    // What is mandatory is what an empty body is refused for.
    let mandatory = properties.as_array().unwrap().iter().filter(|it| it["mandatory"] == true);
    let mandatory = mandatory.map(|it| it["name"].as_str().unwrap().to_lowercase());
    let refused = tenant.post("/releases", &json!({})).await.expect(400);
    let missed: Vec<String> = keys(&refused["modelState"])
        .iter()
        .map(|key| key.trim_start_matches("release.").to_lowercase())
        .collect();
    assert_eq!(mandatory.collect::<Vec<_>>(), missed);
    tenant.get("/schema/Nothing").await.expect(404);
}
