//! The stakeholders of a release: users or groups with roles and a share in the RACI matrix.
//!
//! Keys and statuses are asserted against a real tenant (2021): a user who is there already, a role that
//! is not, a change of one who is not there, and a manager who is not accountable are all a 400. The
//! evidence for the id in the path contradicts itself, so that of the row and that of the user or group
//! are taken unless [`StakeholderIds`] says otherwise. That exactly one of user and group is given, and the answer to a DELETE, is inferred.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lookups;
use super::parts::{RELEASE, has_release, release_of, text};
use super::{User, UserGroup};
use crate::choices::StakeholderIds;
use crate::data::{Data, Object};
use crate::entity::{After, Body, Entity, Input, Need, Write, replace_found};
use crate::http::{Call, Outcome, Refusal, Reply};
use crate::list::{Column, Listed, render};
use crate::world::Tenant;

/// A row of `/releases/{id}/stakeholders`.
#[derive(Debug)]
pub(crate) struct Stakeholder;

const USER: &str = "userId";
const GROUP: &str = "groupId";
const ROLES: &str = "stakeholderRoleIds";

impl Listed for Stakeholder {
    const COLLECTION: &'static str = "stakeholders";
    const ROW: &'static [Column] = <Self as Entity>::DETAIL;
    const FILTERABLE: &'static [Column] = <Self as Entity>::DETAIL;
    const SCOPE: &'static [&'static str] = &[RELEASE];

    fn has_whole(data: &Data, call: &Call) -> bool {
        has_release(data, call)
    }
}

/// The text is inferred.
const MANAGER: &str = "The manager of a Release has to be accountable";

impl Entity for Stakeholder {
    const MODEL: &'static str = "stakeholder";
    const DETAIL: &'static [Column] = &[
        Column::text("id"),
        Column::text(USER),
        Column::text("user"),
        Column::text(GROUP),
        Column::text("group"),
        Column::text(ROLES),
        Column::text("stakeholderRoles"),
        Column::text("responsible"),
        Column::text("accountable"),
        Column::text("consulted"),
        Column::text("informed"),
    ];
    const INPUTS: &'static [Input] = &[
        Input::reference(USER, Need::Optional, User::COLLECTION),
        Input::reference(GROUP, Need::Optional, UserGroup::COLLECTION),
        Input::ids(ROLES, Need::Optional),
        Input::flag("responsible"),
        Input::flag("accountable"),
        Input::flag("consulted"),
        Input::flag("informed"),
    ];
    const AFTER_PUT: After = After::NoContent;

    fn initial() -> Object {
        Object::default()
    }

    /// Fills in the names, which are empty where there is nobody.
    fn settle(tenant: &Tenant, write: &Write<'_>, row: &mut Object) -> Result<(), Refusal> {
        let data = &tenant.data;
        let (before, after) = (text(write.before, USER), text(row, USER));
        let manager = release_of(data, row).map(|release| text(release, "managerId"));
        if !before.is_empty() && manager == Some(before) && before != after {
            // Else a release would have a manager who is no stakeholder (inferred).
            return Err(Refusal::rules(vec![MANAGER.to_owned()]));
        }
        let name = |collection: &str, key: &str, id: &str| {
            let found = data.get(collection, text(row, id));
            found.map(|found| text(found, key)).unwrap_or_default().to_owned()
        };
        let user = name(User::COLLECTION, User::DISPLAY_NAME, USER);
        let group = name(UserGroup::COLLECTION, "groupName", GROUP);
        let roles: Vec<&str> = roles(row)
            .filter_map(|id| data.get(lookups::LookupValue::COLLECTION, id))
            .map(|role| text(role, "value"))
            .collect();
        let names = [("user", user), ("group", group), ("stakeholderRoles", roles.join(", "))];
        for (key, name) in names {
            row.insert(key.to_owned(), name.into());
        }
        Ok(())
    }

    fn broken_rules(data: &Data, row: &Object) -> Vec<String> {
        let mut broken = Vec::new();
        if text(row, USER).is_empty() == text(row, GROUP).is_empty() {
            broken.push("Either a user or a group has to be given".to_owned());
        }
        if roles(row).any(|id| !lookups::has_value(data, "StakeholderRole", id)) {
            broken.push("Invalid Stakeholder Role".to_owned());
        }
        let is_other = |other: &&Object| text(other, "id") != text(row, "id");
        let others = of_release(data, text(row, RELEASE)).filter(is_other);
        let same = |key: &str, other: &Object| {
            !text(row, key).is_empty() && text(row, key) == text(other, key)
        };
        if others.into_iter().any(|other| same(USER, other) || same(GROUP, other)) {
            broken.push("The stakeholder is there already".to_owned());
        }
        let manager = release_of(data, row).map(|release| text(release, "managerId"));
        let is_manager = manager.is_some_and(|id| !id.is_empty() && id == text(row, USER));
        if is_manager && row.get("accountable") != Some(&json!(true)) {
            broken.push(MANAGER.to_owned());
        }
        broken
    }
}

