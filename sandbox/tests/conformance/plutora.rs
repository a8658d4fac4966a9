//! The Plutora that facts are tried on: a sandbox of the test's own, or what `PLUTORA_CONFORMANCE_URL` names.
//!
//! Of a tenant that is named so, the variables that the program reads say how to log in. A test makes
//! what it needs, under names that nobody else has, and deletes it at its end, however it ends.

use std::env;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use plutora_sandbox::{Credentials, Options, Sandbox, start};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::sync::Mutex as Turns;
use tokio::time::sleep;
use uuid::Uuid;

use crate::answer::{Answer, answer, client, verbs};
use crate::described::assert_described;

/// An id that nothing has.
pub(crate) const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

/// A date for what needs one.
pub(crate) const DATE: &str = "2030-11-28T22:00:00";

/// The requests a second to a tenant, of all tests together, unless `PLUTORA_SYNC_RATE` says another
/// number: it admits six.
const RATE: f64 = 5.0;

static TURNS: Turns<()> = Turns::const_new(());

/// Somewhere to try facts on, logged in.
pub(crate) struct Plutora {
    url: String,
    oauth: String,
    login: [(&'static str, String); 4],
    client: Client,
    token: String,
    sandbox: Option<Sandbox>,
    /// The paths of what was made, the latest last.
    made: Mutex<Vec<String>>,
}

#[expect(clippy::disallowed_methods, reason = "the variables are the tests' only input")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("with PLUTORA_CONFORMANCE_URL, {name} is needed"))
}

impl Plutora {
    pub(crate) async fn open() -> Self {
        let demo = Credentials::DEMO;
        let (url, oauth, login, sandbox) = if let Some(url) = variable("PLUTORA_CONFORMANCE_URL") {
            let oauth =
                variable("PLUTORA_OAUTH_URL").unwrap_or_else(|| url.replace("api.", "oauth."));
            let login = [
                ("client_id", needed("PLUTORA_CLIENT_ID")),
                ("client_secret", needed("PLUTORA_CLIENT_SECRET")),
                ("username", needed("PLUTORA_USERNAME")),
                ("password", needed("PLUTORA_PASSWORD")),
            ];
            (url, oauth, login, None)
        } else {
            let sandbox = start(Options::default()).await.unwrap();
            let login = [
                ("client_id", demo.client_id.to_owned()),
                ("client_secret", demo.client_secret.to_owned()),
                ("username", demo.username.to_owned()),
                ("password", demo.password.to_owned()),
            ];
            (sandbox.url(), sandbox.url(), login, Some(sandbox))
        };
        let [url, oauth] = [url, oauth].map(|it| it.trim_end_matches('/').to_owned());
        let (client, made) = (client(), Mutex::default());
        let mut plutora = Self { url, oauth, login, client, token: String::new(), sandbox, made };
        let token = plutora.ask_token(&plutora.form()).await.expect(200);
        token["access_token"].as_str().unwrap().clone_into(&mut plutora.token);
        plutora
    }

    /// Deletes what was made, the latest first; what is gone already is no matter.
    pub(crate) async fn close(self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for path in made.iter().rev() {
            let _gone = self.send(Method::DELETE, path, None).await;
        }
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await.unwrap();
        }
    }

    /// Tells whether it is a tenant, on which a fact cannot be tried for a reason, and says so.
    pub(crate) fn is_spared(&self, reason: &str) -> bool {
        if self.sandbox.is_none() {
            println!("not tried on a tenant: {reason}");
        }
        self.sandbox.is_none()
    }

    /// The form that asks for a token.
    pub(crate) fn form(&self) -> String {
        let fields = self.login.iter().map(|(key, value)| (*key, value.as_str()));
        let fields = fields.chain([("grant_type", "password")]);
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    pub(crate) fn username(&self) -> &str {
        &self.login[2].1
    }

    pub(crate) async fn ask_token(&self, form: &str) -> Answer {
        let request = self.client.post(format!("{}/oauth/token", self.oauth)).body(form.to_owned());
        let kind = "application/x-www-form-urlencoded";
        self.ask(request.header("content-type", kind)).await
    }

    /// A request of the API without a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A request of the API with the token.
    pub(crate) fn authorized(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.request(method, path).bearer_auth(&self.token);
        request.header("Plutora-Info", "script.name=conformance")
    }

    /// Sends a request, at the pace that a tenant bears.
    pub(crate) async fn ask(&self, request: reqwest::RequestBuilder) -> Answer {
        if self.sandbox.is_none() {
            let rate = variable("PLUTORA_SYNC_RATE").map_or(RATE, |rate| rate.parse().unwrap());
            let _turn = TURNS.lock().await;
            // 0 means without a pace, as it does to the program.
            sleep(Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default()).await;
        }
        answer(request).await.unwrap()
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.authorized(method.clone(), path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = self.ask(request).await;
        if self.sandbox.is_some() {
            assert_described(&method, path, &answer);
        }
        answer
    }

    /// The rows of the first page of a list that fit a filter.
    pub(crate) async fn filter(&self, path: &str, filter: &str) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("filter", filter), ("pageNum", "0"), ("recordsPerPage", "100")])
            .finish();
        self.get(&format!("{path}?{query}")).await
    }

    /// The first page of a list.
    pub(crate) async fn rows(&self, path: &str) -> Vec<Value> {
        let page = self.get(&format!("{path}?pageNum=0&recordsPerPage=100")).await.expect(200);
        let rows = if page.is_array() { &page } else { &page["resultSet"] };
        rows.as_array().unwrap().clone()
    }

    /// The id of the first row of a list.
    pub(crate) async fn first(&self, path: &str) -> String {
        let rows = self.rows(path).await;
        rows[0]["id"].as_str().unwrap().to_owned()
    }

    /// The id of the first value of a lookup type.
    pub(crate) async fn lookup(&self, kind: &str) -> String {
        self.first(&format!("/lookupfields/{kind}")).await
    }

    /// Has an object deleted at the end, by its path.
    pub(crate) fn made(&self, path: String) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    }

    /// Makes an object of a collection, which is deleted at the end, and gives it with its path.
    pub(crate) async fn make(&self, collection: &str, body: &Value) -> (Value, String) {
        let object = self.post(collection, body).await.expect(201);
        let path = format!("{collection}/{}", object["id"].as_str().unwrap());
        self.made(path.clone());
        (object, path)
    }
}

verbs!(Plutora);

/// A name that nothing else has.
pub(crate) fn unique(name: &str) -> String {
    format!("{name} {}", Uuid::new_v4().simple())
}

/// Declares tests, each of a fact that its name tells together with how sure it is.
macro_rules! facts {
    ($($(#[doc = $doc:literal])* async fn $name:ident($plutora:ident) $body:block)+) => {
        $(
            $(#[doc = $doc])*
            #[tokio::test]
            async fn $name() {
                let plutora = $crate::plutora::Plutora::open().await;
                let fact = async { let $plutora = &plutora; $body };
                let outcome =
                    futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(fact)).await;
                plutora.close().await;
                if let Err(panic) = outcome {
                    std::panic::resume_unwind(panic);
                }
            }
        )+
    };
}
pub(crate) use facts;
