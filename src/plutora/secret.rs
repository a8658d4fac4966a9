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
            let text = written.iter().fold(text, |text, written| text.replace(written, "***"));
            // There are more ways to write a text than can be listed; what holds it in one of them is
            // not shown at all.
            if readings(&text).any(|it| it.contains(plain)) { "***".to_owned() } else { text }
        })
    }
}

/// Returns what forms, addresses and HTML mean by a text, also where one quotes the other.
fn readings(text: &str) -> impl Iterator<Item = String> {
    let html = |text: &str| {
        let signs =
            [("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&#x27;", "'")];
        let more = [("&#x2F;", "/"), ("&#47;", "/"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
        signs
            .iter()
            .chain(&more)
            .fold(text.to_owned(), |text, (written, sign)| text.replace(written, sign))
    };
    let percent = |text: &str| {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        let parts: Vec<String> =
            pairs.flat_map(|(key, value)| [key.into(), value.into()]).collect();
        parts.join(" ")
    };
    let (first, second) = (html(text), percent(text));
    // As .NET and PHP escape what JSON need not.
    let json = unescaped(text);
    let (third, fourth) = (percent(&first), html(&second));
    let fifth = html(&json);
    [first, second, third, fourth, json, fifth].into_iter()
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits = after.strip_prefix('u').and_then(|digits| digits.get(..4));
        let sign = digits.and_then(|it| char::from_u32(u32::from_str_radix(it, 16).ok()?));
        rest = match sign {
            Some(sign) => {
                plain.push(sign);
                after.get(5..).unwrap_or_default()
            }
            None => after,
        };
    }
    plain.push_str(rest);
    plain
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
        let hidden = Hidden::new(secrets);
        assert_eq!(hidden.out_of(text), shown);
        for quoted in [
            "<p>p&amp;ss w</p>",
            "p%26ss%20W p%26%73s+w",
            "a\\b&quot;c",
            r"p\u0026ss w",
            r"p&ss w\/",
            "x=p&amp;amp;ss w",
        ] {
            assert_eq!(
                hidden.out_of(quoted).contains("***"),
                quoted != "x=p&amp;amp;ss w",
                "{quoted}"
            );
        }
    }

    #[test]
    fn a_secret_cannot_be_shown() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
    }
}
