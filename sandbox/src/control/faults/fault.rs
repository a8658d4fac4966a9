//! One fault: the requests that it chooses, and its two written forms.
//!
//! In words: `[METHOD] [/PATH] [skip=N] [times=N|always] ACTION`, such as
//! `POST /releases skip=2 drop-after` or `GET times=3 status=429 retry-after=2`. In JSON: an object with
//! the keys `method`, `path`, `skip`, `times` and `action`.

use std::str::FromStr;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::action::Action;
use crate::http::segments;

/// Says which of the coming requests go wrong, and how.
///
/// It fits requests of its method below its path, in which `*` stands for any segment, or of the path
/// alone if it ends with `$`; it lets the first
/// `skip` of those pass, and spoils the next `times`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
pub struct Fault {
    method: Option<String>,
    path: Vec<String>,
    /// Whether what is below the path is left alone.
    is_exact: bool,
    skip: u64,
    times: Times,
    action: Action,
    /// The action as JSON.
    written: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    Left(u64),
    Always,
}

/// Tells what a written fault should have been.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("bad fault '{text}': {reason}")]
pub struct ParseFaultError {
    /// The fault as it was written.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Option<String>,
    #[serde(default)]
    path: String,
    #[serde(default)]
    skip: u64,
    times: Option<Value>,
    action: Value,
}

impl Fault {
    pub(super) fn fits(&self, method: &Method, path: &[String]) -> bool {
        let method_fits =
            self.method.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()));
        let same = |ours: &String, sent: &String| ours == "*" || ours.eq_ignore_ascii_case(sent);
        let length_fits = if self.is_exact {
            self.path.len() == path.len()
        } else {
            self.path.len() <= path.len()
        };
        method_fits
            && length_fits
            && self.path.iter().zip(path).all(|(ours, sent)| same(ours, sent))
    }

    /// Counts a request that fits, and says what happens to it, if anything.
    pub(super) fn take(&mut self) -> Option<Action> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        match &mut self.times {
            Times::Left(0) => return None,
            Times::Left(times) => *times -= 1,
            Times::Always => {}
        }
        Some(self.action.clone())
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.times == Times::Left(0)
    }

    fn read(written: Value) -> Result<Self, String> {
        let Written { method, path, skip, times, action } =
            serde_json::from_value(written).map_err(|error| error.to_string())?;
        let times = match times {
            None => Times::Left(1),
            Some(Value::String(word)) if word == "always" => Times::Always,
            Some(times) => Times::Left(times.as_u64().filter(|it| *it > 0).ok_or_else(|| {
                format!("times is a whole number from 1 on or \"always\", and not {times}")
            })?),
        };
        if let Some(method) = method.as_ref().filter(|method| !is_method(method)) {
            return Err(format!("there is no method '{method}'"));
        }
        if path.contains('?') {
            return Err(format!(
                "a fault goes by the path alone: leave out what follows in '{path}'"
            ));
        }
        let (path, is_exact) =
            path.strip_suffix('$').map_or((path.as_str(), false), |it| (it, true));
        let written = action.clone();
        let action = Action::read(action)?;
        Ok(Self { method, path: segments(path), is_exact, skip, times, action, written })
    }
}

impl From<Fault> for Value {
    fn from(fault: Fault) -> Self {
        let Fault { method, path, is_exact, skip, times, action: _, written } = fault;
        let times = match times {
            Times::Left(times) => json!(times),
            Times::Always => json!("always"),
        };
        let path = format!("/{}{}", path.join("/"), if is_exact { "$" } else { "" });
        json!({"method": method, "path": path, "skip": skip, "times": times, "action": written})
    }
}

impl TryFrom<Value> for Fault {
    type Error = ParseFaultError;

    fn try_from(written: Value) -> Result<Self, ParseFaultError> {
        if let Value::String(words) = written {
            return words.parse();
        }
        let text = written.to_string();
        Self::read(written).map_err(|reason| ParseFaultError { text, reason })
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let written = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())
        } else {
            from_words(text)
        };
        let read = written.and_then(Self::read);
        read.map_err(|reason| ParseFaultError { text: text.to_owned(), reason })
    }
}

