//! From a body to the object to store: all that is wrong with it at once, or the object.

use serde_json::Value;

use super::body::Body;
use super::describe::Entity;
use super::input::{Input, Need};
use crate::data::{Data, Object, now};
use crate::http::{ModelState, Refusal};
use crate::list::render;

/// Builds the object that a POST or a PUT makes of a body.
///
/// `before` is what is stored: for a POST the resource's initial values, for a PUT the object. A PUT
/// is a full replacement (vendor help; asserted against a real tenant, 2021): a writable field that was
/// left out is emptied. Read-only fields stay, whatever was sent, `additionalInformation` among them,
/// which has an endpoint of its own.
pub(super) fn build<E: Entity>(
    data: &Data,
    body: &Body<'_>,
    before: &Object,
) -> Result<Object, Refusal> {
    let inputs = read_inputs::<E>(data, body, before)?;
    let mut object = Object::new();
    for column in E::DETAIL.iter().filter(|column| column.is_stored()) {
        let value = match column.name {
            "lastModifiedDate" => Value::from(now()),
            name => inputs.get(name).or_else(|| before.get(name)).cloned().unwrap_or_default(),
        };
        object.insert(column.name.to_owned(), value);
    }
    for (key, _) in undocumented::<E>(before) {
        // On the real thing too, a client that does not send back a field it does not know loses it.
        if let Some(sent) = body.raw(key) {
            object.insert(key.clone(), sent.clone());
        }
    }
    match E::broken_rules(data, &object) {
        broken if broken.is_empty() => Ok(object),
        broken => Err(Refusal::rules(broken)),
    }
}

/// Renders an object for an answer: its documented keys, then those that nobody documented.
pub(super) fn detail<E: Entity>(data: &Data, object: &Object) -> Value {
    let mut answer = render(E::DETAIL, data, object);
    for (key, value) in undocumented::<E>(object) {
        answer.insert(key.clone(), value.clone());
    }
    Value::Object(answer)
}

fn undocumented<E: Entity>(object: &Object) -> impl Iterator<Item = (&String, &Value)> {
    object.iter().filter(|(key, _)| E::DETAIL.iter().all(|column| column.name != key.as_str()))
}

fn read_inputs<E: Entity>(
    data: &Data,
    body: &Body<'_>,
    before: &Object,
) -> Result<Object, Refusal> {
    let mut values = Object::new();
    let mut wrong = ModelState::new();
    for input in E::INPUTS {
        match read_input(input, data, body, before) {
            Ok(value) => drop(values.insert(input.name.to_owned(), value)),
            Err(text) => {
                wrong.entry(format!("{}.{}", E::MODEL, input.label())).or_default().push(text);
            }
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(Refusal::Invalid(wrong)) }
}

fn read_input(
    input: &Input,
    data: &Data,
    body: &Body<'_>,
    before: &Object,
) -> Result<Value, String> {
    let sent = body.value(input.name).filter(|value| !input.is_blank(value));
    let stored = before.get(input.name).filter(|value| !value.is_null());
    match (sent, input.need) {
        (Some(value), _) => input.accept(value, data),
        (None, Need::Optional) => Ok(input.nothing()),
        (None, Need::OnCreate) if stored.is_some() => Ok(stored.cloned().unwrap_or_default()),
        (None, Need::Always | Need::OnCreate) => {
            Err(format!("The {} field is required.", input.label()))
        }
    }
}
