//! The statuses of deployment dates.

use plutora_sandbox::{Habits, StatusRules};
use serde_json::{Value, json};

use crate::deployment_dates::body;
use crate::support::{Tenant, at, rule};

const INVALID: &str = "Invalid deployment status";

/// A date as it is now, and where it is.
struct Date(String, Value);

impl Date {
    /// The first date of Core Ledger in a release.
    async fn of(tenant: &Tenant, release: &str) -> Self {
        let dates = tenant.dates_of(release, "Core Ledger").await;
        let row = tenant.get(&dates).await.expect(200)[0].clone();
        Self(at(&dates, &row), row)
    }

    /// Sets a status, and gives the one that there is then or the text of the refusal.
    async fn set(&mut self, tenant: &Tenant, status: &str) -> String {
        let mut body = self.1.clone();
        body["deploymentStatus"] = json!(status);
        let answer = tenant.put(&self.0, &body).await;
        if answer.status != 200 {
            return rule(&answer.expect(400)).to_owned();
        }
        self.1 = answer.json();
        let dates = self.0.rsplit_once('/').unwrap().0;
        assert_eq!(tenant.get(dates).await.expect(200)[0], self.1);
        self.1["deploymentStatus"].as_str().unwrap().to_owned()
    }

    fn is_complete(&self) -> bool {
        self.1["deploymentCompletedDate"].is_string()
    }
}

#[tokio::test]
async fn a_date_is_completed_rejected_or_rolled_back() {
    let tenant = Tenant::demo().await;
    let mut date = Date::of(&tenant, "REL-2026.11").await;
    assert!(!date.is_complete());
    for (status, completes) in
        [("Completed", true), ("Rejected", false), ("RollbackPending", false)]
    {
        assert_eq!(date.set(&tenant, status).await, status);
        assert_eq!(date.is_complete(), completes, "{status}");
    }
}

#[tokio::test]
async fn an_enterprise_endorses() {
    let tenant = Tenant::demo().await;
    let mut date = Date::of(&tenant, "ENT-2026.Q3").await;
    assert_eq!(date.set(&tenant, "Endorsed").await, "Endorsed");
    assert!(date.is_complete());
    assert_eq!(date.set(&tenant, "RollbackPending").await, "RollbackPending");
    assert!(!date.is_complete());
}

#[tokio::test]
async fn an_unknown_label_is_invalid_and_changes_nothing() {
    let tenant = Tenant::demo().await;
    let mut date = Date::of(&tenant, "REL-2026.11").await;
    for status in ["Shipped", ""] {
        assert_eq!(date.set(&tenant, status).await, INVALID);
    }
    assert_eq!(Date::of(&tenant, "REL-2026.11").await.1, date.1);
}

#[tokio::test]
async fn nothing_goes_back_to_pending() {
    let tenant = Tenant::demo().await;
    for (release, status) in [("REL-2026.11", "Completed"), ("ENT-2026.Q3", "Endorsed")] {
        let mut date = Date::of(&tenant, release).await;
        assert_eq!(date.set(&tenant, status).await, status);
        assert_eq!(date.set(&tenant, "Pending").await, INVALID, "{release}");
    }
}

#[tokio::test]
async fn the_current_status_can_be_sent_back_and_keeps_its_date_of_completion() {
    let tenant = Tenant::demo().await;
    let mut date = Date::of(&tenant, "REL-2026.11").await;
    assert_eq!(date.set(&tenant, "pending").await, "Pending");
    date.set(&tenant, "Completed").await;
    let edit = format!("/__sandbox/deploymentDates/{}", date.1["id"].as_str().unwrap());
    let then = json!({"deploymentCompletedDate": "2026-11-29T01:00:00"});
    tenant.patch(&edit, &then).await.expect(200);
    assert_eq!(date.set(&tenant, "Completed").await, "Completed");
    assert_eq!(date.1["deploymentCompletedDate"], "2026-11-29T01:00:00");

    // Somebody else's word stays as long as nobody changes it.
    let mut date = Date::of(&tenant, "ENT-2026.Q3").await;
    let edit = format!("/__sandbox/deploymentDates/{}", date.1["id"].as_str().unwrap());
    for status in ["Rejected", "Shipped"] {
        tenant.patch(&edit, &json!({"deploymentStatus": status})).await.expect(200);
        assert_eq!(date.set(&tenant, status).await, status);
    }
}

#[tokio::test]
async fn a_put_without_a_status_keeps_it_and_its_date_of_completion() {
    let tenant = Tenant::demo().await;
    let mut date = Date::of(&tenant, "REL-2026.11").await;
    date.set(&tenant, "Completed").await;
    let mut body = date.1.clone();
    for key in ["deploymentStatus", "deploymentCompletedDate"] {
        body.as_object_mut().unwrap().remove(key);
    }
    assert_eq!(tenant.put(&date.0, &body).await.expect(200), date.1);
}

#[tokio::test]
async fn labels_are_shown_and_taken_and_words_are_stored() {
    let status_labels = "Pending=pending123,Endorsed=Signed off".parse().unwrap();
    let tenant = Tenant::start(Habits { status_labels, ..Habits::default() }).await;
    let dates = tenant.dates_of("REL-2026.11", "Core Ledger").await;
    let made = tenant.post(&dates, &body("wave 3")).await.expect(200);
    assert_eq!(made["deploymentStatus"], "pending123");

    let mut date = Date::of(&tenant, "ENT-2026.Q3").await;
    assert_eq!(date.set(&tenant, "PENDING123").await, "pending123");
    assert_eq!(date.set(&tenant, "Pending").await, "pending123");
    assert_eq!(date.set(&tenant, "signed OFF").await, "Signed off");
    assert_eq!(date.set(&tenant, "Endorsed").await, "Signed off", "the plain word is taken too");
    assert_eq!(date.set(&tenant, "pending123").await, INVALID);
    let state = tenant.get("/__sandbox/state").await.expect(200);
    let stored = state["deploymentDates"].as_array().unwrap();
    let stored = stored.iter().find(|row| row["id"] == date.1["id"]).unwrap();
    assert_eq!(stored["deploymentStatus"], "Endorsed");
    let signed = tenant.filter(date.0.rsplit_once('/').unwrap().0, "deploymentStatus ~ `signed`");
    assert_eq!(signed.await.expect(200)["totalCount"], 1);
}

#[tokio::test]
async fn statuses_follow_inferred_rules_or_the_one_that_is_known() {
    for (status_rules, is_loose) in [(StatusRules::Strict, false), (StatusRules::Loose, true)] {
        let tenant = Tenant::start(Habits { status_rules, ..Habits::default() }).await;
        for (release, words) in [
            ("REL-2026.11", ["Endorsed", "Completed", "Pending"]),
            ("ENT-2026.Q3", ["Completed", "Endorsed", "Pending"]),
        ] {
            let mut date = Date::of(&tenant, release).await;
            let [other, own, back] = words;
            assert_eq!(date.set(&tenant, other).await, if is_loose { other } else { INVALID });
            assert_eq!(date.is_complete(), is_loose);
            assert_eq!(date.set(&tenant, own).await, own);
            assert_eq!(date.set(&tenant, back).await, if is_loose { back } else { INVALID });
            assert_eq!(date.set(&tenant, "Shipped").await, INVALID);
            let rejected = date.set(&tenant, "Rejected").await;
            assert_eq!(rejected == "Rejected", release == "REL-2026.11");
        }
    }
    assert_eq!(Habits::default().status_rules, StatusRules::Strict);
}
