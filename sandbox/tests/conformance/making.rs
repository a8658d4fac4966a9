//! What tests make of Plutora's objects, each deleted at the end.

use serde_json::{Value, json};

use crate::answer::{at, column};
use crate::objects::{with, without};
use crate::plutora::{DATE, Plutora, unique};

impl Plutora {
    /// The body of a release of a kind that has no parent.
    pub(crate) async fn release_body(&self, kind: &str) -> Value {
        json!({
            "identifier": unique("CONF"),
            "name": "Conformance",
            "summary": "Made by a test, and deleted by it",
            "releaseTypeId": self.lookup("ReleaseType").await,
            "releaseStatusTypeId": self.lookup("ReleaseStatusType").await,
            "releaseRiskLevelId": self.lookup("ReleaseRiskLevel").await,
            "implementationDate": DATE,
            "displayColor": "#00ccff",
            "organizationId": self.first("/organizations").await,
            "plutoraReleaseType": kind,
            "releaseProjectType": if kind == "Enterprise" { "None" } else { "NotIsProject" },
        })
    }

    /// Makes an Independent or an Enterprise release, and gives it with its path.
    pub(crate) async fn release(&self, kind: &str) -> (Value, String) {
        self.make("/releases", &self.release_body(kind).await).await
    }

    pub(crate) async fn system_body(&self) -> Value {
        json!({
            "name": unique("Conformance"),
            "vendor": "In-house",
            "status": "Active",
            "organizationId": self.first("/organizations").await,
        })
    }

    /// Makes a system, and gives it with its path.
    pub(crate) async fn system(&self) -> (Value, String) {
        self.make("/systems", &self.system_body().await).await
    }

    /// Makes the releases A, B and C, implemented two days before [`DATE`], then and two days after,
    /// and gives what their identifiers begin with.
    pub(crate) async fn three_releases(&self) -> String {
        let mut body = self.release_body("Independent").await;
        let start = format!("{}.", unique("CONF").replace(' ', "-"));
        for (letter, date) in
            [('A', "2030-11-26T22:00:00"), ('B', DATE), ('C', "2030-11-30T22:00:00")]
        {
            body["identifier"] = json!(format!("{start}{letter}"));
            body["implementationDate"] = json!(date);
            self.make("/releases", &body).await;
        }
        start
    }

    pub(crate) async fn change_body(&self) -> Value {
        let user = self.first("/users").await;
        json!({
            "name": unique("Conformance"),
            "changePriorityId": self.lookup("ChangePriority").await,
            "changeStatusId": self.lookup("ChangeStatus").await,
            "changeTypeId": self.lookup("ChangeType").await,
            "changeDeliveryRiskId": self.lookup("ChangeDeliveryRisk").await,
            "changeThemeId": self.lookup("ChangeTheme").await,
            "raisedById": user,
            "assignedToId": user,
            "organizationId": self.first("/organizations").await,
            "businessValueScore": 60,
        })
    }

    /// Makes a change, and gives it with its path.
    pub(crate) async fn change(&self) -> (Value, String) {
        self.make("/changes", &self.change_body().await).await
    }

    pub(crate) async fn environment_body(&self) -> Value {
        json!({
            "name": unique("Conformance"),
            "vendor": "In-house",
            "linkedSystemId": self.system().await.0["id"],
            "usageWorkItemId": self.lookup("UsedForWorkItem").await,
            "environmentStatusId": self.lookup("EnvironmentStatus").await,
            "color": "#123456",
            "isSharedEnvironment": false,
        })
    }

    /// Makes an environment of a new system, and gives it with its path.
    pub(crate) async fn environment(&self) -> (Value, String) {
        self.make("/environments", &self.environment_body().await).await
    }

    /// Has a POST refused with a 400, and gives the refusal.
    pub(crate) async fn refuse(&self, collection: &str, body: &Value) -> Value {
        let answer = self.post(collection, body).await;
        if answer.status.is_success() {
            self.made(at(collection, &answer.json()));
        }
        answer.expect(400)
    }

    /// Has a POST refused without any one of some fields, and makes an object with them.
    pub(crate) async fn assert_mandatory(&self, collection: &str, body: &Value, fields: &[&str]) {
        for field in fields {
            println!("without {field}");
            self.refuse(collection, &without(body, field)).await;
        }
        self.make(collection, body).await;
    }

    /// The rows of a list with a value in a field, which are deleted at the end.
    pub(crate) async fn take(&self, collection: &str, field: &str, value: &Value) -> Vec<Value> {
        let filter = format!("`{field}` = `{}`", value.as_str().unwrap());
        let page = self.filter(collection, &filter).await.expect(200);
        let rows = page["resultSet"].as_array().unwrap();
        for row in rows {
            self.made(at(collection, row));
        }
        rows.clone()
    }

    /// Makes a release with a manager, and gives it with its path.
    pub(crate) async fn managed(&self) -> (Value, String) {
        let manager = self.first("/users").await;
        let body = with(&self.release_body("Independent").await, "managerId", manager);
        self.make("/releases", &body).await
    }

    /// Makes a release with an Enterprise as its parent, and gives it with its path.
    pub(crate) async fn child(&self, parent: &Value) -> (Value, String) {
        let mut body = self.release_body("Integrated").await;
        body["parentReleaseId"] = parent["id"].clone();
        self.make("/releases", &body).await
    }

    /// The body of a phase or a gate: `kind` is `Phases` or `Gates`.
    pub(crate) async fn item_body(&self, kind: &str) -> Value {
        json!({
            "workItemNameID": self.first(&format!("/WorkItemNames/{kind}")).await,
            "startDate": "2030-11-04T00:00:00",
            "endDate": "2030-11-15T00:00:00",
        })
    }

    /// The body that links a new system to a release.
    pub(crate) async fn link_body(&self) -> Value {
        json!({
            "systemId": self.system().await.0["id"],
            "systemRoleType": "Impact",
            "systemRoleDependencyTypeId": self.lookup("SystemRoleDependencyType").await,
        })
    }

    /// Links a new system to a release, and gives the path of its row.
    pub(crate) async fn link(&self, release: &str) -> String {
        let body = self.link_body().await;
        self.post(&format!("{release}/systems"), &body).await.expect(201);
        format!("{release}/systems/{}", body["systemId"].as_str().unwrap())
    }
}

/// The letters of what [`Plutora::three_releases`] made that are on a page, in its order.
pub(crate) fn letters(page: &Value, start: &str) -> String {
    let identifiers = column(&page["resultSet"], "identifier");
    identifiers.iter().filter_map(|identifier| identifier.strip_prefix(start)).collect()
}
