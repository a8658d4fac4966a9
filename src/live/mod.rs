//! What is: the live state of the objects that the manifests name, as values.
//!
//! [`fetch()`] decides which requests to make and makes them; the planner sees only [`Live`].

mod about;
mod ask;
mod below;
mod called;
mod choices;
mod details;
mod error;
mod fetch;
mod find;
mod gathered;
mod keeping;
mod kept;
mod kept_names;
mod lists;
mod meant;
mod misfit;
mod names;
mod needs;
mod renew;
mod seen;
mod stakes;
mod vain;
mod wants;
mod way;
mod work_items;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use ask::{Worth, can_be_asked};
pub use below::Row;
pub(crate) use below::{natural_key, read_page, read_rows, undeclared};
pub use called::{Called, Questions, called};
pub use choices::{ByFilter, Choices, Details, How, ListRead};
pub use error::FetchError;
pub(crate) use error::read_all;
pub use fetch::{Scope, fetch, lists, whoami};
pub use find::filter_for;
pub(crate) use find::{find, find_all, named, read_detail};
pub use keeping::Keeping;
pub use kept::{Kept, Lines};
pub use meant::{Meant, declared};
pub use names::Names;
pub use needs::{ReadFor, Reads, Why};
pub use renew::renew;
pub use seen::Lists;
pub use stakes::{Stakes, fetch_work_items, reread_work_items};
pub use way::{filters_by_name, looks};
pub use work_items::{Activity, WorkItem, WorkItemKind, WorkItems};

use crate::plutora::Listed;
pub use crate::plutora::{CanBegin, Endpoints, Length, Pages};
use crate::resource::{
    Body, Excerpt, FieldDef, Fields, Guid, Instant, Key, Referent, Tenant, read_fields,
};

/// Which Plutora, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The base of the API.
    pub api_url: String,
    /// The user's e-mail.
    pub user: String,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Live {
    /// From where.
    pub target: Target,
    /// What is particular to the tenant.
    pub tenant: Tenant,
    /// The names and ids of every list that was read.
    pub names: BTreeMap<Referent, Arc<Names>>,
    /// How the list of releases is divided into pages; lists below them may be alike.
    pub pages: Pages,
    /// What was found of each declared object.
    pub objects: BTreeMap<Key, Found>,
    /// What is known of the releases that manifests pin, refer to or name something below, by id.
    pub releases: BTreeMap<String, About>,
    /// The rows below those releases, and systems in releases, that a manifest names something
    /// below; none of what does not exist.
    pub rows: BTreeMap<Key, Listed<Vec<Row>>>,
    /// The phases, gates and activities of the releases whose parent moves and of their parents;
    /// read by [`fetch_work_items`] once a plan shows that they matter.
    pub work_items: BTreeMap<Guid, Stakes>,
    /// How all this came to be read; no decision depends on it.
    pub choices: Choices,
}

/// What a release is, whether a manifest manages it or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Its `plutoraReleaseType`.
    pub release_type: Option<String>,
    /// When it goes live.
    pub implementation: Option<Instant>,
}

/// What was found under a natural key or a pinned id.
#[derive(Clone, Debug)]
pub enum Found {
    /// No such object.
    Nothing,
    /// Exactly one.
    One(LiveObject),
    /// Several with the same name; Plutora does not promise that names are unique.
    Several(Vec<String>),
}

/// A live object.
#[derive(Clone, Debug)]
pub struct LiveObject {
    /// Its id.
    pub id: Guid,
    /// What its body says: the detail, or the list row where that holds all that is managed.
    pub body: Excerpt,
}

impl Live {
    /// Reads fields of a live body as a manifest would say them.
    pub fn read(
        &self,
        key: &Key,
        body: &dyn Body,
        wanted: impl IntoIterator<Item = &'static FieldDef>,
    ) -> Fields {
        read_fields(key.kind, body, wanted, &self.tenant.labels, |referent, id| {
            let name = self.names.get(&referent)?.name_of(id)?;
            Some(name.to_owned())
        })
    }
}
