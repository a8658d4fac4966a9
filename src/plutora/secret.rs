//! Values that must never be shown.

use secrecy::{ExposeSecret as _, SecretString};

/// A password, a client secret or a token.
///
/// It has no `Display` and its `Debug` shows nothing of it, so it cannot come into an output, a
/// log or an error by accident; its memory is wiped when it goes.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// Returns the text, for the request that needs it.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Secrets that texts from outside may hold: a server that quotes the request it refuses, say.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden(Vec<Secret>);

impl Hidden {
    /// A word of three letters is in too many texts to be hidden in all of them.
    const SHORTEST: usize = 4;

    /// Hides these.
    pub(super) fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let long = |secret: &Secret| secret.expose().len() >= Self::SHORTEST;
        Self(secrets.into_iter().filter(long).collect())
    }

    /// Returns a text without the secrets, plain and as JSON, forms and addresses write them.
    pub(super) fn out_of(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            let plain = secret.expose();
            let json = serde_json::Value::from(plain).to_string();
            let form: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
            let percent = form.replace('+', "%20");
            let written = [plain, json.trim_matches('"'), &form, &percent];
            written.iter().fold(text, |text, written| text.replace(written, "***"))
        })
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_of_what_others_say() {
        let secrets = ["p&ss w", "a\\b\"c", "abc", ""].map(|it| Secret::new(it.to_owned()));
        let text = r#"password=p%26ss+w, p&ss w or p%26ss%20w; abc; {"a\\b\"c"}"#;
        let shown = r#"password=***, *** or ***; abc; {"***"}"#;
        assert_eq!(Hidden::new(secrets).out_of(text), shown);
    }

    #[test]
    fn a_secret_cannot_be_shown() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
    }
}
