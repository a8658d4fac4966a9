//! The file plutora-sync.yaml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::args::ConfigArgs;
use super::environment::Environment;
use super::files::{small_file, why};
use super::limits::{LimitArgs, LimitSettings};
use super::manifests::to_mend;
use super::profile::Profile;
use super::secret_names::{has_password, is_secret};
use super::shape::{Misfit, misfits};
use crate::error::Failure;
use crate::manifest::{
    Diagnostic, Diagnostics, Place, Source, SourceId, Sources, Variables, closest, listed,
};
use crate::plan::Limits;
use crate::resource::Code;
use crate::yaml::{self, Document, Pointer};

/// The name of the file.
const FILE: &str = "plutora-sync.yaml";

/// The largest configuration, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// The largest manifest, unless the configuration says otherwise.
const MAX_FILE_MEGABYTES: u32 = 32;

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
    /// What of what was read is kept for the next plan.
    pub(super) cache: CacheSettings,
}

/// What is kept of what was read.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct CacheSettings {
    /// After how many hours everything is read anew; 24 by default.
    pub(super) max_age_hours: Option<u16>,
    /// Whether the systems of a release and their deployment dates count as unchanged as long as the
    /// release bears the same `lastModifiedDate`; false by default, as nobody knows it of every tenant.
    pub(super) children: bool,
}

impl Config {
    /// Reads the file that the flag names, or the nearest one upwards; none is an empty one.
    pub(super) fn load(args: &ConfigArgs) -> Result<Self, Failure> {
        let Some(file) = Self::file(args) else { return Ok(Self::default()) };
        let text = small_file(&file, MOST_BYTES).map_err(|error| {
            Failure::input(format!(
                "the configuration {} cannot be read: {}",
                file.display(),
                why(&error)
            ))
        })?;
        parse(&file, &text)
    }

    /// Returns the file that is read.
    pub(super) fn file(args: &ConfigArgs) -> Option<PathBuf> {
        args.config.clone().or_else(find)
    }

