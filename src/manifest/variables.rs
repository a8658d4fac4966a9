//! Variables in manifests: `${env:NAME}` and `${env:NAME:-default}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::suggest::listed;

/// The variables that manifests may use, with their values where they are set.
///
/// Only names that the configuration allows are in here, so that a manifest in a pull request
/// cannot print what else is in the environment of the pipeline into its own plan.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, Option<String>>);

impl FromIterator<(String, Option<String>)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, Option<String>)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

impl Variables {
    /// Replaces the variables in a scalar; `$${env:` is a literal `${env:`, any other `$` is itself.
    pub(super) fn expand<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, String> {
        if !text.contains("${env:") {
            return Ok(Cow::Borrowed(text));
        }
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${env:") {
            if let Some(escaped) = before.strip_suffix('$') {
                expanded.push_str(escaped);
                expanded.push_str("${env:");
                rest = after;
                continue;
            }
            expanded.push_str(before);
            let (inside, after) =
                after.split_once('}').ok_or("`${env:` has no closing brace".to_owned())?;
            expanded.push_str(&self.value(inside)?);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(Cow::Owned(expanded))
    }

    fn value(&self, inside: &str) -> Result<String, String> {
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let Some(value) = self.0.get(name) else {
            let allowed = match self.0.len() {
                0 => "none is".to_owned(),
                _ => format!("allowed: {}", listed(self.0.keys().map(String::as_str))),
            };
            return Err(format!("the variable `{name}` is not allowed in manifests ({allowed})"));
        };
        match value.as_deref().or(default) {
            Some(value) => Ok(value.to_owned()),
            None => Err(format!("the variable `{name}` is not set and has no default")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> Result<String, String> {
        let variables: Variables =
            [("STAGE".to_owned(), Some("prod".to_owned())), ("UNSET".to_owned(), None)]
                .into_iter()
                .collect();
        variables.expand(text).map(Cow::into_owned)
    }

    #[test]
    fn allowed_variables_are_replaced() {
        assert_eq!(expand("a-${env:STAGE}-${env:STAGE}").unwrap(), "a-prod-prod");
        assert_eq!(expand("${env:UNSET:-dev}").unwrap(), "dev");
        assert_eq!(expand("${env:UNSET:-}").unwrap(), "");
        assert_eq!(expand("${env:STAGE:-dev}").unwrap(), "prod");
    }

    #[test]
    fn every_other_dollar_is_literal() {
        for text in ["$HOME", "${HOME}", "100 $", "${{ x }}"] {
            assert_eq!(expand(text).unwrap(), text);
        }
        assert_eq!(expand("$${env:STAGE} ${env:STAGE}").unwrap(), "${env:STAGE} prod");
    }

    #[test]
    fn what_is_not_allowed_not_set_or_not_closed_is_an_error() {
        assert!(expand("${env:PATH}").unwrap_err().contains("allowed: STAGE, UNSET"));
        assert!(expand("${env:UNSET}").unwrap_err().contains("not set"));
        assert!(expand("${env:STAGE").unwrap_err().contains("closing brace"));
    }
}
