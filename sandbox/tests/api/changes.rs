//! Changes, and their ties to systems, releases and each other.

use plutora_sandbox::{Dialect, Habits};
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys, rule};

const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

async fn body(tenant: &Tenant) -> Value {
    json!({
        "name": "New",
        "changePriorityId": tenant.lookup("ChangePriority", "High").await,
        "changeStatusId": tenant.lookup("ChangeStatus", "Draft").await,
        "changeTypeId": tenant.lookup("ChangeType", "Feature").await,
        "changeDeliveryRiskId": tenant.lookup("ChangeDeliveryRisk", "Low").await,
        "changeThemeId": tenant.lookup("ChangeTheme", "Growth").await,
        "raisedById": tenant.id("/users", "userName = `raj@example.com`").await,
        "organizationId": tenant.id("/organizations", "name = `Payments`").await,
        "businessValueScore": "60",
        "assignedToId": tenant.id("/users", "userName = `sam@example.com`").await,
    })
}

/// Asserted against real tenants: 201 and the change, 404, 400 by field, and a PUT's 201 (2019) or 200
/// (2021). That a name may repeat is asserted too.
#[tokio::test]
async fn a_change_is_made_read_replaced_and_deleted() {
    for (dialect, replaced) in [(Dialect::Of2019, 201), (Dialect::Of2021, 200)] {
        let tenant = Tenant::start(Habits { dialect, ..Habits::default() }).await;
        let body = body(&tenant).await;
        let made = tenant.post("/changes", &body).await.expect(201);
        let path = at("/changes", &made);
        assert_eq!(tenant.get(&path).await.expect(200), made);
        assert_eq!(made["changePriority"], "High");
        assert_eq!(
            (&made["raisedBy"], &made["lastModifiedBy"]),
            (&json!("Raj Patel"), &json!("Jane Doe"))
        );
        assert!(made["raisedDate"].is_string());
        let second = tenant.post("/changes", &body).await.expect(201);
        let number = |change: &Value| change["changeId"].as_u64().unwrap();
        assert_eq!(number(&second), number(&made) + 1);

        let mut changed = made.clone();
        changed["assignedToId"] = json!("");
        changed.as_object_mut().unwrap().remove("businessValueScore");
        let answered = tenant.put(&path, &changed).await.expect(replaced);
        assert_eq!(answered["assignedToId"], Value::Null);
        assert_eq!(answered["businessValueScore"], 0);
        assert_eq!(answered["raisedDate"], made["raisedDate"]);
        let other = format!("/changes/{STRANGER}");
        tenant.put(&other, &changed).await.expect(400);
        tenant.put(&path, &json!({})).await.expect(400);

        tenant.delete(&path).await.expect(200);
        tenant.get(&path).await.expect(404);
        // 200 even for one that is not there.
        assert_eq!(tenant.delete(&path).await.expect(200), Value::Null);
    }
    let tenant = Tenant::demo().await;
    let refused = tenant.post("/changes", &json!({})).await.expect(400);
    let wanted = [
        "change.Name",
        "change.ChangePriorityId",
        "change.ChangeStatusId",
        "change.ChangeTypeId",
        "change.ChangeDeliveryRiskId",
        "change.ChangeThemeId",
        "change.RaisedById",
        "change.OrganizationId",
    ];
    assert_eq!(keys(&refused["modelState"]), wanted);
}

/// Filterable fields are asserted against a real tenant (2019); rows use short names.
#[tokio::test]
async fn changes_are_listed_filtered_and_searched_by_their_short_names() {
    let tenant = Tenant::demo().await;
    let rows = tenant.get("/changes").await.expect(200);
    let row = [
        "id",
        "changeId",
        "name",
        "priority",
        "status",
        "type",
        "theme",
        "deliveryRisk",
        "businessValueScore",
        "assignedTo",
        "raisedBy",
        "raisedDate",
        "expectedDeliveryDate",
        "lastModifiedDate",
        "lastModifiedBy",
    ];
    assert_eq!(keys(&rows[0]), row);
    let found = tenant.filter("/changes", "status = `Draft` and businessValueScore >= `50`").await;
    assert_eq!(column(&found.expect(200)["resultSet"], "name"), ["Café rewards: “double points”"]);
    let search = json!({"searchFilters": [
        {"property": "businessValueScore", "direction": "DESC", "operator": "GreaterThan", "value": 20},
    ]});
    let found = tenant.post("/changes/filter", &search).await.expect(200);
    let scores =
        found["resultSet"].as_array().unwrap().iter().map(|row| row["businessValueScore"].clone());
    assert_eq!(scores.collect::<Value>(), json!([100, 80, 60, 40]));
    for field in
        ["assignedTo", "assignedToId", "id", "lastModifiedBy", "name", "priority", "raisedBy"]
    {
        tenant.filter("/changes", &format!("{field} = `x`")).await.expect(200);
    }
    tenant.filter("/changes", "changeTheme = `Growth`").await.expect(500);
}

