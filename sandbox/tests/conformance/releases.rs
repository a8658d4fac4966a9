//! Releases.

use serde_json::{Value, json};

use crate::answer::at;
use crate::objects::{assert_has, assert_has_keys, with, without};
use crate::plutora::{Plutora, STRANGER, facts, unique};

const DETAIL: [&str; 23] = [
    "id",
    "identifier",
    "name",
    "summary",
    "releaseTypeId",
    "releaseType",
    "location",
    "releaseStatusTypeId",
    "releaseStatusType",
    "releaseRiskLevelId",
    "releaseRiskLevel",
    "implementationDate",
    "displayColor",
    "organizationId",
    "organization",
    "managerId",
    "manager",
    "parentReleaseId",
    "parentRelease",
    "plutoraReleaseType",
    "releaseProjectType",
    "additionalInformation",
    "lastModifiedDate",
];

const ROW: [&str; 12] = [
    "id",
    "identifier",
    "name",
    "implementationDate",
    "displayColor",
    "plutoraReleaseType",
    "releaseProjectType",
    "releaseStatusType",
    "releaseStatusTypeId",
    "lastModifiedDate",
    "parentReleaseId",
    "parentRelease",
];

/// The row that a release has in the list.
async fn row(plutora: &Plutora, release: &Value) -> Value {
    let rows = plutora.take("/releases", "identifier", &release["identifier"]).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].clone()
}

