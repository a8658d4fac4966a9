//! From the journal of a run to the same requests as a client would make them that knows them all:
//! what has to wait for an answer waits, and everything else goes side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request that the sandbox's journal holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As it came, encoded.
    pub(crate) query: String,
    /// What a write carried; the journal holds none of a request for a token.
    pub(crate) body: Option<Value>,
}

/// Requests that follow each other.
pub(crate) type Chain = Vec<Request>;

/// Chains that go side by side, once the level before has been answered.
pub(crate) type Level = Vec<Chain>;

/// Returns the entries of a journal.
pub(crate) fn requests_of(journal: &Value) -> Vec<Request> {
    let entries = journal.get("entries").cloned().unwrap_or_default();
    serde_json::from_value(entries).unwrap()
}

/// Divides the requests of one run into levels: the token; the first pages of lists; the pages that
/// those tell of; the details; and for each object that is written its own chain, from the last look
/// at it before the write.
pub(crate) fn levels(requests: Vec<Request>) -> Vec<Level> {
    let mut levels: [Level; 4] = Default::default();
    let mut chains: BTreeMap<String, Chain> = BTreeMap::new();
    let mut looks: BTreeMap<String, Chain> = BTreeMap::new();
    let [tokens, first_pages, pages, details] = &mut levels;
    for request in requests {
        let path = request.path.clone();
        if request.path == "/oauth/token" {
            tokens.push(vec![request]);
        } else if request.method != "GET" {
            let chain = chains.entry(path.clone()).or_default();
            let look = looks.get_mut(&path).and_then(Vec::pop);
            chain.extend(look.into_iter().chain([request]));
        } else if let Some(chain) = chains.get_mut(&path) {
            chain.push(request);
        } else if let Some(number) = page_of(&request.query) {
            if number == "0" { &mut *first_pages } else { &mut *pages }.push(vec![request]);
        } else {
            looks.entry(path).or_default().push(request);
        }
    }
    details.extend(looks.into_values().flatten().map(|look| vec![look]));
    let all = levels.into_iter().chain([chains.into_values().collect()]);
    all.filter(|level| !level.is_empty()).collect()
}

fn page_of(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("pageNum="))
}