/// 200 and an array are asserted against a real tenant (2021), a bad body's 400 too; the rest is
/// inferred.
#[tokio::test]
async fn changes_are_made_in_bulk() {
    let tenant = Tenant::demo().await;
    let made = tenant.post("/changes/bulk", &json!([body(&tenant).await])).await.expect(200);
    assert_eq!(tenant.get(&at("/changes", &made[0])).await.expect(200), made[0]);
    tenant.post("/changes/bulk", &json!({"name": "x"})).await.expect(400);
}

/// Known from client code; that a PUT without the rows leaves them is inferred.
#[tokio::test]
async fn rows_of_systems_and_deliveries_may_be_sent_with_the_change() {
    let tenant = Tenant::demo().await;
    let (system, release) =
        (tenant.system_id("Mobile App").await, tenant.release_id("REL-2026.10").await);
    let mut sent = body(&tenant).await;
    sent["systems"] = json!([{"systemId": system}]);
    sent["deliveryReleases"] = json!([{"releaseId": release, "targetRelease": true}]);
    let made = tenant.post("/changes", &sent).await.expect(201);
    assert_eq!(made["systems"][0]["name"], "Mobile App");
    assert_eq!(made["deliveryReleases"][0]["actualDeliveryRelease"], false);
    let mut without = made.clone();
    let keys = without.as_object_mut().unwrap();
    keys.retain(|key, _| !["systems", "deliveryReleases"].contains(&key.as_str()));
    let kept = tenant.put(&at("/changes", &made), &without).await.expect(200);
    for key in ["systems", "deliveryReleases"] {
        assert_eq!(kept[key], made[key]);
    }
    without["systems"] = json!([]);
    let emptied = tenant.put(&at("/changes", &made), &without).await.expect(200);
    assert_eq!(emptied["systems"], json!([]));
    sent["systems"] = json!([{"systemId": STRANGER}]);
    tenant.post("/changes", &sent).await.expect(404);
    let wrong = [
        ("systems", json!([5])),
        ("systems", json!("x")),
        ("systems", json!([{"systemId": system}, {"systemId": system}])),
        ("deliveryReleases", json!([{"releaseId": release}, {"releaseId": release}])),
        ("additionalInformation", json!({})),
        ("businessValueScore", json!(101)),
        ("businessValueScore", json!(-1)),
    ];
    for (key, value) in wrong {
        let mut sent = body(&tenant).await;
        sent[key] = value;
        tenant.post("/changes", &sent).await.expect(400);
    }
}

/// Known from client code; the 201, and what is refused, is inferred.
#[tokio::test]
async fn systems_are_tied_to_a_change() {
    let tenant = Tenant::demo().await;
    let change = tenant.post("/changes", &body(&tenant).await).await.expect(201);
    let path = at("/changes", &change) + "/systems";
    let system = tenant.system_id("Mobile App").await;
    let body = json!({"systemId": system, "systemRoleType": "Impact"});
    let row = tenant.post(&path, &body).await.expect(201);
    assert_eq!(row, json!({"systemId": system, "name": "Mobile App", "systemRoleType": "Impact"}));
    assert_eq!(tenant.get(&path).await.expect(200), json!([row]));
    let refused = tenant.post(&path, &body).await.expect(400);
    assert!(rule(&refused).contains("already linked"));
    tenant.post(&path, &json!({"systemId": STRANGER})).await.expect(404);
    tenant.post(&path, &json!({})).await.expect(400);
    // A replacement of the change leaves them.
    let detail = tenant.get(&at("/changes", &change)).await.expect(200);
    tenant.put(&at("/changes", &change), &detail).await.expect(200);
    assert_eq!(tenant.get(&path).await.expect(200), json!([row]));
}

