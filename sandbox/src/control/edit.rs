//! An edit past the API: somebody in the user interface, or what no call makes.
//!
//! Nothing is checked, and undocumented keys are kept; what a deletion carries with it goes too.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::data::{Data, Object};
use crate::entity::Entity;
use crate::list::Listed;
use crate::resource::{
    Activity, Change, Criterion, DeploymentDate, Environment, Gate, GateName, Organization, Phase,
    PhaseName, Release, ReleaseSystem, Stakeholder, System, User, UserGroup, custom_fields,
    defects, lookups,
};
use crate::world::Tenant;

/// A collection that can be edited, by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collection {
    name: &'static str,
    deleted: fn(&mut Data, &Object),
}

const COLLECTIONS: [Collection; 19] = [
    entity::<Release>(),
    entity::<System>(),
    entity::<ReleaseSystem>(),
    entity::<DeploymentDate>(),
    entity::<Phase>(),
    entity::<Gate>(),
    entity::<Activity>(),
    entity::<Criterion>(),
    entity::<Change>(),
    entity::<Environment>(),
    entity::<Stakeholder>(),
    listed::<Organization>(),
    listed::<User>(),
    listed::<UserGroup>(),
    listed::<lookups::LookupValue>(),
    listed::<custom_fields::CustomField>(),
    listed::<PhaseName>(),
    listed::<GateName>(),
    listed::<defects::Defect>(),
];

const fn entity<E: Entity>() -> Collection {
    Collection { name: E::COLLECTION, deleted: E::deleted }
}

const fn listed<L: Listed>() -> Collection {
    Collection { name: L::COLLECTION, deleted: |_, _| {} }
}

impl PartialEq for Collection {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Collection {}

impl Collection {
    /// Gives the collection with a name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        COLLECTIONS.into_iter().find(|collection| collection.name.eq_ignore_ascii_case(name))
    }

    /// Lays keys over a stored object and gives it as it is stored then; `None` where there is none.
    pub(crate) fn set(
        self,
        tenant: &mut Tenant,
        id: &str,
        keys: &Map<String, Value>,
    ) -> Option<Object> {
        let mut object = tenant.data.get(self.name, id)?.clone();
        if let Some(modified) = object.get_mut("lastModifiedDate") {
            *modified = tenant.habits.zone.now().into();
        }
        for (key, value) in keys {
            let stored = object.keys().find(|stored| stored.eq_ignore_ascii_case(key)).cloned();
            object.insert(stored.unwrap_or_else(|| key.clone()), value.clone());
        }
        // The id is the object's place, so no edit can change it.
        object.insert("id".to_owned(), id.into());
        tenant.data.put(self.name, object.clone());
        Some(object)
    }

    /// Stores an object as it is and gives it; one without an id gets one.
    pub(crate) fn insert(self, data: &mut Data, object: Map<String, Value>) -> Object {
        let mut object = Object::from(object);
        // Paths are read in lower case, so an id in another could not be found again.
        let id = object.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let id = id.map_or_else(|| Uuid::new_v4().to_string(), str::to_lowercase);
        object.insert("id".to_owned(), id.into());
        data.put(self.name, object.clone());
        object
    }

    /// Removes an object; `None` where there is none.
    pub(crate) fn delete(self, data: &mut Data, id: &str) -> Option<()> {
        let object = data.get(self.name, id)?.clone();
        data.remove(self.name, id);
        (self.deleted)(data, &object);
        Some(())
    }

    /// Gives the id of the first object that has these values.
    fn find(self, data: &Data, wanted: &Map<String, Value>) -> Option<String> {
        let has = |object: &Object, key: &str, value: &Value| {
            object.iter().any(|(stored, it)| stored.eq_ignore_ascii_case(key) && it == value)
        };
        let fits = |object: &&Object| wanted.iter().all(|(key, value)| has(object, key, value));
        let found = data.all(self.name).find(fits)?;
        found.get("id").and_then(Value::as_str).map(str::to_owned)
    }
}

/// An edit that waits for its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    collection: Collection,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Set { wanted: Map<String, Value>, keys: Map<String, Value> },
    Insert(Map<String, Value>),
    Delete { wanted: Map<String, Value> },
}

/// An edit as JSON writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    collection: String,
    #[serde(rename = "where")]
    wanted: Option<Map<String, Value>>,
    set: Option<Map<String, Value>>,
    insert: Option<Map<String, Value>>,
    #[serde(default)]
    delete: bool,
}

impl Edit {
    /// Reads an edit, or an array of them.
    pub(crate) fn read_all(written: Value) -> Result<Vec<Self>, String> {
        if let Value::Array(edits) = written {
            edits.into_iter().map(Self::read).collect()
        } else {
            Ok(vec![Self::read(written)?])
        }
    }

    fn read(written: Value) -> Result<Self, String> {
        let Written { collection: name, wanted, set, insert, delete } =
            serde_json::from_value(written).map_err(|error| error.to_string())?;
        let collection = Collection::named(&name).ok_or_else(|| {
            let names: Vec<&str> = COLLECTIONS.iter().map(|it| it.name).collect();
            format!("unknown collection '{name}': write one of {}", names.join(", "))
        })?;
        let what = match (wanted, set, insert, delete) {
            (Some(wanted), Some(keys), None, false) => What::Set { wanted, keys },
            (Some(wanted), None, None, true) => What::Delete { wanted },
            (None, None, Some(object), false) => What::Insert(object),
            _ => {
                let forms = "where and set, where and delete: true, or insert";
                return Err(format!("an edit has a collection and {forms}"));
            }
        };
        Ok(Self { collection, what })
    }

    /// Carries it out; an object that is not there cannot be edited, which is no error of a client's.
    pub(crate) fn carry_out(&self, tenant: &mut Tenant) {
        let Self { collection, what } = self;
        let is_done = match what {
            What::Insert(object) => {
                collection.insert(&mut tenant.data, object.clone());
                true
            }
            What::Set { wanted, keys } => collection
                .find(&tenant.data, wanted)
                .is_some_and(|id| collection.set(tenant, &id, keys).is_some()),
            What::Delete { wanted } => collection
                .find(&tenant.data, wanted)
                .is_some_and(|id| collection.delete(&mut tenant.data, &id).is_some()),
        };
        if !is_done {
            tracing::warn!(collection = collection.name, "there is no such object to edit");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_edit_changes_what_it_finds() {
        let mut data = Data::default();
        data.put("systems", json!({"id": "a", "name": "A"}).as_object().unwrap().clone());
        let mut tenant = Tenant::plain(data);
        let edits = Edit::read_all(json!([
            {"collection": "systems", "insert": {"id": "b", "name": "B"}},
            {"collection": "Systems", "where": {"name": "A"}, "set": {"NAME": "C"}},
            {"collection": "systems", "where": {"name": "B"}, "delete": true},
            {"collection": "systems", "where": {"name": "nobody"}, "delete": true},
        ]));
        for edit in edits.unwrap() {
            edit.carry_out(&mut tenant);
        }
        assert_eq!(json!(tenant.data)["systems"], json!([{"id": "a", "name": "C"}]));
        for wrong in [json!({"collection": "systems"}), json!({"collection": "systems", "set": {}})]
        {
            assert!(Edit::read_all(wrong).unwrap_err().contains("where and set"));
        }
    }
}
