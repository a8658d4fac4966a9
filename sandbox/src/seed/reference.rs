//! Reference data, which every seed has: organizations, users and lookups, and their ids by name.

use serde_json::{Value, json};

use super::ids::guid;
use super::lookup_values::{LOOKUPS, mode};
use crate::data::Data;
use crate::list::Listed;
use crate::options::Credentials;
use crate::resource::lookups::{LookupType, LookupValue};
use crate::resource::{GateName, Organization, PhaseName, User, UserGroup};

/// Name, type, and the organization that it belongs to.
const ORGANIZATIONS: &[(&str, &str, &str)] = &[
    ("Corporation", "Company", ""),
    ("Retail Banking", "Division", "Corporation"),
    ("Wholesale Banking", "Division", "Corporation"),
    ("Payments", "Department", "Wholesale Banking"),
    ("Digital Channels", "Team", "Retail Banking"),
];

/// Name and description.
const GROUPS: &[(&str, &str)] = &[
    ("Release Managers", "All who plan releases"),
    ("Deployment Team", "On call in deployment windows"),
];

/// User name, first name, last name, role.
const USERS: &[(&str, &str, &str, &str)] = &[
    (Credentials::DEMO.username, "Jane", "Doe", "Administrator"),
    ("raj@example.com", "Raj", "Patel", "Release Manager"),
    ("maria@example.com", "Maria", "Rossi", "Release Manager"),
    ("sam@example.com", "Sam", "Lee", "Deployment Manager"),
];

/// Plants organizations, users, lookups and the names of phases and gates.
pub(super) fn plant(data: &mut Data) {
    for (number, (name, kind, parent)) in (1..).zip(ORGANIZATIONS) {
        let id = guid(Organization::COLLECTION, number);
        let parent = organization(parent);
        put::<Organization>(
            data,
            json!({"id": id, "name": name, "type": kind, (Organization::PARENT): parent}),
        );
    }
    for (number, user) in (1..).zip(USERS) {
        put::<User>(data, user_json(number, *user));
    }
    for (number, (kind, values)) in (1..).zip(LOOKUPS) {
        let id = guid(LookupType::COLLECTION, number);
        let description = spaced(kind);
        put::<LookupType>(data, json!({"id": id, "name": kind, "description": description}));
        for (order, value) in (1..).zip(*values) {
            put::<LookupValue>(data, lookup_json(kind, order, value));
        }
    }
    plant_missing(data);
}

/// Plants the groups of users and the names of phases and of gates where there are none.
pub(super) fn plant_missing(data: &mut Data) {
    if data.all(UserGroup::COLLECTION).next().is_none() {
        for (number, (name, description)) in (1..).zip(GROUPS) {
            let id = guid(UserGroup::COLLECTION, number);
            let group = json!({"id": id, "groupName": name, "description": description});
            put::<UserGroup>(data, group);
        }
    }
    plant_names::<PhaseName>(data, "PhaseLookupField");
    plant_names::<GateName>(data, "MilestoneLookupField");
}

/// Plants the names that a lookup type has; their ids are others than those of its values.
fn plant_names<L: Listed>(data: &mut Data, kind: &str) {
    if data.all(L::COLLECTION).next().is_some() {
        return;
    }
    let names = LOOKUPS.iter().filter(|(other, _)| *other == kind).flat_map(|(_, names)| *names);
    for (number, name) in (1..).zip(names) {
        put::<L>(data, json!({"id": guid(L::COLLECTION, number), "name": name}));
    }
}

/// Gives the id of a seeded organization.
pub(super) fn organization(name: &str) -> Option<String> {
    let index = ORGANIZATIONS.iter().position(|(other, ..)| *other == name)?;
    Some(guid(Organization::COLLECTION, index + 1))
}

/// Gives the id of a seeded user.
pub(super) fn user(email: &str) -> Option<String> {
    let index = USERS.iter().position(|(other, ..)| *other == email)?;
    Some(guid(User::COLLECTION, index + 1))
}

/// Gives the id of a seeded lookup value.
pub(super) fn lookup(kind: &str, value: &str) -> Option<String> {
    let (_, values) = LOOKUPS.iter().find(|(other, _)| *other == kind)?;
    let index = values.iter().position(|other| *other == value)?;
    Some(lookup_id(kind, index + 1))
}

/// Each type counts its own values, so a value added to one type moves no id of another.
fn lookup_id(kind: &str, order: usize) -> String {
    guid(kind, order)
}

fn lookup_json(kind: &str, order: usize, value: &str) -> Value {
    json!({
        "id": lookup_id(kind, order),
        "value": value,
        "sortOrder": order,
        "type": kind,
        (LookupValue::MODE): mode(kind, value),
    })
}

fn user_json(number: usize, (email, first, last, role): (&str, &str, &str, &str)) -> Value {
    json!({
        "id": guid(User::COLLECTION, number),
        "firstName": first,
        "lastName": last,
        "userName": email,
        "status": "Active",
        "roles": [{"id": guid("roles", number), "name": role, "description": role}],
        "phoneNumber": "",
        (User::DISPLAY_NAME): format!("{first} {last}"),
    })
}

fn put<L: Listed>(data: &mut Data, object: Value) {
    if let Value::Object(object) = object {
        data.put(L::COLLECTION, object);
    }
}

/// Turns `ReleaseRiskLevel` into `Release Risk Level`, as descriptions are written.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    let mut after_small = false;
    for sign in name.chars() {
        if sign.is_uppercase() && after_small {
            text.push(' ');
        }
        after_small = sign.is_lowercase();
        text.push(sign);
    }
    text
}
