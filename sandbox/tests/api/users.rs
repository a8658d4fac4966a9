//! Users and their groups.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, credentials, keys};

const STRANGER: &str = "/users/11111111-2222-4333-8444-555555555555";

/// Asserted against a real tenant (2021); the 404 is inferred.
#[tokio::test]
async fn a_user_is_read_as_the_list_shows_it() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let listed = tenant.get("/users").await.expect(200);
    let first = &listed[0];
    assert_eq!(tenant.get(&at("/users", first)).await.expect(200), *first);
    tenant.get(STRANGER).await.expect(404);
}

/// Asserted against a real tenant (2021), the page past the end too.
#[tokio::test]
async fn groups_are_listed_in_pages() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let groups = tenant.get("/users/userGroups").await.expect(200);
    assert_eq!(keys(&groups[0]), ["id", "groupName", "description"]);
    assert_eq!(column(&groups, "groupName"), ["Release Managers", "Deployment Team"]);
    let found = tenant.filter("/users/UserGroups", "`groupName` Contains `team`").await;
    assert_eq!(column(&found.expect(200)["resultSet"], "groupName"), ["Deployment Team"]);
    let past = tenant.get("/users/UserGroups?pageNum=10&recordsPerPage=10").await.expect(200);
    assert_eq!((&past["pageNum"], &past["recordsPerPage"]), (&json!(10), &json!(10)));
    assert_eq!((&past["resultSet"], &past["totalCount"]), (&json!([]), &json!(2)));
}

/// 204, 417 for an unknown user and 400 for no roles are asserted against a real tenant (2021).
#[tokio::test]
async fn a_patch_changes_what_it_names() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let users = tenant.get("/users").await.expect(200);
    let (sam, role) = (at("/users", &users[3]), &users[0]["roles"][0]);
    let body = json!({"status": "inactive", "Roles": [role["id"]], "CanLogin": false});
    assert_eq!(tenant.patch(&sam, &body).await.expect(204), Value::Null);
    let changed = tenant.get(&sam).await.expect(200);
    assert_eq!((&changed["status"], &changed["roles"]), (&json!("InActive"), &json!([role])));
    assert_eq!(changed["userName"], users[3]["userName"]);
    assert!(changed.get("CanLogin").is_none());

    tenant.patch(STRANGER, &body).await.expect(417);
    let wrong = [
        json!({"Roles": []}),
        json!({"Roles": ["x"]}),
        json!({"Status": "Gone"}),
        json!({"ValidUntilDate": "soon"}),
        json!({"CanLogin": "perhaps"}),
        json!({"OrganizationID": users[0]["id"]}),
        json!({"Groups": {}}),
    ];
    for wrong in wrong {
        tenant.patch(&sam, &wrong).await.expect(400);
        assert_eq!(tenant.get(&sam).await.expect(200), changed, "{wrong}");
    }
}

/// Asserted against a real tenant (2021); that an administrator is who may is the sandbox's own.
#[tokio::test]
async fn who_may_not_change_users_is_refused() {
    let mut tenant = Tenant::demo().await;
    let users = tenant.get("/users").await.expect(200);
    let raj = credentials().replace("jane%40example.com", "raj%40example.com");
    let answer = tenant.ask_token(&raj).await.expect(200);
    answer["access_token"].as_str().unwrap().clone_into(&mut tenant.token);
    assert_eq!(tenant.get("/me").await.expect(200), "raj@example.com");
    let refused = tenant.patch(&at("/users", &users[0]), &json!({"Status": "Pending"})).await;
    assert!(refused.expect(403)["message"].is_string());
    assert_eq!(tenant.get("/users").await.expect(200), users);
}
