//! From a body to the object to store: all that is wrong with it at once, or the object.

use serde_json::Value;

use super::body::Body;
use super::describe::Entity;
use super::input::{Input, Need};
use crate::data::Object;
use crate::http::{ModelState, Refusal};
use crate::list::render;
use crate::world::Tenant;

/// Holds what a POST or a PUT has to go by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write<'a> {
    pub(crate) body: &'a Body<'a>,
    /// What is stored: for a POST the resource's initial values, for a PUT the object.
    pub(crate) before: &'a Object,
    pub(crate) creates: bool,
}

/// Builds the object that a POST or a PUT makes of a body.
///
/// A PUT is a full replacement (vendor help; asserted against a real tenant, 2021): a writable field
/// that was left out is emptied. Read-only fields stay, whatever was sent, `additionalInformation`
/// among them, which has an endpoint of its own.
pub(super) fn build<E: Entity>(tenant: &Tenant, write: &Write<'_>) -> Result<Object, Refusal> {
    let before = write.before;
    let inputs = read_inputs::<E>(tenant, write)?;
    let mut object = Object::default();
    for column in E::DETAIL.iter().filter(|column| column.is_stored()) {
        let value = match column.name {
            "lastModifiedDate" => Value::from(tenant.habits.zone.now()),
            name => inputs.get(name).or_else(|| before.get(name)).cloned().unwrap_or_default(),
        };
        object.insert(column.name.to_owned(), value);
    }
    for key in hidden::<E>() {
        if let Some(value) = before.get(key) {
            object.insert(key.to_owned(), value.clone());
        }
    }
    for (key, _) in undocumented::<E>(before) {
        // On the real thing too, a client that does not send back a field it does not know loses it.
        if let Some(sent) = write.body.raw(key) {
            object.insert(key.clone(), sent.clone());
        }
    }
    E::settle(tenant, write, &mut object)?;
    match E::broken_rules(&tenant.data, &object) {
        broken if broken.is_empty() => Ok(object),
        broken => Err(Refusal::rules(broken)),
    }
}

/// Renders an object for an answer: its documented keys, then those that nobody documented.
pub(crate) fn detail<E: Entity>(tenant: &Tenant, object: &Object) -> Value {
    let mut answer = render(E::DETAIL, tenant, object);
    for (key, value) in undocumented::<E>(object) {
        answer.insert(key.clone(), value.clone());
    }
    Value::Object(answer)
}

fn undocumented<E: Entity>(object: &Object) -> impl Iterator<Item = (&String, &Value)> {
    object.iter().filter(|(key, _)| {
        E::DETAIL.iter().map(|column| column.name).chain(hidden::<E>()).all(|name| name != *key)
    })
}

fn hidden<E: Entity>() -> impl Iterator<Item = &'static str> {
    E::SCOPE.iter().chain(E::HIDDEN).copied()
}

fn read_inputs<E: Entity>(tenant: &Tenant, write: &Write<'_>) -> Result<Object, Refusal> {
    let mut values = Object::default();
    let mut wrong = ModelState::new();
    for input in E::INPUTS {
        match read_input(input, tenant, write) {
            Ok(value) => drop(values.insert(input.name.to_owned(), value)),
            Err(text) => {
                wrong.entry(field_key::<E>(input)).or_default().push(text);
            }
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(Refusal::Invalid(wrong)) }
}

fn read_input(input: &Input, tenant: &Tenant, write: &Write<'_>) -> Result<Value, String> {
    let sent = write.body.value(input.name).filter(|value| !input.is_blank(value));
    let stored = write.before.get(input.name).filter(|value| !value.is_null());
    match (sent, input.need) {
        (_, Need::OnReplace) if write.creates => Ok(stored.cloned().unwrap_or_default()),
        (Some(value), _) => input.accept(value, tenant),
        (None, Need::Optional | Need::Or(_)) => Ok(input.nothing()),
        (None, Need::OnReplace) => Ok(stored.cloned().unwrap_or_default()),
        (None, Need::OnCreate) if stored.is_some() => Ok(stored.cloned().unwrap_or_default()),
        (None, Need::Always | Need::OnCreate) => Err(input.is_required()),
    }
}

/// Refuses one field by itself, as the other fields are refused.
pub(crate) fn invalid_field<E: Entity>(input: &Input) -> Refusal {
    Refusal::field(field_key::<E>(input), input.points_nowhere())
}

/// Refuses a body for a field that it leaves out, as other such fields are refused.
pub(crate) fn required_field<E: Entity>(input: &Input) -> Refusal {
    Refusal::field(field_key::<E>(input), input.is_required())
}

/// Gives the key of a field in a `modelState`.
fn field_key<E: Entity>(input: &Input) -> String {
    format!("{}.{}", E::MODEL, input.label())
}
