//! The stakeholders of a release.

use serde_json::{Value, json};

use crate::support::{Tenant, at, column, keys, rule};

async fn role(tenant: &Tenant, name: &str) -> String {
    tenant.lookup("StakeholderRole", name).await
}

/// Asserted against a real tenant (2021); that either id opens a row is how contradictory evidence is
/// met.
#[tokio::test]
async fn users_and_groups_have_a_share_in_a_release() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.10", "stakeholders").await;
    let before = tenant.get(&path).await.expect(200).as_array().unwrap().len();
    let maria = tenant.id("/users", "userName = `maria@example.com`").await;
    let group = tenant.id("/users/UserGroups", "groupName = `Deployment Team`").await;
    let roles = [role(&tenant, "Admin").await, role(&tenant, "Interested User").await];
    let body = json!({"userId": maria, "stakeholderRoleIds": roles, "informed": true});
    let made = tenant.post(&path, &body).await.expect(201);
    let wanted = [
        "id",
        "userId",
        "user",
        "groupId",
        "group",
        "stakeholderRoleIds",
        "stakeholderRoles",
        "responsible",
        "accountable",
        "consulted",
        "informed",
    ];
    assert_eq!(keys(&made), wanted);
    assert_eq!((&made["user"], &made["group"]), (&json!("Maria Rossi"), &json!("")));
    assert_eq!(made["stakeholderRoles"], "Admin, Interested User");
    let of_group = tenant.post(&path, &json!({"groupId": group})).await.expect(201);
    assert_eq!((&of_group["user"], &of_group["group"]), (&json!(""), &json!("Deployment Team")));
    assert_eq!(tenant.get(&path).await.expect(200).as_array().unwrap().len(), before + 2);

    let by_user = format!("{path}/{maria}");
    for one in [&at(&path, &made), &by_user] {
        assert_eq!(tenant.get(one).await.expect(200), made);
    }
    assert_eq!(tenant.get(&format!("{path}/{group}")).await.expect(200), of_group);
    let mut changed = made.clone();
    changed["consulted"] = json!(true);
    changed["stakeholderRoleIds"] = json!([]);
    assert_eq!(tenant.put(&by_user, &changed).await.expect(204), Value::Null);
    changed["stakeholderRoles"] = json!("");
    assert_eq!(tenant.get(&by_user).await.expect(200), changed);
    tenant.delete(&by_user).await.expect(200);
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        tenant.send(method, &by_user, None).await.expect(404);
    }
    tenant.put(&by_user, &changed).await.expect(400);
}

/// Each 400 is asserted against a real tenant (2021), but for the first two.
#[tokio::test]
async fn a_stakeholder_that_makes_no_sense_is_refused() {
    let tenant = Tenant::demo().await;
    let path = tenant.below("REL-2026.10", "stakeholders").await;
    let maria = tenant.id("/users", "userName = `maria@example.com`").await;
    let group = tenant.id("/users/UserGroups", "groupName = `Deployment Team`").await;
    tenant.post(&path, &json!({"groupId": group})).await.expect(201);
    let draft = tenant.lookup("ReleaseStatusType", "Draft").await;
    for (body, text) in [
        (json!({}), "Either a user or a group"),
        (json!({"userId": maria, "groupId": group}), "Either a user or a group"),
        (json!({"groupId": group, "informed": true}), "there already"),
        (json!({"userId": maria, "stakeholderRoleIds": [draft]}), "Invalid Stakeholder Role"),
    ] {
        let refused = tenant.post(&path, &body).await.expect(400);
        assert!(rule(&refused).contains(text), "{refused}");
    }
}

/// Asserted against a real tenant (2021): a manager is an accountable stakeholder, and stays one.
#[tokio::test]
async fn a_manager_is_an_accountable_stakeholder() {
    let tenant = Tenant::demo().await;
    let mut release = tenant.post("/releases", &tenant.release_body().await).await.expect(201);
    let of_release = at("/releases", &release);
    let path = format!("{of_release}/stakeholders");
    let rows = tenant.get(&path).await.expect(200);
    assert_eq!(column(&rows, "user"), ["Sam Lee"]);
    assert_eq!(rows[0]["accountable"], true);
    let mut row = rows[0].clone();
    row["accountable"] = json!(false);
    let refused = tenant.put(&at(&path, &row), &row).await.expect(400);
    assert!(rule(&refused).contains("accountable"), "{refused}");

    release["managerId"] = json!("");
    tenant.put(&of_release, &release).await.expect(204);
    assert_eq!(tenant.get(&path).await.expect(200), rows);
    tenant.put(&at(&path, &row), &row).await.expect(204);
    release["managerId"] = row["userId"].clone();
    tenant.put(&of_release, &release).await.expect(204);
    assert_eq!(tenant.get(&path).await.expect(200), rows);
    tenant.delete(&of_release).await.expect(200);
    tenant.get(&path).await.expect(404);
}
