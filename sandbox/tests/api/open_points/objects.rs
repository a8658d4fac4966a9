//! About what becomes of objects.

use plutora_sandbox::{
    EnterpriseChanges, Habits, Identifiers, IgnoredItems, InlineFields, Managers, Names,
    OmittedDelivery, OmittedKind, OmittedParent, StakeholderIds, WorkItemIds, Zone,
};
use serde_json::{Value, json};

use crate::support::{Tenant, at, column, rule};

#[tokio::test]
async fn an_identifier_repeats_or_is_refused() {
    for (identifiers, status) in [(Identifiers::Repeat, 201), (Identifiers::Unique, 400)] {
        let tenant = Tenant::start(Habits { identifiers, ..Habits::default() }).await;
        let body = tenant.release_body().await;
        let made = tenant.post("/releases", &body).await.expect(201);
        let second = tenant.post("/releases", &body).await.expect(status);
        if status == 400 {
            assert!(rule(&second).contains("REL-NEW"));
        }
        tenant.put(&at("/releases", &made), &made).await.expect(204);
    }
    assert_eq!(Habits::default().identifiers, Identifiers::Repeat);
}

#[tokio::test]
async fn a_name_of_a_system_or_environment_repeats_or_is_refused() {
    for (names, status) in [(Names::Repeat, 201), (Names::Unique, 400)] {
        let tenant = Tenant::start(Habits { names, ..Habits::default() }).await;
        for path in ["/systems", "/environments"] {
            let rows = tenant.get(path).await.expect(200);
            let first = tenant.get(&at(path, &rows[0])).await.expect(200);
            let second = tenant.post(path, &first).await.expect(status);
            if status == 400 {
                assert!(rule(&second).contains(first["name"].as_str().unwrap()));
            }
            assert!(tenant.put(&at(path, &first), &first).await.status.is_success());
        }
    }
    assert_eq!(Habits::default().names, Names::Repeat);
}

#[tokio::test]
async fn a_parent_that_is_left_out_is_cleared_or_kept() {
    for (omitted_parent, is_kept) in [(OmittedParent::Cleared, false), (OmittedParent::Kept, true)]
    {
        let tenant = Tenant::start(Habits { omitted_parent, ..Habits::default() }).await;
        let release = tenant.release("REL-2026.09").await;
        assert!(release["parentReleaseId"].is_string());
        let mut body = release.clone();
        body.as_object_mut().unwrap().remove("parentReleaseId");
        tenant.put(&at("/releases", &release), &body).await.expect(204);
        let after = tenant.release("REL-2026.09").await;
        assert_eq!(after["parentReleaseId"] == release["parentReleaseId"], is_kept);
        // What is sent as null is cleared in any case.
        body["parentReleaseId"] = Value::Null;
        tenant.put(&at("/releases", &release), &body).await.expect(204);
        assert_eq!(tenant.release("REL-2026.09").await["parentReleaseId"], Value::Null);
    }
    assert_eq!(Habits::default().omitted_parent, OmittedParent::Cleared);
}

#[tokio::test]
async fn custom_fields_in_a_put_are_ignored_or_written() {
    for (inline_fields, text) in
        [(InlineFields::Ignored, Value::Null), (InlineFields::Written, json!("CC-17"))]
    {
        let tenant = Tenant::start(Habits { inline_fields, ..Habits::default() }).await;
        let changes = tenant.get("/changes").await.expect(200);
        let system = format!("/systems/{}", tenant.system_id("Mobile App").await);
        let release = at("/releases", &tenant.release("REL-2026.10").await);
        for (path, place) in [(release, 2), (system, 1), (at("/changes", &changes[0]), 1)] {
            let mut body = tenant.get(&path).await.expect(200);
            body["additionalInformation"][place]["text"] = json!("CC-17");
            assert!(tenant.put(&path, &body).await.status.is_success());
            let after = tenant.get(&path).await.expect(200);
            assert_eq!(after["additionalInformation"][place]["text"], text, "{path}");
        }
    }
    assert_eq!(Habits::default().inline_fields, InlineFields::Ignored);
}