/// Rows are asserted against a real tenant (2019); that paging is ignored is known from client code,
/// and that an Enterprise is refused is the vendor's help.
#[tokio::test]
async fn a_release_lists_the_changes_that_it_delivers() {
    let tenant = Tenant::demo().await;
    let made = tenant.post("/changes", &body(&tenant).await).await.expect(201);
    let change = at("/changes", &made);
    let release = tenant.release_id("REL-2026.10").await;
    let delivery =
        json!({"releaseId": release, "targetRelease": true, "actualDeliveryRelease": false});
    let path = format!("{change}/deliveryReleases/{release}");
    for _ in 0..2 {
        assert_eq!(tenant.put(&path, &delivery).await.expect(200), delivery);
    }
    assert_eq!(tenant.get(&change).await.expect(200)["deliveryReleases"], json!([delivery]));
    let rows = tenant.get(&format!("/releases/{release}/changes?pageNum=0")).await.expect(200);
    let row = [
        "id",
        "changeId",
        "changeName",
        "changeType",
        "changeExpectedDeliveryDate",
        "changeSystems",
    ];
    assert_eq!(keys(&rows[1]), row);
    assert_eq!((&rows[1]["id"], &rows[1]["changeType"]), (&made["id"], &json!("Feature")));
    assert_eq!(rows[0]["changeSystems"][0]["name"], "Fraud Screening");

    let target = json!({"targetRelease": true});
    let enterprise = tenant.release_id("ENT-2026.Q3").await;
    let refused = tenant.put(&format!("{change}/deliveryReleases/{enterprise}"), &target).await;
    assert!(rule(&refused.expect(400)).contains("Enterprise"));
    tenant.put(&path, &json!({"releaseId": enterprise})).await.expect(400);
    tenant.put(&format!("{change}/deliveryReleases/{STRANGER}"), &target).await.expect(404);
    tenant.get(&format!("/releases/{STRANGER}/changes")).await.expect(404);
}

/// Known from client code.
#[tokio::test]
async fn changes_are_linked_in_three_groups() {
    let tenant = Tenant::demo().await;
    let rows = tenant.get("/changes").await.expect(200);
    let path = at("/changes", &rows[0]) + "/linkedChanges";
    let nothing = json!({"childChanges": [], "parentChanges": [], "relatedChanges": []});
    assert_eq!(tenant.get(&path).await.expect(200), nothing);
    let linked = json!({"childChanges": [{"id": rows[1]["id"]}]});
    let answered = tenant.put(&path, &linked).await.expect(200);
    assert_eq!(answered["childChanges"], json!([{"id": rows[1]["id"], "name": rows[1]["name"]}]));
    assert_eq!(tenant.get(&path).await.expect(200), answered);
    tenant.delete(&at("/changes", &rows[0])).await.expect(200);
    let state = tenant.get("/__sandbox/state").await.expect(200);
    assert_eq!(state["linkedChanges"], json!([]), "nothing is left of a deleted one");
    let path = at("/changes", &rows[1]) + "/linkedChanges";
    let unknown = json!({"relatedChanges": [{"id": STRANGER}]});
    let refused = tenant.put(&path, &unknown).await.expect(400);
    assert_eq!(keys(&refused["modelState"]), ["linkedChanges.relatedChanges"]);
    tenant.get(&format!("/changes/{STRANGER}/linkedChanges")).await.expect(404);
}

/// The keys are asserted against a real tenant (2019).
#[tokio::test]
async fn linked_items_come_in_three_groups() {
    let tenant = Tenant::demo().await;
    let release = tenant.release_id("REL-2026.10").await;
    let items = tenant.get(&format!("/releases/{release}/linkedItems")).await.expect(200);
    assert_eq!(keys(&items), ["tecrs", "tebrs", "deploymentPlans"]);
    assert_eq!(keys(&items["tecrs"][0]), ["id", "identifier", "name", "status"]);
    let change = at("/changes", &tenant.get("/changes").await.expect(200)[0]);
    let items = tenant.get(&format!("{change}/linkedItems")).await.expect(200);
    assert_eq!(items, json!({"tecrs": [], "tebrs": [], "deploymentPlans": []}));
    tenant.get(&format!("/releases/{STRANGER}/linkedItems")).await.expect(404);
}