fn roles(row: &Object) -> impl Iterator<Item = &str> {
    row.get(ROLES)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|id| id.as_str().unwrap_or_default())
}

fn of_release<'a>(data: &'a Data, release: &'a str) -> impl Iterator<Item = &'a Object> {
    data.all(Stakeholder::COLLECTION).filter(move |row| text(row, RELEASE) == release)
}

/// Finds the row that a path names.
fn find(tenant: &Tenant, call: &Call) -> Option<Object> {
    let (release, id) = (call.captured_id(RELEASE), call.captured_id("id"));
    let keys: &[&str] = match tenant.habits.stakeholder_ids {
        StakeholderIds::Any => &["id", USER, GROUP],
        StakeholderIds::Row => &["id"],
        StakeholderIds::Member => &[USER, GROUP],
    };
    let bears = |row: &&Object| keys.iter().any(|key| text(row, key) == id);
    of_release(&tenant.data, &release).find(bears).cloned()
}

fn known(data: &Data, call: &Call) -> Result<(), Refusal> {
    if has_release(data, call) { Ok(()) } else { Err(Refusal::NotFound) }
}

/// Answers `GET` on a stakeholder.
pub(crate) fn read(tenant: &mut Tenant, call: &Call) -> Outcome {
    known(&tenant.data, call)?;
    let row = find(tenant, call).ok_or(Refusal::NotFound)?;
    Ok(Reply::ok(Value::Object(render(Stakeholder::DETAIL, tenant, &row))))
}

/// Answers `PUT` on a stakeholder.
pub(crate) fn replace(tenant: &mut Tenant, call: &Call) -> Outcome {
    known(&tenant.data, call)?;
    let row = find(tenant, call);
    let row = row.ok_or_else(|| Refusal::rules(vec!["The stakeholder is not there".to_owned()]))?;
    replace_found::<Stakeholder>(tenant, &Body::read(call, Stakeholder::MODEL)?, &row)
}

/// Answers `DELETE` on a stakeholder.
pub(crate) fn delete(tenant: &mut Tenant, call: &Call) -> Outcome {
    known(&tenant.data, call)?;
    let row = find(tenant, call).ok_or(Refusal::NotFound)?;
    tenant.data.remove(Stakeholder::COLLECTION, text(&row, "id"));
    Ok(Reply::empty(StatusCode::OK))
}

/// Makes the manager of a release an accountable stakeholder, as one who is given in a POST becomes
/// (asserted against a real tenant, 2021); that a PUT does so too is inferred. One who is no longer
/// manager stays a stakeholder, which is asserted.
pub(super) fn include_manager(data: &mut Data, release: &Object) {
    let (id, manager) = (text(release, "id"), text(release, "managerId"));
    let known = of_release(data, id).find(|row| text(row, USER) == manager).cloned();
    let Some(user) = data.get(User::COLLECTION, manager) else { return };
    let mut row = known.unwrap_or_else(|| of_manager(&Uuid::new_v4().to_string(), id, user));
    row.insert("accountable".to_owned(), json!(true));
    data.put(Stakeholder::COLLECTION, row);
}

/// Gives the row, with an id, of the user who is a release's manager.
pub(crate) fn of_manager(id: &str, release: &str, user: &Object) -> Object {
    let row = json!({
        "id": id,
        (RELEASE): release,
        (USER): text(user, "id"),
        "user": text(user, User::DISPLAY_NAME),
        (GROUP): null,
        "group": "",
        (ROLES): [],
        "stakeholderRoles": "",
        "responsible": false,
        "accountable": true,
        "consulted": false,
        "informed": false,
    });
    row.as_object().cloned().unwrap_or_default().into()
}
