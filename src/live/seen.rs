//! What the lists alone tell, before any object by itself is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::choices::{Choices, ListRead};
use super::details::{guid, ids_in};
use super::error::FetchError;
use super::fetch::Scope;
use super::gathered::List;
use super::wants::Wants;
use super::{Found, Live, LiveObject, Target};
use crate::desired::Desired;
use crate::plutora::Pages;
use crate::resource::{Excerpt, Referent};

/// The lists that the manifests want to know something of.
#[derive(Debug)]
pub struct Lists {
    pub(super) wants: Wants,
    pub(super) all: BTreeMap<Referent, List>,
    pub(super) read: Vec<ListRead>,
}

impl Lists {
    /// Returns live state as far as they tell it: what there is, and under which id, and nothing of what it
    /// holds or what stands below it. A list that an earlier run has kept tells nothing: its names may be others
    /// by now.
    pub fn outline(&self, desired: &Desired, scope: &Scope<'_>) -> Result<Live, FetchError> {
        let mut objects = BTreeMap::new();
        for object in desired.iter() {
            let key = &object.key;
            let Some(list) = key.kind.referent().and_then(|it| self.all.get(&it)) else {
                continue;
            };
            let found = match ids_in(list, object).as_slice() {
                [] => Found::Nothing,
                [id] => {
                    Found::One(LiveObject { id: guid(key.kind, id)?, body: Excerpt::default() })
                }
                several => Found::Several(several.to_vec()),
            };
            objects.insert(key.clone(), found);
        }
        let kept: Vec<&str> =
            self.read.iter().filter(|it| it.is_kept()).map(|it| it.path.as_str()).collect();
        let fresh = self.all.iter().filter(|(to, _)| !kept.contains(&to.list_path().as_str()));
        let names = fresh.map(|(to, list)| (*to, Arc::clone(&list.names)));
        Ok(Live { objects, names: names.collect(), ..self.nothing_of(scope) })
    }

    /// Returns live state without any name or object.
    pub(super) fn nothing_of(&self, scope: &Scope<'_>) -> Live {
        let Scope { api_url, user, tenant, parallelism: _, kept: _, whole_lists: _ } = *scope;
        Live {
            target: Target { api_url: api_url.to_owned(), user: user.to_owned() },
            tenant: tenant.clone(),
            names: BTreeMap::new(),
            pages: self.all.get(&Referent::Release).map_or(Pages::Bare, |list| list.pages),
            objects: BTreeMap::new(),
            releases: BTreeMap::new(),
            rows: BTreeMap::new(),
            work_items: BTreeMap::new(),
            choices: Choices { lists: self.read.clone(), ..Choices::default() },
        }
    }
}
