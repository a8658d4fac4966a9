//! Phases and gates of a release, which differ in nothing but their names.
//!
//! Keys and statuses, and that `isIgnore` of an Enterprise and every `isIgnoreChild` come back false,
//! are asserted against a real tenant (2019; of `isIgnore` for the PUT alone, so that of a POST is
//! inferred, and a habit).

use std::fmt::Debug;
use std::marker::PhantomData;

use serde_json::{Value, json};

use super::inheritance;
use super::parts::{RELEASE, has_release, order_of_dates, release_of};
use super::releases::is_enterprise;
use crate::choices::IgnoredItems;
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write};
use crate::http::{Call, Refusal};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// Describes in what phases and gates differ.
pub(crate) trait Kind: Debug {
    const COLLECTION: &'static str;
    const MODEL: &'static str;
    /// Where the names are that the tenant allows.
    const NAMES: &'static str;
}

#[derive(Debug)]
pub(crate) struct OfPhases;

impl Kind for OfPhases {
    const COLLECTION: &'static str = "phases";
    const MODEL: &'static str = "phase";
    const NAMES: &'static str = "workItemNamesPhases";
}

#[derive(Debug)]
pub(crate) struct OfGates;

impl Kind for OfGates {
    const COLLECTION: &'static str = "gates";
    const MODEL: &'static str = "gate";
    const NAMES: &'static str = "workItemNamesGates";
}

/// A name of `/WorkItemNames/Phases` or `/WorkItemNames/Gates`.
#[derive(Debug)]
pub(crate) struct WorkItemName<K>(PhantomData<K>);

impl<K: Kind> Listed for WorkItemName<K> {
    const COLLECTION: &'static str = K::NAMES;
    const ROW: &'static [Column] = &[Column::text("id"), Column::text("name")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}

/// A phase or a gate of a release.
#[derive(Debug)]
pub(crate) struct WorkItem<K>(PhantomData<K>);

pub(crate) type Phase = WorkItem<OfPhases>;
pub(crate) type Gate = WorkItem<OfGates>;
pub(crate) type PhaseName = WorkItemName<OfPhases>;
pub(crate) type GateName = WorkItemName<OfGates>;

const NAME: &str = "workItemNameID";

impl<K: Kind> WorkItem<K> {
    /// A stored key that no answer shows: the environments that are booked for it.
    pub(crate) const BOOKED: &'static str = "environments";
}

impl<K: Kind> Listed for WorkItem<K> {
    const COLLECTION: &'static str = K::COLLECTION;
    const ROW: &'static [Column] = <Self as Entity>::DETAIL;
    const FILTERABLE: &'static [Column] = <Self as Entity>::DETAIL;
    const SCOPE: &'static [&'static str] = &[RELEASE];

    fn has_whole(data: &Data, call: &Call) -> bool {
        has_release(data, call)
    }
}

impl<K: Kind> Entity for WorkItem<K> {
    const MODEL: &'static str = K::MODEL;
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text(NAME),
        Column::moment("startDate"),
        Column::moment("endDate"),
        Column::text("isIgnore"),
        Column::text("isIgnoreChild"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::reference(NAME, Need::Always, K::NAMES),
        Input::moment("startDate", Need::Always),
        Input::moment("endDate", Need::Always),
        Input::flag("isIgnore"),
        Input::flag("isIgnoreChild"),
    ];
    const HIDDEN: &'static [&'static str] = &[inheritance::ORIGIN, Self::BOOKED];
    const AFTER_PUT: After = After::WorkItem;

    fn initial() -> Object {
        Object::default()
    }

    /// That the name cannot be changed is asserted against a real tenant (2019); the text is inferred.
    fn settle(tenant: &Tenant, write: &Write<'_>, object: &mut Object) -> Result<(), Refusal> {
        let name = write.before.get(NAME).filter(|name| !name.is_null());
        if name.is_some_and(|name| Some(name) != object.get(NAME)) {
            let text = "The Work Item Name can not be changed".to_owned();
            return Err(Refusal::rules(vec![text]));
        }
        let is_kept = write.creates && tenant.habits.ignored_items == IgnoredItems::Kept;
        if !is_kept && release_of(&tenant.data, object).is_some_and(is_enterprise) {
            object.insert("isIgnore".to_owned(), json!(false));
        }
        object.insert("isIgnoreChild".to_owned(), json!(false));
        Ok(())
    }

    fn broken_rules(_data: &Data, item: &Object) -> Vec<String> {
        order_of_dates(item)
    }

    /// Inherited phases and gates are deleted on the Enterprise (vendor help); the text is inferred.
    fn kept_by(data: &Data, item: &Object) -> Option<&'static str> {
        inheritance::is_inherited(data, K::COLLECTION, item)
            .then_some("An inherited item can only be deleted on the Enterprise Release")
    }

    fn created(tenant: &mut Tenant, item: &Object) {
        inheritance::pass_on(&mut tenant.data, K::COLLECTION, item);
    }

    /// That new dates reach the inherited items is inferred.
    fn replaced(tenant: &mut Tenant, _before: &Object, item: &Object) {
        let dates = ["startDate", "endDate"].map(|key| (key, item.get(key).cloned()));
        inheritance::change_heirs(&mut tenant.data, K::COLLECTION, item, |heir| {
            for (key, date) in &dates {
                heir.insert((*key).to_owned(), date.clone().unwrap_or(Value::Null));
            }
        });
    }

    fn deleted(data: &mut Data, item: &Object) {
        inheritance::remove_heirs(data, K::COLLECTION, item);
    }
}
