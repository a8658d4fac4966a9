//! What no public text settles: each switch in both positions, the default first.

use plutora_sandbox::{
    BareArrays, BareValues, EnterpriseChanges, Habits, Identifiers, InlineFields, Names,
    NotFoundBody, OmittedParent, Options, PartLists, PlutoraInfo, RefreshGrant, Seed, UnknownPut,
    WrongFilter,
};
use serde_json::{Value, json};

use crate::support::{Tenant, answer, at, credentials, rule};

const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

#[tokio::test]
async fn a_bare_array_is_cut_or_whole_and_a_page_is_always_a_page() {
    for (bare_arrays, rows) in [(BareArrays::Cut, 100), (BareArrays::Whole, 150)] {
        let seed = Seed::Releases(150);
        let tenant = Tenant::start(Options {
            seed,
            ..Options::from(Habits { bare_arrays, ..Habits::default() })
        })
        .await;
        let count = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(count(&tenant.get("/releases").await.expect(200)), rows);
        let page = tenant.get("/releases?pageNum=0").await.expect(200);
        assert_eq!(count(&page["resultSet"]), 100);
    }
    assert_eq!(Habits::default().bare_arrays, BareArrays::Cut);
}

#[tokio::test]
async fn a_filter_value_without_back_ticks_is_refused_or_accepted() {
    for (bare_values, status) in [(BareValues::Refused, 500), (BareValues::Accepted, 200)] {
        let tenant = Tenant::start(Habits { bare_values, ..Habits::default() }).await;
        tenant.filter("/releases", "identifier = REL-2026.10").await.expect(status);
        tenant.filter("/releases", "identifier = `REL-2026.10`").await.expect(200);
    }
    assert_eq!(Habits::default().bare_values, BareValues::Refused);
}

#[tokio::test]
async fn a_refresh_token_is_refused_or_good_for_one_new_token() {
    for (refresh_grant, status) in [(RefreshGrant::Refused, 400), (RefreshGrant::Accepted, 200)] {
        let mut tenant = Tenant::start(Habits { refresh_grant, ..Habits::default() }).await;
        let first = tenant.ask_token(&credentials()).await.expect(200);
        let form = credentials().replace("grant_type=password", "grant_type=refresh_token");
        let form = format!("{form}&refresh_token={}", first["refresh_token"].as_str().unwrap());
        let second = tenant.ask_token(&form).await.expect(status);
        if status == 200 {
            second["access_token"].as_str().unwrap().clone_into(&mut tenant.token);
            assert_eq!(tenant.get("/me").await.expect(200), "jane@example.com");
            assert_eq!(tenant.ask_token(&form).await.expect(400)["error"], "invalid_grant");
        }
    }
    assert_eq!(Habits::default().refresh_grant, RefreshGrant::Refused);
}

#[tokio::test]
async fn lists_below_a_release_are_paged_or_whole() {
    for (part_lists, is_whole) in [(PartLists::Paged, false), (PartLists::Whole, true)] {
        let tenant = Tenant::start(Habits { part_lists, ..Habits::default() }).await;
        let phases = tenant.below("ENT-2026.Q3", "phases").await;
        let all = tenant.get(&phases).await.expect(200).as_array().unwrap().len();
        let page = tenant.get(&format!("{phases}?pageNum=0&recordsPerPage=1")).await.expect(200);
        let page = if page.is_array() { &page } else { &page["resultSet"] };
        assert_eq!(page.as_array().unwrap().len(), if is_whole { all } else { 1 });
        let systems = tenant.get("/systems?pageNum=0&recordsPerPage=1").await.expect(200);
        assert_eq!(systems["returnCount"], 1, "other lists are not touched");
    }
    assert_eq!(Habits::default().part_lists, PartLists::Paged);
}

#[tokio::test]
async fn a_404_is_empty_or_has_a_message() {
    for (not_found_body, has_message) in
        [(NotFoundBody::Empty, false), (NotFoundBody::Message, true)]
    {
        let tenant = Tenant::start(Habits { not_found_body, ..Habits::default() }).await;
        let answer = tenant.get(&format!("/systems/{STRANGER}")).await.expect(404);
        assert_eq!(answer["message"].is_string(), has_message);
    }
    assert_eq!(Habits::default().not_found_body, NotFoundBody::Empty);
}

#[tokio::test]
async fn a_wrong_filter_is_a_500_or_a_400() {
    for (wrong_filter, status) in [(WrongFilter::Failure, 500), (WrongFilter::BadRequest, 400)] {
        let tenant = Tenant::start(Habits { wrong_filter, ..Habits::default() }).await;
        let refused = tenant.filter("/releases", "colour = `red`").await.expect(status);
        assert_eq!(refused.get("exceptionMessage").is_some(), status == 500);
    }
    assert_eq!(Habits::default().wrong_filter, WrongFilter::Failure);
}

#[tokio::test]
async fn the_header_plutora_info_is_ignored_or_checked() {
    for (plutora_info, status) in [(PlutoraInfo::Ignored, 200), (PlutoraInfo::Checked, 400)] {
        let tenant = Tenant::start(Habits { plutora_info, ..Habits::default() }).await;
        tenant.get("/me").await.expect(200);
        let request = || tenant.client.get(format!("{}/me", tenant.sandbox.url()));
        let request = || request().bearer_auth(&tenant.token);
        answer(request()).await.unwrap().expect(status);
        let odd = request().header("Plutora-Info", "script.name=<x>");
        answer(odd).await.unwrap().expect(status);
    }
    assert_eq!(Habits::default().plutora_info, PlutoraInfo::Ignored);
}

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
async fn a_put_of_what_is_not_there_is_a_404_or_a_400_but_a_404_for_a_release() {
    for (unknown_put, status) in [(UnknownPut::NotFound, 404), (UnknownPut::BadRequest, 400)] {
        let tenant = Tenant::start(Habits { unknown_put, ..Habits::default() }).await;
        let system = tenant.system_body().await;
        tenant.put(&format!("/systems/{STRANGER}"), &system).await.expect(status);
        let release = tenant.release_body().await;
        tenant.put(&format!("/releases/{STRANGER}"), &release).await.expect(404);
    }
    assert_eq!(Habits::default().unknown_put, UnknownPut::NotFound);
}
