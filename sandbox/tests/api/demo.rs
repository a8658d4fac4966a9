//! What hangs below the releases of the demo.

use serde_json::{Value, json};

use crate::support::{Tenant, column};

/// The rows of phases or gates: name, first day, last day.
async fn items(tenant: &Tenant, release: &str, collection: &str) -> Vec<String> {
    let names = tenant.get(&format!("/WorkItemNames/{collection}")).await.expect(200);
    let names = names.as_array().unwrap();
    let rows = tenant.get(&tenant.below(release, collection).await).await.expect(200);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| {
        let name = names.iter().find(|name| name["id"] == row["workItemNameID"]).unwrap();
        let day = |key: &str| row[key].as_str().unwrap().get(5..10).unwrap().to_owned();
        format!("{} {} {}", name["name"].as_str().unwrap(), day("startDate"), day("endDate"))
    })
    .collect()
}

#[tokio::test]
async fn the_enterprise_has_phases_and_gates_and_its_children_have_them_too() {
    let tenant = Tenant::demo().await;
    let mut phases = vec![
        "Development 07-01 08-14",
        "System Test 08-15 09-04",
        "User Acceptance Test 09-05 09-18",
        "Deployment 09-19 09-26",
    ];
    let gates = ["Code Freeze 08-14 08-14", "Go/No-go 09-21 09-21", "Go Live 09-26 09-26"];
    for release in ["ENT-2026.Q3", "REL-2026.07", "REL-2026.08"] {
        assert_eq!(items(&tenant, release, "phases").await, phases, "{release}");
        assert_eq!(items(&tenant, release, "gates").await, gates, "{release}");
    }
    phases.push("System Test 09-07 09-18");
    assert_eq!(items(&tenant, "REL-2026.09", "phases").await, phases);
    assert_eq!(items(&tenant, "REL-2026.09", "gates").await, gates);
    assert_eq!(
        items(&tenant, "REL-2026.10", "phases").await,
        ["System Test 10-05 10-16", "Deployment 10-23 10-24"]
    );
    assert_eq!(items(&tenant, "REL-2026.10", "gates").await, ["Go/No-go 10-22 10-22"]);
}

#[tokio::test]
async fn seeded_inheritance_is_real() {
    let tenant = Tenant::demo().await;
    for (collection, own) in [("phases", 1), ("gates", 0)] {
        let path = tenant.below("REL-2026.09", collection).await;
        let rows = tenant.get(&path).await.expect(200);
        let rows = rows.as_array().unwrap();
        let (inherited, own) = rows.split_at(rows.len() - own);
        for row in inherited {
            tenant.delete(&crate::support::at(&path, row)).await.expect(400);
        }
        for row in own {
            tenant.delete(&crate::support::at(&path, row)).await.expect(200);
        }
    }
}

#[tokio::test]
async fn activities_and_criteria_stand_on_phases_and_gates_of_their_release() {
    let tenant = Tenant::demo().await;
    for (release, collection, wanted) in [
        (
            "ENT-2026.Q3",
            "activities",
            vec![("Integrated regression", "InProgress"), ("Go/No-go meeting", "NotStarted")],
        ),
        ("ENT-2026.Q3", "criterias", vec![("No open severity 1 defects", "NotStarted")]),
        ("REL-2026.09", "activities", vec![("Letter of credit scenarios", "NotStarted")]),
        (
            "REL-2026.10",
            "activities",
            vec![("Screening regression", "InProgress"), ("Rollback rehearsal", "NotStarted")],
        ),
        ("REL-2026.10", "criterias", vec![("No open severity 1 defects", "NotStarted")]),
    ] {
        let rows = tenant.get(&tenant.below(release, collection).await).await.expect(200);
        let (titles, statuses): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
        assert_eq!(column(&rows, "title"), titles);
        assert_eq!(column(&rows, "status"), statuses);
        let mut items = Vec::new();
        for collection in ["phases", "gates"] {
            let rows = tenant.get(&tenant.below(release, collection).await).await.expect(200);
            items.extend(column(&rows, "id"));
        }
        for item in column(&rows, "assignedWorkItemID") {
            assert!(items.contains(&item), "{release} {collection}");
        }
    }
    let phases = tenant.get(&tenant.below("REL-2026.09", "phases").await).await.expect(200);
    let path = tenant.below("REL-2026.09", "activities").await;
    let activity = tenant.get(&path).await.expect(200);
    assert_eq!(activity[0]["assignedWorkItemID"], phases[4]["id"], "its own, not the inherited");
}

#[tokio::test]
async fn systems_have_their_dates() {
    let tenant = Tenant::demo().await;
    let (code, regression) =
        ("Code Implementation Dependency", "Regression Verification Dependency");
    for (release, systems) in [
        ("REL-2026.11", vec![("Core Ledger", code), ("Fraud Screening", regression)]),
        ("REL-2026.09", vec![("Trade Finance", code)]),
        ("REL-2026.10", vec![("Fraud Screening", code), ("Core Ledger", regression)]),
        ("ENT-2026.Q3", vec![("Core Ledger", code)]),
        ("REL-2026.08", vec![]),
    ] {
        let rows = tenant.get(&tenant.below(release, "systems").await).await.expect(200);
        let (names, dependencies): (Vec<&str>, Vec<&str>) = systems.into_iter().unzip();
        assert_eq!(column(&rows, "system"), names, "{release}");
        assert_eq!(column(&rows, "systemRoleDependencyType"), dependencies, "{release}");
    }
    for (release, system, wanted) in [
        ("REL-2026.11", "Core Ledger", vec![("wave 1", "Pending"), ("wave 2", "Pending")]),
        ("REL-2026.11", "Fraud Screening", vec![]),
        ("REL-2026.09", "Trade Finance", vec![("cutover", "Completed")]),
        ("REL-2026.10", "Fraud Screening", vec![("go live", "Pending")]),
        ("REL-2026.10", "Core Ledger", vec![]),
        ("ENT-2026.Q3", "Core Ledger", vec![("quarter end", "Pending")]),
    ] {
        let rows = tenant.get(&tenant.dates_of(release, system).await).await.expect(200);
        let (titles, statuses): (Vec<&str>, Vec<&str>) = wanted.into_iter().unzip();
        assert_eq!(column(&rows, "deploymentTitle"), titles, "{release} {system}");
        assert_eq!(column(&rows, "deploymentStatus"), statuses, "{release} {system}");
    }
}

#[tokio::test]
async fn the_first_wave_is_all_there() {
    let tenant = Tenant::demo().await;
    let rows = tenant.get(&tenant.dates_of("REL-2026.11", "Core Ledger").await).await.expect(200);
    let wanted = json!({
        "id": rows[0]["id"],
        "deploymentTitle": "wave 1",
        "deploymentTypeID": tenant.lookup("DeploymentType", "Rolling").await,
        "deploymentType": "Rolling",
        "deployingToID": tenant.lookup("DeploymentTo", "Production").await,
        "deployingTo": "Production",
        "enterpriseTypeID": Value::Null,
        "enterpriseType": Value::Null,
        "startDate": "2026-11-28T22:00:00",
        "endDate": "2026-11-29T02:00:00",
        "changeRecord": Value::Null,
        "deploymentStatus": "Pending",
        "deploymentCompletedDate": Value::Null,
        "sortOrder": 1,
    });
    assert_eq!(rows[0], wanted);
    let cutover = tenant.dates_of("REL-2026.09", "Trade Finance").await;
    let cutover = tenant.get(&cutover).await.expect(200);
    assert!(cutover[0]["deploymentCompletedDate"].is_string());
}
