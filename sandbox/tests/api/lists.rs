//! Lists: shapes, paging, filters, reference data.

use plutora_sandbox::{Habits, Lists, Seed};
use serde_json::{Value, json};

use crate::support::{Tenant, column, keys};

#[tokio::test]
async fn reference_data_has_the_documented_rows() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let organizations = tenant.get("/organizations").await.expect(200);
    assert_eq!(keys(&organizations[0]), ["id", "name", "type"]);
    assert!(column(&organizations, "name").contains(&"Retail Banking".to_owned()));

    let users = tenant.get("/users").await.expect(200);
    let row = ["id", "firstName", "lastName", "userName", "status", "roles", "phoneNumber"];
    assert_eq!(keys(&users[0]), row);
    assert_eq!(users[0]["roles"][0]["name"], "Administrator");

    let types = tenant.get("/lookupfields").await.expect(200);
    assert_eq!(types[44], json!({"name": "ReleaseRiskLevel", "description": "Release Risk Level"}));
    for name in column(&types, "name") {
        tenant.get(&format!("/lookupfields/{name}")).await.expect(200);
    }
    let values = tenant.get("/lookupfields/ReleaseType").await.expect(200);
    assert_eq!(keys(&values[0]), ["id", "value", "sortOrder", "type"]);
    assert_eq!(column(&values, "value"), ["Major", "Minor", "Patch", "Emergency"]);
    assert_eq!(tenant.get("/lookupfields/SystemCustomField").await.expect(200), json!([]));

    assert_eq!(tenant.get("/systems").await.expect(200), json!([]));
    assert_eq!(tenant.get("/releases").await.expect(200), json!([]));
}

#[tokio::test]
async fn the_shape_depends_on_the_request_or_is_fixed() {
    for (lists, plain_is_array, paged_is_array) in [
        (Lists::Documented, true, false),
        (Lists::Envelope, false, false),
        (Lists::Array, true, true),
    ] {
        let tenant = Tenant::start(Habits { lists, ..Habits::default() }).await;
        let plain = tenant.get("/systems?recordsPerPage=3").await.expect(200);
        let paged = tenant.get("/systems?PageNum=1&recordsperpage=3").await.expect(200);
        assert_eq!(plain.is_array(), plain_is_array, "{lists}");
        assert_eq!(paged.is_array(), paged_is_array, "{lists}");
        let rows = if paged_is_array { &paged } else { &paged["resultSet"] };
        assert_eq!(column(rows, "name"), ["Fraud Screening", "Loan Origination", "Trade Finance"]);
    }
}

#[tokio::test]
async fn pages_follow_each_other_up_to_an_empty_one() {
    let tenant = Tenant::seeded(Seed::Releases(250)).await;
    let mut seen = Vec::new();
    for (number, count) in [(0, 100), (1, 100), (2, 50), (3, 0), (99, 0)] {
        let page = tenant.get(&format!("/releases?pageNum={number}&recordsPerPage=100")).await;
        let page = page.expect(200);
        let counters = ["returnCount", "totalCount", "pageNum", "recordsPerPage"];
        assert_eq!(
            counters.map(|key| page[key].clone()),
            [count, 250, number, 100].map(Value::from)
        );
        seen.extend(column(&page["resultSet"], "identifier"));
    }
    let wanted: Vec<String> = (1..=250).map(|number| format!("REL-{number:05}")).collect();
    assert_eq!(seen, wanted);
    assert_eq!(tenant.get("/releases").await.expect(200).as_array().unwrap().len(), 100);
    for size in ["0", "1000", "many"] {
        let page = tenant.get(&format!("/releases?pageNum=0&recordsPerPage={size}")).await;
        assert_eq!(page.expect(200)["recordsPerPage"], 100, "{size}");
    }
}

#[tokio::test]
async fn a_release_row_has_its_keys_and_computed_twins() {
    let tenant = Tenant::demo().await;
    let found = tenant.filter("/releases", "`identifier` `Equals` `rel-2026.08`").await.expect(200);
    let row = &found["resultSet"][0];
    let wanted = [
        "id",
        "identifier",
        "name",
        "implementationDate",
        "displayColor",
        "plutoraReleaseType",
        "releaseProjectType",
        "releaseStatusType",
        "releaseStatusTypeId",
        "releaseStatusMode",
        "lastModifiedDate",
        "parentReleaseId",
        "parentRelease",
    ];
    assert_eq!(keys(row), wanted);
    assert_eq!(row["releaseStatusType"], "Processing");
    assert_eq!(row["releaseStatusMode"], "Execution");
    assert_eq!(row["parentRelease"], "Third quarter 2026");
}

#[tokio::test]
async fn filters_work_on_each_list() {
    let tenant = Tenant::demo().await;
    for (path, filter, count) in [
        ("/systems", "name ~ `ledger`", 1),
        ("/users", "`userName` = `RAJ@example.com`", 1),
        ("/organizations", "type = `Division`", 2),
        ("/lookupfields", "name StartsWith `release`", 6),
        (
            "/releases",
            "\"parentRelease = `Third quarter 2026` and implementationDate > `2026-08-01`\"",
            2,
        ),
        ("/releases", "`plutoraReleaseType` = `Enterprise` or parentReleaseID HasValue", 4),
    ] {
        let found = tenant.filter(path, filter).await.expect(200);
        assert_eq!(found["totalCount"], count, "{path} {filter}");
    }
    let blank = tenant.filter("/systems", "").await.expect(200);
    assert_eq!(blank["totalCount"], 8);
}

#[tokio::test]
async fn a_filter_that_is_not_understood_is_a_server_error() {
    let tenant = Tenant::demo().await;
    for (path, filter) in [
        ("/users", "`colour` = `red`"),
        ("/systems", "vendor = `x`"),
        ("/releases", "name = `a`b`"),
    ] {
        let failed = tenant.filter(path, filter).await.expect(500);
        assert_eq!(keys(&failed), ["message", "exceptionMessage", "exceptionType"]);
        assert_eq!(failed["message"], "An error has occurred.");
    }
}
