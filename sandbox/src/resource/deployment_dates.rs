//! The deployment dates of a system in a release.
//!
//! Keys, statuses, numbering and rules are asserted against a real tenant (2019), unless it says
//! otherwise. Titles may repeat: nothing public says that they may not.

use serde_json::{Value, json};

use super::lookups::LookupValue;
use super::parts::{RELEASE, order_of_dates, release_of, text};
use super::releases::is_enterprise;
use super::{ReleaseSystem, deployment_status as status};
use crate::data::{Data, Object};
use crate::entity::{After, Entity, Input, Need, Write};
use crate::http::{Call, Refusal};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// A row of `/releases/{id}/systems/{systemId}/deploymentDates`.
#[derive(Debug)]
pub(crate) struct DeploymentDate;

const SYSTEM: &str = "systemId";
const SORT_ORDER: &str = "sortOrder";
const COMPLETED: &str = "deploymentCompletedDate";

impl Listed for DeploymentDate {
    const COLLECTION: &'static str = "deploymentDates";
    const ROW: &'static [Column] = <Self as Entity>::DETAIL;
    const FILTERABLE: &'static [Column] = <Self as Entity>::DETAIL;
    const SCOPE: &'static [&'static str] = &[RELEASE, SYSTEM];
    const ORDER: Option<&'static str> = Some(SORT_ORDER);

    fn has_whole(data: &Data, call: &Call) -> bool {
        ReleaseSystem::links(data, &call.captured_id(RELEASE), &call.captured_id(SYSTEM))
    }
}

impl Entity for DeploymentDate {
    const MODEL: &'static str = "deploymentDate";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text("deploymentTitle"),
        Column::text("deploymentTypeID"),
        LookupValue::twin("deploymentType", "deploymentTypeID"),
        Column::text("deployingToID"),
        LookupValue::twin("deployingTo", "deployingToID"),
        Column::text("enterpriseTypeID"),
        // What an enterprise type is an id of is in no public material, so it never has a name.
        Column::text("enterpriseType"),
        Column::moment("startDate"),
        Column::moment("endDate"),
        Column::text("changeRecord"),
        Column::status(status::KEY),
        Column::moment(COMPLETED),
        Column::number(SORT_ORDER),
    ];
    const INPUTS: &'static [Input] = &[
        // That these three are mandatory is inferred: every public request has them.
        Input::text("deploymentTitle", Need::Always),
        Input::moment("startDate", Need::Always),
        Input::moment("endDate", Need::Always),
        Input::lookup("deploymentTypeID", Need::Optional, "DeploymentType"),
        Input::lookup("deployingToID", Need::Optional, "DeploymentTo"),
        Input::guid("enterpriseTypeID", Need::Optional),
        Input::text("changeRecord", Need::Optional),
        Input::number(SORT_ORDER, Need::OnReplace),
    ];
    const AFTER_POST: After = After::Ok;
    const AFTER_PUT: After = After::Ok;

    fn initial() -> Object {
        Object::from_iter([(status::KEY.to_owned(), json!(status::PENDING))])
    }

    fn settle(tenant: &Tenant, write: &Write<'_>, object: &mut Object) -> Result<(), Refusal> {
        let siblings = siblings(&tenant.data, object);
        if write.creates {
            let last = siblings.iter().map(|date| sort_order(date)).max().unwrap_or(0);
            object.insert(SORT_ORDER.to_owned(), json!(last + 1));
            return Ok(());
        }
        // A number that did not change is no move, so one beyond a gap stays where it is.
        if object.get(SORT_ORDER) != write.before.get(SORT_ORDER) {
            let place = sort_order(object).clamp(1, siblings.len().max(1));
            object.insert(SORT_ORDER.to_owned(), json!(place));
        }
        let carrier = match release_of(&tenant.data, object) {
            Some(release) if is_enterprise(release) => status::Carrier::EnterpriseDate,
            _ => status::Carrier::Date,
        };
        status::settle(tenant, carrier, write, object)?;
        if !status::is_complete(object) {
            object.insert(COMPLETED.to_owned(), Value::Null);
        } else if object.get(status::KEY) != write.before.get(status::KEY) {
            object.insert(COMPLETED.to_owned(), tenant.habits.zone.now().into());
        }
        Ok(())
    }

    fn broken_rules(_data: &Data, date: &Object) -> Vec<String> {
        order_of_dates(date)
    }

    /// Numbers the others anew around a date that has moved.
    fn replaced(tenant: &mut Tenant, before: &Object, date: &Object) {
        if before.get(SORT_ORDER) == date.get(SORT_ORDER) {
            return;
        }
        let id = text(date, "id");
        let siblings = siblings(&tenant.data, date).into_iter();
        let mut others: Vec<Object> =
            siblings.filter(|sibling| text(sibling, "id") != id).cloned().collect();
        others.sort_by_key(sort_order);
        let place = sort_order(date);
        let free = (1..).filter(|number| *number != place);
        for (number, mut other) in free.zip(others) {
            other.insert(SORT_ORDER.to_owned(), json!(number));
            tenant.data.put(Self::COLLECTION, other);
        }
    }
}

/// Gives the dates of the same system in the same release, the given one among them once it is stored.
fn siblings<'a>(data: &'a Data, one: &Object) -> Vec<&'a Object> {
    let is_sibling =
        |other: &&Object| [RELEASE, SYSTEM].iter().all(|key| text(other, key) == text(one, key));
    data.all(DeploymentDate::COLLECTION).filter(is_sibling).collect()
}

fn sort_order(date: &Object) -> usize {
    let number = date.get(SORT_ORDER).and_then(Value::as_u64).unwrap_or_default();
    usize::try_from(number).unwrap_or(usize::MAX)
}
