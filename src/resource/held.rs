//! A value where it stands, copied only where its canonical form is another.

use std::borrow::Cow;

use super::field::FieldType;
use super::instant::Instant;
use super::status;
use super::value::FieldValue;

/// A field's value as [`FieldValue`] has it, borrowed from the text or the body that it stands in: most
/// values are only compared, and there are many.
#[derive(Clone, Debug)]
pub enum Held<'a> {
    /// No value.
    Empty,
    /// Text, a word of a choice, a colour, or the name or id that a reference has.
    Text(Cow<'a, str>),
    /// A point in time.
    Instant(Instant),
    /// A set of names, in any order.
    Names(Vec<Cow<'a, str>>),
}

impl<'a> Held<'a> {
    /// Makes a text; line ends become `\n`, so that an editor on Windows causes no difference.
    pub fn text(text: &'a str) -> Self {
        match text {
            "" => Self::Empty,
            text if text.contains('\r') => Self::Text(text.replace("\r\n", "\n").into()),
            text => Self::Text(text.into()),
        }
    }

    /// Makes the canonical value that a field of this type has for a text.
    ///
    /// A choice accepts its words in any case and its numbers, a status its words in any case; a text
    /// that does not fit the type is kept as it is, so that a value from Plutora that we do not know
    /// is shown and differs.
    pub fn from_text(ty: FieldType, text: &'a str) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        match ty {
            FieldType::Text | FieldType::Names => Self::text(text),
            FieldType::Color => Self::Text(in_lower_case(text)),
            FieldType::Status => Self::Text(status::canonical(text).into()),
            FieldType::Reference { to, .. } => Self::Text(to.canonical(text)),
            FieldType::Instant => match Instant::parse(text) {
                Ok(instant) => Self::Instant(instant),
                Err(_) => Self::Text(text.into()),
            },
            FieldType::Choice(choices) => {
                let is_number = text.starts_with(|first: char| first.is_ascii_digit());
                let known = choices.iter().find(|choice| {
                    choice.word.eq_ignore_ascii_case(text)
                        || (is_number && choice.number.is_some_and(|it| it.to_string() == text))
                });
                Self::Text(known.map_or(text, |choice| choice.word).into())
            }
        }
    }

    /// Returns whether it is as a manifest asks.
    ///
    /// A set of names asks for those names and leaves others alone; every other value for itself.
    pub fn meets(&self, wanted: &FieldValue) -> bool {
        match (wanted, self) {
            (FieldValue::Names(wanted), Self::Names(there)) => {
                wanted.iter().all(|name| there.iter().any(|it| it == name))
            }
            (FieldValue::Empty, Self::Empty) => true,
            (FieldValue::Text(wanted), Self::Text(there)) => wanted == there,
            (FieldValue::Instant(wanted), Self::Instant(there)) => wanted == there,
            (
                FieldValue::Empty
                | FieldValue::Text(_)
                | FieldValue::Instant(_)
                | FieldValue::Names(_),
                _,
            ) => false,
        }
    }

    /// Copies what is not copied yet.
    pub fn into_value(self) -> FieldValue {
        match self {
            Self::Empty => FieldValue::Empty,
            Self::Text(text) => FieldValue::Text(text.into_owned()),
            Self::Instant(instant) => FieldValue::Instant(instant),
            Self::Names(names) => FieldValue::names(names.into_iter().map(Cow::into_owned)),
        }
    }
}

impl<'a> From<&'a FieldValue> for Held<'a> {
    fn from(value: &'a FieldValue) -> Self {
        match value {
            FieldValue::Empty => Self::Empty,
            FieldValue::Text(text) => Self::Text(text.into()),
            FieldValue::Instant(instant) => Self::Instant(*instant),
            FieldValue::Names(names) => Self::Names(names.iter().map(Cow::from).collect()),
        }
    }
}

impl From<FieldValue> for Held<'_> {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Text(text) => Self::Text(text.into()),
            FieldValue::Instant(instant) => Self::Instant(instant),
            FieldValue::Names(names) => Self::Names(names.into_iter().map(Cow::from).collect()),
            FieldValue::Empty => Self::Empty,
        }
    }
}

/// Returns a text in lower case, itself where it is that already.
pub(super) fn in_lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text.into();
    }
    text.to_lowercase().into()
}
