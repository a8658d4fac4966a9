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
        if let Some(body) = answer.as_object().filter(|_| is_detail(&question.path))
            && let Some(stamp) = stamp(body)
        {
            keep_detail(self.kept, Kind::Release, &question.path, (stamp, body));
        }
        Ok(answer)
    }

    fn tell(&self, news: News) {
        self.inner.tell(news);
    }
}

/// Returns whether a path is that of one release.
fn is_detail(path: &str) -> bool {
    let releases = Path::collection(Kind::Release, Vec::new()).to_string();
    let id = path.strip_prefix(&releases).and_then(|rest| rest.strip_prefix('/'));
    id.is_some_and(|id| Guid::parse(id).is_ok())
}
