//! Seeded systems and releases: names in, stored objects out.

use serde_json::{Value, json};

use super::ids::guid;
use super::reference::{lookup, organization, user};
use crate::data::{Data, Object};
use crate::entity::Entity;
use crate::list::Listed;
use crate::resource::{Release, System};

/// A fixed date, so that the same seed gives the same content at any time.
const LAST_MODIFIED: &str = "2026-01-15T09:30:00.48";

/// Describes a system by names.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemSeed<'a> {
    pub(super) number: usize,
    pub(super) name: &'a str,
    pub(super) vendor: &'a str,
    pub(super) status: &'a str,
    pub(super) organization: &'a str,
    pub(super) description: &'a str,
    pub(super) alias: Option<&'a str>,
}

/// Describes a release by names.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReleaseSeed<'a> {
    pub(super) number: usize,
    pub(super) identifier: &'a str,
    pub(super) name: &'a str,
    pub(super) summary: &'a str,
    pub(super) kind: &'a str,
    pub(super) project: &'a str,
    pub(super) release_type: &'a str,
    pub(super) status: &'a str,
    pub(super) risk: &'a str,
    pub(super) date: &'a str,
    pub(super) organization: &'a str,
    pub(super) manager: Option<&'a str>,
    /// The number of the Enterprise release that it belongs to.
    pub(super) parent: Option<usize>,
}

impl SystemSeed<'_> {
    /// Plants the system.
    pub(super) fn plant(self, data: &mut Data) {
        let aliases: Vec<Value> = self.alias.iter().map(|name| json!({ "name": name })).collect();
        put::<System>(
            data,
            [
                ("id", guid(System::COLLECTION, self.number).into()),
                ("name", self.name.into()),
                ("vendor", self.vendor.into()),
                ("status", self.status.into()),
                ("organizationId", organization(self.organization).into()),
                ("description", self.description.into()),
                ("systemAlias", aliases.into()),
            ],
        );
    }
}

impl ReleaseSeed<'_> {
    /// Plants the release.
    pub(super) fn plant(self, data: &mut Data) {
        put::<Release>(
            data,
            [
                ("id", guid(Release::COLLECTION, self.number).into()),
                ("identifier", self.identifier.into()),
                ("name", self.name.into()),
                ("summary", self.summary.into()),
                ("releaseTypeId", lookup("ReleaseType", self.release_type).into()),
                ("location", "".into()),
                ("releaseStatusTypeId", lookup("ReleaseStatusType", self.status).into()),
                ("releaseRiskLevelId", lookup("ReleaseRiskLevel", self.risk).into()),
                ("implementationDate", self.date.into()),
                ("displayColor", "#00ccff".into()),
                ("organizationId", organization(self.organization).into()),
                ("managerId", self.manager.and_then(user).into()),
                (
                    "parentReleaseId",
                    self.parent.map(|number| guid(Release::COLLECTION, number)).into(),
                ),
                ("plutoraReleaseType", self.kind.into()),
                ("releaseProjectType", self.project.into()),
                ("lastModifiedDate", LAST_MODIFIED.into()),
            ],
        );
    }
}

/// Stores the values, in their order, and the resource's initial ones for what is not among them.
pub(super) fn put<E: Entity>(
    data: &mut Data,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) {
    let mut object: Object =
        values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    for (key, value) in E::initial().iter() {
        object.or_insert(key, value.clone());
    }
    data.put(E::COLLECTION, object);
}

/// Gives the id of the next object of a collection.
pub(super) fn next_id<L: Listed>(data: &Data) -> String {
    guid(L::COLLECTION, data.all(L::COLLECTION).count() + 1)
}

/// Gives the id of the object with a name; a name that is misspelt gives none.
pub(super) fn id_of<L: Listed>(data: &Data, key: &str, name: &str) -> String {
    let mut objects = data.all(L::COLLECTION);
    objects
        .find(|object| text(object, key) == name)
        .map(|found| text(found, "id"))
        .unwrap_or_default()
}

/// Gives a stored text.
pub(super) fn text(object: &Object, key: &str) -> String {
    object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
