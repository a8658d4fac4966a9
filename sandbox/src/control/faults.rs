//! Fault rules: which of the coming requests go wrong, and how.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::http::{Answer, segments};

/// Says what happens to a request that a rule chose.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// This is answered, and nothing happens.
    Answer(Answer),
    /// Nothing happens, and the connection breaks.
    DropBefore,
    /// The request takes effect, and the connection breaks without an answer.
    DropAfter,
    /// The request takes effect, and its status comes without a body.
    EmptyBody,
    /// The request takes effect, and half of the body comes, under a length that is right for it.
    Truncate,
}

impl Action {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "status",
            Self::DropBefore => "drop-before",
            Self::DropAfter => "drop-after",
            Self::EmptyBody => "empty-body",
            Self::Truncate => "truncate",
        }
    }

    /// Reads a rule's `action`; the error says what it should have been.
    ///
    /// By hand, because an untagged serde enum cannot hold numbers of arbitrary precision.
    fn read(action: Value) -> Result<Self, String> {
        let Some(name) = action.as_str() else {
            let written: WrittenAnswer =
                serde_json::from_value(action).map_err(|error| error.to_string())?;
            return written.read().map(Self::Answer);
        };
        match name {
            "drop-before" => Ok(Self::DropBefore),
            "drop-after" => Ok(Self::DropAfter),
            "empty-body" => Ok(Self::EmptyBody),
            "truncate" => Ok(Self::Truncate),
            other => Err(format!(
                "unknown action '{other}': \
                 use drop-before, drop-after, empty-body, truncate or an object with a status"
            )),
        }
    }
}

/// A rule as the client writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    skip: u64,
    #[serde(default = "once")]
    times: u64,
    action: Value,
}

fn once() -> u64 {
    1
}

/// An answer as the client writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswer {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

impl WrittenAnswer {
    fn read(self) -> Result<Answer, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            let name: HeaderName = name.parse().map_err(|_error| format!("bad header '{name}'"))?;
            let value: HeaderValue =
                value.parse().map_err(|_error| format!("bad value of header '{name}'"))?;
            headers.insert(name, value);
        }
        // A status below 200 is not an answer, and HTTP would go on waiting for one.
        let status = StatusCode::from_u16(self.status).ok().filter(|code| code.as_u16() >= 200);
        let status = status.ok_or_else(|| format!("bad status {}", self.status))?;
        Ok(Answer { status, headers, body: self.body.into() })
    }
}

#[derive(Debug)]
struct Rule {
    method: Option<String>,
    path: Vec<String>,
    skip: u64,
    times: u64,
    action: Action,
}

impl Rule {
    fn read(rule: Value) -> Result<Self, String> {
        let WrittenRule { method, path, skip, times, action } =
            serde_json::from_value(rule).map_err(|error| error.to_string())?;
        let path = segments(&path.unwrap_or_default());
        Ok(Self { method, path, skip, times, action: Action::read(action)? })
    }

    fn fits(&self, method: &Method, path: &[String]) -> bool {
        let method_fits =
            self.method.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()));
        method_fits
            && self.path.len() <= path.len()
            && self.path.iter().zip(path).all(|(ours, sent)| ours.eq_ignore_ascii_case(sent))
    }
}

/// Holds the rules that still have requests to spoil.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Rule>);

impl Faults {
    /// Adds an array of rules after those that are there, all of them or, on an error, none.
    pub(crate) fn add(&mut self, rules: Value) -> Result<(), String> {
        let Value::Array(rules) = rules else {
            return Err("not an array of rules".to_owned());
        };
        let rules: Result<Vec<Rule>, String> = rules.into_iter().map(Rule::read).collect();
        self.0.extend(rules?);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Decides on a request: the first rule that fits and has skipped its share takes it.
    pub(crate) fn take(&mut self, method: &Method, path: &[String]) -> Option<Action> {
        let mut taken = None;
        for rule in self.0.iter_mut().filter(|rule| rule.fits(method, path)) {
            if rule.skip > 0 {
                rule.skip -= 1;
            } else if rule.times > 0 {
                rule.times -= 1;
                taken = Some(rule.action.clone());
                break;
            }
        }
        self.0.retain(|rule| rule.times > 0);
        taken
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_count_what_fits_them_and_nothing_else() {
        let mut faults = Faults::default();
        let rules = json!([
            {"method": "post", "path": "/Releases/", "skip": 1, "times": 2, "action": "truncate"},
            {"path": "/releases", "action": "drop-before"},
        ]);
        faults.add(rules).unwrap();
        let mut take = |method: Method, path: &str| {
            faults.take(&method, &segments(path)).map(|action| action.name())
        };
        assert_eq!(take(Method::POST, "/systems"), None);
        assert_eq!(take(Method::POST, "/releases"), Some("drop-before"), "skipped by the first");
        assert_eq!(take(Method::GET, "/releases"), None, "the second rule is used up");
        assert_eq!(take(Method::POST, "/releases/abc"), Some("truncate"));
        assert_eq!(take(Method::POST, "/RELEASES"), Some("truncate"));
        assert_eq!(take(Method::POST, "/releases"), None);
    }

    #[test]
    fn a_bad_rule_is_refused_with_its_reason() {
        for (rules, reason) in [
            (json!({}), "not an array"),
            (json!([{"action": "explode"}]), "unknown action 'explode'"),
            (json!([{"action": {"status": 99}}]), "bad status 99"),
            (json!([{"action": {"status": 503, "headers": {"a b": ""}}}]), "bad header"),
            (json!([{"when": 1, "action": "truncate"}]), "unknown field `when`"),
            (json!([{}]), "missing field `action`"),
        ] {
            let error = Faults::default().add(rules).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
