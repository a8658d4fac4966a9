//! Keeping what an apply reads for the next plan.

use serde_json::Value;

use super::details::{keep_detail, stamp};
use super::kept::Kept;
use crate::plutora::{Get, News, Read, ReadError};
use crate::resource::{Guid, Kind, Path};

/// Reads through another reader, and keeps each detail of a release with the date that it says itself.
///
/// An apply ends with reading what it has written. If rows give that date in another form, the next plan does not
/// find it, and reads it as if nothing had been kept.
#[derive(Debug)]
pub struct Keeping<'a, R> {
    inner: R,
    kept: &'a Kept,
}

impl<'a, R> Keeping<'a, R> {
    /// Keeps from now on.
    pub fn new(inner: R, kept: &'a Kept) -> Self {
        Self { inner, kept }
    }
}

impl<R: Read> Read for Keeping<'_, R> {
    async fn get(&self, question: &Get) -> Result<Value, ReadError> {
        let answer = self.inner.get(question).await?;
        let path = &question.path;
        match (of_release(path), answer.as_object().and_then(|body| Some((stamp(body)?, body)))) {
            (Some(Of::Itself), Some(detail)) => {
                keep_detail(self.kept, Kind::Release, path, detail);
            }
            // What is written below a release may not show in its date.
            (Some(Of::Below), _) => self.kept.keep_rows(path, "", &Value::Null),
            (Some(Of::Itself), None) | (None, _) => {}
        }
        Ok(answer)
    }

    fn tell(&self, news: News) {
        self.inner.tell(news);
    }
}

/// What of a release a path is about.
enum Of {
    Itself,
    Below,
}

/// Returns what of one release a path is about.
fn of_release(path: &str) -> Option<Of> {
    let releases = Path::collection(Kind::Release, Vec::new()).to_string();
    let rest = path.strip_prefix(&releases)?.strip_prefix('/')?;
    Some(if Guid::parse(rest).is_ok() { Of::Itself } else { Of::Below })
}
