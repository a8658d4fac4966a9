//! A client that knows all its requests beforehand and does nothing with the answers but read them as
//! JSON: as fast as it goes with the same libraries for HTTP.

use std::ffi::OsStr;
use std::fs;

use futures_util::stream::{self, StreamExt as _};
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::levels::{Chain, Level, Request};
use super::sandbox::CREDENTIALS;

/// The word by which this executable is told to be that client.
pub(crate) const BARE: &str = "bare";

/// As many as the program has under way, unless it is told otherwise.
const PARALLELISM: usize = 8;

/// What it is to ask.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Script {
    pub(crate) url: String,
    /// A token, where the requests ask for none.
    pub(crate) token: Option<String>,
    pub(crate) levels: Vec<Level>,
}

/// Is that client, and asks what a file says.
pub(crate) fn as_client(file: &OsStr) {
    let script: Script = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(ask(script));
}

async fn ask(script: Script) {
    let Script { url, token, levels } = script;
    // Certificates take longer to read than all the rest at times, and none is needed here.
    let client = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let mut token = token.unwrap_or_default();
    for level in levels {
        let answers = stream::iter(level)
            .map(|chain| follow(&client, &url, &token, chain))
            .buffer_unordered(PARALLELISM)
            .collect::<Vec<Value>>()
            .await;
        let given = answers.iter().find_map(|answer| answer.get("access_token")?.as_str());
        token = given.map(str::to_owned).unwrap_or(token);
    }
}

/// Asks one after the other, and returns the last answer.
async fn follow(client: &Client, url: &str, token: &str, chain: Chain) -> Value {
    let mut last = Value::Null;
    for request in chain {
        last = exchange(client, url, token, request).await;
    }
    last
}

async fn exchange(client: &Client, url: &str, token: &str, request: Request) -> Value {
    let Request { method, path, query, body } = request;
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let question = client.request(method, format!("{url}{path}?{query}"));
    let question = match body {
        _ if path == "/oauth/token" => question.form(&CREDENTIALS),
        None => question.bearer_auth(token),
        Some(body) => question.bearer_auth(token).json(&body),
    };
    let answer = question.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
    if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap() }
}
