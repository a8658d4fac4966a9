//! What releases and changes refer to: organizations, users, lookups, names and custom fields.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::{column, keys};
use crate::plutora::{Plutora, STRANGER, facts};

const LOOKUP_TYPES: &str = "\
    ActionType ActionStatus ActionsByType ActionsPriority BlockoutPeriodType BookingRequestStatus \
    BookingRequestType CalendarEventPortfolio CalendarEventStatus CalendarEventType \
    ChangeDeliveryRisk ChangePriority ChangeRequestStatus ChangeRequestType ChangeStatus \
    ChangeTheme ChangeType DefectPriority DefectStatus DefectType DeploymentPlanGroupName \
    DeploymentTo DeploymentType EnvironmentMapConnectivityType EnvironmentStatus \
    EscapingDefectsByChangeType ExternalChangeType ExternalSystem ImpactType KPIMetricType \
    MilestoneLookupField PhaseLookupField PIRCategory PIRItemStatus PIRItemSubCategory PIRItemType \
    PIRStatus PIRTheme PIRType PMStatus PMType ReleaseApprovalWorkflowStatus ReleaseCapacityType \
    ReleasePackage ReleaseRiskLevel ReleaseStatusType ReleaseType RequirementStatus \
    RootCauseStatus RootCauseType StackLayer StakeholderRole SystemDependencyImpact \
    SystemDeploymentType SystemRoleDependencyType UsedForWorkItem \
    ChangeCustomField EnvironmentCustomField SystemCustomField";

fn assert_has_keys(row: &Value, wanted: &[&str]) {
    assert!(wanted.iter().all(|key| keys(row).contains(key)), "{row}");
}

/// The topmost organization, alone or the first of a list.
async fn root(plutora: &Plutora) -> Value {
    let tree = plutora.get("/organizations/tree").await.expect(200);
    if tree.is_array() { tree[0].clone() } else { tree }
}

/// The path of a user whom it harms nobody to change.
async fn user(plutora: &Plutora) -> String {
    let users = plutora.rows("/users").await;
    let other = users.iter().find(|user| user["userName"] != plutora.username()).unwrap();
    format!("/users/{}", other["id"].as_str().unwrap())
}

/// The names of what `GET /schema/Release` marks.
async fn marked(plutora: &Plutora, mark: &str) -> Vec<String> {
    let schema = plutora.get("/schema/Release").await.expect(200);
    let properties = schema["properties"].as_array().unwrap().iter();
    column(&properties.filter(|it| it[mark] == true).cloned().collect(), "name")
}