#[tokio::test]
async fn an_enterprise_delivers_no_change_or_some() {
    for (enterprise_changes, status) in
        [(EnterpriseChanges::Refused, 400), (EnterpriseChanges::Accepted, 200)]
    {
        let tenant = Tenant::start(Habits { enterprise_changes, ..Habits::default() }).await;
        let change = at("/changes", &tenant.get("/changes").await.expect(200)[0]);
        let enterprise = tenant.release_id("ENT-2026.Q3").await;
        let path = format!("{change}/deliveryReleases/{enterprise}");
        tenant.put(&path, &json!({"targetRelease": true})).await.expect(status);
    }
    assert_eq!(Habits::default().enterprise_changes, EnterpriseChanges::Refused);
}

#[tokio::test]
async fn a_manager_is_optional_or_required() {
    for (managers, post, put) in [(Managers::Optional, 201, 204), (Managers::Required, 400, 400)] {
        let tenant = Tenant::start(Habits { managers, ..Habits::default() }).await;
        let mut body = tenant.release_body().await;
        body["managerId"] = Value::Null;
        let answer = tenant.post("/releases", &body).await.expect(post);
        if managers == Managers::Required {
            let text = "The ManagerId field is required.";
            assert_eq!(answer["modelState"]["release.ManagerId"], json!([text]));
        }
        let mut release = tenant.release("REL-2026.10").await;
        assert!(release["managerId"].is_string());
        release["managerId"] = json!("");
        tenant.put(&at("/releases", &release), &release).await.expect(put);
    }
    assert_eq!(Habits::default().managers, Managers::Optional);
}

#[tokio::test]
async fn a_path_names_a_stakeholder_by_the_row_or_by_the_member() {
    for (stakeholder_ids, by_row, by_member) in [
        (StakeholderIds::Any, 200, 200),
        (StakeholderIds::Row, 200, 404),
        (StakeholderIds::Member, 404, 200),
    ] {
        let tenant = Tenant::start(Habits { stakeholder_ids, ..Habits::default() }).await;
        let path = tenant.below("REL-2026.10", "stakeholders").await;
        let row = tenant.get(&path).await.expect(200)[0].clone();
        tenant.get(&at(&path, &row)).await.expect(by_row);
        let member = row["userId"].as_str().or(row["groupId"].as_str()).unwrap();
        tenant.get(&format!("{path}/{member}")).await.expect(by_member);
        tenant.put(&at(&path, &row), &row).await.expect(if by_row == 200 { 204 } else { 400 });
    }
    assert_eq!(Habits::default().stakeholder_ids, StakeholderIds::Any);
}

#[tokio::test]
async fn the_work_item_of_an_activity_is_an_item_or_the_name_of_one() {
    for (work_item_ids, by_item, by_name) in [
        (WorkItemIds::Any, 201, 201),
        (WorkItemIds::Items, 201, 400),
        (WorkItemIds::Names, 400, 201),
    ] {
        let tenant = Tenant::start(Habits { work_item_ids, ..Habits::default() }).await;
        let phase = tenant.get(&tenant.below("ENT-2026.Q3", "phases").await).await.expect(200);
        let path = tenant.below("ENT-2026.Q3", "activities").await;
        for (key, status) in [("id", by_item), ("workItemNameID", by_name)] {
            let body = json!({"title": "Rehearsal", "assignedWorkItemID": phase[0][key]});
            tenant.post(&path, &body).await.expect(status);
        }
    }
    assert_eq!(Habits::default().work_item_ids, WorkItemIds::Any);
}

#[tokio::test]
async fn a_new_item_of_an_enterprise_is_never_ignored_or_as_it_is_sent() {
    for (ignored_items, is_kept) in [(IgnoredItems::Dropped, false), (IgnoredItems::Kept, true)] {
        let tenant = Tenant::start(Habits { ignored_items, ..Habits::default() }).await;
        let path = tenant.below("ENT-2026.Q3", "phases").await;
        let mut body = tenant.item_body("Phases", "Deployment").await;
        body["isIgnore"] = json!(true);
        let made = tenant.post(&path, &body).await.expect(201);
        assert_eq!(made["isIgnore"], is_kept);
        // That a PUT makes it false is known.
        tenant.put(&at(&path, &made), &body).await.expect(201);
        assert_eq!(tenant.get(&at(&path, &made)).await.expect(200)["isIgnore"], false);
    }
    assert_eq!(Habits::default().ignored_items, IgnoredItems::Dropped);
}

