//! The file plutora-sync.yaml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::args::ConfigArgs;
use super::environment::Environment;
use super::files::small_file;
use super::limits::{LimitArgs, LimitSettings};
use crate::error::Failure;
use crate::manifest::{Variables, closest, listed};
use crate::plan::Limits;
use crate::plutora::Share;
use crate::resource::{Code, Labels, StatusRoute, Tenant};
use crate::yaml;

/// The name of the file.
const FILE: &str = "plutora-sync.yaml";

/// The largest configuration, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// The largest manifest, unless the configuration says otherwise.
const MAX_FILE_MEGABYTES: u32 = 32;

/// Words in a variable's name that say that its value is, or holds, a secret.
const SECRET: [&str; 26] = [
    "TOKEN",
    "SECRET",
    "PASS",
    "PWD",
    "CRED",
    "PRIVATE",
    "KEY",
    "AUTH",
    "COOKIE",
    "SESSION",
    "JWT",
    "CERT",
    "DSN",
    "DATABASE_URL",
    "CONNECTION_STRING",
    "PROXY",
    "WEBHOOK",
    "REDIS_URL",
    "MONGO",
    "AMQP",
    "PSW",
    "BEARER",
    "SAS_",
    "VAULT",
    "HMAC",
    "KUBECONFIG",
];

/// Settings that a repository shares.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(title = "plutora-sync configuration")]
pub(super) struct Config {
    /// The profile to use when neither a flag nor a variable names one.
    profile: Option<String>,
    /// Named settings of a connection.
    profiles: BTreeMap<String, Profile>,
    /// The variables that manifests may use as `${env:NAME}`. Names of credentials are refused.
    variables: Vec<String>,
    /// The largest manifest file that is read, in MB; 32 by default.
    max_file_megabytes: Option<u32>,
    /// Codes of warnings that refuse a plan unless a manifest acknowledges them, such as PS101;
    /// those of the flag `--deny` come on top.
    deny: Vec<String>,
    /// What a run may not do; a flag goes before each.
    limits: LimitSettings,
}

/// Settings of a connection; a flag or a variable goes before them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Profile {
    /// The region of the vendor's cloud: us, uk, au or eu.
    pub(super) region: Option<String>,
    /// The base of the API, instead of a region.
    pub(super) api_url: Option<String>,
    /// The base of the token endpoint; the API's by default.
    pub(super) oauth_url: Option<String>,
    /// Requests a second; 0 is unpaced, 5.5 the default.
    pub(super) rate: Option<f64>,
    /// The part of the rate, and of the 26,000 requests of an hour, that a run may use; above 0 and at
    /// most 1, which is the default.
    pub(super) budget_share: Option<f64>,
    /// Whether the token stays from one run to the next; true by default.
    pub(super) token_cache: Option<bool>,
    /// Requests that may be under way at the same time; 8 by default.
    pub(super) parallelism: Option<u16>,
    /// Seconds that one request may take; 30 by default.
    pub(super) timeout: Option<u32>,
    /// Further certificates to trust, in PEM form.
    pub(super) ca_file: Option<PathBuf>,
    /// The labels that the tenant shows in the place of the deployment statuses Pending, Completed,
    /// Endorsed, `RollbackPending` and Rejected, by these words.
    pub(super) status_labels: BTreeMap<String, String>,
    /// Where a deployment status is kept that names no deployment; auto by default.
    pub(super) status_route: RouteWord,
}

/// Where a deployment status is kept that names no deployment.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RouteWord {
    /// On the only deployment date of the system in the release; on the system's row in the release
    /// where it has none.
    #[default]
    Auto,
    /// Always on the system's row in the release.
    ReleaseSystem,
    /// Always on a deployment date.
    DeploymentDate,
}

impl Profile {
    /// Returns what is particular to the tenant.
    pub(super) fn tenant(&self) -> Result<Tenant, Failure> {
        let labels = Labels::new(self.status_labels.clone());
        let labels = labels.map_err(|error| Failure::input(format!("`statusLabels`: {error}")))?;
        let route = match self.status_route {
            RouteWord::Auto => StatusRoute::Auto,
            RouteWord::ReleaseSystem => StatusRoute::ReleaseSystem,
            RouteWord::DeploymentDate => StatusRoute::DeploymentDate,
        };
        Ok(Tenant { labels, route })
    }
}

