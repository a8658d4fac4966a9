//! What was seen of real tenants in one year and not in another.

use plutora_sandbox::{Dialect, Habits};

use crate::support::{Tenant, at, keys};

const ALL: [Dialect; 3] = [Dialect::Of2019, Dialect::Of2021, Dialect::Of2025];

async fn tenant(dialect: Dialect) -> Tenant {
    Tenant::start(Habits { dialect, ..Habits::default() }).await
}

/// Asserted against real tenants: 201 in 2019, 200 in 2021.
#[tokio::test]
async fn a_put_of_a_system_answers_201_in_2019_and_200_since() {
    for (dialect, status) in ALL.into_iter().zip([201, 200, 200]) {
        let tenant = tenant(dialect).await;
        let made = tenant.post("/systems", &tenant.system_body().await).await.expect(201);
        assert_eq!(tenant.put(&at("/systems", &made), &made).await.expect(status), made);
    }
}

/// Asserted against a real tenant (2019) for the spelling; seen in answers (2025) for the mode.
#[tokio::test]
async fn rows_of_releases_have_the_keys_of_their_year() {
    let status = ["releaseStatusTypeID", "releaseStatusTypeId", "releaseStatusTypeId"];
    let parent = ["parentReleaseID", "parentReleaseId", "parentReleaseId"];
    for (number, dialect) in ALL.into_iter().enumerate() {
        let tenant = tenant(dialect).await;
        let row = tenant.get("/releases").await.expect(200)[0].clone();
        let mut wanted = vec![
            "id",
            "identifier",
            "name",
            "implementationDate",
            "displayColor",
            "plutoraReleaseType",
            "releaseProjectType",
            "releaseStatusType",
            status[number],
            "releaseStatusMode",
            "lastModifiedDate",
            parent[number],
            "parentRelease",
        ];
        if dialect < Dialect::Of2025 {
            wanted.remove(9);
        }
        assert_eq!(keys(&row), wanted, "{dialect}");
        // Filters and details are spelt alike in every year.
        let filter = format!("{} = `{}`", status[number], row[status[number]].as_str().unwrap());
        tenant.filter("/releases", &filter).await.expect(200);
        let detail = tenant.get(&at("/releases", &row)).await.expect(200);
        assert!(detail.get("parentReleaseId").is_some());
    }
}
