//! How this program names itself and its requests to Plutora.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// One run of the program, as Plutora and the logs know it.
#[derive(Debug)]
pub struct Identity {
    run: Uuid,
    requests: AtomicU64,
}

/// The id of one request, the same in the header, the log and the report.
///
/// It is the beginning of the run's id and a number; the header carries the whole of the run's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Correlation(String);

impl Identity {
    /// Names a run.
    pub fn new(run: Uuid) -> Self {
        Self { run, requests: AtomicU64::new(0) }
    }

    /// Returns the id of this run.
    pub fn run(&self) -> Uuid {
        self.run
    }

    /// Returns an id for the next request.
    pub fn next(&self) -> Correlation {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let (run, ..) = self.run.as_fields();
        Correlation(format!("{run:08x}-{number}"))
    }

    /// Returns the value of the `Plutora-Info` header, which the vendor wants on every call.
    ///
    /// The vendor's help allows letters, digits, blanks and `-_.:;,=` in it.
    pub fn header(&self, correlation: &Correlation) -> String {
        format!(
            "script.name=plutora-sync;script.version={};script.runid={};script.correlationid={}",
            env!("CARGO_PKG_VERSION"),
            self.run.simple(),
            correlation
        )
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_keeps_to_the_characters_that_the_vendor_allows() {
        let identity = Identity::new(Uuid::nil());
        let first = identity.next();
        let header = identity.header(&first);
        assert!(
            header.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:;,= ".contains(&byte)),
            "{header}"
        );
        assert!(header.ends_with(&first.to_string()));
        assert_ne!(first, identity.next());
    }
}
