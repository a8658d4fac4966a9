//! The tree of organizations.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Tenant, keys};

fn names(node: &Value) -> Value {
    let below: Vec<Value> = node["childs"].as_array().unwrap().iter().map(names).collect();
    json!([node["name"], below])
}

/// The key `childs` is known from client code; the shape of the whole is inferred.
#[tokio::test]
async fn each_organization_stands_below_the_one_that_it_belongs_to() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let tree = tenant.get("/organizations/tree").await.expect(200);
    assert_eq!(keys(&tree), ["id", "name", "type", "childs"]);
    let retail = json!(["Retail Banking", [["Digital Channels", []]]]);
    let wholesale = json!(["Wholesale Banking", [["Payments", []]]]);
    assert_eq!(names(&tree), json!(["Corporation", [retail, wholesale]]));
    let rows = tenant.get("/organizations").await.expect(200);
    assert_eq!(rows[0]["id"], tree["id"]);
    assert_eq!(keys(&rows[0]), ["id", "name", "type"]);
}
