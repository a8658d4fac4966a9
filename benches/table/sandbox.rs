//! The sandbox, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::levels::{Request, requests_of};

/// What a request for a token carries.
pub(crate) const CREDENTIALS: [(&str, &str); 5] = [
    ("grant_type", "password"),
    ("client_id", "sandbox-client-id"),
    ("client_secret", "sandbox-client-secret"),
    ("username", "jane@example.com"),
    ("password", "sandbox-password"),
];

/// A sandbox that listens; it ends with this value.
#[derive(Debug)]
pub(crate) struct Sandbox {
    process: Child,
    url: String,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Sandbox {
    /// Starts one that holds so many releases.
    pub(crate) fn start(binary: &Path, releases: usize) -> Self {
        let mut process = Command::new(binary)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--seed", &format!("releases={releases}")])
            .env_clear()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut urls = lines
            .filter_map(|line| line.strip_prefix("export PLUTORA_API_URL=").map(str::to_owned));
        let url = urls.next().expect("the sandbox says where it listens");
        let client = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { process, url, client, runtime }
    }

    /// Returns its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the variables by which the program finds it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let [_, credentials @ ..] = CREDENTIALS;
        let names =
            ["PLUTORA_CLIENT_ID", "PLUTORA_CLIENT_SECRET", "PLUTORA_USERNAME", "PLUTORA_PASSWORD"];
        let values = credentials.map(|(_, value)| value.to_owned());
        let url = [("PLUTORA_API_URL", self.url.clone())];
        url.into_iter().chain(names.into_iter().zip(values)).collect()
    }

    /// Has it answer so many milliseconds later.
    pub(crate) fn delay(&self, milliseconds: u64) {
        let path = format!("{}/__sandbox/behaviour", self.url);
        self.ask(self.client.patch(path).json(&json!({"latencyMilliseconds": milliseconds})));
    }

    /// Returns everything that it stores.
    pub(crate) fn state(&self) -> Value {
        self.ask(self.client.get(format!("{}/__sandbox/state", self.url)))
    }

    /// Returns what was asked since it was last said to forget.
    pub(crate) fn journal(&self) -> Vec<Request> {
        requests_of(&self.ask(self.client.get(format!("{}/__sandbox/journal", self.url))))
    }

    /// Has it forget what was asked.
    pub(crate) fn forget(&self) {
        self.ask(self.client.delete(format!("{}/__sandbox/journal", self.url)));
    }

    /// Returns a token.
    pub(crate) fn token(&self) -> String {
        let path = format!("{}/oauth/token", self.url);
        let answer = self.ask(self.client.post(path).form(&CREDENTIALS));
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn ask(&self, question: RequestBuilder) -> Value {
        self.runtime.block_on(async {
            let answer = question.send().await.unwrap().error_for_status().unwrap();
            let body = answer.bytes().await.unwrap();
            if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() }
        })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _code = self.process.wait();
    }
}
