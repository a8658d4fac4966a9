//! The value of one field in a manifest, checked against its definition.

use super::suggest::closest;
use crate::resource::{Choice, Emptiness, FieldDef, FieldType, FieldValue, Instant, STATUSES};
use crate::yaml::Value;

const COLOR_HELP: &str = "write it as \"#rrggbb\", in quotes";

/// Why a value is refused: the message, and what to do about it.
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Refusal {
    pub(super) fn new(message: String, help: Option<String>) -> Self {
        Self { message, help }
    }
}

/// Reads a field's value; texts have their variables replaced by `expand`.
pub(super) fn read_field(
    def: &FieldDef,
    value: &Value,
    expand: impl Fn(&str) -> Result<String, String>,
) -> Result<FieldValue, Refusal> {
    let read = if value.is_null() {
        FieldValue::Empty
    } else if def.ty == FieldType::Names {
        let items = value.as_sequence().ok_or_else(|| wrong_type("a list of names", value))?;
        let names = items.iter().map(|item| read_name(item, &expand));
        FieldValue::names(names.collect::<Result<Vec<_>, _>>()?)
    } else {
        read_scalar(def.ty, &read_text(value, &expand)?)?
    };
    if read == FieldValue::Empty && def.emptiness == Emptiness::NeverEmpty {
        let help = match def.ty {
            // Without quotes, YAML takes a colour for a comment.
            FieldType::Color => COLOR_HELP,
            FieldType::Names => "names are only added, never removed; leave the field out",
            FieldType::Text
            | FieldType::Choice(_)
            | FieldType::Instant
            | FieldType::Status
            | FieldType::Reference { .. } => {
                "give it a value, or leave the field out to leave it alone"
            }
        };
        let message = format!("`{}` cannot be empty", def.name);
        return Err(Refusal::new(message, Some(help.to_owned())));
    }
    // A variable that is empty is no word for clearing what it stands for.
    if read == FieldValue::Empty && !value.is_null() && def.ty != FieldType::Text {
        let message = format!("`{}` is an empty text", def.name);
        let help = "write `null` to clear the field, or leave it out to leave it alone";
        return Err(Refusal::new(message, Some(help.to_owned())));
    }
    Ok(read)
}

/// Reads a text, and explains what to do about a number or a truth value.
pub(super) fn read_text(
    value: &Value,
    expand: impl Fn(&str) -> Result<String, String>,
) -> Result<String, Refusal> {
    let text = value.as_str().ok_or_else(|| wrong_type("text", value))?;
    expand(text).map_err(|message| Refusal::new(message, None))
}

fn read_name(
    item: &Value,
    expand: impl Fn(&str) -> Result<String, String>,
) -> Result<String, Refusal> {
    let name = read_text(item, expand)?;
    if name.trim().is_empty() {
        return Err(Refusal::new("a name in this list is empty".into(), None));
    }
    Ok(name)
}

fn wrong_type(expected: &str, value: &Value) -> Refusal {
    let (found, help) = match value {
        Value::Null => ("nothing", None),
        Value::Bool(_) => ("a truth value", Some("quote it, to have it as text")),
        Value::Number(_) => ("a number", Some("quote it, to have it as text")),
        Value::String(_) => ("text", None),
        Value::Sequence(_) => ("a list", None),
        Value::Mapping(_) | Value::Tagged(_) => ("a mapping", None),
    };
    let message = format!("expected {expected}, found {found}");
    Refusal::new(message, help.map(str::to_owned))
}

fn read_scalar(ty: FieldType, text: &str) -> Result<FieldValue, Refusal> {
    match ty {
        FieldType::Choice(choices) => read_choice(choices, text),
        FieldType::Status => {
            read_choice(&STATUSES, text)?;
            Ok(FieldValue::from_text(ty, text))
        }
        FieldType::Instant if !text.is_empty() => match Instant::parse(text) {
            Ok(instant) => Ok(FieldValue::Instant(instant)),
            Err(error) => Err(Refusal::new(error.to_string(), None)),
        },
        FieldType::Color if !text.is_empty() && !is_color(text) => {
            let message = format!("`{text}` is not a colour");
            Err(Refusal::new(message, Some(COLOR_HELP.to_owned())))
        }
        FieldType::Text
        | FieldType::Instant
        | FieldType::Color
        | FieldType::Reference { .. }
        | FieldType::Names => Ok(FieldValue::from_text(ty, text)),
    }
}

fn read_choice(choices: &[Choice], text: &str) -> Result<FieldValue, Refusal> {
    let words = || choices.iter().map(|choice| choice.word);
    if text.is_empty() || words().any(|word| word == text) {
        return Ok(FieldValue::text(text));
    }
    let all = words().collect::<Vec<_>>().join(", ");
    let help = match closest(text, words()) {
        Some(word) => format!("did you mean `{word}`? The values are {all}"),
        None => format!("the values are {all}"),
    };
    Err(Refusal::new(format!("`{text}` is not one of the values of this field"), Some(help)))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Kind;

    fn read(kind: Kind, field: &str, yaml: &str) -> Result<FieldValue, String> {
        let value = serde_yaml::from_str(yaml).unwrap();
        read_field(kind.field(field).unwrap(), &value, |text| Ok(text.to_owned()))
            .map_err(|refusal| format!("{}; {}", refusal.message, refusal.help.unwrap_or_default()))
    }

    #[test]
    fn numbers_and_truth_values_are_not_taken_for_text() {
        assert!(read(Kind::Release, "name", "2026.10").unwrap_err().contains("quote it"));
        assert!(read(Kind::Release, "summary", "true").unwrap_err().contains("a truth value"));
        assert_eq!(read(Kind::Release, "summary", "no").unwrap(), FieldValue::text("no"));
    }

    #[test]
    fn null_clears_only_what_can_be_empty() {
        assert_eq!(read(Kind::Release, "parent", "null").unwrap(), FieldValue::Empty);
        assert!(read(Kind::System, "aliases", "[]").unwrap_err().contains("never removed"));
        for empty in ["null", "''"] {
            let error = read(Kind::Release, "name", empty).unwrap_err();
            assert!(error.contains("cannot be empty"), "{error}");
        }
        let error = read(Kind::Release, "parent", "''").unwrap_err();
        assert!(error.contains("write `null` to clear"), "{error}");
        assert_eq!(read(Kind::Release, "summary", "''").unwrap(), FieldValue::Empty);
    }

    #[test]
    fn words_colours_and_dates_are_checked() {
        let error = read(Kind::Release, "plutoraReleaseType", "enterprise").unwrap_err();
        assert!(error.contains("did you mean `Enterprise`"), "{error}");
        assert!(read(Kind::Release, "displayColor", "red").is_err());
        assert!(read(Kind::Release, "displayColor", "'#0cf'").is_err());
        assert_eq!(
            read(Kind::Release, "displayColor", "'#00CCff'").unwrap(),
            FieldValue::text("#00ccff")
        );
        assert!(read(Kind::Release, "implementationDate", "tomorrow").is_err());
        let error = read(Kind::Release, "displayColor", "#00ccff").unwrap_err();
        assert!(error.contains("in quotes"), "YAML sees a comment: {error}");
        assert!(read(Kind::System, "aliases", "[A, [B]]").is_err());
        assert!(read(Kind::System, "aliases", "[A, '']").is_err());
        assert!(read(Kind::System, "aliases", "A").unwrap_err().contains("a list of names"));
    }
}
