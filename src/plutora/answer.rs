//! An HTTP answer, and what its body says when it is an error.

use serde_json::{Map, Value};

use super::error::Refusal;
use super::secret::Hidden;
use crate::resource::{Body as _, find_key};

/// How much of a text that is not JSON a message shows.
const EXCERPT: usize = 200;

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    /// The server's own time.
    pub(super) date: Option<String>,
    pub(super) content_type: String,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
    /// What must not be told of it.
    pub(super) hidden: Hidden,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the JSON of the body; null for an empty one, which any 2xx may have.
    pub(super) fn json(&self) -> Result<Value, String> {
        if self.body.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            format!(
                "{} bytes of `{}` that are not JSON ({error}): {}",
                self.body.len(),
                self.hidden.out_of(&self.content_type),
                self.excerpt()
            )
        })
    }

    /// Returns what the server says of an error.
    pub(super) fn refusal(&self) -> Refusal {
        let message = match (&self.location, self.json()) {
            (Some(location), _) => {
                let location = self.hidden.out_of(location);
                format!("a redirect to {location}, which is not followed")
            }
            (None, Ok(Value::Object(body))) => self.shortened(&described(&body)),
            (None, Ok(Value::Null)) => "without a message".into(),
            (None, Ok(other)) => self.shortened(&other.to_string()),
            (None, Err(_)) => self.excerpt(),
        };
        Refusal { status: self.status, message }
    }

    /// Returns what the token endpoint says of an error: of what it or a proxy says in other words than
    /// JSON nothing is quoted, as the request holds the password and there is no end of ways to write it.
    pub(super) fn refusal_of_token(&self) -> Refusal {
        match self.json() {
            Ok(Value::Object(_) | Value::Null) => self.refusal(),
            Ok(_) | Err(_) if self.location.is_some() => self.refusal(),
            Ok(_) | Err(_) => Refusal { status: self.status, message: self.form() },
        }
    }

    /// Returns how much of what came, where nothing of it may be quoted.
    pub(super) fn form(&self) -> String {
        self.shortened(&format!("{} bytes of `{}`", self.body.len(), self.content_type))
    }

    fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        if text.trim_start().starts_with('<') {
            return format!("a page of HTML, perhaps of a proxy: {}", self.shortened(&text));
        }
        self.shortened(&text)
    }

    /// Returns the beginning of a text, on one line.
    fn shortened(&self, text: &str) -> String {
        // Before and after, as a secret may have spaces of either kind in it.
        let text = self.hidden.out_of(text);
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = self.hidden.out_of(&line);
        if line.chars().count() <= EXCERPT {
            return line;
        }
        line.chars().take(EXCERPT).chain("...".chars()).collect()
    }
}

/// Joins the parts that Plutora's error bodies have, in any case: `message`, `modelState` (by
/// field), `exceptionMessage`, and the token endpoint's `error` and `error_description`.
fn described(body: &Map<String, Value>) -> String {
    let text = |key| body.said(key).text();
    let mut parts: Vec<String> = ["message", "exceptionMessage", "error", "error_description"]
        .into_iter()
        .filter_map(text)
        .map(str::to_owned)
        .collect();
    let fields = find_key(body, "modelState").and_then(|key| body.get(key)?.as_object());
    for (field, errors) in fields.into_iter().flatten() {
        for error in errors.as_array().into_iter().flatten().filter_map(Value::as_str) {
            match field.as_str() {
                "internalServerValidationError" => parts.push(error.to_owned()),
                field => parts.push(format!("{field}: {error}")),
            }
        }
    }
    if parts.is_empty() {
        return Value::Object(body.clone()).to_string();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> String {
        let body = body.as_bytes().to_vec();
        let answer = Answer {
            status: 400,
            retry_after: None,
            date: None,
            content_type: "text/html".into(),
            location: None,
            body,
            hidden: Hidden::default(),
        };
        answer.refusal().message
    }

    #[test]
    fn every_known_error_body_is_said_in_one_line() {
        let model = r#"{"message":"The request is invalid.",
            "modelState":{"release.Name":["The Name field is required."]}}"#;
        assert_eq!(
            refusal(model),
            "The request is invalid. release.Name: The Name field is required."
        );
        let rule = r#"{"Message":"No.","ModelState":{"internalServerValidationError":["Late"]}}"#;
        assert_eq!(refusal(rule), "No. Late");
        let oauth = r#"{"error":"invalid_grant","error_description":"wrong password"}"#;
        assert_eq!(refusal(oauth), "invalid_grant wrong password");
        assert_eq!(refusal(""), "without a message");
        assert_eq!(refusal("Quota\n\texceeded"), "Quota exceeded");
        assert!(refusal("<html><h1>Gateway</h1></html>").starts_with("a page of HTML"));
        assert!(refusal(&"x".repeat(10_000)).len() < 250);
    }
}
