//! The journal: what was asked and answered, request by request, for tests to look into.

use std::collections::VecDeque;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::Call;

/// The oldest entries go when there are more.
const CAPACITY: usize = 100_000;

/// Holds the last requests in the order in which they took effect.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Value>,
    count: u64,
}

impl Journal {
    /// Notes a request.
    ///
    /// `status` and `response` are those of the handler, also where a fault kept them from the
    /// client; a request that was dropped before it took effect has neither.
    pub(crate) fn add(
        &mut self,
        call: &Call,
        fault: Option<&'static str>,
        status: Option<StatusCode>,
        response: Option<&Value>,
    ) {
        // Bodies about tokens are credentials and tokens.
        let shows_bodies = call.is_write() && !call.is_about_tokens();
        self.count += 1;
        self.entries.push_back(json!({
            "seq": self.count,
            "at": Timestamp::now().to_string(),
            "method": call.method.as_str(),
            "path": call.path,
            "query": call.query,
            "status": status.map(|status| status.as_u16()),
            "plutoraInfo": call.header("plutora-info"),
            "body": if shows_bodies { call.json() } else { None },
            "response": if shows_bodies { response } else { None },
            "fault": fault,
        }));
        if self.entries.len() > CAPACITY {
            self.entries.pop_front();
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "entries": self.entries })
    }

    /// Forgets all entries; numbers go on, so an entry's number never means two requests.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
