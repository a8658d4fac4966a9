//! A sandbox with a client that is logged in, and short ways to ask it things.

use std::sync::atomic::{AtomicBool, Ordering};

use plutora_sandbox::{Behaviour, Credentials, Habits, Options, Sandbox, Seed, Throttle, start};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::answer::verbs;
pub(crate) use crate::answer::{Answer, answer, at, client, column, keys, rule};
use crate::described::assert_described;

/// A running sandbox and its client.
pub(crate) struct Tenant {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) token: String,
    /// Whether answers are not what is described: after a fault or an edit, or in another year.
    is_odd: AtomicBool,
}

impl Tenant {
    pub(crate) async fn demo() -> Self {
        Self::start(Options::default()).await
    }

    pub(crate) async fn seeded(seed: Seed) -> Self {
        Self::start(Options { seed, ..Options::default() }).await
    }

    pub(crate) async fn start(options: impl Into<Options>) -> Self {
        let options = options.into();
        let Behaviour { throttle, habits, faults, .. } = &options.behaviour;
        let is_odd = *throttle != Throttle::default()
            || habits.dialect != Habits::default().dialect
            || habits.not_found_body != Habits::default().not_found_body
            || habits.wrong_filter != Habits::default().wrong_filter
            || habits.work_item_put != Habits::default().work_item_put
            || habits.deployment_refusals != Habits::default().deployment_refusals
            || habits.bulk_answers != Habits::default().bulk_answers
            || habits.omitted_kind != Habits::default().omitted_kind
            || !faults.is_empty();
        let sandbox = start(options).await.unwrap();
        let mut tenant =
            Self { sandbox, client: client(), token: String::new(), is_odd: is_odd.into() };
        tenant.log_in().await;
        tenant
    }

    pub(crate) async fn log_in(&mut self) {
        let answer = self.ask_token(&credentials()).await.expect(200);
        answer["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    pub(crate) async fn ask_token(&self, form: &str) -> Answer {
        let url = format!("{}/oauth/token", self.sandbox.url());
        let request = self.client.post(url).body(form.to_owned());
        // The broken charset is one that real clients send.
        let request =
            request.header("content-type", "application/x-www-form-urlencoded; charset=urf-8");
        answer(request).await.unwrap()
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let url = format!("{}{path}", self.sandbox.url());
        let mut request = self.client.request(method.clone(), url);
        if !path.starts_with("/__sandbox") {
            request = request.bearer_auth(&self.token).header("Plutora-Info", "script.name=test");
        }
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = answer(request).await?;
        if !path.starts_with("/__sandbox") {
            if !self.is_odd.load(Ordering::Relaxed) {
                assert_described(&method, path, &answer);
            }
        } else if [Method::POST, Method::PATCH].contains(&method) {
            self.is_odd.store(true, Ordering::Relaxed);
        }
        Ok(answer)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_send(method, path, body).await.unwrap()
    }

    pub(crate) async fn filter(&self, path: &str, filter: &str) -> Answer {
        let url = format!("{}{path}", self.sandbox.url());
        let query = [("filter", filter), ("pageNum", "0")];
        answer(self.client.get(url).bearer_auth(&self.token).query(&query)).await.unwrap()
    }

    /// The id of the one row of a list that a filter finds.
    pub(crate) async fn id(&self, path: &str, filter: &str) -> String {
        let found = self.filter(path, filter).await.expect(200);
        assert_eq!(found["totalCount"], 1, "{path} {filter}: {found}");
        found["resultSet"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn release_id(&self, identifier: &str) -> String {
        self.id("/releases", &format!("identifier = `{identifier}`")).await
    }

    pub(crate) async fn system_id(&self, name: &str) -> String {
        self.id("/systems", &format!("name = `{name}`")).await
    }

    pub(crate) async fn lookup(&self, kind: &str, value: &str) -> String {
        self.id(&format!("/lookupfields/{kind}"), &format!("value = `{value}`")).await
    }

    /// The path of a collection of a release.
    pub(crate) async fn below(&self, identifier: &str, collection: &str) -> String {
        format!("/releases/{}/{collection}", self.release_id(identifier).await)
    }

    /// The path of the deployment dates of a system in a release.
    pub(crate) async fn dates_of(&self, identifier: &str, system: &str) -> String {
        let systems = self.below(identifier, "systems").await;
        format!("{systems}/{}/deploymentDates", self.system_id(system).await)
    }

    /// A body of a phase or gate: `kind` is `Phases` or `Gates`.
    pub(crate) async fn item_body(&self, kind: &str, name: &str) -> Value {
        json!({
            "workItemNameID":
                self.id(&format!("/WorkItemNames/{kind}"), &format!("name = `{name}`")).await,
            "startDate": "2026-11-02T00:00:00",
            "endDate": "2026-11-13T00:00:00",
        })
    }

    /// A body that links a system to a release.
    pub(crate) async fn link_body(&self, system: &str) -> Value {
        let dependency = "Code Implementation Dependency";
        json!({
            "systemId": self.system_id(system).await,
            "systemRoleDependencyTypeId": self.lookup("SystemRoleDependencyType", dependency).await,
        })
    }

    pub(crate) async fn release(&self, identifier: &str) -> Value {
        let id = self.id("/releases", &format!("`identifier` = `{identifier}`")).await;
        self.get(&format!("/releases/{id}")).await.expect(200)
    }

    /// A complete body of a release that does not exist yet.
    pub(crate) async fn release_body(&self) -> Value {
        json!({
            "identifier": "REL-NEW",
            "name": "New",
            "summary": "A summary",
            "releaseTypeId": self.id("/lookupfields/ReleaseType", "value = `Major`").await,
            "releaseStatusTypeId": self.id("/lookupfields/ReleaseStatusType", "value = `Draft`").await,
            "releaseRiskLevelId": self.id("/lookupfields/ReleaseRiskLevel", "value = `Low`").await,
            "implementationDate": "2026-12-05T22:00:00Z",
            "displayColor": "#aabbcc",
            "organizationId": self.id("/organizations", "name = `Payments`").await,
            "managerId": self.id("/users", "userName = `sam@example.com`").await,
            "plutoraReleaseType": "Independent",
            "releaseProjectType": "NotIsProject",
        })
    }

    pub(crate) async fn system_body(&self) -> Value {
        json!({
            "name": "Payments API",
            "vendor": "In-house",
            "status": "Active",
            "organizationId": self.id("/organizations", "name = `Payments`").await,
        })
    }

    pub(crate) async fn journal(&self) -> Vec<Value> {
        let journal = self.get("/__sandbox/journal").await.expect(200);
        journal["entries"].as_array().unwrap().clone()
    }

    pub(crate) async fn fault(&self, rules: Value) {
        self.post("/__sandbox/faults", &rules).await.expect(204);
    }
}

pub(crate) fn credentials() -> String {
    let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
    format!(
        "client_id={client_id}&client_secret={client_secret}&grant_type=password\
         &username={}&password={password}&=",
        username.replace('@', "%40")
    )
}

verbs!(Tenant);