    /// Returns the files of certificates that profiles name.
    pub(super) fn ca_files(&self) -> impl Iterator<Item = &PathBuf> {
        self.profiles.values().filter_map(|profile| profile.ca_file.as_ref())
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
                    failure.hint(format!("no {FILE} that was found has profiles"))
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
    let name = shown(file).display().to_string();
    let sources = Sources::new(vec![Source { name, text: text.to_owned() }]);
    let (config, found) = sources.iter().next().map(|(id, _)| read(id, text)).unwrap_or_default();
    if found.is_empty() {
        return Ok(config);
    }
    let name = shown(file).display().to_string();
    let sources = Sources::new(vec![Source { name, text: without_secrets(text) }]);
    Err(to_mend("the configuration has", &found, &sources)
        .hint("`plutora-sync schema config` prints what it may hold"))
}

/// Returns a text of the same length for showing, without what stands behind names of secrets: a
/// credential does not belong here, and who has put one here is not to read it in a log.
fn without_secrets(text: &str) -> String {
    let line = |line: &str| {
        let secret = line.match_indices(':').find(|(at, _)| {
            let before = line.get(..*at).unwrap_or_default().trim_end_matches(['"', '\'', ' ']);
            let name = before.rsplit([' ', '{', ',', '"', '\'']).next().unwrap_or_default();
            name != "tokenCache" && is_secret(name)
        });
        let Some((at, _)) = secret else { return line.to_owned() };
        let (name, value) = line.split_at(at + 1);
        // Signs stay, so that the text is still read as it was, and places are found in it.
        let hidden = |it: char| match it {
            it if it.is_alphanumeric() => "x".repeat(it.len_utf8()),
            it => it.to_string(),
        };
        name.to_owned() + &value.chars().map(hidden).collect::<String>()
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns a path as somebody in this folder would write it.
fn shown(file: &Path) -> &Path {
    let here = std::env::current_dir();
    here.ok().and_then(|here| file.strip_prefix(here).ok()).unwrap_or(file)
}

/// Reads a configuration, and says what is wrong with it.
fn read(source: SourceId, text: &str) -> (Config, Diagnostics) {
    let mut found = Diagnostics::default();
    let yaml::Reading { documents, faults } = yaml::read_all(text);
    found.extend(faults.into_iter().map(|fault| Diagnostic::of_fault(source, fault)));
    let mut documents = documents.into_iter();
    let Some(Document { value, position, .. }) = documents.next() else {
        return (Config::default(), found);
    };
    let place = |position, at| Place::node(source, position, at);
    if let Some(second) = documents.next() {
        let message = "a configuration is one document, and this is another";
        found.push(Diagnostic::new(place(second.position, Pointer::default()), message));
    }
    let tell = |Misfit { at, at_key, message, help }: Misfit| {
        let place = place(position, at);
        let place = if at_key { place.at_key() } else { place };
        Diagnostic::new(place, message).maybe_help(help)
    };
    found.extend(misfits(&value, &schema()).into_iter().map(tell));
    if !found.is_empty() {
        return (Config::default(), found);
    }
    match serde_yaml::from_value::<Config>(value) {
        Ok(config) => {
            found.extend(config.mistakes().into_iter().map(tell));
            (config, found)
        }
        Err(error) => {
            found.push(Diagnostic::new(place(position, Pointer::default()), error.to_string()));
            (Config::default(), found)
        }
    }
}

impl Config {
    /// Returns what is wrong beyond its shape.
    fn mistakes(&self) -> Vec<Misfit> {
        let Self { profile: _, profiles, variables, max_file_megabytes: _, deny, limits, cache: _ } =
            self;
        let root = Pointer::default();
        let item = |list: &str, index| root.key(list).item(index);
        let profiles = profiles
            .iter()
            .flat_map(|(name, profile)| profile.mistakes(&root.key("profiles").key(name)));
        let deny = deny.iter().enumerate().filter_map(|(index, word)| {
            let error = word.parse::<Code>().err()?;
            Some(Misfit::new(item("deny", index), error.to_string()))
        });
        let secrets = variables.iter().enumerate().filter(|(_, name)| is_secret(name));
        let secrets = secrets.map(|(index, name)| {
            let message = format!(
                "the variable `{name}` cannot be allowed in manifests: its name says that it is a \
                 secret, and a plan would print it"
            );
            Misfit::new(item("variables", index), message)
        });
        let limits = limits.mistakes(&root.key("limits"));
        profiles.chain(deny).chain(secrets).chain(limits).collect()
    }
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

    /// Holds that a text is refused at a place, by its line and column, and returns what is told of it.
    fn refused(text: &str, at: &str, message: &str) -> String {
        let told = anstream::adapter::strip_str(&parsed(text).unwrap_err()).to_string();
        assert!(told.contains(&format!("plutora-sync.yaml:{at}\n")), "{at}: {told}");
        assert!(told.contains(message), "{message}: {told}");
        told
    }

    #[test]
    fn mistakes_are_told_with_their_places() {
        for (text, at, message) in [
            ("profile: p\nprofils: {}\n", "2:1", "unknown field `profils`"),
            ("profils: {}\n", "1:1", "did you mean `profiles`?"),
            ("x: {}\n", "1:1", "the fields here are cache, deny, limits, "),
            ("a: 1\na: 2\n", "2:1", "set twice"),
            ("deny: []\n---\ndeny: []\n", "3:1", "is one document"),
            ("[]\n", "1:1", "expected a mapping, found a list"),
            ("profile: 1\n", "1:10", "expected text, found a number"),
            ("deny: PS101\n", "1:7", "expected a list, found text"),
            ("deny: [PS101, PS999]\n", "1:15", "PS999"),
            ("maxFileMegabytes: 4294967296\n", "1:19", "from 0 to 4294967295"),
            ("limits: {maxChanges: -1}\n", "1:22", "expected a whole number from 0\n"),
            ("limits: {maxChanges: '1'}\n", "1:22", "found text"),
            ("limits: {denyEnterprise: yes}\n", "1:26", "expected true or false, found text"),
            ("limits:\n  freeze:\n    - {from: 2026-12-20}\n", "3:7", "`to` is missing"),
            ("limits: {freeze: [{from: x, to: y}]}\n", "1:19", "`x` is not a date"),
            ("limits: {maxChangePercent: 101}\n", "1:28", "from 0 to 100"),
            ("limits: {releaseStatusOrder: [A, A]}\n", "1:30", "names `A` twice"),
            ("profiles: {p: {timeout: 0}}\n", "1:25", "from 1 to 3600"),
            ("profiles: {p: {timeout: soon}}\n", "1:25", "from 1 to 3600, found text"),
            ("profiles: {p: {parallelism: 0}}\n", "1:29", "from 1 to 256"),
            ("profiles: {p: {budgetShare: 1.5}}\n", "1:29", "`1.5` is no share"),
            ("profiles: {p: {rate: fast}}\n", "1:22", "expected a number, found text"),
            ("profiles: {p: {region: mars}}\n", "1:24", "the regions are us, uk, au and eu"),
            ("profiles: {p: {statusRoute: Auto}}\n", "1:29", "did you mean `auto`?"),
            ("profiles: {p: {statusRoute: 1}}\n", "1:29", "the values are auto, release-system, "),
            ("profiles: {p: {statusLabels: {Done: x}}}\n", "1:31", "is no deployment status"),
            ("variables: [STAGE, GITHUB_TOKEN]\n", "1:20", "its name says that it is a secret"),
        ] {
            let told = refused(text, at, message);
            for word in ["invalid type", "struct", "u32", "variant"] {
                assert!(!told.contains(word), "{word}: {told}");
            }
        }
        assert!(parsed("").is_ok() && parsed("# nothing yet\n").is_ok());
    }

    #[test]
    fn what_stands_behind_the_name_of_a_secret_is_not_shown() {
        for (text, shown) in [
            ("deny: x\npassword: hunter 2\n", "deny: x\npassword: xxxxxx x\n"),
            ("a: {user: b, 'apiToken': é}", "a: {user: b, 'apiToken': xx}"),
            ("region: eu\ntokenCache: maybe", "region: eu\ntokenCache: maybe"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
    }

    #[test]
    fn all_mistakes_come_out_at_once() {
        let error = parsed("profile: 1\ndeni: []\nlimits: {leadDays: soon}\n").unwrap_err();
        for told in ["expected text", "`deni`", "a whole number", "3 errors"] {
            assert!(error.contains(told), "{told}: {error}");
        }
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
