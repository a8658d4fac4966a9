//! What Plutora answers to many creations at once: texts, without ids.

use serde_json::{Map, Value};

/// The text for a name that another system has (asserted by tests of 2021).
const NAME: &str = "Duplicate System Name of ";

/// The text for an alias that another system has (asserted by tests of 2021).
const ALIAS: &str = "Duplicate System Alias Name ";

/// What comes after either.
const REST: &str = ". This System has not been created";

/// How many texts a message quotes, and how much of each.
const QUOTED: usize = 3;
const EXCERPT: usize = 200;

/// The texts of an answer.
pub(super) struct Told(Vec<String>);

impl Told {
    /// Takes them from wherever they stand in an answer.
    pub(super) fn of(answer: &Value) -> Self {
        let mut texts = Vec::new();
        gather(answer, &mut texts);
        Self(texts)
    }

    /// Returns the text that says that an object was not created: for its name, or for one of its aliases
    /// if it is not there. Another object may have the same alias, and have been created.
    pub(super) fn refusal(&self, body: &Map<String, Value>, is_there: bool) -> Option<&str> {
        let is_name = |text: &str| subject(text, NAME).is_some_and(|it| same(it, name(body)));
        let is_alias = |text: &str| {
            subject(text, ALIAS).is_some_and(|it| aliases(body).any(|alias| same(it, alias)))
        };
        let texts = || self.0.iter().map(String::as_str);
        let refused = texts().find(|text| is_name(text));
        refused.or_else(|| texts().find(|text| !is_there && is_alias(text)))
    }

    /// Quotes what else may be about an object that is not there: what names it, or names none of `all`.
    pub(super) fn about(&self, name: &str, all: &[&str]) -> String {
        let naming = |name: &str| self.0.iter().filter(move |text| holds(text, name)).collect();
        let mut texts: Vec<&String> = naming(name);
        if texts.is_empty() {
            let is_about_none = |text: &&String| !all.iter().any(|name| holds(text, name));
            let texts_of_none = self.0.iter().filter(|text| subject(text, ALIAS).is_none());
            texts = texts_of_none.filter(is_about_none).collect();
        }
        let quoted: Vec<String> = texts.iter().take(QUOTED).map(|text| excerpt(text)).collect();
        match (quoted.is_empty(), texts.len() - quoted.len()) {
            (true, _) => "the answer says nothing of it".to_owned(),
            (false, 0) => format!("the answer says: {}", quoted.join("; ")),
            (false, more) => format!("the answer says: {}; and {more} more", quoted.join("; ")),
        }
    }
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, texts)),
        Value::Object(keys) => keys.values().for_each(|value| gather(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns what a text of this beginning is about.
fn subject<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let rest = text.trim().strip_prefix(beginning)?;
    Some(rest.rsplit_once(REST).map_or(rest, |(subject, _)| subject))
}

/// Returns whether a text holds a name that is not a part of a longer word.
fn holds(text: &str, name: &str) -> bool {
    let is_edge = |it: Option<char>| !it.is_some_and(char::is_alphanumeric);
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|it| it.chars().next());
        is_edge(before) && is_edge(after)
    })
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn name(body: &Map<String, Value>) -> &str {
    body.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn aliases(body: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let rows = body.get("systemAlias").and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| row.get("name")?.as_str())
}

fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    line.chars().take(EXCERPT).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(name: &str, aliases: &[&str]) -> Map<String, Value> {
        let aliases: Vec<Value> = aliases.iter().map(|name| json!({"name": name})).collect();
        json!({"name": name, "systemAlias": aliases}).as_object().cloned().unwrap()
    }

    #[test]
    fn a_refusal_is_of_the_object_that_has_the_name_and_of_no_other() {
        let told = Told::of(&json!([
            "System Pay has been created",
            "Duplicate System Name of Pay 2. This System has not been created",
            {"message": "Duplicate System Name of A. This System. This System has not been created."},
        ]));
        let refused = |name| told.refusal(&body(name, &[]), false).is_some();
        let refused = ["Pay", "Pay 2", "pay 2", "Pay 2 a", "A. This System", "A", ""].map(refused);
        assert_eq!(refused, [false, true, true, false, true, false, false]);
        assert!(told.refusal(&body("Pay 2", &[]), true).is_some(), "it is somebody else's");
    }

    #[test]
    fn an_alias_is_refused_to_who_is_not_there() {
        let text = "Duplicate System Alias Name PAY. This System has not been created";
        let told = Told::of(&json!([text]));
        assert_eq!(told.refusal(&body("A", &["X", "PAY"]), false), Some(text));
        assert_eq!(told.refusal(&body("A", &["PAY"]), true), None, "it was the first to have it");
        assert_eq!(told.refusal(&body("PAY", &[]), false), None);
    }

    #[test]
    fn what_names_nobody_is_quoted_for_everybody_who_is_missing() {
        let told =
            Told::of(&json!(["The vendor field\nis required.", "B: no", "System AB is new"]));
        let about = |name| told.about(name, &["A", "B", "AB"]);
        assert_eq!(about("A"), "the answer says: The vendor field is required.");
        assert_eq!(about("B"), "the answer says: B: no");
        assert_eq!(Told::of(&json!(null)).about("A", &[]), "the answer says nothing of it");
        let long = Told::of(&json!(vec!["x".repeat(1_000); 5])).about("A", &[]);
        assert!(long.len() < 700 && long.ends_with("...; and 2 more"), "{long}");
    }
}