impl Config {
    /// Reads the file that the flag names, or the nearest one upwards; none is an empty one.
    pub(super) fn load(args: &ConfigArgs) -> Result<Self, Failure> {
        let Some(file) = Self::file(args) else { return Ok(Self::default()) };
        let text = small_file(&file, MOST_BYTES).map_err(|error| {
            Failure::input(format!("the configuration {} cannot be read: {error}", file.display()))
        })?;
        parse(&file, &text)
    }

    /// Returns the file that is read.
    pub(super) fn file(args: &ConfigArgs) -> Option<PathBuf> {
        args.config.clone().or_else(find)
    }

    /// Returns the chosen profile; an empty one if none is chosen.
    pub(super) fn profile(&self, args: &ConfigArgs) -> Result<Profile, Failure> {
        let Some(name) = args.profile.as_ref().or(self.profile.as_ref()) else {
            return Ok(Profile::default());
        };
        let names = || self.profiles.keys().map(String::as_str);
        self.profiles.get(name).cloned().ok_or_else(|| {
            let failure = Failure::input(format!("there is no profile `{name}`"));
            match closest(name, names()) {
                Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
                None if self.profiles.is_empty() => {
                    failure.hint(format!("no {FILE} with profiles was found"))
                }
                None => failure.hint(format!("there are {}", listed(names()))),
            }
        })
    }

    /// Returns the variables that manifests may use, with their values.
    ///
    /// A name says little of what is behind it, so a value that is a credential in use, or an address with
    /// a password in it, is refused too.
    pub(super) fn variables(&self, environment: &Environment) -> Result<Variables, Failure> {
        let ours = ["PLUTORA_CLIENT_SECRET", "PLUTORA_PASSWORD", "PLUTORA_TOKEN"];
        let ours: Vec<&str> = ours
            .into_iter()
            .filter_map(|name| environment.get(name))
            .filter(|value| value.len() >= 4)
            .collect();
        let tells = |value: &str| ours.iter().any(|it| value.contains(it)) || has_password(value);
        let of = |name: &String| (name.clone(), environment.get(name).map(str::to_owned));
        let values: Vec<(String, Option<String>)> = self.variables.iter().map(of).collect();
        let told = values.iter().find(|(_, value)| value.as_deref().is_some_and(tells));
        if let Some((name, _)) = told {
            let message = format!(
                "the variable `{name}` cannot be used in manifests: its value is a credential, or holds \
                 one, and a plan would print it"
            );
            return Err(
                Failure::input(message).hint(format!("take `{name}` out of `variables` in {FILE}"))
            );
        }
        Ok(values.into_iter().collect())
    }

    /// Returns the codes of the warnings that refuse a plan: those of the file and of the flag.
    pub(super) fn denied(&self, flag: &[Code]) -> BTreeSet<Code> {
        // The words were checked when the file was read.
        let ours = self.deny.iter().filter_map(|word| word.parse().ok());
        ours.chain(flag.iter().copied()).collect()
    }

    /// Returns what a run may not do.
    pub(super) fn limits(&self, flags: &LimitArgs) -> Result<Limits, Failure> {
        self.limits.with(flags).map_err(|error| Failure::input(format!("`limits`: {error}")))
    }

    /// Returns the largest manifest that is read, in bytes.
    pub(super) fn max_file_bytes(&self) -> u64 {
        u64::from(self.max_file_megabytes.unwrap_or(MAX_FILE_MEGABYTES)) << 20
    }
}

fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())
}

fn parse(file: &Path, text: &str) -> Result<Config, Failure> {
    let bad = |cause: String| {
        Failure::input(format!("the configuration {}: {cause}", file.display()))
            .hint("`plutora-sync schema config` prints what it may hold")
    };
    let yaml::Reading { documents, faults } = yaml::read_all(text);
    if !faults.is_empty() {
        let causes: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
        return Err(bad(causes.join("; ")));
    }
    let mut documents = documents.into_iter();
    let Some(document) = documents.next() else {
        return Ok(Config::default());
    };
    if documents.next().is_some() {
        return Err(bad("it holds more than one document".into()));
    }
    let config: Config =
        serde_yaml::from_value(document.value).map_err(|error| bad(error.to_string()))?;
    for (name, profile) in &config.profiles {
        let Profile { parallelism, timeout, budget_share, .. } = profile;
        if let Some(Err(error)) = budget_share.map(Share::new) {
            return Err(bad(format!("profile `{name}`: `budgetShare`: {error}")));
        }
        if !parallelism.is_none_or(|number| (1..=256).contains(&number)) {
            return Err(bad(format!("profile `{name}`: `parallelism` is a number from 1 to 256")));
        }
        if !timeout.is_none_or(|number| (1..=3_600).contains(&number)) {
            return Err(bad(format!("profile `{name}`: `timeout` is a number from 1 to 3600")));
        }
    }
    for (name, profile) in &config.profiles {
        profile.tenant().map_err(|failure| bad(format!("profile `{name}`: {failure}")))?;
    }
    if let Some(error) = config.deny.iter().find_map(|word| word.parse::<Code>().err()) {
        return Err(bad(format!("`deny`: {error}")));
    }
    config.limits.with(&LimitArgs::default()).map_err(|error| bad(format!("`limits`: {error}")))?;
    match config.variables.iter().find(|name| is_secret(name)) {
        None => Ok(config),
        Some(name) => Err(bad(format!(
            "the variable `{name}` cannot be allowed in manifests: its name says that it is a \
             secret, and a plan would print it"
        ))),
    }
}