#[tokio::test]
async fn a_delivery_date_that_is_left_out_is_cleared_or_kept() {
    for (omitted_delivery, is_kept) in
        [(OmittedDelivery::Cleared, false), (OmittedDelivery::Kept, true)]
    {
        let tenant = Tenant::start(Habits { omitted_delivery, ..Habits::default() }).await;
        let path = at("/changes", &tenant.get("/changes").await.expect(200)[0]);
        let mut change = tenant.get(&path).await.expect(200);
        change["expectedDeliveryDate"] = json!("2026-12-01T00:00:00");
        tenant.put(&path, &change).await.expect(200);
        let mut body = change.clone();
        body.as_object_mut().unwrap().remove("expectedDeliveryDate");
        let after = tenant.put(&path, &body).await.expect(200);
        assert_eq!(after["expectedDeliveryDate"] == change["expectedDeliveryDate"], is_kept);
        // What is sent as null is cleared in any case.
        body["expectedDeliveryDate"] = Value::Null;
        assert_eq!(tenant.put(&path, &body).await.expect(200)["expectedDeliveryDate"], Value::Null);
    }
    assert_eq!(Habits::default().omitted_delivery, OmittedDelivery::Cleared);
}

#[tokio::test]
async fn a_kind_that_is_left_out_is_kept_or_cleared() {
    for (omitted_kind, is_kept) in [(OmittedKind::Kept, true), (OmittedKind::Cleared, false)] {
        let tenant = Tenant::start(Habits { omitted_kind, ..Habits::default() }).await;
        let release = tenant.release("REL-2026.10").await;
        for key in ["plutoraReleaseType", "releaseProjectType"] {
            let mut body = release.clone();
            body.as_object_mut().unwrap().remove(key);
            tenant.put(&at("/releases", &release), &body).await.expect(204);
            let after = tenant.release("REL-2026.10").await;
            assert_eq!(after[key], if is_kept { release[key].clone() } else { Value::Null });
            tenant.put(&at("/releases", &release), &release).await.expect(204);
            assert_eq!(tenant.release("REL-2026.10").await[key], release[key]);
        }
    }
    assert_eq!(Habits::default().omitted_kind, OmittedKind::Kept);
}

#[tokio::test]
async fn dates_are_kept_in_utc_or_on_the_clock_of_the_tenant() {
    for (zone, stored, cut) in
        [("utc", "2026-11-28T14:00:00", 13), ("+10:00", "2026-11-29T00:00:00", 23)]
    {
        let zone: Zone = zone.parse().unwrap();
        let tenant = Tenant::start(Habits { zone, ..Habits::default() }).await;
        let mut release = tenant.release("REL-2026.10").await;
        release["implementationDate"] = json!("2026-11-28T14:00:00Z");
        tenant.put(&at("/releases", &release), &release).await.expect(204);
        let after = tenant.release("REL-2026.10").await;
        assert_eq!(after["implementationDate"], stored);
        // Filters speak of the same clock, unless they name a zone.
        for (date, count) in
            [(stored, 1), ("2026-11-28T14:00:00Z", 1), ("2026-11-28T15:00:00+01:00", 1)]
        {
            let filter = format!("implementationDate = `{date}`");
            let found = tenant.filter("/releases", &filter).await.expect(200);
            assert_eq!(found["totalCount"], count, "{date}");
        }
        let custom = format!("{}/additionalInformation", at("/releases", &release));
        let rows = tenant.get(&custom).await.expect(200);
        let field = rows.as_array().unwrap().iter().find(|it| it["dataType"] == "DateTimePicker");
        let row = json!({"id": field.unwrap()["id"], "dateTime": "2026-11-28T13:00:00Z"});
        tenant.put(&custom, &json!([row])).await.expect(200);
        let rows = tenant.get(&custom).await.expect(200);
        let kept = column(&rows, "dateTime").concat();
        assert!(kept.contains(&format!("T{cut}:00:00")), "{kept}");
    }
    assert_eq!(Habits::default().zone, Zone::default());
}
