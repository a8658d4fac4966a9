//! How a sandbox behaves: its habits, and all that can go wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::{Fault, Throttle};
use crate::habits::Habits;

/// Says how a sandbox behaves, at its start and, by its control path, from any moment on.
///
/// Written as JSON with the names of its fields in camelCase; a key that is left out says nothing, an
/// unknown one is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Behaviour {
    /// How long every answer of the API is held back.
    pub latency_milliseconds: u64,
    /// How long a token is valid that is given out from now on.
    pub token_lifetime_seconds: u64,
    /// How many requests are admitted.
    pub throttle: Throttle,
    /// In what its answers differ from another tenant's.
    pub habits: Habits,
    /// Which of the coming requests go wrong, and how.
    pub faults: Vec<Fault>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            latency_milliseconds: 0,
            // "Tokens expire in 23 hours" (vendor help, 2020).
            token_lifetime_seconds: 23 * 60 * 60,
            throttle: Throttle::default(),
            habits: Habits::default(),
            faults: Vec::new(),
        }
    }
}

impl Behaviour {
    /// Reads what JSON says of it, over what it is now; habits and throttle are laid over key by key.
    pub fn overlaid(&self, json: &str) -> Result<Self, serde_json::Error> {
        self.with(serde_json::from_str(json)?)
    }

    pub(crate) fn with(&self, above: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut whole = serde_json::to_value(self)?;
        lay_over(&mut whole, above.into());
        serde_json::from_value(whole)
    }
}

/// Lays keys over an object, inside of objects too; anything else is replaced.
fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                match below.get_mut(&key) {
                    Some(place) => lay_over(place, value),
                    None => drop(below.insert(key, value)),
                }
            }
        }
        (below, above) => *below = above,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::choices::{Dialect, Lists};

    #[test]
    fn what_is_not_named_stays() {
        let first = Behaviour { latency_milliseconds: 5, ..Behaviour::default() };
        let second = first
            .overlaid(
                r#"{"tokenLifetimeSeconds": 60,
                    "habits": {"lists": "envelope", "statusLabels": "Pending=pending1"},
                    "throttle": {"perSecond": 6},
                    "faults": ["GET /releases times=always status=503",
                               {"action": "drop-after", "skip": 2}]}"#,
            )
            .unwrap();
        assert_eq!((second.latency_milliseconds, second.token_lifetime_seconds), (5, 60));
        assert_eq!(
            (second.habits.lists, second.habits.dialect),
            (Lists::Envelope, Dialect::Of2025)
        );
        assert_eq!(second.habits.status_labels.label("Pending"), "pending1");
        let throttle = &second.throttle;
        assert_eq!((throttle.per_second, throttle.per_hour), (NonZeroU32::new(6), None));
        assert_eq!(second.faults.len(), 2);
        let third = second.overlaid(r#"{"habits": {"dialect": "2019"}}"#).unwrap();
        assert_eq!((third.habits.lists, third.habits.dialect), (Lists::Envelope, Dialect::Of2019));
        assert_eq!(third.faults, second.faults);
        assert_eq!(third.overlaid("{}").unwrap(), third);
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_reason() {
        for (json, reason) in [
            ("{", "EOF"),
            ("[]", "expected a map"),
            (r#"{"lists": "envelope"}"#, "unknown field `lists`"),
            (r#"{"habits": {"lists": "rows"}}"#, "unknown list shape 'rows'"),
            (r#"{"habits": {"colour": "red"}}"#, "unknown field `colour`"),
            (r#"{"throttle": {"perSecond": 0}}"#, "expected a nonzero"),
            (r#"{"faults": ["GET explode"]}"#, "unknown action 'explode'"),
        ] {
            let error = Behaviour::default().overlaid(json).unwrap_err().to_string();
            assert!(error.contains(reason), "{json}: {error}");
        }
    }
}
