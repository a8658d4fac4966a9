//! What is known of a release beyond what a manifest manages.

use super::{About, Found, Live};
use crate::desired::Desired;
use crate::resource::{Body, FieldValue, Key, Kind, Labels, Referent, read_fields_by_id};

impl About {
    /// Reads it from a body, a row of the list or a detail.
    pub fn of(body: &dyn Body) -> Self {
        let wanted = ["plutoraReleaseType", "implementationDate"];
        let defs = wanted.into_iter().filter_map(|name| Kind::Release.field(name));
        let fields = read_fields_by_id(Kind::Release, body, defs, &Labels::default());
        let instant = |value: &FieldValue| match value {
            FieldValue::Instant(instant) => Some(*instant),
            FieldValue::Text(_) | FieldValue::Names(_) | FieldValue::Empty => None,
        };
        Self {
            release_type: fields
                .get("plutoraReleaseType")
                .and_then(FieldValue::as_text)
                .map(str::to_owned),
            implementation: fields.get("implementationDate").and_then(instant),
        }
    }
}

impl Live {
    /// Returns what is known of a release; nothing of one that is not there.
    pub fn about(&self, desired: &Desired, release: &Key) -> About {
        if let Some(Found::One(is)) = self.objects.get(release) {
            return About::of(&is.body);
        }
        let meant = self.meant(desired, Referent::Release, &release.own_name()).id();
        meant.and_then(|id| self.releases.get(&id.to_string()).cloned()).unwrap_or_default()
    }
}