/// Tells whether a text is an address with a user's password in it.
fn has_password(value: &str) -> bool {
    let user = value
        .split_once("://")
        .and_then(|(_, rest)| rest.split(['/', '?']).next()?.rsplit_once('@'));
    user.is_some_and(|(user, _)| user.contains(':'))
}

/// A pull request may change the configuration too, so the refusal is not for it to lift.
fn is_secret(name: &str) -> bool {
    let name = name.to_uppercase();
    let is_word = |word: &str| name.split('_').any(|part| part == word);
    name.starts_with("PLUTORA_")
        || is_word("PAT")
        || is_word("PW")
        || SECRET.iter().any(|part| name.contains(part))
}

/// Returns the JSON Schema of the file.
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft07();
    settings.into_generator().into_root_schema_for::<Config>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, String> {
        parse(Path::new("plutora-sync.yaml"), text).map_err(|failure| match failure.message {
            crate::error::Message::Sentence(text)
            | crate::error::Message::Rendered { text, .. } => text,
        })
    }

    #[test]
    fn profiles_are_chosen_by_name() {
        let text = "profile: test\nprofiles: {test: {region: eu}, prod: {region: us, rate: 3}}\n";
        let config = parsed(text).unwrap();
        let choose = |profile: Option<&str>| {
            let args = ConfigArgs { config: None, profile: profile.map(str::to_owned) };
            config.profile(&args).map(|profile| profile.region.unwrap())
        };
        assert_eq!(choose(None).unwrap(), "eu");
        assert_eq!(choose(Some("prod")).unwrap(), "us");
        assert_eq!(choose(Some("prodd")).unwrap_err().hints, ["did you mean `prod`?"]);
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parsed("profils: {}\n").unwrap_err().contains("unknown field `profils`"));
        assert!(parsed("a: 1\na: 2\n").unwrap_err().contains("set twice"));
        assert!(parsed("profiles: {p: {timeout: 0}}\n").unwrap_err().contains("from 1 to 3600"));
        assert!(parsed("profiles: {p: {parallelism: 0}}\n").unwrap_err().contains("1 to 256"));
        assert!(
            parsed("profiles: {p: {budgetShare: 1.5}}\n")
                .unwrap_err()
                .contains("`1.5` is no share")
        );
        assert!(parsed("a: 1\n---\nb: 2\n").unwrap_err().contains("more than one"));
        assert!(parsed("").is_ok() && parsed("# nothing yet\n").is_ok());
    }

    #[test]
    fn a_secret_is_never_a_variable_of_manifests() {
        for name in [
            "PLUTORA_USERNAME",
            "GITHUB_TOKEN",
            "db_pass",
            "AWS_ACCESS_KEY_ID",
            "GH_PAT",
            "DB_DSN",
            "HTTPS_PROXY",
            "DB_PW",
        ] {
            let error = parsed(&format!("variables: [STAGE, {name}]\n")).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
        assert!(parsed("variables: [STAGE, PATH_PREFIX]\n").is_ok());
    }

    #[test]
    fn a_value_that_is_a_credential_is_none_of_manifests_either() {
        let config = parsed("variables: [STAGE]\n").unwrap();
        let with = |value: &str| {
            let pairs = [("PLUTORA_PASSWORD", "hunter22"), ("STAGE", value)];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            config.variables(&pairs.into_iter().collect()).map_err(|it| it.to_string())
        };
        for told in ["hunter22", "a=hunter22;b", "redis://:pw@host/0", "https://u:pw@host"] {
            let error = with(told).unwrap_err();
            assert!(error.contains("`STAGE`") && !error.contains(told), "{error}");
        }
        for fine in ["", "test", "https://host/a@b:c", "https://user@host"] {
            assert!(with(fine).is_ok(), "{fine}");
        }
    }
}