facts! {
    async fn asserted_a_post_answers_201_and_the_detail_of_23_keys(plutora) {
        let body = plutora.release_body("Independent").await;
        let made = plutora.post("/releases", &body).await.expect(201);
        let path = at("/releases", &made);
        plutora.made(path.clone());
        assert_has_keys(&made, &DETAIL);
        assert_eq!(plutora.get(&path).await.expect(200), made);
    }

    /// The smallest body that is known: beside the mandatory fields a summary and a colour.
    async fn asserted_eleven_fields_make_a_release(plutora) {
        let body = plutora.release_body("Independent").await;
        assert_has(&plutora.make("/releases", &body).await.0, &body);
    }

    async fn documented_nine_fields_are_mandatory(plutora) {
        let body = plutora.release_body("Independent").await;
        let fields = [
            "identifier",
            "name",
            "releaseTypeId",
            "releaseStatusTypeId",
            "releaseRiskLevelId",
            "implementationDate",
            "organizationId",
            "plutoraReleaseType",
            "releaseProjectType",
        ];
        plutora.assert_mandatory("/releases", &body, &fields).await;
    }

    async fn documented_summary_location_and_manager_are_optional(plutora) {
        let body = without(&plutora.release_body("Independent").await, "summary");
        assert!(body.get("location").is_none() && body.get("managerId").is_none());
        plutora.make("/releases", &body).await;
    }

    async fn asserted_an_empty_name_is_a_400(plutora) {
        let body = with(&plutora.release_body("Independent").await, "name", "");
        plutora.refuse("/releases", &body).await;
    }

    async fn documented_three_kinds_of_releases(plutora) {
        let (parent, _) = plutora.release("Enterprise").await;
        let (other, _) = plutora.release("Independent").await;
        let (child, _) = plutora.child(&parent).await;
        for (release, kind) in
            [(parent, "Enterprise"), (child, "Integrated"), (other, "Independent")]
        {
            assert_eq!(release["plutoraReleaseType"], kind);
        }
    }

    async fn asserted_an_enterprise_may_be_of_any_project_type(plutora) {
        for kind in ["None", "NotIsProject", "IsProject"] {
            let body = plutora.release_body("Enterprise").await;
            let body = with(&body, "releaseProjectType", kind);
            let (made, _) = plutora.make("/releases", &body).await;
            assert_eq!(made["releaseProjectType"], kind);
        }
    }

    async fn documented_beside_each_id_stands_what_it_is_called(plutora) {
        let (made, _) = plutora.managed().await;
        for (id, twin, list, key) in [
            ("releaseTypeId", "releaseType", "/lookupfields/ReleaseType", "value"),
            ("releaseStatusTypeId", "releaseStatusType", "/lookupfields/ReleaseStatusType", "value"),
            ("releaseRiskLevelId", "releaseRiskLevel", "/lookupfields/ReleaseRiskLevel", "value"),
            ("organizationId", "organization", "/organizations", "name"),
        ] {
            let rows = plutora.rows(list).await;
            let named = rows.iter().find(|row| row["id"] == made[id]).unwrap();
            assert_eq!(made[twin], named[key], "{twin}");
        }
        assert_ne!(made["manager"].as_str().unwrap(), "");
    }

    async fn documented_names_and_the_date_of_modification_are_read_only(plutora) {
        let (made, path) = plutora.managed().await;
        let mut body = made.clone();
        for key in ["releaseType", "releaseStatusType", "releaseRiskLevel", "organization", "manager"] {
            body[key] = json!("Nobody");
        }
        body["lastModifiedDate"] = json!("2001-01-01T00:00:00");
        plutora.put(&path, &body).await.expect(204);
        let after = plutora.get(&path).await.expect(200);
        assert_ne!(after["lastModifiedDate"], body["lastModifiedDate"]);
        let date = "lastModifiedDate";
        assert_eq!(without(&after, date), without(&made, date));
    }

    /// The vendor's schema calls it read-only.
    async fn seen_a_display_color_is_kept(plutora) {
        let body = plutora.release_body("Independent").await;
        let (made, _) = plutora.make("/releases", &with(&body, "displayColor", "#aa3311")).await;
        assert_eq!(made["displayColor"], "#aa3311");
    }

    async fn asserted_a_new_release_has_no_phases_gates_or_systems(plutora) {
        let (_, path) = plutora.release("Independent").await;
        for collection in ["phases", "gates", "systems"] {
            let rows = plutora.get(&format!("{path}/{collection}")).await.expect(200);
            assert_eq!(rows, json!([]), "{collection}");
        }
    }

    async fn asserted_an_unknown_release_is_a_404(plutora) {
        let path = format!("/releases/{STRANGER}");
        plutora.get(&path).await.expect(404);
        plutora.delete(&path).await.expect(404);
        let (made, _) = plutora.release("Independent").await;
        plutora.put(&path, &with(&made, "id", STRANGER)).await.expect(404);
    }

    async fn asserted_a_put_answers_204_and_nothing(plutora) {
        let (made, path) = plutora.release("Independent").await;
        let answer = plutora.put(&path, &with(&made, "name", "Renamed")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        assert_eq!(plutora.get(&path).await.expect(200)["name"], "Renamed");
    }

    async fn asserted_a_put_needs_the_mandatory_fields(plutora) {
        let (made, path) = plutora.release("Independent").await;
        for key in ["identifier", "name", "releaseStatusTypeId"] {
            plutora.put(&path, &without(&made, key)).await.expect(400);
        }
    }

    async fn asserted_a_put_needs_no_kind_project_type_summary_or_location(plutora) {
        let (mut body, path) = plutora.release("Independent").await;
        for key in ["plutoraReleaseType", "releaseProjectType", "summary", "location"] {
            body = without(&body, key);
        }
        plutora.put(&path, &body).await.expect(204);
    }

    async fn inferred_a_put_without_kind_and_project_type_keeps_them(plutora) {
        let (made, path) = plutora.release("Independent").await;
        let body = without(&without(&made, "plutoraReleaseType"), "releaseProjectType");
        plutora.put(&path, &body).await.expect(204);
        let kept = json!({"plutoraReleaseType": "Independent", "releaseProjectType": "NotIsProject"});
        assert_has(&plutora.get(&path).await.expect(200), &kept);
    }

    async fn asserted_a_put_of_another_id_than_that_of_the_path_is_a_400(plutora) {
        let (made, path) = plutora.release("Independent").await;
        let told = plutora.put(&path, &with(&made, "id", STRANGER)).await.expect(400);
        assert!(told["message"].is_string());
    }

    async fn asserted_a_delete_answers_200_and_the_release_is_gone(plutora) {
        let (_, path) = plutora.release("Independent").await;
        plutora.delete(&path).await.expect(200);
        plutora.get(&path).await.expect(404);
    }

    /// Seen in 2025, and most of it asserted before: `releaseStatusTypeID` and `parentReleaseID` in 2019.
    async fn seen_a_row_of_the_list_has_12_keys(plutora) {
        let (made, _) = plutora.release("Independent").await;
        assert_has_keys(&row(plutora, &made).await, &ROW);
    }

    /// Seen in 2025; the modes are those of the vendor's help.
    async fn seen_a_row_of_the_list_tells_the_mode_of_its_status(plutora) {
        let (made, _) = plutora.release("Independent").await;
        let row = row(plutora, &made).await;
        let modes = ["Planning", "Execution", "Implementation", "Completed", "Cancelled"];
        assert!(modes.iter().any(|mode| row["releaseStatusMode"] == *mode), "{row}");
    }

    async fn inferred_an_identifier_may_repeat(plutora) {
        let body = plutora.release_body("Independent").await;
        let (first, _) = plutora.make("/releases", &body).await;
        assert_ne!(plutora.make("/releases", &body).await.0["id"], first["id"]);
    }

    async fn documented_many_can_be_made_at_once(plutora) {
        let answer = plutora.post("/releases/bulk", &json!([])).await;
        assert!(![404, 405].contains(&answer.status.as_u16()), "{answer:?}");
    }

    async fn inferred_many_are_answered_with_200_and_each_of_them(plutora) {
        let body = plutora.release_body("Independent").await;
        let bodies = [body.clone(), with(&body, "identifier", unique("CONF"))];
        let answer = plutora.post("/releases/bulk", &json!(bodies)).await;
        for body in &bodies {
            assert_eq!(plutora.take("/releases", "identifier", &body["identifier"]).await.len(), 1);
        }
        for (number, body) in bodies.iter().enumerate() {
            assert_has(&answer.expect(200)[number], body);
        }
    }
}
