//! Activities and criteria of a release, which differ in little but where they are found.
//!
//! Keys and the answer to a POST are asserted against a real tenant (2019, 2021). That criteria answer
//! as activities do, that only the title is mandatory, the defaults, the type `ExitCriteria` and the
//! answer to a PUT are inferred.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde_json::Value;

use super::User;
use super::parts::{RELEASE, has_release, text};
use super::work_items::{Gate, GateName, Phase, PhaseName};
use crate::choices::WorkItemIds;
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write, invalid_field};
use crate::http::{Call, Refusal};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// Describes in what activities and criteria differ.
pub(crate) trait Kind: Debug {
    const COLLECTION: &'static str;
    const MODEL: &'static str;
    /// What one is that does not say it.
    const USUAL_TYPE: &'static str;
}

#[derive(Debug)]
pub(crate) struct OfActivities;

impl Kind for OfActivities {
    const COLLECTION: &'static str = "activities";
    const MODEL: &'static str = "activity";
    const USUAL_TYPE: &'static str = "Activity";
}

#[derive(Debug)]
pub(crate) struct OfCriteria;

impl Kind for OfCriteria {
    const COLLECTION: &'static str = "criteria";
    const MODEL: &'static str = "criteria";
    const USUAL_TYPE: &'static str = "EntryCriteria";
}

/// An activity or a criterion of a release.
#[derive(Debug)]
pub(crate) struct Task<K>(PhantomData<K>);

pub(crate) type Activity = Task<OfActivities>;
pub(crate) type Criterion = Task<OfCriteria>;

const TYPES: &[&str] = &["Activity", "EntryCriteria", "ExitCriteria"];
const STATUSES: &[&str] = &["NotStarted", "InProgress", "Completed"];
const WORK_ITEM: Input = Input::guid("assignedWorkItemID", Need::Optional);

impl<K: Kind> Listed for Task<K> {
    const COLLECTION: &'static str = K::COLLECTION;
    const ROW: &'static [Column] = <Self as Entity>::DETAIL;
    const FILTERABLE: &'static [Column] = <Self as Entity>::DETAIL;
    const SCOPE: &'static [&'static str] = &[RELEASE];

    fn has_whole(data: &Data, call: &Call) -> bool {
        has_release(data, call)
    }
}

impl<K: Kind> Entity for Task<K> {
    const MODEL: &'static str = K::MODEL;
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text("identifier"),
        Column::text("title"),
        Column::text("status"),
        Column::text("description"),
        Column::text("activityDependencyType"),
        Column::text("type"),
        Column::text("assignedToID"),
        Column::text(WORK_ITEM.name),
        Column::moment("startDate"),
        Column::moment("endDate"),
        Column::moment("forecastDate"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::text("identifier", Need::Optional),
        Input::text("title", Need::Always),
        Input::choice("status", Need::Or("NotStarted"), STATUSES),
        Input::text("description", Need::Optional),
        Input::choice("activityDependencyType", Need::Or("None"), &["None", "Enterprise"]),
        Input::choice("type", Need::Or(K::USUAL_TYPE), TYPES),
        Input::reference("assignedToID", Need::Optional, User::COLLECTION),
        WORK_ITEM,
        Input::moment("startDate", Need::Optional),
        Input::moment("endDate", Need::Optional),
        Input::moment("forecastDate", Need::Optional),
    ];
    const AFTER_PUT: After = After::Ok;

    fn initial() -> Object {
        Object::default()
    }

    /// Looks for the work item only where it is another than before, as the old one may be deleted.
    fn settle(tenant: &Tenant, write: &Write<'_>, object: &mut Object) -> Result<(), Refusal> {
        let item = object.get(WORK_ITEM.name);
        match item.and_then(Value::as_str) {
            Some(id) if item != write.before.get(WORK_ITEM.name) => {
                let found = is_work_item(tenant, text(object, RELEASE), id);
                if found { Ok(()) } else { Err(invalid_field::<Self>(&WORK_ITEM)) }
            }
            _ => Ok(()),
        }
    }
}

/// Tells whether an id is that of a phase or gate of a release, or of the name of one: real clients
/// send either (2018, 2021).
fn is_work_item(tenant: &Tenant, release: &str, id: &str) -> bool {
    let Tenant { data, habits, .. } = tenant;
    let is_name = |collection: &str| data.get(collection, id).is_some();
    let is_item = |collection: &str| {
        data.get(collection, id).is_some_and(|item| text(item, RELEASE) == release)
    };
    let by_name = || [PhaseName::COLLECTION, GateName::COLLECTION].iter().any(|it| is_name(it));
    let by_item = || [Phase::COLLECTION, Gate::COLLECTION].iter().any(|it| is_item(it));
    match habits.work_item_ids {
        WorkItemIds::Any => by_name() || by_item(),
        WorkItemIds::Items => by_item(),
        WorkItemIds::Names => by_name(),
    }
}
