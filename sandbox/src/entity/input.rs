//! The writable fields of a resource: what each takes, and what becomes of what is sent.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::pascal;
use crate::resource::lookups;
use crate::world::Tenant;

/// Describes a field that a client may write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    takes: Takes,
}

/// Says whether a field has to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// No, and a PUT without it empties it.
    Optional,
    /// Yes.
    Always,
    /// In a POST; a PUT without it keeps what is stored.
    OnCreate,
    /// No, and a POST does not even look at it; a PUT without it keeps what is stored.
    OnReplace,
    /// No, and without it this name is stored.
    Or(&'static str),
}

#[derive(Clone, Copy, Debug)]
enum Takes {
    Text,
    Moment,
    /// One of some names, in any case, or the number of one, counted from 1.
    Choice(&'static [&'static str]),
    /// The id of a lookup value of a type.
    Lookup(&'static str),
    /// The id of an object of a collection.
    Reference(&'static str),
    /// Any id.
    Guid,
    /// A yes or no, which is no unless it is sent.
    Flag,
    /// A whole number, which is 0 unless it is sent. A negative one counts as 0: both stand before the
    /// first place of an order.
    Number,
    /// A whole number from 0 to 100, which is 0 unless it is sent.
    Score,
    /// An array of objects, kept as it is sent.
    Rows,
    /// An array of ids, which are not looked for.
    Ids,
}

impl Input {
    pub(crate) const fn text(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Text }
    }

    pub(crate) const fn moment(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Moment }
    }

    pub(crate) const fn choice(
        name: &'static str,
        need: Need,
        names: &'static [&'static str],
    ) -> Self {
        Self { name, need, takes: Takes::Choice(names) }
    }

    pub(crate) const fn lookup(name: &'static str, need: Need, kind: &'static str) -> Self {
        Self { name, need, takes: Takes::Lookup(kind) }
    }

    pub(crate) const fn reference(name: &'static str, need: Need, to: &'static str) -> Self {
        Self { name, need, takes: Takes::Reference(to) }
    }

    pub(crate) const fn guid(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Guid }
    }

    pub(crate) const fn flag(name: &'static str) -> Self {
        Self { name, need: Need::Optional, takes: Takes::Flag }
    }

    pub(crate) const fn mandatory_flag(name: &'static str) -> Self {
        Self { name, need: Need::Always, takes: Takes::Flag }
    }

    pub(crate) const fn number(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Number }
    }

    pub(crate) const fn score(name: &'static str) -> Self {
        Self { name, need: Need::Optional, takes: Takes::Score }
    }

    pub(crate) const fn rows(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Rows }
    }

    pub(crate) const fn ids(name: &'static str, need: Need) -> Self {
        Self { name, need, takes: Takes::Ids }
    }

    /// Gives what is stored where nothing was sent.
    pub(crate) fn nothing(&self) -> Value {
        match (self.takes, self.need) {
            (Takes::Rows | Takes::Ids, _) => json!([]),
            (Takes::Flag, _) => json!(false),
            (Takes::Number | Takes::Score, _) => json!(0),
            (_, Need::Or(name)) => json!(name),
            _ => Value::Null,
        }
    }

    /// Tells whether a value that was sent says nothing.
    ///
    /// An empty text is a value only of an optional text field; as an id it clears, which is asserted
    /// against a real tenant (2021) for `managerId`.
    pub(super) fn is_blank(&self, value: &Value) -> bool {
        let keeps_empty = matches!(self.takes, Takes::Text) && self.need == Need::Optional;
        !keeps_empty && value.as_str().is_some_and(|text| text.trim().is_empty())
    }

    /// Turns a value that was sent into the one to store; the error is the text of a `modelState`.
    pub(crate) fn accept(&self, value: &Value, tenant: &Tenant) -> Result<Value, String> {
        let accepted = match self.takes {
            Takes::Text => accept_text(value),
            Takes::Moment => {
                value.as_str().and_then(|text| tenant.habits.zone.accept(text)).map(Value::from)
            }
            Takes::Choice(names) => accept_choice(names, value),
            Takes::Flag => accept_flag(value),
            Takes::Number => whole(value).map(|number| number.max(0).into()),
            Takes::Score => whole(value).filter(|it| (0..=100).contains(it)).map(Value::from),
            Takes::Rows => accept_array(value, Value::is_object),
            // A form that names an id once cannot say that it is one of several.
            Takes::Ids if value.is_string() => Some(json!([value])),
            Takes::Ids => accept_array(value, Value::is_string),
            Takes::Guid => return self.accept_id(value, |_| true),
            Takes::Lookup(kind) => {
                return self.accept_id(value, |id| lookups::has_value(&tenant.data, kind, id));
            }
            Takes::Reference(collection) => {
                return self.accept_id(value, |id| tenant.data.get(collection, id).is_some());
            }
        };
        accepted.ok_or_else(|| self.not_converted(value))
    }

    fn accept_id(&self, value: &Value, exists: impl Fn(&str) -> bool) -> Result<Value, String> {
        let id = value.as_str().and_then(|text| Uuid::try_parse(text.trim()).ok());
        let id = id.ok_or_else(|| self.not_converted(value))?.hyphenated().to_string();
        if exists(&id) { Ok(id.into()) } else { Err(self.points_nowhere()) }
    }

    /// The text follows "Invalid `UsageWorkItem`", which a real tenant answers for one such field.
    pub(super) fn points_nowhere(&self) -> String {
        let label = self.label();
        let stem = label.strip_suffix("Id").or_else(|| label.strip_suffix("ID"));
        format!("Invalid {}", stem.unwrap_or(&label))
    }

    pub(super) fn is_required(&self) -> String {
        format!("The {} field is required.", self.label())
    }

    fn not_converted(&self, value: &Value) -> String {
        format!("Error converting value {value} for '{}'.", self.name)
    }

    /// Gives the field's name as error texts write it: `releaseTypeId` is `ReleaseTypeId` there.
    pub(super) fn label(&self) -> String {
        pascal(self.name)
    }
}

