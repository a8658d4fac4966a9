//! The statuses of deployment dates, which differ by the kind of the release.

use crate::answer::{Answer, rule};
use crate::deployment_dates::{assert_told, body, dates, make};
use crate::objects::with;
use crate::plutora::{Plutora, facts};

const LABELS: &str = "statuses may have other labels";

/// Makes a deployment date in a release of a kind, sets its status, and gives the answer.
async fn set(plutora: &Plutora, kind: &str, status: &str) -> Answer {
    let (made, path) = make(plutora, &dates(plutora, kind).await, &body("wave 1")).await;
    plutora.put(&path, &with(&made, "deploymentStatus", status)).await
}

facts! {
    /// What pending is called is the tenant's.
    async fn asserted_the_status_in_a_post_is_ignored(plutora) {
        let dates = dates(plutora, "Independent").await;
        let (usual, _) = make(plutora, &dates, &body("wave 1")).await;
        let body = with(&body("wave 2"), "deploymentStatus", "Completed");
        let (made, _) = make(plutora, &dates, &body).await;
        assert_eq!(made["deploymentStatus"], usual["deploymentStatus"]);
    }

    async fn asserted_a_new_date_is_pending(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        let dates = dates(plutora, "Independent").await;
        let (made, _) = make(plutora, &dates, &body("wave 1")).await;
        assert_eq!(made["deploymentStatus"], "Pending");
    }

    async fn asserted_an_independent_release_can_reject(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        let answer = set(plutora, "Independent", "Rejected").await.expect(200);
        assert_eq!(answer["deploymentStatus"], "Rejected");
    }

    async fn asserted_an_enterprise_cannot_reject(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        let answer = set(plutora, "Enterprise", "Rejected").await;
        assert_told(&answer, "Can not set deployment status to Rejected");
    }

    async fn asserted_an_enterprise_endorses_which_fills_in_the_date_of_completion(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        let answer = set(plutora, "Enterprise", "Endorsed").await.expect(200);
        assert_eq!(answer["deploymentStatus"], "Endorsed");
        assert!(answer["deploymentCompletedDate"].is_string());
    }

    async fn inferred_an_independent_release_completes_which_fills_in_the_date_too(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        let answer = set(plutora, "Independent", "Completed").await.expect(200);
        assert_eq!(answer["deploymentStatus"], "Completed");
        assert!(answer["deploymentCompletedDate"].is_string());
    }

    async fn inferred_any_release_takes_rollback_pending(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        for kind in ["Enterprise", "Independent"] {
            let answer = set(plutora, kind, "RollbackPending").await.expect(200);
            assert_eq!(answer["deploymentStatus"], "RollbackPending", "{kind}");
        }
    }

    async fn inferred_each_kind_of_release_has_its_own_word_for_done(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        for (kind, status) in [("Enterprise", "Completed"), ("Independent", "Endorsed")] {
            assert_told(&set(plutora, kind, status).await, "Invalid deployment status");
        }
    }

    async fn inferred_a_status_is_refused_with_a_400(plutora) {
        if plutora.is_spared(LABELS) {
            return;
        }
        for (kind, status) in [
            ("Enterprise", "Rejected"),
            ("Enterprise", "Completed"),
            ("Independent", "Endorsed"),
            ("Independent", "No such status"),
        ] {
            rule(&set(plutora, kind, status).await.expect(400));
        }
    }

    /// The text is known from what tests expect, and never asserted.
    async fn inferred_an_unknown_status_is_refused(plutora) {
        let answer = set(plutora, "Independent", "No such status").await;
        assert_told(&answer, "Invalid deployment status");
    }
}
