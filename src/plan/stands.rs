//! How an object stands to the limits of a pipeline.

use super::planner::Planner;
use super::step::Stands;
use crate::live::About;
use crate::resource::{FieldValue, Key};

impl Planner<'_> {
    /// Returns what limits look at of an object: of the release that it is, or is below, both as it is
    /// and as it is declared, so that no change of them gets round a limit.
    pub(super) fn stands(&self, key: &Key) -> Stands {
        let protected = self.desired.is_protected(key);
        let Some(release) = key.release() else {
            return Stands { protected, ..Stands::default() };
        };
        let About { release_type, implementation } = self.live.about(self.desired, &release);
        let declared = |field: &str| self.desired.get(&release)?.fields.get(field);
        let types =
            [release_type.as_deref(), declared("plutoraReleaseType").and_then(FieldValue::as_text)];
        let known: Vec<bool> = types.into_iter().flatten().map(|it| it == "Enterprise").collect();
        let declared_date = match declared("implementationDate") {
            Some(FieldValue::Instant(instant)) => Some(*instant),
            Some(FieldValue::Text(_) | FieldValue::Names(_) | FieldValue::Empty) | None => None,
        };
        Stands {
            protected,
            enterprise: (!known.is_empty()).then(|| known.contains(&true)),
            goes_live: implementation.into_iter().chain(declared_date).collect(),
        }
    }
}
