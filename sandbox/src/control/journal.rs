//! The journal: what was asked and answered, request by request, for tests to look into.

use std::collections::VecDeque;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::Call;

/// The oldest entries go when there are more, or when they take more room than this.
const CAPACITY: usize = 100_000;
const ROOM: usize = 64 * 1024 * 1024;

/// Holds the last requests in the order in which they took effect.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Each as JSON, which takes a tenth of the room that its value would.
    entries: VecDeque<String>,
    room: usize,
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
        let entry = json!({
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
        });
        let entry = entry.to_string();
        self.room += entry.len();
        self.entries.push_back(entry);
        while self.entries.len() > CAPACITY || self.room > ROOM {
            let oldest = self.entries.pop_front();
            self.room -= oldest.map_or(0, |oldest| oldest.len());
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let entries = self.entries.iter().filter_map(|entry| serde_json::from_str(entry).ok());
        json!({ "entries": entries.collect::<Vec<Value>>() })
    }

    /// Forgets all entries; numbers go on, so an entry's number never means two requests.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.room = 0;
    }
}
