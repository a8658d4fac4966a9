//! The deployment dates of a system in a release.

use serde_json::{Value, json};

use crate::answer::{Answer, at};
use crate::objects::{assert_has, assert_has_keys, with, without};
use crate::plutora::{Plutora, STRANGER, facts};

const KEYS: [&str; 14] = [
    "id",
    "deploymentTitle",
    "deploymentTypeID",
    "deploymentType",
    "deployingToID",
    "deployingTo",
    "enterpriseTypeID",
    "enterpriseType",
    "startDate",
    "endDate",
    "changeRecord",
    "deploymentStatus",
    "deploymentCompletedDate",
    "sortOrder",
];

const TURNED: &str = "Start date can not be later than end date";

pub(crate) fn body(title: &str) -> Value {
    json!({
        "deploymentTitle": title,
        "startDate": "2030-11-28T22:00:00",
        "endDate": "2030-11-29T02:00:00",
        "changeRecord": "CHG-1",
    })
}

/// Makes a release with a system, and gives the path of the deployment dates of that.
pub(crate) async fn dates(plutora: &Plutora, kind: &str) -> String {
    let (_, release) = plutora.release(kind).await;
    plutora.link(&release).await + "/deploymentDates"
}

/// Makes a deployment date, and gives it with its path.
pub(crate) async fn make(plutora: &Plutora, dates: &str, body: &Value) -> (Value, String) {
    let made = plutora.post(dates, body).await.expect(200);
    let path = at(dates, &made);
    (made, path)
}

/// Fails unless a text is what a request was refused for; with which status is not always asserted.
pub(crate) fn assert_told(answer: &Answer, text: &str) {
    assert!(answer.status.as_u16() >= 400 && answer.text.contains(text), "{answer:?}");
}

facts! {
    async fn asserted_a_post_answers_200_and_the_date(plutora) {
        let dates = dates(plutora, "Independent").await;
        let made = plutora.post(&dates, &body("wave 1")).await.expect(200);
        assert_has_keys(&made, &KEYS);
        assert_has(&made, &body("wave 1"));
        assert_eq!(plutora.get(&dates).await.expect(200), json!([made]));
    }

    async fn asserted_a_put_answers_200_and_the_date(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (made, path) = make(plutora, &dates, &body("wave 1")).await;
        let changed = with(&with(&made, "deploymentTitle", "wave one"), "changeRecord", Value::Null);
        assert_eq!(plutora.put(&path, &changed).await.expect(200), changed);
        assert_eq!(plutora.get(&dates).await.expect(200), json!([changed]));
    }

    async fn asserted_a_delete_answers_200_and_nothing(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (_, path) = make(plutora, &dates, &body("wave 1")).await;
        let answer = plutora.delete(&path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        assert_eq!(plutora.get(&dates).await.expect(200), json!([]));
    }

    async fn asserted_type_and_target_are_kept_and_named(plutora) {
        let dates = dates(plutora, "Independent").await;
        let mut body = body("wave 1");
        let mut named = json!({});
        for (key, list) in [("deploymentType", "DeploymentType"), ("deployingTo", "DeploymentTo")] {
            let value = plutora.rows(&format!("/lookupfields/{list}")).await[0].clone();
            body[format!("{key}ID")] = value["id"].clone();
            named[key] = value["value"].clone();
        }
        let (made, _) = make(plutora, &dates, &body).await;
        assert_has(&made, &body);
        assert_has(&made, &named);
    }

    async fn asserted_a_date_needs_no_type(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (made, _) = make(plutora, &dates, &body("wave 1")).await;
        assert_eq!(made["deploymentTypeID"], Value::Null);
    }

    async fn asserted_an_enterprise_type_is_kept(plutora) {
        if plutora.is_spared("of what it is the id is in no public text") {
            return;
        }
        let dates = dates(plutora, "Enterprise").await;
        let body = with(&body("wave 1"), "enterpriseTypeID", STRANGER);
        assert_eq!(make(plutora, &dates, &body).await.0["enterpriseTypeID"], STRANGER);
    }

    async fn inferred_title_start_and_end_are_mandatory(plutora) {
        let dates = dates(plutora, "Independent").await;
        for key in ["deploymentTitle", "startDate", "endDate"] {
            plutora.post(&dates, &without(&body("wave 1"), key)).await.expect(400);
        }
    }

    async fn asserted_a_start_later_than_the_end_is_refused(plutora) {
        let dates = dates(plutora, "Independent").await;
        let turned = with(&body("wave 1"), "startDate", "2030-11-30T00:00:00");
        assert_told(&plutora.post(&dates, &turned).await, TURNED);
        let (made, path) = make(plutora, &dates, &body("wave 1")).await;
        let turned = with(&made, "startDate", "2030-11-30T00:00:00");
        assert_told(&plutora.put(&path, &turned).await, TURNED);
    }

    async fn inferred_a_start_later_than_the_end_is_a_400(plutora) {
        let dates = dates(plutora, "Independent").await;
        let turned = with(&body("wave 1"), "startDate", "2030-11-30T00:00:00");
        plutora.post(&dates, &turned).await.expect(400);
    }

    async fn asserted_the_id_in_a_post_is_ignored(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (made, _) = make(plutora, &dates, &with(&body("wave 1"), "id", STRANGER)).await;
        assert_ne!(made["id"], STRANGER);
    }

    async fn asserted_the_id_in_a_put_has_to_be_that_of_the_path(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (_, path) = make(plutora, &dates, &body("wave 1")).await;
        let (other, _) = make(plutora, &dates, &body("wave 2")).await;
        let answer = plutora.put(&path, &other).await;
        assert!(answer.status.as_u16() >= 400, "{answer:?}");
    }

    async fn asserted_a_date_of_completion_that_is_sent_is_ignored(plutora) {
        let dates = dates(plutora, "Independent").await;
        let completed = "2030-01-01T00:00:00";
        let sent = with(&body("wave 1"), "deploymentCompletedDate", completed);
        let (made, path) = make(plutora, &dates, &sent).await;
        assert_eq!(made["deploymentCompletedDate"], Value::Null);
        let sent = with(&made, "deploymentCompletedDate", completed);
        let answer = plutora.put(&path, &sent).await.expect(200);
        assert_eq!(answer["deploymentCompletedDate"], Value::Null);
    }

    async fn asserted_new_dates_are_numbered_whatever_is_sent(plutora) {
        let dates = dates(plutora, "Independent").await;
        for number in 1..=3 {
            let body = with(&body("wave"), "sortOrder", 7);
            assert_eq!(make(plutora, &dates, &body).await.0["sortOrder"], number);
        }
    }

    async fn asserted_a_date_that_moves_pushes_the_others_along(plutora) {
        let dates = dates(plutora, "Independent").await;
        let mut last = (Value::Null, String::new());
        for title in ["1", "2", "3", "4"] {
            last = make(plutora, &dates, &body(title)).await;
        }
        plutora.put(&last.1, &with(&last.0, "sortOrder", 2)).await.expect(200);
        let rows = plutora.rows(&dates).await;
        for (title, number) in [("1", 1), ("4", 2), ("2", 3), ("3", 4)] {
            let row = rows.iter().find(|row| row["deploymentTitle"] == title).unwrap();
            assert_eq!(row["sortOrder"], number, "{title}");
        }
    }
}