/// Turns the form in words into that in JSON.
fn from_words(text: &str) -> Result<Value, String> {
    let (mut fault, mut action, mut name) = (Map::new(), Map::new(), None);
    for word in text.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let wrong = |_error| format!("'{word}' needs a whole number");
        let number = || value.parse::<u64>().map(Value::from).map_err(wrong);
        match key {
            "times" if value == "always" => drop(fault.insert("times".to_owned(), value.into())),
            "skip" | "times" => {
                fault.insert(key.to_owned(), number()?);
            }
            "status" | "delay" | "delay-answer" => {
                if action.insert(key.to_owned(), number()?).is_some()
                    && !action.contains_key("headers")
                {
                    return Err(format!("it has two actions called '{key}'"));
                }
            }
            "shift-page" => {
                let rows = value.parse::<i64>().map_err(wrong)?;
                action.insert(key.to_owned(), rows.into());
            }
            "retry-after" if value.is_empty() => {
                return Err("retry-after needs a number of seconds or a date".to_owned());
            }
            "retry-after" => {
                action.insert("headers".to_owned(), json!({ "Retry-After": value }));
                // Without a status it is the one that a throttle answers.
                action.entry("status").or_insert_with(|| 429.into());
            }
            "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => {
                fault.insert("method".to_owned(), key.into());
            }
            _ if word.starts_with('/') => drop(fault.insert("path".to_owned(), word.into())),
            _ if is_method(word) => {
                fault.insert("method".to_owned(), word.to_uppercase().into());
            }
            _ => {
                if let Some(first) = name.replace(word) {
                    return Err(format!("it has two actions, '{first}' and '{word}'"));
                }
            }
        }
    }
    let action = match (name, action.is_empty()) {
        (Some(name), true) => name.into(),
        (None, false) => action.into(),
        (None, true) => return Err("an action is missing, such as drop-after".to_owned()),
        (Some(name), false) => return Err(format!("it has another action besides '{name}'")),
    };
    fault.insert("action".to_owned(), action);
    Ok(fault.into())
}

fn is_method(word: &str) -> bool {
    ["get", "post", "put", "patch", "delete"].iter().any(|it| word.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        for (words, json) in [
            ("drop-after", json!({"action": "drop-after"})),
            (
                "POST /releases skip=2 times=3 delay=500",
                json!({"method": "POST", "path": "/releases", "skip": 2, "times": 3,
                       "action": {"delay": 500}}),
            ),
            ("retry-after=2", json!({"action": {"status": 429, "headers": {"Retry-After": "2"}}})),
            (
                "put status=503 retry-after=1 times=always",
                json!({"method": "PUT", "times": "always",
                       "action": {"status": 503, "headers": {"Retry-After": "1"}}}),
            ),
            ("shift-page=-1", json!({"action": {"shift-page": -1}})),
            ("/releases$ truncate", json!({"path": "/releases$", "action": "truncate"})),
        ] {
            let fault: Fault = words.parse().unwrap();
            assert_eq!(json.to_string().parse(), Ok(fault.clone()), "{words}");
            assert_eq!(fault, Fault::try_from(json).unwrap(), "{words}");
            let written = Value::from(fault.clone());
            assert_eq!(Fault::try_from(written).unwrap(), fault, "{words}");
        }
    }

    #[test]
    fn a_bad_fault_is_refused_with_its_reason() {
        for (words, reason) in [
            ("", "an action is missing"),
            ("explode", "unknown action 'explode'"),
            ("drop-after truncate", "two actions"),
            ("drop-after status=500", "another action besides 'drop-after'"),
            ("skip=x drop-after", "'skip=x' needs a whole number"),
            ("skip=-1 drop-after", "'skip=-1' needs a whole number"),
            ("status=99", "bad status 99"),
            ("status=500 status=503", "two actions"),
            ("retry-after= status=503", "retry-after needs"),
            ("times=0 truncate", "from 1 on"),
            ("/me?x=1 truncate", "by the path alone"),
            ("{\"action\": ", "EOF while parsing"),
        ] {
            let error = words.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(reason), "{words}: {error}");
        }
        for (json, reason) in [
            (json!({}), "missing field `action`"),
            (json!({"when": 1, "action": "truncate"}), "unknown field `when`"),
            (json!({"times": -1, "action": "truncate"}), "times is a whole number"),
            (json!({"action": {"status": 503, "headers": {"a b": ""}}}), "bad header"),
            (json!({"method": "FOO", "action": "truncate"}), "no method 'FOO'"),
            (
                json!({"action": {"status": 200, "headers": {"content-length": "2"}}}),
                "cannot be set",
            ),
            (json!({"action": {"body": "x"}}), "need a status"),
            (json!({"action": {"delay": 1, "status": 500}}), "an action is one of"),
            (json!({"action": {"edit": {"collection": "x"}}}), "unknown collection 'x'"),
        ] {
            let error = Fault::try_from(json).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