facts! {
    async fn documented_an_organization_is_of_one_of_five_types(plutora) {
        let types = ["Company", "Division", "Department", "Team", "Sub-Team"];
        for row in plutora.rows("/organizations").await {
            assert_has_keys(&row, &["id", "name", "type"]);
            assert!(types.contains(&row["type"].as_str().unwrap()), "{row}");
        }
    }

    async fn seen_organizations_are_a_tree_of_childs(plutora) {
        let root = root(plutora).await;
        assert_has_keys(&root, &["id", "name", "childs"]);
        assert_has_keys(&root["childs"][0], &["id", "name", "childs"]);
    }

    async fn inferred_the_tree_is_the_topmost_organization_and_no_list_of_it(plutora) {
        let tree = plutora.get("/organizations/tree").await.expect(200);
        assert_eq!(tree["id"].as_str().unwrap(), plutora.first("/organizations").await);
    }

    async fn asserted_the_row_of_a_user(plutora) {
        let row = ["id", "firstName", "lastName", "userName", "status", "roles", "phoneNumber"];
        let users = plutora.rows("/users").await;
        assert_has_keys(&users[0], &row);
        let mut roles = users.iter().flat_map(|user| user["roles"].as_array().unwrap());
        assert_has_keys(roles.next().unwrap(), &["id", "name", "description"]);
    }

    async fn asserted_a_user_is_active_in_active_or_pending(plutora) {
        for user in plutora.rows("/users").await {
            let status = user["status"].as_str().unwrap();
            assert!(["Active", "InActive", "Pending"].contains(&status), "{user}");
        }
    }

    async fn asserted_a_user_name_is_an_email(plutora) {
        let filter = format!("`userName` = `{}`", plutora.username());
        assert_eq!(plutora.filter("/users", &filter).await.expect(200)["totalCount"], 1);
    }

    async fn asserted_a_user_is_read_by_id(plutora) {
        let path = user(plutora).await;
        assert!(path.ends_with(plutora.get(&path).await.expect(200)["id"].as_str().unwrap()));
    }

    async fn asserted_patch_of_a_user_is_204_and_changes_the_status(plutora) {
        if plutora.is_spared("it changes a user") {
            return;
        }
        let path = user(plutora).await;
        for status in ["InActive", "Pending", "Active"] {
            let answer = plutora.patch(&path, &json!({ "Status": status })).await;
            assert_eq!(answer.expect(204), Value::Null);
            assert_eq!(plutora.get(&path).await.expect(200)["status"], status);
        }
    }

    async fn asserted_patch_of_a_user_takes_roles(plutora) {
        if plutora.is_spared("it changes a user") {
            return;
        }
        let role = plutora.rows("/users").await[0]["roles"][0]["id"].clone();
        let body = json!({
            "ValidUntilDate": "2030-11-28T00:00:00",
            "Roles": [role],
            "Groups": [plutora.first("/users/UserGroups").await],
            "CanLogin": true,
            "OrganizationID": plutora.first("/organizations").await,
            "CanReceiveEmailNotifications": false,
        });
        let path = user(plutora).await;
        plutora.patch(&path, &body).await.expect(204);
        assert_eq!(plutora.get(&path).await.expect(200)["roles"][0]["id"], role);
    }

    async fn asserted_patch_of_a_user_without_any_role_is_400(plutora) {
        if plutora.is_spared("it might change a user") {
            return;
        }
        plutora.patch(&user(plutora).await, &json!({"Roles": []})).await.expect(400);
    }

    async fn asserted_patch_of_an_unknown_user_is_417(plutora) {
        let path = format!("/users/{STRANGER}");
        plutora.patch(&path, &json!({"Status": "Active"})).await.expect(417);
    }

    async fn asserted_patch_of_a_user_without_the_permission_is_403_with_a_message(plutora) {
        if plutora.is_spared("it needs a second user") {
            return;
        }
        let form = plutora.form().replace("username=jane%40", "username=sam%40");
        let token = plutora.ask_token(&form).await.expect(200);
        let request = plutora.request(Method::PATCH, &user(plutora).await);
        let request = request.bearer_auth(token["access_token"].as_str().unwrap());
        let refused = plutora.ask(request.json(&json!({"Status": "Active"}))).await.expect(403);
        assert!(refused["message"].is_string(), "{refused}");
    }

    async fn asserted_the_row_of_a_group_of_users(plutora) {
        let groups = plutora.rows("/users/UserGroups").await;
        assert_has_keys(&groups[0], &["id", "groupName", "description"]);
    }

    async fn asserted_the_row_of_a_lookup_type(plutora) {
        let types = plutora.rows("/lookupfields").await;
        assert_has_keys(&types[0], &["name", "description"]);
    }

    async fn asserted_lookup_types_by_their_names(plutora) {
        for name in LOOKUP_TYPES.split_whitespace() {
            let values = plutora.get(&format!("/lookupfields/{name}")).await;
            assert!(values.expect(200).is_array(), "{name}");
        }
    }

    async fn documented_the_text_of_a_lookup_is_its_value_and_not_its_name(plutora) {
        let values = plutora.rows("/lookupfields/ReleaseType").await;
        assert_has_keys(&values[0], &["id", "value", "sortOrder", "type"]);
        assert!(values[0].get("name").is_none() && values[0]["value"].is_string(), "{values:?}");
    }

    async fn documented_lookups_are_read_only(plutora) {
        let body = json!({"value": "Conformance", "sortOrder": 99, "type": "ReleaseType"});
        let answer = plutora.post("/lookupfields/ReleaseType", &body).await;
        assert!(!answer.status.is_success(), "{answer:?}");
    }

    async fn asserted_names_of_phases_and_gates(plutora) {
        for path in ["/WorkItemNames/Phases", "/WorkItemNames/Gates"] {
            assert_has_keys(&plutora.rows(path).await[0], &["id", "name"]);
        }
    }

    async fn asserted_custom_fields_are_listed_all_or_of_a_type(plutora) {
        let of_releases = plutora.rows("/customfields/Release").await;
        assert!(of_releases.iter().all(|field| field["type"] == "Release"), "{of_releases:?}");
        let all = plutora.rows("/customfields").await;
        assert!(of_releases.iter().all(|field| all.contains(field)), "{all:?}");
    }

    async fn asserted_the_values_of_a_list_field_are_found_in_two_places(plutora) {
        let fields = plutora.rows("/customfields/Release").await;
        for field in fields.iter().filter(|field| field["dataType"] == "ListField") {
            let id = field["id"].as_str().unwrap();
            let values = plutora.get(&format!("/customfields/{id}/customList")).await.expect(200);
            assert_has_keys(&values[0], &["id", "value", "sortOrder", "type"]);
            let path = format!("/lookupfields/{id}/customList");
            assert_eq!(plutora.get(&path).await.expect(200), values);
        }
    }

    async fn asserted_a_schema_describes_the_properties_of_a_release(plutora) {
        let schema = plutora.get("/schema/Release").await.expect(200);
        assert_has_keys(&schema, &["description", "properties"]);
        let row = ["name", "dataType", "readOnly", "mandatory", "applicableValues"];
        assert_has_keys(&schema["properties"][0], &row);
    }

    async fn documented_what_the_schema_of_a_release_calls_mandatory(plutora) {
        assert_eq!(marked(plutora, "mandatory").await, [
            "identifier",
            "name",
            "releaseTypeId",
            "releaseStatusTypeId",
            "releaseRiskLevelId",
            "implementationDate",
            "organizationId",
            "plutoraReleaseType",
            "releaseProjectType",
        ]);
    }

    /// Two of them clients write all the same.
    async fn documented_what_the_schema_of_a_release_calls_read_only(plutora) {
        assert_eq!(marked(plutora, "readOnly").await, [
            "id",
            "releaseType",
            "releaseStatusType",
            "releaseRiskLevel",
            "displayColor",
            "organization",
            "manager",
            "parentRelease",
            "plutoraReleaseType",
            "lastModifiedDate",
        ]);
    }
}