fn accept_array(value: &Value, fits: fn(&Value) -> bool) -> Option<Value> {
    value.as_array().filter(|rows| rows.iter().all(fits)).map(|_| value.clone())
}

fn accept_text(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn accept_flag(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) => text.trim().to_lowercase().parse::<bool>().ok().map(Value::from),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    text.parse().ok()
}

fn accept_choice(names: &[&'static str], value: &Value) -> Option<Value> {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    let by_name = names.iter().find(|name| name.eq_ignore_ascii_case(&text));
    let by_number = || names.get(text.parse::<usize>().ok()?.checked_sub(1)?);
    by_name.or_else(by_number).map(|name| Value::from(*name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;

    #[test]
    fn a_choice_is_a_name_in_any_case_or_a_number() {
        const KINDS: &[&str] = &["Enterprise", "Integrated", "Independent"];
        for sent in [json!("Integrated"), json!("INTEGRATED"), json!(2), json!("2")] {
            assert_eq!(accept_choice(KINDS, &sent), Some(json!("Integrated")), "{sent}");
        }
        for sent in [json!("Major"), json!(0), json!(4), json!(1.5), json!([]), json!(true)] {
            assert_eq!(accept_choice(KINDS, &sent), None, "{sent}");
        }
    }

    #[test]
    fn flags_and_numbers_may_be_texts() {
        for (sent, stored) in [(json!(true), Some(true)), (json!("FALSE"), Some(false))] {
            assert_eq!(accept_flag(&sent), stored.map(Value::from), "{sent}");
        }
        assert_eq!(accept_flag(&json!(1)), None);
        let (place, score) =
            (Input::number("sortOrder", Need::Optional), Input::score("businessValueScore"));
        let accept =
            |input: Input, sent: Value| input.accept(&sent, &Tenant::plain(Data::default())).ok();
        for (sent, as_place, as_score) in [
            (json!(3), Some(3), Some(3)),
            (json!(" 3 "), Some(3), Some(3)),
            (json!(-1), Some(0), None),
            (json!(101), Some(101), None),
            (json!(1.5), None, None),
            (json!("first"), None, None),
            (json!(true), None, None),
            (json!([]), None, None),
        ] {
            assert_eq!(accept(place, sent.clone()), as_place.map(Value::from), "{sent}");
            assert_eq!(accept(score, sent.clone()), as_score.map(Value::from), "{sent}");
        }
    }

    #[test]
    fn ids_are_guids_of_something_that_exists() {
        let mut data = Data::default();
        let id = "0000000a-0000-4000-8000-00000000000b";
        data.put("users", json!({"id": id}).as_object().unwrap().clone());
        let tenant = Tenant::plain(data);
        let manager = Input::reference("managerId", Need::Optional, "users");
        let accept = |sent: &str| manager.accept(&json!(sent), &tenant);
        assert_eq!(accept(&id.to_uppercase()), Ok(json!(id)));
        assert_eq!(accept("0000000a-0000-4000-8000-00000000000c"), Err("Invalid Manager".into()));
        assert!(accept("jane").unwrap_err().contains("Error converting value \"jane\""));
        assert!(manager.is_blank(&json!("")));
    }
}
